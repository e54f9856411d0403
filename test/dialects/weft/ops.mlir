// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --verify-roundtrip | FileCheck %s
// Every op parses, prints and verifies; one function per op, named after it.

// CHECK: weft.param @layer0.z : tensor<4xf32> init "constant" scale 0.000000e+00 {high = 1.000000e+00 : f64, low = 0.000000e+00 : f64}
weft.param @layer0.z : tensor<4xf32> init "constant" scale 0.0 {low = 0.0 : f64, high = 1.0 : f64}
// CHECK: weft.state @layer0.cache : tensor<2x?x64xf32, #weft.bounded<[2, cache0(1024 by 64), 64]>>
weft.state @layer0.cache : tensor<2x?x64xf32, #weft.bounded<[2, cache0(1024 by 64), 64]>>

// CHECK-LABEL: @constant
func.func @constant() -> tensor<f32> {
  // CHECK: weft.constant dense<3.200000e+01> : tensor<f32>
  %ramp = weft.constant dense<32.0> : tensor<f32>
  return %ramp : tensor<f32>
}

// CHECK-LABEL: @iota
func.func @iota() -> tensor<8xf32> {
  // CHECK: weft.iota axis 0 start 1.000000e+00 step 2.000000e+00 : tensor<8xf32>
  %odd = weft.iota axis 0 start 1.0 step 2.0 : tensor<8xf32>
  return %odd : tensor<8xf32>
}

// CHECK-LABEL: @elementwise
func.func @elementwise(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
  // CHECK: weft.add %{{.*}}, %{{.*}} : tensor<8xf32>
  %add = weft.add %x, %y : tensor<8xf32>
  // CHECK: weft.sub
  %sub = weft.sub %add, %y : tensor<8xf32>
  // CHECK: weft.mul
  %mul = weft.mul %sub, %y : tensor<8xf32>
  // CHECK: weft.div
  %div = weft.div %mul, %y : tensor<8xf32>
  // CHECK: weft.maximum
  %maximum = weft.maximum %div, %y : tensor<8xf32>
  // CHECK: weft.minimum
  %minimum = weft.minimum %maximum, %x : tensor<8xf32>
  // CHECK: weft.neg
  %neg = weft.neg %minimum : tensor<8xf32>
  // CHECK: weft.exp
  %exp = weft.exp %neg : tensor<8xf32>
  // CHECK: weft.log
  %log = weft.log %exp : tensor<8xf32>
  // CHECK: weft.sqrt
  %sqrt = weft.sqrt %log : tensor<8xf32>
  // CHECK: weft.rsqrt
  %rsqrt = weft.rsqrt %sqrt : tensor<8xf32>
  // CHECK: weft.tanh
  %tanh = weft.tanh %rsqrt : tensor<8xf32>
  // CHECK: weft.erf
  %erf = weft.erf %tanh : tensor<8xf32>
  // CHECK: weft.sigmoid
  %sigmoid = weft.sigmoid %erf : tensor<8xf32>
  // CHECK: weft.sin
  %sin = weft.sin %sigmoid : tensor<8xf32>
  // CHECK: weft.cos
  %cos = weft.cos %sin : tensor<8xf32>
  // CHECK: weft.floor
  %floor = weft.floor %cos : tensor<8xf32>
  // CHECK: weft.relu
  %relu = weft.relu %floor : tensor<8xf32>
  // CHECK: weft.stop_gradient
  %stopped = weft.stop_gradient %relu : tensor<8xf32>
  // CHECK: weft.clamp %{{.*}} low 0.000000e+00 high 1.000000e+00 : tensor<8xf32>
  %clamp = weft.clamp %stopped low 0.0 high 1.0 : tensor<8xf32>
  // CHECK: weft.compare lt %{{.*}}, %{{.*}} : tensor<8xf32> -> tensor<8xi1>
  %less = weft.compare lt %clamp, %x : tensor<8xf32> -> tensor<8xi1>
  // CHECK: weft.select %{{.*}}, %{{.*}}, %{{.*}} : tensor<8xi1>, tensor<8xf32>
  %select = weft.select %less, %clamp, %x : tensor<8xi1>, tensor<8xf32>
  // CHECK: weft.cast %{{.*}} : tensor<8xf32> -> tensor<8xi32>
  %cast = weft.cast %select : tensor<8xf32> -> tensor<8xi32>
  return %select : tensor<8xf32>
}

