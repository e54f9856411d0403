// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels=sim %s
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=levels %s
// RUN: sed 's/bf16/f16/g' %s | weft-check --kernels=sim -
// RUN: sed 's/bf16/f16/g' %s | weft-check --kernels -
// RUN: sed 's/bf16/f16/g' %s | weft-check --kernels=levels -
// Attention whose factors are rounded to bf16, and the same in f16, forwards and backwards. Where f32 decides a rounding it can go the other way: an
// element then differs by 1/256 of a term. Results are scaled so that the bound of 1e-5 is 1e-2 of them; statistics are sums
// in f32 and are compared as they are.
func.func @span_between(%q: tensor<1x2x33x4xf32>, %k: tensor<1x2x70x4xf32>, %v: tensor<1x2x70x6xf32>, %p: tensor<37x4xf32>, %z: tensor<2xf32> {check.value = dense<[0.33, 0.77]> : tensor<2xf32>}, %dy: tensor<1x2x33x6xf32>)
    -> (tensor<1x2x33x6xf32>, tensor<1x2x33x3xf32>, tensor<1x2x33x4xf32>, tensor<1x2x70x4xf32>, tensor<1x2x70x6xf32>, tensor<37x4xf32>, tensor<2xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x2x33x4xf32> -> tensor<1x2x33x4xbf16>
  %rk = weft.cast %k : tensor<1x2x70x4xf32> -> tensor<1x2x70x4xbf16>
  %rv = weft.cast %v : tensor<1x2x70x6xf32> -> tensor<1x2x70x6xbf16>
  %rp = weft.cast %p : tensor<37x4xf32> -> tensor<37x4xbf16>
  %rdy = weft.cast %dy : tensor<1x2x33x6xf32> -> tensor<1x2x33x6xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<37x4xbf16>) reach 1 to #weft.size<37> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.7 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 37.0 : f32
    %ramp = weft.constant 5.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x2x33x4xbf16>, tensor<1x2x70x4xbf16>, tensor<1x2x70x6xbf16> -> tensor<1x2x33x6xf32>, tensor<1x2x33x3xf32>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %rq, %rk, %rv position(%rp : tensor<37x4xbf16>) reach 1 to #weft.size<37> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %rdy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.7 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 37.0 : f32
    %ramp = weft.constant 5.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x2x33x4xbf16>, tensor<1x2x70x4xbf16>, tensor<1x2x70x6xbf16>, tensor<1x2x33x3xf32>, tensor<1x2x33x6xbf16> -> tensor<1x2x33x4xf32>, tensor<1x2x70x4xf32>, tensor<1x2x70x6xf32>, tensor<37x4xf32>, tensor<2xf32>
  %y_unit = weft.constant dense<1.0e-3> : tensor<1x2x33x6xf32>
  %y_scaled = weft.mul %y, %y_unit : tensor<1x2x33x6xf32>
  %dq_unit = weft.constant dense<1.0e-3> : tensor<1x2x33x4xf32>
  %dq_scaled = weft.mul %dq, %dq_unit : tensor<1x2x33x4xf32>
  %dk_unit = weft.constant dense<1.0e-3> : tensor<1x2x70x4xf32>
  %dk_scaled = weft.mul %dk, %dk_unit : tensor<1x2x70x4xf32>
  %dv_unit = weft.constant dense<1.0e-3> : tensor<1x2x70x6xf32>
  %dv_scaled = weft.mul %dv, %dv_unit : tensor<1x2x70x6xf32>
  %dp_unit = weft.constant dense<1.0e-3> : tensor<37x4xf32>
  %dp_scaled = weft.mul %dp, %dp_unit : tensor<37x4xf32>
  %dz_unit = weft.constant dense<1.0e-3> : tensor<2xf32>
  %dz_scaled = weft.mul %dz, %dz_unit : tensor<2xf32>
  return %y_scaled, %stats, %dq_scaled, %dk_scaled, %dv_scaled, %dp_scaled, %dz_scaled : tensor<1x2x33x6xf32>, tensor<1x2x33x3xf32>, tensor<1x2x33x4xf32>, tensor<1x2x70x4xf32>, tensor<1x2x70x6xf32>, tensor<37x4xf32>, tensor<2xf32>
}
func.func @one_row(%q: tensor<1x2x1x8xf32>, %k: tensor<1x2x9x8xf32>, %v: tensor<1x2x9x8xf32>, %p: tensor<8x8xf32>, %z: tensor<2xf32> {check.value = dense<[0.4, 0.7]> : tensor<2xf32>}, %dy: tensor<1x2x1x8xf32>)
    -> (tensor<1x2x1x8xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x8xf32>, tensor<1x2x9x8xf32>, tensor<1x2x9x8xf32>, tensor<8x8xf32>, tensor<2xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x2x1x8xf32> -> tensor<1x2x1x8xbf16>
  %rk = weft.cast %k : tensor<1x2x9x8xf32> -> tensor<1x2x9x8xbf16>
  %rv = weft.cast %v : tensor<1x2x9x8xf32> -> tensor<1x2x9x8xbf16>
  %rp = weft.cast %p : tensor<8x8xf32> -> tensor<8x8xbf16>
  %rdy = weft.cast %dy : tensor<1x2x1x8xf32> -> tensor<1x2x1x8xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<8x8xbf16>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.7 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 8.0 : f32
    %ramp = weft.constant 2.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x2x1x8xbf16>, tensor<1x2x9x8xbf16>, tensor<1x2x9x8xbf16> -> tensor<1x2x1x8xf32>, tensor<1x2x1x3xf32>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %rq, %rk, %rv position(%rp : tensor<8x8xbf16>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %rdy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.7 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 8.0 : f32
    %ramp = weft.constant 2.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x2x1x8xbf16>, tensor<1x2x9x8xbf16>, tensor<1x2x9x8xbf16>, tensor<1x2x1x3xf32>, tensor<1x2x1x8xbf16> -> tensor<1x2x1x8xf32>, tensor<1x2x9x8xf32>, tensor<1x2x9x8xf32>, tensor<8x8xf32>, tensor<2xf32>
  %y_unit = weft.constant dense<1.0e-3> : tensor<1x2x1x8xf32>
  %y_scaled = weft.mul %y, %y_unit : tensor<1x2x1x8xf32>
  %dq_unit = weft.constant dense<1.0e-3> : tensor<1x2x1x8xf32>
  %dq_scaled = weft.mul %dq, %dq_unit : tensor<1x2x1x8xf32>
  %dk_unit = weft.constant dense<1.0e-3> : tensor<1x2x9x8xf32>
  %dk_scaled = weft.mul %dk, %dk_unit : tensor<1x2x9x8xf32>
  %dv_unit = weft.constant dense<1.0e-3> : tensor<1x2x9x8xf32>
  %dv_scaled = weft.mul %dv, %dv_unit : tensor<1x2x9x8xf32>
  %dp_unit = weft.constant dense<1.0e-3> : tensor<8x8xf32>
  %dp_scaled = weft.mul %dp, %dp_unit : tensor<8x8xf32>
  %dz_unit = weft.constant dense<1.0e-3> : tensor<2xf32>
  %dz_scaled = weft.mul %dz, %dz_unit : tensor<2xf32>
  return %y_scaled, %stats, %dq_scaled, %dk_scaled, %dv_scaled, %dp_scaled, %dz_scaled : tensor<1x2x1x8xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x8xf32>, tensor<1x2x9x8xf32>, tensor<1x2x9x8xf32>, tensor<8x8xf32>, tensor<2xf32>
}
func.func @short_cache(%q: tensor<1x2x5x4xf32>, %k: tensor<1x2x7x4xf32>, %v: tensor<1x2x7x3xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32> {check.value = dense<[0.3, 0.6]> : tensor<2xf32>}, %dy: tensor<1x2x5x3xf32>)
    -> (tensor<1x2x5x3xf32>, tensor<1x2x5x3xf32>, tensor<1x2x5x4xf32>, tensor<1x2x7x4xf32>, tensor<1x2x7x3xf32>, tensor<8x4xf32>, tensor<2xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x2x5x4xf32> -> tensor<1x2x5x4xbf16>
  %rk = weft.cast %k : tensor<1x2x7x4xf32> -> tensor<1x2x7x4xbf16>
  %rv = weft.cast %v : tensor<1x2x7x3xf32> -> tensor<1x2x7x3xbf16>
  %rp = weft.cast %p : tensor<8x4xf32> -> tensor<8x4xbf16>
  %rdy = weft.cast %dy : tensor<1x2x5x3xf32> -> tensor<1x2x5x3xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<8x4xbf16>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.7 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 8.0 : f32
    %ramp = weft.constant 4.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x2x5x4xbf16>, tensor<1x2x7x4xbf16>, tensor<1x2x7x3xbf16> -> tensor<1x2x5x3xf32>, tensor<1x2x5x3xf32>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %rq, %rk, %rv position(%rp : tensor<8x4xbf16>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %rdy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.7 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 8.0 : f32
    %ramp = weft.constant 4.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x2x5x4xbf16>, tensor<1x2x7x4xbf16>, tensor<1x2x7x3xbf16>, tensor<1x2x5x3xf32>, tensor<1x2x5x3xbf16> -> tensor<1x2x5x4xf32>, tensor<1x2x7x4xf32>, tensor<1x2x7x3xf32>, tensor<8x4xf32>, tensor<2xf32>
  %y_unit = weft.constant dense<1.0e-3> : tensor<1x2x5x3xf32>
  %y_scaled = weft.mul %y, %y_unit : tensor<1x2x5x3xf32>
  %dq_unit = weft.constant dense<1.0e-3> : tensor<1x2x5x4xf32>
  %dq_scaled = weft.mul %dq, %dq_unit : tensor<1x2x5x4xf32>
  %dk_unit = weft.constant dense<1.0e-3> : tensor<1x2x7x4xf32>
  %dk_scaled = weft.mul %dk, %dk_unit : tensor<1x2x7x4xf32>
  %dv_unit = weft.constant dense<1.0e-3> : tensor<1x2x7x3xf32>
  %dv_scaled = weft.mul %dv, %dv_unit : tensor<1x2x7x3xf32>
  %dp_unit = weft.constant dense<1.0e-3> : tensor<8x4xf32>
  %dp_scaled = weft.mul %dp, %dp_unit : tensor<8x4xf32>
  %dz_unit = weft.constant dense<1.0e-3> : tensor<2xf32>
  %dz_scaled = weft.mul %dz, %dz_unit : tensor<2xf32>
  return %y_scaled, %stats, %dq_scaled, %dk_scaled, %dv_scaled, %dp_scaled, %dz_scaled : tensor<1x2x5x3xf32>, tensor<1x2x5x3xf32>, tensor<1x2x5x4xf32>, tensor<1x2x7x4xf32>, tensor<1x2x7x3xf32>, tensor<8x4xf32>, tensor<2xf32>
}
func.func @dropout(%q: tensor<2x2x7x4xf32>, %k: tensor<2x2x15x4xf32>, %v: tensor<2x2x15x3xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32> {check.value = dense<[0.3, 0.6]> : tensor<2xf32>}, %dy: tensor<2x2x7x3xf32>, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 4]> : tensor<4xi32>})
    -> (tensor<2x2x7x3xf32>, tensor<2x2x7x3xf32>, tensor<2x2x7x4xf32>, tensor<2x2x15x4xf32>, tensor<2x2x15x3xf32>, tensor<8x4xf32>, tensor<2xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<2x2x7x4xf32> -> tensor<2x2x7x4xbf16>
  %rk = weft.cast %k : tensor<2x2x15x4xf32> -> tensor<2x2x15x4xbf16>
  %rv = weft.cast %v : tensor<2x2x15x3xf32> -> tensor<2x2x15x3xbf16>
  %rp = weft.cast %p : tensor<8x4xf32> -> tensor<8x4xbf16>
  %rdy = weft.cast %dy : tensor<2x2x7x3xf32> -> tensor<2x2x7x3xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<8x4xbf16>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.7 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 8.0 : f32
    %ramp = weft.constant 4.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<2x2x7x4xbf16>, tensor<2x2x15x4xbf16>, tensor<2x2x15x3xbf16> -> tensor<2x2x7x3xf32>, tensor<2x2x7x3xf32>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %rq, %rk, %rv position(%rp : tensor<8x4xbf16>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) given %y, %stats, %rdy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.7 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 8.0 : f32
    %ramp = weft.constant 4.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<2x2x7x4xbf16>, tensor<2x2x15x4xbf16>, tensor<2x2x15x3xbf16>, tensor<2x2x7x3xf32>, tensor<2x2x7x3xbf16> -> tensor<2x2x7x4xf32>, tensor<2x2x15x4xf32>, tensor<2x2x15x3xf32>, tensor<8x4xf32>, tensor<2xf32>
  %y_unit = weft.constant dense<1.0e-3> : tensor<2x2x7x3xf32>
  %y_scaled = weft.mul %y, %y_unit : tensor<2x2x7x3xf32>
  %dq_unit = weft.constant dense<1.0e-3> : tensor<2x2x7x4xf32>
  %dq_scaled = weft.mul %dq, %dq_unit : tensor<2x2x7x4xf32>
  %dk_unit = weft.constant dense<1.0e-3> : tensor<2x2x15x4xf32>
  %dk_scaled = weft.mul %dk, %dk_unit : tensor<2x2x15x4xf32>
  %dv_unit = weft.constant dense<1.0e-3> : tensor<2x2x15x3xf32>
  %dv_scaled = weft.mul %dv, %dv_unit : tensor<2x2x15x3xf32>
  %dp_unit = weft.constant dense<1.0e-3> : tensor<8x4xf32>
  %dp_scaled = weft.mul %dp, %dp_unit : tensor<8x4xf32>
  %dz_unit = weft.constant dense<1.0e-3> : tensor<2xf32>
  %dz_scaled = weft.mul %dz, %dz_unit : tensor<2xf32>
  return %y_scaled, %stats, %dq_scaled, %dk_scaled, %dv_scaled, %dp_scaled, %dz_scaled : tensor<2x2x7x3xf32>, tensor<2x2x7x3xf32>, tensor<2x2x7x4xf32>, tensor<2x2x15x4xf32>, tensor<2x2x15x3xf32>, tensor<8x4xf32>, tensor<2xf32>
}
func.func @single(%q: tensor<1x2x32x8xf32>, %k: tensor<1x2x64x8xf32>, %v: tensor<1x2x64x8xf32>, %p: tensor<32x8xf32>, %z: tensor<2xf32> {check.value = dense<[0.3, 0.6]> : tensor<2xf32>}, %dy: tensor<1x2x32x8xf32>)
    -> (tensor<1x2x32x8xf32>, tensor<1x2x32x3xf32>, tensor<1x2x32x8xf32>, tensor<1x2x64x8xf32>, tensor<1x2x64x8xf32>, tensor<32x8xf32>, tensor<2xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x2x32x8xf32> -> tensor<1x2x32x8xbf16>
  %rk = weft.cast %k : tensor<1x2x64x8xf32> -> tensor<1x2x64x8xbf16>
  %rv = weft.cast %v : tensor<1x2x64x8xf32> -> tensor<1x2x64x8xbf16>
  %rp = weft.cast %p : tensor<32x8xf32> -> tensor<32x8xbf16>
  %rdy = weft.cast %dy : tensor<1x2x32x8xf32> -> tensor<1x2x32x8xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<32x8xbf16>) reach 1 to #weft.size<32> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.7 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 32.0 : f32
    %ramp = weft.constant 8.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x2x32x8xbf16>, tensor<1x2x64x8xbf16>, tensor<1x2x64x8xbf16> -> tensor<1x2x32x8xf32>, tensor<1x2x32x3xf32>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %rq, %rk, %rv position(%rp : tensor<32x8xbf16>) reach 1 to #weft.size<32> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %rdy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.7 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %reach = weft.constant 32.0 : f32
    %ramp = weft.constant 8.0 : f32
    %zs = weft.mul %zh, %reach : f32
    %past = weft.sub %zs, %d : f32
    %shifted = weft.add %past, %one : f32
    %sloped = weft.div %shifted, %ramp : f32
    %raw = weft.add %sloped, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x2x32x8xbf16>, tensor<1x2x64x8xbf16>, tensor<1x2x64x8xbf16>, tensor<1x2x32x3xf32>, tensor<1x2x32x8xbf16> -> tensor<1x2x32x8xf32>, tensor<1x2x64x8xf32>, tensor<1x2x64x8xf32>, tensor<32x8xf32>, tensor<2xf32>
  %y_unit = weft.constant dense<1.0e-3> : tensor<1x2x32x8xf32>
  %y_scaled = weft.mul %y, %y_unit : tensor<1x2x32x8xf32>
  %dq_unit = weft.constant dense<1.0e-3> : tensor<1x2x32x8xf32>
  %dq_scaled = weft.mul %dq, %dq_unit : tensor<1x2x32x8xf32>
  %dk_unit = weft.constant dense<1.0e-3> : tensor<1x2x64x8xf32>
  %dk_scaled = weft.mul %dk, %dk_unit : tensor<1x2x64x8xf32>
  %dv_unit = weft.constant dense<1.0e-3> : tensor<1x2x64x8xf32>
  %dv_scaled = weft.mul %dv, %dv_unit : tensor<1x2x64x8xf32>
  %dp_unit = weft.constant dense<1.0e-3> : tensor<32x8xf32>
  %dp_scaled = weft.mul %dp, %dp_unit : tensor<32x8xf32>
  %dz_unit = weft.constant dense<1.0e-3> : tensor<2xf32>
  %dz_scaled = weft.mul %dz, %dz_unit : tensor<2xf32>
  return %y_scaled, %stats, %dq_scaled, %dk_scaled, %dv_scaled, %dp_scaled, %dz_scaled : tensor<1x2x32x8xf32>, tensor<1x2x32x3xf32>, tensor<1x2x32x8xf32>, tensor<1x2x64x8xf32>, tensor<1x2x64x8xf32>, tensor<32x8xf32>, tensor<2xf32>
}
func.func @persistent(%q: tensor<2x2x5x4xf32>, %k: tensor<2x2x9x4xf32>, %v: tensor<2x2x9x3xf32>, %p: tensor<8x4xf32>, %sk0: tensor<1x2x6x4xf32>, %sv0: tensor<1x2x6x3xf32>, %z: tensor<2xf32> {check.value = dense<[0.25, 0.55]> : tensor<2xf32>}, %dy: tensor<2x2x5x3xf32>)
    -> (tensor<2x2x5x3xf32>, tensor<2x2x5x3xf32>, tensor<2x2x5x4xf32>, tensor<2x2x9x4xf32>, tensor<2x2x9x3xf32>, tensor<8x4xf32>, tensor<1x2x6x4xf32>, tensor<1x2x6x3xf32>, tensor<2xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<2x2x5x4xf32> -> tensor<2x2x5x4xbf16>
  %rk = weft.cast %k : tensor<2x2x9x4xf32> -> tensor<2x2x9x4xbf16>
  %rv = weft.cast %v : tensor<2x2x9x3xf32> -> tensor<2x2x9x3xbf16>
  %rp = weft.cast %p : tensor<8x4xf32> -> tensor<8x4xbf16>
  %rsk0 = weft.cast %sk0 : tensor<1x2x6x4xf32> -> tensor<1x2x6x4xbf16>
  %rsv0 = weft.cast %sv0 : tensor<1x2x6x3xf32> -> tensor<1x2x6x3xbf16>
  %rdy = weft.cast %dy : tensor<2x2x5x3xf32> -> tensor<2x2x5x3xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<8x4xbf16>)
      source_keys(%rsk0 : tensor<1x2x6x4xbf16>)
      source_values(%rsv0 : tensor<1x2x6x3xbf16>)
      reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %z_: f32):
    %sum = weft.add %content, %relative : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %bound = weft.constant 8.0 : f32
    %ramp = weft.constant 3.0 : f32
    %reach = weft.mul %z_, %bound : f32
    %before = weft.sub %one, %d : f32
    %left = weft.add %before, %reach : f32
    %ratio = weft.div %left, %ramp : f32
    %raw = weft.add %ratio, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %sum, %true, %m : f32, i1, f32
  } sources {
  ^bb0(%content: f32, %i: f32, %n: f32, %z_: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<2x2x5x4xbf16>, tensor<2x2x9x4xbf16>, tensor<2x2x9x3xbf16> -> tensor<2x2x5x3xf32>, tensor<2x2x5x3xf32>
  %dq, %dk, %dv, %dp, %dsk0, %dsv0, %dz = weft.span_attention_grad %rq, %rk, %rv position(%rp : tensor<8x4xbf16>)
      source_keys(%rsk0 : tensor<1x2x6x4xbf16>)
      source_values(%rsv0 : tensor<1x2x6x3xbf16>)
      reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %rdy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %z_: f32):
    %sum = weft.add %content, %relative : f32
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %bound = weft.constant 8.0 : f32
    %ramp = weft.constant 3.0 : f32
    %reach = weft.mul %z_, %bound : f32
    %before = weft.sub %one, %d : f32
    %left = weft.add %before, %reach : f32
    %ratio = weft.div %left, %ramp : f32
    %raw = weft.add %ratio, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %sum, %true, %m : f32, i1, f32
  } sources {
  ^bb0(%content: f32, %i: f32, %n: f32, %z_: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<2x2x5x4xbf16>, tensor<2x2x9x4xbf16>, tensor<2x2x9x3xbf16>, tensor<2x2x5x3xf32>, tensor<2x2x5x3xbf16>
    -> tensor<2x2x5x4xf32>, tensor<2x2x9x4xf32>, tensor<2x2x9x3xf32>, tensor<8x4xf32>, tensor<1x2x6x4xf32>, tensor<1x2x6x3xf32>, tensor<2xf32>
  %y_unit = weft.constant dense<1.0e-3> : tensor<2x2x5x3xf32>
  %y_scaled = weft.mul %y, %y_unit : tensor<2x2x5x3xf32>
  %dq_unit = weft.constant dense<1.0e-3> : tensor<2x2x5x4xf32>
  %dq_scaled = weft.mul %dq, %dq_unit : tensor<2x2x5x4xf32>
  %dk_unit = weft.constant dense<1.0e-3> : tensor<2x2x9x4xf32>
  %dk_scaled = weft.mul %dk, %dk_unit : tensor<2x2x9x4xf32>
  %dv_unit = weft.constant dense<1.0e-3> : tensor<2x2x9x3xf32>
  %dv_scaled = weft.mul %dv, %dv_unit : tensor<2x2x9x3xf32>
  %dp_unit = weft.constant dense<1.0e-3> : tensor<8x4xf32>
  %dp_scaled = weft.mul %dp, %dp_unit : tensor<8x4xf32>
  %dsk0_unit = weft.constant dense<1.0e-3> : tensor<1x2x6x4xf32>
  %dsk0_scaled = weft.mul %dsk0, %dsk0_unit : tensor<1x2x6x4xf32>
  %dsv0_unit = weft.constant dense<1.0e-3> : tensor<1x2x6x3xf32>
  %dsv0_scaled = weft.mul %dsv0, %dsv0_unit : tensor<1x2x6x3xf32>
  %dz_unit = weft.constant dense<1.0e-3> : tensor<2xf32>
  %dz_scaled = weft.mul %dz, %dz_unit : tensor<2xf32>
  return %y_scaled, %stats, %dq_scaled, %dk_scaled, %dv_scaled, %dp_scaled, %dsk0_scaled, %dsv0_scaled, %dz_scaled : tensor<2x2x5x3xf32>, tensor<2x2x5x3xf32>, tensor<2x2x5x4xf32>, tensor<2x2x9x4xf32>, tensor<2x2x9x3xf32>, tensor<8x4xf32>, tensor<1x2x6x4xf32>, tensor<1x2x6x3xf32>, tensor<2xf32>
}
func.func @multi_query(%q: tensor<2x3x5x4xf32>, %k: tensor<2x1x9x4xf32>, %v: tensor<2x1x9x4xf32>, %dy: tensor<2x3x5x4xf32>)
    -> (tensor<2x3x5x4xf32>, tensor<2x3x5x3xf32>, tensor<2x3x5x4xf32>, tensor<2x1x9x4xf32>, tensor<2x1x9x4xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<2x3x5x4xf32> -> tensor<2x3x5x4xbf16>
  %rk = weft.cast %k : tensor<2x1x9x4xf32> -> tensor<2x1x9x4xbf16>
  %rv = weft.cast %v : tensor<2x1x9x4xf32> -> tensor<2x1x9x4xbf16>
  %rdy = weft.cast %dy : tensor<2x3x5x4xf32> -> tensor<2x3x5x4xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv
      reach 0 to #weft.size<8> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<2x3x5x4xbf16>, tensor<2x1x9x4xbf16>, tensor<2x1x9x4xbf16> -> tensor<2x3x5x4xf32>, tensor<2x3x5x3xf32>
  %dq, %dk, %dv = weft.span_attention_grad %rq, %rk, %rv
      reach 0 to #weft.size<8> before_start masked kinds [] epsilon 0.0 given %y, %stats, %rdy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<2x3x5x4xbf16>, tensor<2x1x9x4xbf16>, tensor<2x1x9x4xbf16>, tensor<2x3x5x3xf32>, tensor<2x3x5x4xbf16>
    -> tensor<2x3x5x4xf32>, tensor<2x1x9x4xf32>, tensor<2x1x9x4xf32>
  %y_unit = weft.constant dense<1.0e-3> : tensor<2x3x5x4xf32>
  %y_scaled = weft.mul %y, %y_unit : tensor<2x3x5x4xf32>
  %dq_unit = weft.constant dense<1.0e-3> : tensor<2x3x5x4xf32>
  %dq_scaled = weft.mul %dq, %dq_unit : tensor<2x3x5x4xf32>
  %dk_unit = weft.constant dense<1.0e-3> : tensor<2x1x9x4xf32>
  %dk_scaled = weft.mul %dk, %dk_unit : tensor<2x1x9x4xf32>
  %dv_unit = weft.constant dense<1.0e-3> : tensor<2x1x9x4xf32>
  %dv_scaled = weft.mul %dv, %dv_unit : tensor<2x1x9x4xf32>
  return %y_scaled, %stats, %dq_scaled, %dk_scaled, %dv_scaled : tensor<2x3x5x4xf32>, tensor<2x3x5x3xf32>, tensor<2x3x5x4xf32>, tensor<2x1x9x4xf32>, tensor<2x1x9x4xf32>
}
func.func @wide(%q: tensor<1x3x37x4xf32>, %k: tensor<1x3x700x4xf32>, %v: tensor<1x3x700x3xf32>, %p: tensor<600x4xf32>, %z: tensor<3xf32> {check.value = dense<[7.5, 400.0, 620.0]> : tensor<3xf32>}, %reach: tensor<3xf32> {check.value = dense<[7.5, 401.0, 700.0]> : tensor<3xf32>}, %dy: tensor<1x3x37x3xf32>)
    -> (tensor<1x3x37x3xf32>, tensor<1x3x37x3xf32>, tensor<1x3x37x4xf32>, tensor<1x3x700x4xf32>, tensor<1x3x700x3xf32>, tensor<600x4xf32>, tensor<3xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x3x37x4xf32> -> tensor<1x3x37x4xbf16>
  %rk = weft.cast %k : tensor<1x3x700x4xf32> -> tensor<1x3x700x4xbf16>
  %rv = weft.cast %v : tensor<1x3x700x3xf32> -> tensor<1x3x700x3xbf16>
  %rp = weft.cast %p : tensor<600x4xf32> -> tensor<600x4xbf16>
  %rdy = weft.cast %dy : tensor<1x3x37x3xf32> -> tensor<1x3x37x3xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<600x4xbf16>) reach 1 to #weft.size<600> heads(%reach : tensor<3xf32>) before_start zeros
      captures(%z : tensor<3xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.5 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %slope = weft.constant 0.125 : f32
    %past = weft.sub %zh, %d : f32
    %raw = weft.mul %past, %slope : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x3x37x4xbf16>, tensor<1x3x700x4xbf16>, tensor<1x3x700x3xbf16> -> tensor<1x3x37x3xf32>, tensor<1x3x37x3xf32>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %rq, %rk, %rv position(%rp : tensor<600x4xbf16>) reach 1 to #weft.size<600> heads(%reach : tensor<3xf32>) before_start zeros
      captures(%z : tensor<3xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %rdy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.5 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %slope = weft.constant 0.125 : f32
    %past = weft.sub %zh, %d : f32
    %raw = weft.mul %past, %slope : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x3x37x4xbf16>, tensor<1x3x700x4xbf16>, tensor<1x3x700x3xbf16>, tensor<1x3x37x3xf32>, tensor<1x3x37x3xbf16> -> tensor<1x3x37x4xf32>, tensor<1x3x700x4xf32>, tensor<1x3x700x3xf32>, tensor<600x4xf32>, tensor<3xf32>
  %y_unit = weft.constant dense<1.0e-3> : tensor<1x3x37x3xf32>
  %y_scaled = weft.mul %y, %y_unit : tensor<1x3x37x3xf32>
  %dq_unit = weft.constant dense<1.0e-3> : tensor<1x3x37x4xf32>
  %dq_scaled = weft.mul %dq, %dq_unit : tensor<1x3x37x4xf32>
  %dk_unit = weft.constant dense<1.0e-3> : tensor<1x3x700x4xf32>
  %dk_scaled = weft.mul %dk, %dk_unit : tensor<1x3x700x4xf32>
  %dv_unit = weft.constant dense<1.0e-3> : tensor<1x3x700x3xf32>
  %dv_scaled = weft.mul %dv, %dv_unit : tensor<1x3x700x3xf32>
  %dp_unit = weft.constant dense<1.0e-3> : tensor<600x4xf32>
  %dp_scaled = weft.mul %dp, %dp_unit : tensor<600x4xf32>
  %dz_unit = weft.constant dense<1.0e-3> : tensor<3xf32>
  %dz_scaled = weft.mul %dz, %dz_unit : tensor<3xf32>
  return %y_scaled, %stats, %dq_scaled, %dk_scaled, %dv_scaled, %dp_scaled, %dz_scaled : tensor<1x3x37x3xf32>, tensor<1x3x37x3xf32>, tensor<1x3x37x4xf32>, tensor<1x3x700x4xf32>, tensor<1x3x700x3xf32>, tensor<600x4xf32>, tensor<3xf32>
}
// Tiles of 64 x 32, which damage leaves as they are: each warp has the scores of its rows, whose exponentials go on to the
// product with the values in registers.
func.func @whole_rows(%q: tensor<1x1x66x16xf32>, %k: tensor<1x1x70x16xf32>, %v: tensor<1x1x70x24xf32>)
    -> (tensor<1x1x66x24xf32>, tensor<1x1x66x3xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x1x66x16xf32> -> tensor<1x1x66x16xbf16>
  %rk = weft.cast %k : tensor<1x1x70x16xf32> -> tensor<1x1x70x16xbf16>
  %rv = weft.cast %v : tensor<1x1x70x24xf32> -> tensor<1x1x70x24xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv reach 0 to #weft.size<37> before_start masked kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } {schedule = {rows = 64 : i64, cols = 32 : i64, depth = 1 : i64}} : tensor<1x1x66x16xbf16>, tensor<1x1x70x16xbf16>, tensor<1x1x70x24xbf16> -> tensor<1x1x66x24xf32>, tensor<1x1x66x3xf32>
  %y_unit = weft.constant dense<1.0e-3> : tensor<1x1x66x24xf32>
  %y_scaled = weft.mul %y, %y_unit : tensor<1x1x66x24xf32>
  return %y_scaled, %stats : tensor<1x1x66x24xf32>, tensor<1x1x66x3xf32>
}
