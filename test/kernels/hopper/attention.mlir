// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels=sim:sm_90a %s
// RUN: sed 's/bf16/f16/g' %s | weft-check --kernels=sim:sm_90a -
// Attention of one warp group, 64 queries a tile: one below, at and one above it, and more than one; causal windows; relative keys and soft spans;
// features that are half a step of a product too many, or two panels wide; further sources; dropout; blocks. Results are scaled as in
// span_attention_bf16.mlir.
func.func @causal(%q: tensor<1x2x64x64xf32>, %k: tensor<1x2x64x64xf32>, %v: tensor<1x2x64x64xf32>)
    -> (tensor<1x2x64x64xf32>, tensor<1x2x64x3xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x2x64x64xf32> -> tensor<1x2x64x64xbf16>
  %rk = weft.cast %k : tensor<1x2x64x64xf32> -> tensor<1x2x64x64xbf16>
  %rv = weft.cast %v : tensor<1x2x64x64xf32> -> tensor<1x2x64x64xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv reach 0 to #weft.size<63> before_start masked kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %scale = weft.constant 0.35 : f32
    %score = weft.mul %content, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %score, %true, %one : f32, i1, f32
  } : tensor<1x2x64x64xbf16>, tensor<1x2x64x64xbf16>, tensor<1x2x64x64xbf16> -> tensor<1x2x64x64xf32>, tensor<1x2x64x3xf32>
  %unit = weft.constant dense<1.0e-3> : tensor<1x2x64x64xf32>
  %scaled = weft.mul %y, %unit : tensor<1x2x64x64xf32>
  return %scaled, %stats : tensor<1x2x64x64xf32>, tensor<1x2x64x3xf32>
}
func.func @below(%q: tensor<1x2x63x32xf32>, %k: tensor<1x2x140x32xf32>, %v: tensor<1x2x140x40xf32>, %p: tensor<77x32xf32>, %z: tensor<2xf32> {check.value = dense<[0.33, 0.77]> : tensor<2xf32>})
    -> (tensor<1x2x63x40xf32>, tensor<1x2x63x3xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x2x63x32xf32> -> tensor<1x2x63x32xbf16>
  %rk = weft.cast %k : tensor<1x2x140x32xf32> -> tensor<1x2x140x32xbf16>
  %rv = weft.cast %v : tensor<1x2x140x40xf32> -> tensor<1x2x140x40xbf16>
  %rp = weft.cast %p : tensor<77x32xf32> -> tensor<77x32xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<77x32xbf16>) reach 1 to #weft.size<77> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %sum = weft.add %content, %relative : f32
    %scale = weft.constant 0.35 : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 77.0 : f32
    %ramp = weft.constant 8.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x2x63x32xbf16>, tensor<1x2x140x32xbf16>, tensor<1x2x140x40xbf16> -> tensor<1x2x63x40xf32>, tensor<1x2x63x3xf32>
  %unit = weft.constant dense<1.0e-3> : tensor<1x2x63x40xf32>
  %scaled = weft.mul %y, %unit : tensor<1x2x63x40xf32>
  return %scaled, %stats : tensor<1x2x63x40xf32>, tensor<1x2x63x3xf32>
}
func.func @above(%q: tensor<1x1x65x16xf32>, %k: tensor<1x1x130x16xf32>, %v: tensor<1x1x130x16xf32>, %p: tensor<66x16xf32>)
    -> (tensor<1x1x65x16xf32>, tensor<1x1x65x3xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x1x65x16xf32> -> tensor<1x1x65x16xbf16>
  %rk = weft.cast %k : tensor<1x1x130x16xf32> -> tensor<1x1x130x16xbf16>
  %rv = weft.cast %v : tensor<1x1x130x16xf32> -> tensor<1x1x130x16xbf16>
  %rp = weft.cast %p : tensor<66x16xf32> -> tensor<66x16xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<66x16xbf16>) reach 0 to #weft.size<65> before_start masked kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %sum = weft.add %content, %relative : f32
    %scale = weft.constant 0.35 : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %score, %true, %one : f32, i1, f32
  } : tensor<1x1x65x16xbf16>, tensor<1x1x130x16xbf16>, tensor<1x1x130x16xbf16> -> tensor<1x1x65x16xf32>, tensor<1x1x65x3xf32>
  %unit = weft.constant dense<1.0e-3> : tensor<1x1x65x16xf32>
  %scaled = weft.mul %y, %unit : tensor<1x1x65x16xf32>
  return %scaled, %stats : tensor<1x1x65x16xf32>, tensor<1x1x65x3xf32>
}
func.func @two_tiles(%q: tensor<2x1x128x64xf32>, %k: tensor<2x1x191x64xf32>, %v: tensor<2x1x191x64xf32>, %p: tensor<63x64xf32>, %z: tensor<1xf32> {check.value = dense<[0.33]> : tensor<1xf32>})
    -> (tensor<2x1x128x64xf32>, tensor<2x1x128x3xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<2x1x128x64xf32> -> tensor<2x1x128x64xbf16>
  %rk = weft.cast %k : tensor<2x1x191x64xf32> -> tensor<2x1x191x64xbf16>
  %rv = weft.cast %v : tensor<2x1x191x64xf32> -> tensor<2x1x191x64xbf16>
  %rp = weft.cast %p : tensor<63x64xf32> -> tensor<63x64xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<63x64xbf16>) reach 1 to #weft.size<63> before_start zeros
      captures(%z : tensor<1xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %sum = weft.add %content, %relative : f32
    %scale = weft.constant 0.35 : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 63.0 : f32
    %ramp = weft.constant 8.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<2x1x128x64xbf16>, tensor<2x1x191x64xbf16>, tensor<2x1x191x64xbf16> -> tensor<2x1x128x64xf32>, tensor<2x1x128x3xf32>
  %unit = weft.constant dense<1.0e-3> : tensor<2x1x128x64xf32>
  %scaled = weft.mul %y, %unit : tensor<2x1x128x64xf32>
  return %scaled, %stats : tensor<2x1x128x64xf32>, tensor<2x1x128x3xf32>
}
func.func @two_panels(%q: tensor<1x1x64x128xf32>, %k: tensor<1x1x127x128xf32>, %v: tensor<1x1x127x136xf32>, %p: tensor<63x128xf32>, %z: tensor<1xf32> {check.value = dense<[0.33]> : tensor<1xf32>})
    -> (tensor<1x1x64x136xf32>, tensor<1x1x64x3xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x1x64x128xf32> -> tensor<1x1x64x128xbf16>
  %rk = weft.cast %k : tensor<1x1x127x128xf32> -> tensor<1x1x127x128xbf16>
  %rv = weft.cast %v : tensor<1x1x127x136xf32> -> tensor<1x1x127x136xbf16>
  %rp = weft.cast %p : tensor<63x128xf32> -> tensor<63x128xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<63x128xbf16>) reach 1 to #weft.size<63> before_start zeros
      captures(%z : tensor<1xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %sum = weft.add %content, %relative : f32
    %scale = weft.constant 0.35 : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 63.0 : f32
    %ramp = weft.constant 8.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x1x64x128xbf16>, tensor<1x1x127x128xbf16>, tensor<1x1x127x136xbf16> -> tensor<1x1x64x136xf32>, tensor<1x1x64x3xf32>
  %unit = weft.constant dense<1.0e-3> : tensor<1x1x64x136xf32>
  %scaled = weft.mul %y, %unit : tensor<1x1x64x136xf32>
  return %scaled, %stats : tensor<1x1x64x136xf32>, tensor<1x1x64x3xf32>
}
func.func @half_steps(%q: tensor<1x2x70x24xf32>, %k: tensor<1x2x110x24xf32>, %v: tensor<1x2x110x12xf32>, %p: tensor<40x24xf32>, %z: tensor<2xf32> {check.value = dense<[0.33, 0.77]> : tensor<2xf32>})
    -> (tensor<1x2x70x12xf32>, tensor<1x2x70x3xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x2x70x24xf32> -> tensor<1x2x70x24xbf16>
  %rk = weft.cast %k : tensor<1x2x110x24xf32> -> tensor<1x2x110x24xbf16>
  %rv = weft.cast %v : tensor<1x2x110x12xf32> -> tensor<1x2x110x12xbf16>
  %rp = weft.cast %p : tensor<40x24xf32> -> tensor<40x24xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<40x24xbf16>) reach 1 to #weft.size<40> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %sum = weft.add %content, %relative : f32
    %scale = weft.constant 0.35 : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 40.0 : f32
    %ramp = weft.constant 8.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x2x70x24xbf16>, tensor<1x2x110x24xbf16>, tensor<1x2x110x12xbf16> -> tensor<1x2x70x12xf32>, tensor<1x2x70x3xf32>
  %unit = weft.constant dense<1.0e-3> : tensor<1x2x70x12xf32>
  %scaled = weft.mul %y, %unit : tensor<1x2x70x12xf32>
  return %scaled, %stats : tensor<1x2x70x12xf32>, tensor<1x2x70x3xf32>
}
func.func @sources(%q: tensor<2x1x66x32xf32>, %k: tensor<2x1x100x32xf32>, %v: tensor<2x1x100x32xf32>, %p: tensor<34x32xf32>, %k0: tensor<1x1x40x32xf32>, %v0: tensor<1x1x40x32xf32>, %z: tensor<1xf32> {check.value = dense<[0.33]> : tensor<1xf32>})
    -> (tensor<2x1x66x32xf32>, tensor<2x1x66x3xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<2x1x66x32xf32> -> tensor<2x1x66x32xbf16>
  %rk = weft.cast %k : tensor<2x1x100x32xf32> -> tensor<2x1x100x32xbf16>
  %rv = weft.cast %v : tensor<2x1x100x32xf32> -> tensor<2x1x100x32xbf16>
  %rp = weft.cast %p : tensor<34x32xf32> -> tensor<34x32xbf16>
  %rk0 = weft.cast %k0 : tensor<1x1x40x32xf32> -> tensor<1x1x40x32xbf16>
  %rv0 = weft.cast %v0 : tensor<1x1x40x32xf32> -> tensor<1x1x40x32xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<34x32xbf16>)
      source_keys(%rk0 : tensor<1x1x40x32xbf16>)
      source_values(%rv0 : tensor<1x1x40x32xbf16>)
      reach 1 to #weft.size<34> before_start zeros
      captures(%z : tensor<1xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %sum = weft.add %content, %relative : f32
    %scale = weft.constant 0.35 : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 34.0 : f32
    %ramp = weft.constant 8.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } sources {
  ^bb0(%content: f32, %i: f32, %n: f32, %zh: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<2x1x66x32xbf16>, tensor<2x1x100x32xbf16>, tensor<2x1x100x32xbf16> -> tensor<2x1x66x32xf32>, tensor<2x1x66x3xf32>
  %unit = weft.constant dense<1.0e-3> : tensor<2x1x66x32xf32>
  %scaled = weft.mul %y, %unit : tensor<2x1x66x32xf32>
  return %scaled, %stats : tensor<2x1x66x32xf32>, tensor<2x1x66x3xf32>
}
func.func @dropout(%q: tensor<1x2x64x32xf32>, %k: tensor<1x2x100x32xf32>, %v: tensor<1x2x100x32xf32>, %p: tensor<36x32xf32>, %z: tensor<2xf32> {check.value = dense<[0.33, 0.77]> : tensor<2xf32>}, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 4]> : tensor<4xi32>})
    -> (tensor<1x2x64x32xf32>, tensor<1x2x64x3xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x2x64x32xf32> -> tensor<1x2x64x32xbf16>
  %rk = weft.cast %k : tensor<1x2x100x32xf32> -> tensor<1x2x100x32xbf16>
  %rv = weft.cast %v : tensor<1x2x100x32xf32> -> tensor<1x2x100x32xbf16>
  %rp = weft.cast %p : tensor<36x32xf32> -> tensor<36x32xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<36x32xbf16>) reach 1 to #weft.size<36> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %sum = weft.add %content, %relative : f32
    %scale = weft.constant 0.35 : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 36.0 : f32
    %ramp = weft.constant 8.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x2x64x32xbf16>, tensor<1x2x100x32xbf16>, tensor<1x2x100x32xbf16> -> tensor<1x2x64x32xf32>, tensor<1x2x64x3xf32>
  %unit = weft.constant dense<1.0e-3> : tensor<1x2x64x32xf32>
  %scaled = weft.mul %y, %unit : tensor<1x2x64x32xf32>
  return %scaled, %stats : tensor<1x2x64x32xf32>, tensor<1x2x64x3xf32>
}
func.func @blocks(%q: tensor<1x2x128x32xf32>, %k: tensor<1x2x128x32xf32>, %v: tensor<1x2x128x32xf32>)
    -> (tensor<1x2x128x32xf32>, tensor<1x2x128x3xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x2x128x32xf32> -> tensor<1x2x128x32xbf16>
  %rk = weft.cast %k : tensor<1x2x128x32xf32> -> tensor<1x2x128x32xbf16>
  %rv = weft.cast %v : tensor<1x2x128x32xf32> -> tensor<1x2x128x32xbf16>
  %y, %stats = weft.block_sparse_attention %rq, %rk, %rv layout <64, [window(64) | columns(64, 8, 0)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %scale = weft.constant 0.35 : f32
    %score = weft.mul %content, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %score, %true, %one : f32, i1, f32
  } : tensor<1x2x128x32xbf16>, tensor<1x2x128x32xbf16>, tensor<1x2x128x32xbf16> -> tensor<1x2x128x32xf32>, tensor<1x2x128x3xf32>
  %unit = weft.constant dense<1.0e-3> : tensor<1x2x128x32xf32>
  %scaled = weft.mul %y, %unit : tensor<1x2x128x32xf32>
  return %scaled, %stats : tensor<1x2x128x32xf32>, tensor<1x2x128x3xf32>
}