// CHECK-LABEL: @scalars_take_the_same_ops
func.func @scalars_take_the_same_ops(%x: f64) -> f64 {
  // CHECK: weft.exp %{{.*}} : f64
  %exp = weft.exp %x : f64
  return %exp : f64
}

// CHECK-LABEL: @dot
func.func @dot(%x: tensor<2x8x16xf32>, %weights: tensor<4x3x16xf32>) -> tensor<2x8x4x3xf32> {
  // CHECK: weft.dot %{{.*}}, %{{.*}} batch [] x [] contract [2] x [2] : tensor<2x8x16xf32>, tensor<4x3x16xf32> -> tensor<2x8x4x3xf32>
  %query = weft.dot %x, %weights batch [] x [] contract [2] x [2] : tensor<2x8x16xf32>, tensor<4x3x16xf32> -> tensor<2x8x4x3xf32>
  return %query : tensor<2x8x4x3xf32>
}

// CHECK-LABEL: @dot_of_rounded
func.func @dot_of_rounded(%x: tensor<8x16xbf16>, %weights: tensor<3x16xbf16>) -> tensor<8x3xf32> {
  // CHECK: weft.dot %{{.*}}, %{{.*}} batch [] x [] contract [1] x [1] : tensor<8x16xbf16>, tensor<3x16xbf16> -> tensor<8x3xf32>
  %y = weft.dot %x, %weights batch [] x [] contract [1] x [1] : tensor<8x16xbf16>, tensor<3x16xbf16> -> tensor<8x3xf32>
  return %y : tensor<8x3xf32>
}

// CHECK-LABEL: @reductions
func.func @reductions(%x: tensor<2x3xf32>) -> tensor<3xf32> {
  // CHECK: weft.sum %{{.*}} axes [1] : tensor<2x3xf32> -> tensor<2xf32>
  %sum = weft.sum %x axes [1] : tensor<2x3xf32> -> tensor<2xf32>
  // CHECK: weft.max %{{.*}} axes [0] : tensor<2x3xf32> -> tensor<3xf32>
  %max = weft.max %x axes [0] : tensor<2x3xf32> -> tensor<3xf32>
  return %max : tensor<3xf32>
}

// CHECK-LABEL: @rows
func.func @rows(%x: tensor<2x8xf32>, %scale: tensor<8xf32>, %shift: tensor<8xf32>, %key: tensor<4xi32>) -> tensor<2x8xf32> {
  // CHECK: weft.softmax %{{.*}} axis 1 : tensor<2x8xf32>
  %softmax = weft.softmax %x axis 1 : tensor<2x8xf32>
  // CHECK: weft.log_softmax %{{.*}} axis 0 : tensor<2x8xf32>
  %log_softmax = weft.log_softmax %softmax axis 0 : tensor<2x8xf32>
  // CHECK: weft.cumsum %{{.*}} axis 1 : tensor<2x8xf32>
  %forward = weft.cumsum %log_softmax axis 1 : tensor<2x8xf32>
  // CHECK: weft.cumsum %{{.*}} axis 1 reverse : tensor<2x8xf32>
  %backward = weft.cumsum %forward axis 1 reverse : tensor<2x8xf32>
  // CHECK: weft.top_k %{{.*}} k 3 : tensor<2x8xf32> -> tensor<2x3xf32>, tensor<2x3xi32>
  %values, %indices = weft.top_k %backward k 3 : tensor<2x8xf32> -> tensor<2x3xf32>, tensor<2x3xi32>
  // CHECK: weft.rms_norm %{{.*}}, %{{.*}} epsilon 1.000000e-05 : tensor<2x8xf32>, tensor<8xf32>
  %rms = weft.rms_norm %softmax, %scale epsilon 1.0e-5 : tensor<2x8xf32>, tensor<8xf32>
  // CHECK: weft.layer_norm %{{.*}}, %{{.*}}, %{{.*}} epsilon 1.000000e-05 : tensor<2x8xf32>, tensor<8xf32>
  %norm = weft.layer_norm %softmax, %scale, %shift epsilon 1.0e-5 : tensor<2x8xf32>, tensor<8xf32>
  // CHECK: weft.dropout %{{.*}}, %{{.*}} rate 2.000000e-01 id 7 : tensor<2x8xf32>, tensor<4xi32>
  %dropped = weft.dropout %norm, %key rate 0.2 id 7 : tensor<2x8xf32>, tensor<4xi32>
  return %dropped : tensor<2x8xf32>
}

// CHECK-LABEL: @tables
func.func @tables(%table: tensor<256x16xf32>, %ids: tensor<2x8xi32>, %logits: tensor<2x8x256xf32>) -> tensor<2x8xf32> {
  // CHECK: weft.embedding %{{.*}}, %{{.*}} : tensor<256x16xf32>, tensor<2x8xi32> -> tensor<2x8x16xf32>
  %rows = weft.embedding %table, %ids : tensor<256x16xf32>, tensor<2x8xi32> -> tensor<2x8x16xf32>
  // CHECK: weft.embedding_grad %{{.*}}, %{{.*}} : tensor<2x8x16xf32>, tensor<2x8xi32> -> tensor<256x16xf32>
  %grad = weft.embedding_grad %rows, %ids : tensor<2x8x16xf32>, tensor<2x8xi32> -> tensor<256x16xf32>
  // CHECK: weft.one_hot %{{.*}} : tensor<2x8xi32> -> tensor<2x8x256xf32>
  %hot = weft.one_hot %ids : tensor<2x8xi32> -> tensor<2x8x256xf32>
  // CHECK: weft.cross_entropy %{{.*}}, %{{.*}} : tensor<2x8x256xf32>, tensor<2x8xi32> -> tensor<2x8xf32>
  %nll = weft.cross_entropy %logits, %ids : tensor<2x8x256xf32>, tensor<2x8xi32> -> tensor<2x8xf32>
  return %nll : tensor<2x8xf32>
}

// CHECK-LABEL: @lookups
func.func @lookups(%x: tensor<2x8x16xf32>, %i: tensor<2x3xi32>) -> tensor<2x8x16xf32> {
  // CHECK: weft.gather %{{.*}}, %{{.*}} batch 1 : tensor<2x8x16xf32>, tensor<2x3xi32> -> tensor<2x3x16xf32>
  %rows = weft.gather %x, %i batch 1 : tensor<2x8x16xf32>, tensor<2x3xi32> -> tensor<2x3x16xf32>
  // CHECK: weft.scatter_add %{{.*}}, %{{.*}} batch 1 : tensor<2x3x16xf32>, tensor<2x3xi32> -> tensor<2x8x16xf32>
  %y = weft.scatter_add %rows, %i batch 1 : tensor<2x3x16xf32>, tensor<2x3xi32> -> tensor<2x8x16xf32>
  return %y : tensor<2x8x16xf32>
}

// CHECK-LABEL: @shapes
func.func @shapes(%x: tensor<2x8xf32>, %bias: tensor<8xf32>) -> tensor<2x8xf32> {
  // CHECK: weft.transpose %{{.*}} permutation [1, 0] : tensor<2x8xf32> -> tensor<8x2xf32>
  %transposed = weft.transpose %x permutation [1, 0] : tensor<2x8xf32> -> tensor<8x2xf32>
  // CHECK: weft.reshape %{{.*}} : tensor<8x2xf32> -> tensor<16xf32>
  %flat = weft.reshape %transposed : tensor<8x2xf32> -> tensor<16xf32>
  // CHECK: weft.slice %{{.*}} axis 1 start 2 length 3 : tensor<2x8xf32> -> tensor<2x3xf32>
  %slice = weft.slice %x axis 1 start 2 length 3 : tensor<2x8xf32> -> tensor<2x3xf32>
  // CHECK: weft.tail %{{.*}} axis 1 : tensor<2x8xf32> -> tensor<2x3xf32>
  %tail = weft.tail %x axis 1 : tensor<2x8xf32> -> tensor<2x3xf32>
  // CHECK: weft.head %{{.*}} axis 1 : tensor<2x8xf32> -> tensor<2x3xf32>
  %head = weft.head %x axis 1 : tensor<2x8xf32> -> tensor<2x3xf32>
  // CHECK: weft.pad %{{.*}} axis 1 start 2 : tensor<2x3xf32> -> tensor<2x8xf32>
  %padded = weft.pad %slice axis 1 start 2 : tensor<2x3xf32> -> tensor<2x8xf32>
  // CHECK: weft.pad %{{.*}} axis 1 at_end : tensor<2x3xf32> -> tensor<2x8xf32>
  %behind = weft.pad %tail axis 1 at_end : tensor<2x3xf32> -> tensor<2x8xf32>
  // CHECK: weft.concat %{{.*}}, %{{.*}} axis 1 : (tensor<2x3xf32>, tensor<2x8xf32>) -> tensor<2x11xf32>
  %concat = weft.concat %slice, %x axis 1 : (tensor<2x3xf32>, tensor<2x8xf32>) -> tensor<2x11xf32>
  // CHECK: weft.broadcast %{{.*}} dims [1] : tensor<8xf32> -> tensor<2x8xf32>
  %repeated = weft.broadcast %bias dims [1] : tensor<8xf32> -> tensor<2x8xf32>
  // CHECK: weft.window %{{.*}} axis 1 length 3 : tensor<2x8xf32> -> tensor<2x6x3xf32>
  %windows = weft.window %x axis 1 length 3 : tensor<2x8xf32> -> tensor<2x6x3xf32>
  // CHECK: weft.window_sum %{{.*}} axis 1 : tensor<2x6x3xf32> -> tensor<2x8xf32>
  %added = weft.window_sum %windows axis 1 : tensor<2x6x3xf32> -> tensor<2x8xf32>
  return %added : tensor<2x8xf32>
}

// CHECK-LABEL: @sizes
func.func @sizes(%n: tensor<i32>, %cache: tensor<?xf32, #weft.bounded<[cache0(1024 by 64)]>>) -> tensor<i32> {
  // CHECK: weft.set_size <span0(1024 by 64)> = %{{.*}} : tensor<i32>
  weft.set_size <span0(1024 by 64)> = %n : tensor<i32>
  // CHECK: weft.size <cache0(1024 by 64) + 8> : tensor<i32>
  %seen = weft.size <cache0(1024 by 64) + 8> : tensor<i32>
  return %seen : tensor<i32>
}

// CHECK-LABEL: @scan
func.func @scan(%initial: tensor<4xf32>, %inputs: tensor<8x4xf32>, %weights: tensor<4xf32>) -> tensor<8x4xf32> {
  // CHECK: weft.scan carry(%{{.*}}) over(%{{.*}}) with(%{{.*}} : tensor<4xf32>)
  %last, %all = weft.scan carry(%initial) over(%inputs) with(%weights : tensor<4xf32>) {
  ^bb0(%state: tensor<4xf32>, %input: tensor<4xf32>, %w: tensor<4xf32>):
    %scaled = weft.mul %state, %w : tensor<4xf32>
    %next = weft.add %scaled, %input : tensor<4xf32>
    weft.yield %next, %next : tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> tensor<8x4xf32>
  return %all : tensor<8x4xf32>
}

// CHECK-LABEL: @scan_slots
func.func @scan_slots(%x: tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>, %k: tensor<?x4xf32, #weft.bounded<[n(8 by 1) + 3, 4]>>) -> tensor<?x4xf32, #weft.bounded<[n(8 by 1) + 3, 4]>> {
  // CHECK: weft.scan carry() over(%{{.*}}) windows(%{{.*}} : tensor<?x4xf32, {{.*}}>) memory(%{{.*}}) : (tensor<?x4xf32, {{.*}}>) -> tensor<?x4xf32, {{.*}}> {
  %written = weft.scan carry() over(%x) windows(%k : tensor<?x4xf32, #weft.bounded<[n(8 by 1) + 3, 4]>>)
      memory(%k) : (tensor<?x4xf32, #weft.bounded<[n(8 by 1) + 3, 4]>>) -> tensor<?x4xf32, #weft.bounded<[n(8 by 1) + 3, 4]>> {
  ^bb0(%input: tensor<4xf32>, %known: tensor<3x4xf32>, %past: tensor<3x4xf32>):
    %both = weft.mul %known, %past : tensor<3x4xf32>
    %sum = weft.sum %both axes [0] : tensor<3x4xf32> -> tensor<4xf32>
    weft.yield %sum : tensor<4xf32>
  } : () -> (), (tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>) -> ()
  // CHECK: weft.scan carry() over(%{{.*}}) sums(%{{.*}}) : (tensor<?x4xf32, {{.*}}>) -> tensor<?x4xf32, {{.*}}> attributes {reverse = true}
  %totals = weft.scan carry() over(%x) sums(%written) : (tensor<?x4xf32, #weft.bounded<[n(8 by 1) + 3, 4]>>) -> tensor<?x4xf32, #weft.bounded<[n(8 by 1) + 3, 4]>> attributes {reverse = true} {
  ^bb0(%input: tensor<4xf32>, %slot: tensor<4xf32>):
    %rows = weft.broadcast %slot dims [1] : tensor<4xf32> -> tensor<3x4xf32>
    weft.yield %rows : tensor<3x4xf32>
  } : () -> (), (tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>) -> ()
  return %totals : tensor<?x4xf32, #weft.bounded<[n(8 by 1) + 3, 4]>>
}

// CHECK-LABEL: @span_attention
func.func @span_attention(%query: tensor<1x2x4x4xf32>, %keys: tensor<1x2x12x4xf32>, %values: tensor<1x2x12x6xf32>,
    %position: tensor<8x4xf32>, %span: tensor<2xf32>, %key: tensor<4xi32>, %dy: tensor<1x2x4x6xf32>) -> tensor<2xf32> {
  // CHECK: weft.span_attention %{{.*}}, %{{.*}}, %{{.*}} position(%{{.*}} : tensor<8x4xf32>) reach 1 to <8>
  // CHECK-SAME: captures(%{{.*}} : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.000000e-08 dropout 1.000000e-01 id 3(%{{.*}} : tensor<4xi32>)
  %y, %stats = weft.span_attention %query, %keys, %values position(%position : tensor<8x4xf32>) reach 1 to <8> before_start zeros
      captures(%span : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.1 id 3 (%key : tensor<4xi32>) {
  ^bb0(%content: f32, %relative: f32, %distance: f32, %i: f32, %j: f32, %z: f32):
    %score = weft.add %content, %relative : f32
    %raw = weft.sub %z, %distance : f32
    %weight = weft.clamp %raw low 0.0 high 1.0 : f32
    %present = weft.constant true
    weft.yield %score, %present, %weight : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  // CHECK: weft.span_attention_grad
  // CHECK-SAME: given %{{.*}}, %{{.*}}, %{{.*}} {
  %grads:5 = weft.span_attention_grad %query, %keys, %values position(%position : tensor<8x4xf32>) reach 1 to <8> before_start zeros
      captures(%span : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.1 id 3 (%key : tensor<4xi32>) given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %distance: f32, %i: f32, %j: f32, %z: f32):
    %score = weft.add %content, %relative : f32
    %raw = weft.sub %z, %distance : f32
    %weight = weft.clamp %raw low 0.0 high 1.0 : f32
    %present = weft.constant true
    weft.yield %score, %present, %weight : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x6xf32>
    -> tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32>, tensor<8x4xf32>, tensor<2xf32>
  return %grads#4 : tensor<2xf32>
}

// CHECK-LABEL: @span_attention_sources
func.func @span_attention_sources(%query: tensor<2x3x4x4xf32>, %keys: tensor<2x1x12x4xf32>, %reach: tensor<3xf32>, %table: tensor<3x8xf32>, %own: tensor<1x3x6x4xf32>,
    %state: tensor<2x1x5x4xf32>, %dy: tensor<2x3x4x4xf32>) -> (tensor<1x3x6x4xf32>, tensor<3x8xf32>) {
  // CHECK: weft.span_attention %{{[^(]*}} source_keys(%{{[^(]*}} : tensor<1x3x6x4xf32>, tensor<2x1x5x4xf32>)
  // CHECK-SAME: source_values(%{{[^(]*}} : tensor<1x3x6x4xf32>, tensor<2x1x5x4xf32>) reach 1 to <8> before_start zeros
  // CHECK-SAME: kinds [#weft.capture<per_head_by_distance>]
  // CHECK: } sources {
  // CHECK: }, {
  // CHECK: } : tensor<2x3x4x4xf32>, tensor<2x1x12x4xf32>
  %y, %stats = weft.span_attention %query, %keys, %keys
      source_keys(%own, %state : tensor<1x3x6x4xf32>, tensor<2x1x5x4xf32>)
      source_values(%own, %state : tensor<1x3x6x4xf32>, tensor<2x1x5x4xf32>) reach 1 to <8> before_start zeros
      captures(%table : tensor<3x8xf32>) kinds [#weft.capture<per_head_by_distance>] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %distance: f32, %i: f32, %j: f32, %bias: f32):
    %score = weft.add %content, %bias : f32
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %score, %present, %one : f32, i1, f32
  } sources {
  ^bb0(%content: f32, %i: f32, %n: f32, %bias: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  }, {
  ^bb0(%content: f32, %i: f32, %n: f32, %bias: f32):
    %present = weft.constant true
    %half = weft.constant 0.5 : f32
    weft.yield %content, %present, %half : f32, i1, f32
  } : tensor<2x3x4x4xf32>, tensor<2x1x12x4xf32>, tensor<2x1x12x4xf32> -> tensor<2x3x4x4xf32>, tensor<2x3x4x3xf32>
  // CHECK: weft.span_attention_grad %{{[^(]*}} source_keys({{.*}} reach 1 to <8> heads(%{{.*}} : tensor<3xf32>) before_start zeros
  // CHECK: } sources {
  %grads:8 = weft.span_attention_grad %query, %keys, %keys
      source_keys(%own, %state : tensor<1x3x6x4xf32>, tensor<2x1x5x4xf32>)
      source_values(%own, %state : tensor<1x3x6x4xf32>, tensor<2x1x5x4xf32>) reach 1 to <8> heads(%reach : tensor<3xf32>) before_start zeros
      captures(%table : tensor<3x8xf32>) kinds [#weft.capture<per_head_by_distance>] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %distance: f32, %i: f32, %j: f32, %bias: f32):
    %score = weft.add %content, %bias : f32
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %score, %present, %one : f32, i1, f32
  } sources {
  ^bb0(%content: f32, %i: f32, %n: f32, %bias: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  }, {
  ^bb0(%content: f32, %i: f32, %n: f32, %bias: f32):
    %present = weft.constant true
    %half = weft.constant 0.5 : f32
    weft.yield %content, %present, %half : f32, i1, f32
  } : tensor<2x3x4x4xf32>, tensor<2x1x12x4xf32>, tensor<2x1x12x4xf32>, tensor<2x3x4x3xf32>, tensor<2x3x4x4xf32>
    -> tensor<2x3x4x4xf32>, tensor<2x1x12x4xf32>, tensor<2x1x12x4xf32>, tensor<1x3x6x4xf32>, tensor<2x1x5x4xf32>,
       tensor<1x3x6x4xf32>, tensor<2x1x5x4xf32>, tensor<3x8xf32>
  return %grads#3, %grads#7 : tensor<1x3x6x4xf32>, tensor<3x8xf32>
}

// CHECK-LABEL: @recompute
func.func @recompute(%x: tensor<2x8xf32>, %key: tensor<4xi32>) -> tensor<2x8xf32> {
  // CHECK: weft.recompute(%{{.*}}, %{{.*}}) {
  // CHECK: } : (tensor<2x8xf32>, tensor<4xi32>) -> (tensor<2x8xf32>, tensor<2xf32>)
  %y, %sum = weft.recompute(%x, %key) {
  ^bb0(%a: tensor<2x8xf32>, %k: tensor<4xi32>):
    %dropped = weft.dropout %a, %k rate 0.2 id 7 : tensor<2x8xf32>, tensor<4xi32>
    %total = weft.sum %dropped axes [1] : tensor<2x8xf32> -> tensor<2xf32>
    weft.yield %dropped, %total : tensor<2x8xf32>, tensor<2xf32>
  } : (tensor<2x8xf32>, tensor<4xi32>) -> (tensor<2x8xf32>, tensor<2xf32>)
  // CHECK: weft.optimization_barrier %{{.*}} : tensor<2x8xf32>
  %again = weft.optimization_barrier %y : tensor<2x8xf32>
  return %again : tensor<2x8xf32>
}
