// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// Adaptive span forwards and backwards: learned spans at their start, at integers (kinks of the clamp) and between;
// blocks of 32 rows and one more; empty, short and trimmed caches; dropout.
func.func @span_zero(%q: tensor<1x2x5x4xf64>, %k: tensor<1x2x9x4xf64>, %v: tensor<1x2x9x3xf64>, %p: tensor<4x4xf64>, %z: tensor<2xf64> {check.value = dense<[0.0, 0.0]> : tensor<2xf64>}, %dy: tensor<1x2x5x3xf64>)
    -> (tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x4xf64>, tensor<1x2x9x4xf64>, tensor<1x2x9x3xf64>, tensor<4x4xf64>, tensor<2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<4x4xf64>) reach 1 to #weft.size<4> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 4.0 : f64
    %ramp = weft.constant 2.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x5x4xf64>, tensor<1x2x9x4xf64>, tensor<1x2x9x3xf64> -> tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<4x4xf64>) reach 1 to #weft.size<4> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 4.0 : f64
    %ramp = weft.constant 2.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x5x4xf64>, tensor<1x2x9x4xf64>, tensor<1x2x9x3xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64> -> tensor<1x2x5x4xf64>, tensor<1x2x9x4xf64>, tensor<1x2x9x3xf64>, tensor<4x4xf64>, tensor<2xf64>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x4xf64>, tensor<1x2x9x4xf64>, tensor<1x2x9x3xf64>, tensor<4x4xf64>, tensor<2xf64>
}
func.func @span_integer(%q: tensor<2x2x5x4xf64>, %k: tensor<2x2x13x4xf64>, %v: tensor<2x2x13x3xf64>, %p: tensor<8x4xf64>, %z: tensor<2xf64> {check.value = dense<[0.25, 0.5]> : tensor<2xf64>}, %dy: tensor<2x2x5x3xf64>)
    -> (tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x4xf64>, tensor<2x2x13x4xf64>, tensor<2x2x13x3xf64>, tensor<8x4xf64>, tensor<2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf64>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 8.0 : f64
    %ramp = weft.constant 2.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<2x2x5x4xf64>, tensor<2x2x13x4xf64>, tensor<2x2x13x3xf64> -> tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<8x4xf64>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 8.0 : f64
    %ramp = weft.constant 2.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<2x2x5x4xf64>, tensor<2x2x13x4xf64>, tensor<2x2x13x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64> -> tensor<2x2x5x4xf64>, tensor<2x2x13x4xf64>, tensor<2x2x13x3xf64>, tensor<8x4xf64>, tensor<2xf64>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x4xf64>, tensor<2x2x13x4xf64>, tensor<2x2x13x3xf64>, tensor<8x4xf64>, tensor<2xf64>
}
func.func @span_between(%q: tensor<1x2x33x4xf64>, %k: tensor<1x2x70x4xf64>, %v: tensor<1x2x70x6xf64>, %p: tensor<37x4xf64>, %z: tensor<2xf64> {check.value = dense<[0.33, 0.77]> : tensor<2xf64>}, %dy: tensor<1x2x33x6xf64>)
    -> (tensor<1x2x33x6xf64>, tensor<1x2x33x3xf64>, tensor<1x2x33x4xf64>, tensor<1x2x70x4xf64>, tensor<1x2x70x6xf64>, tensor<37x4xf64>, tensor<2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<37x4xf64>) reach 1 to #weft.size<37> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 37.0 : f64
    %ramp = weft.constant 5.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x33x4xf64>, tensor<1x2x70x4xf64>, tensor<1x2x70x6xf64> -> tensor<1x2x33x6xf64>, tensor<1x2x33x3xf64>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<37x4xf64>) reach 1 to #weft.size<37> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 37.0 : f64
    %ramp = weft.constant 5.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x33x4xf64>, tensor<1x2x70x4xf64>, tensor<1x2x70x6xf64>, tensor<1x2x33x3xf64>, tensor<1x2x33x6xf64> -> tensor<1x2x33x4xf64>, tensor<1x2x70x4xf64>, tensor<1x2x70x6xf64>, tensor<37x4xf64>, tensor<2xf64>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<1x2x33x6xf64>, tensor<1x2x33x3xf64>, tensor<1x2x33x4xf64>, tensor<1x2x70x4xf64>, tensor<1x2x70x6xf64>, tensor<37x4xf64>, tensor<2xf64>
}
func.func @one_row(%q: tensor<1x2x1x8xf64>, %k: tensor<1x2x9x8xf64>, %v: tensor<1x2x9x8xf64>, %p: tensor<8x8xf64>, %z: tensor<2xf64> {check.value = dense<[0.4, 0.7]> : tensor<2xf64>}, %dy: tensor<1x2x1x8xf64>)
    -> (tensor<1x2x1x8xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x8xf64>, tensor<1x2x9x8xf64>, tensor<1x2x9x8xf64>, tensor<8x8xf64>, tensor<2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x8xf64>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 8.0 : f64
    %ramp = weft.constant 2.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x1x8xf64>, tensor<1x2x9x8xf64>, tensor<1x2x9x8xf64> -> tensor<1x2x1x8xf64>, tensor<1x2x1x3xf64>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<8x8xf64>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 8.0 : f64
    %ramp = weft.constant 2.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x1x8xf64>, tensor<1x2x9x8xf64>, tensor<1x2x9x8xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x8xf64> -> tensor<1x2x1x8xf64>, tensor<1x2x9x8xf64>, tensor<1x2x9x8xf64>, tensor<8x8xf64>, tensor<2xf64>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<1x2x1x8xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x8xf64>, tensor<1x2x9x8xf64>, tensor<1x2x9x8xf64>, tensor<8x8xf64>, tensor<2xf64>
}
func.func @short_cache(%q: tensor<1x2x5x4xf64>, %k: tensor<1x2x7x4xf64>, %v: tensor<1x2x7x3xf64>, %p: tensor<8x4xf64>, %z: tensor<2xf64> {check.value = dense<[0.3, 0.6]> : tensor<2xf64>}, %dy: tensor<1x2x5x3xf64>)
    -> (tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x4xf64>, tensor<1x2x7x4xf64>, tensor<1x2x7x3xf64>, tensor<8x4xf64>, tensor<2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf64>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 8.0 : f64
    %ramp = weft.constant 4.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x5x4xf64>, tensor<1x2x7x4xf64>, tensor<1x2x7x3xf64> -> tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<8x4xf64>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 8.0 : f64
    %ramp = weft.constant 4.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x5x4xf64>, tensor<1x2x7x4xf64>, tensor<1x2x7x3xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64> -> tensor<1x2x5x4xf64>, tensor<1x2x7x4xf64>, tensor<1x2x7x3xf64>, tensor<8x4xf64>, tensor<2xf64>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x4xf64>, tensor<1x2x7x4xf64>, tensor<1x2x7x3xf64>, tensor<8x4xf64>, tensor<2xf64>
}
func.func @masked_rows(%q: tensor<1x2x5x4xf64>, %k: tensor<1x2x5x4xf64>, %v: tensor<1x2x5x3xf64>, %p: tensor<8x4xf64>, %z: tensor<2xf64> {check.value = dense<[0.3, 0.6]> : tensor<2xf64>}, %dy: tensor<1x2x5x3xf64>)
    -> (tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64>, tensor<8x4xf64>, tensor<2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf64>) reach 1 to #weft.size<8> before_start masked
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 8.0 : f64
    %ramp = weft.constant 4.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x5x4xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64> -> tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<8x4xf64>) reach 1 to #weft.size<8> before_start masked
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 8.0 : f64
    %ramp = weft.constant 4.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x5x4xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64> -> tensor<1x2x5x4xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64>, tensor<8x4xf64>, tensor<2xf64>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64>, tensor<8x4xf64>, tensor<2xf64>
}
func.func @dropout(%q: tensor<2x2x7x4xf64>, %k: tensor<2x2x15x4xf64>, %v: tensor<2x2x15x3xf64>, %p: tensor<8x4xf64>, %z: tensor<2xf64> {check.value = dense<[0.3, 0.6]> : tensor<2xf64>}, %dy: tensor<2x2x7x3xf64>, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 4]> : tensor<4xi32>})
    -> (tensor<2x2x7x3xf64>, tensor<2x2x7x3xf64>, tensor<2x2x7x4xf64>, tensor<2x2x15x4xf64>, tensor<2x2x15x3xf64>, tensor<8x4xf64>, tensor<2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf64>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 8.0 : f64
    %ramp = weft.constant 4.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<2x2x7x4xf64>, tensor<2x2x15x4xf64>, tensor<2x2x15x3xf64> -> tensor<2x2x7x3xf64>, tensor<2x2x7x3xf64>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<8x4xf64>) reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 8.0 : f64
    %ramp = weft.constant 4.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<2x2x7x4xf64>, tensor<2x2x15x4xf64>, tensor<2x2x15x3xf64>, tensor<2x2x7x3xf64>, tensor<2x2x7x3xf64> -> tensor<2x2x7x4xf64>, tensor<2x2x15x4xf64>, tensor<2x2x15x3xf64>, tensor<8x4xf64>, tensor<2xf64>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<2x2x7x3xf64>, tensor<2x2x7x3xf64>, tensor<2x2x7x4xf64>, tensor<2x2x15x4xf64>, tensor<2x2x15x3xf64>, tensor<8x4xf64>, tensor<2xf64>
}
func.func @single(%q: tensor<1x2x32x8xf32>, %k: tensor<1x2x64x8xf32>, %v: tensor<1x2x64x8xf32>, %p: tensor<32x8xf32>, %z: tensor<2xf32> {check.value = dense<[0.3, 0.6]> : tensor<2xf32>}, %dy: tensor<1x2x32x8xf32>)
    -> (tensor<1x2x32x8xf32>, tensor<1x2x32x3xf32>, tensor<1x2x32x8xf32>, tensor<1x2x64x8xf32>, tensor<1x2x64x8xf32>, tensor<32x8xf32>, tensor<2xf32>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<32x8xf32>) reach 1 to #weft.size<32> before_start zeros
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
  } : tensor<1x2x32x8xf32>, tensor<1x2x64x8xf32>, tensor<1x2x64x8xf32> -> tensor<1x2x32x8xf32>, tensor<1x2x32x3xf32>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<32x8xf32>) reach 1 to #weft.size<32> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
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
  } : tensor<1x2x32x8xf32>, tensor<1x2x64x8xf32>, tensor<1x2x64x8xf32>, tensor<1x2x32x3xf32>, tensor<1x2x32x8xf32> -> tensor<1x2x32x8xf32>, tensor<1x2x64x8xf32>, tensor<1x2x64x8xf32>, tensor<32x8xf32>, tensor<2xf32>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<1x2x32x8xf32>, tensor<1x2x32x3xf32>, tensor<1x2x32x8xf32>, tensor<1x2x64x8xf32>, tensor<1x2x64x8xf32>, tensor<32x8xf32>, tensor<2xf32>
}
func.func @cache(%q: tensor<1x2x6x4xf64>, %k: tensor<1x2x?x4xf64, #weft.bounded<[1, 2, cache(40 by 1) + 6, 4]>>, %v: tensor<1x2x?x3xf64, #weft.bounded<[1, 2, cache(40 by 1) + 6, 3]>>, %p: tensor<40x4xf64>, %z: tensor<2xf64> {check.value = dense<[0.3, 0.6]> : tensor<2xf64>}, %dy: tensor<1x2x6x3xf64>)
    -> (tensor<1x2x6x3xf64>, tensor<1x2x6x3xf64>, tensor<1x2x6x4xf64>, tensor<1x2x?x4xf64, #weft.bounded<[1, 2, cache(40 by 1) + 6, 4]>>, tensor<1x2x?x3xf64, #weft.bounded<[1, 2, cache(40 by 1) + 6, 3]>>, tensor<40x4xf64>, tensor<2xf64>) attributes {check.kernel, check.sizes = [{cache = 0}, {cache = 1}, {cache = 17}, {cache = 40}]} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<40x4xf64>) reach 1 to #weft.size<40> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 40.0 : f64
    %ramp = weft.constant 8.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x6x4xf64>, tensor<1x2x?x4xf64, #weft.bounded<[1, 2, cache(40 by 1) + 6, 4]>>, tensor<1x2x?x3xf64, #weft.bounded<[1, 2, cache(40 by 1) + 6, 3]>> -> tensor<1x2x6x3xf64>, tensor<1x2x6x3xf64>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<40x4xf64>) reach 1 to #weft.size<40> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 40.0 : f64
    %ramp = weft.constant 8.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x6x4xf64>, tensor<1x2x?x4xf64, #weft.bounded<[1, 2, cache(40 by 1) + 6, 4]>>, tensor<1x2x?x3xf64, #weft.bounded<[1, 2, cache(40 by 1) + 6, 3]>>, tensor<1x2x6x3xf64>, tensor<1x2x6x3xf64> -> tensor<1x2x6x4xf64>, tensor<1x2x?x4xf64, #weft.bounded<[1, 2, cache(40 by 1) + 6, 4]>>, tensor<1x2x?x3xf64, #weft.bounded<[1, 2, cache(40 by 1) + 6, 3]>>, tensor<40x4xf64>, tensor<2xf64>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<1x2x6x3xf64>, tensor<1x2x6x3xf64>, tensor<1x2x6x4xf64>, tensor<1x2x?x4xf64, #weft.bounded<[1, 2, cache(40 by 1) + 6, 4]>>, tensor<1x2x?x3xf64, #weft.bounded<[1, 2, cache(40 by 1) + 6, 3]>>, tensor<40x4xf64>, tensor<2xf64>
}
func.func @trimmed(%q: tensor<1x2x6x4xf64>, %k: tensor<1x2x?x4xf64, #weft.bounded<[1, 2, cache(64 by 16) + 6, 4]>>, %v: tensor<1x2x?x3xf64, #weft.bounded<[1, 2, cache(64 by 16) + 6, 3]>>, %p: tensor<64x4xf64>, %z: tensor<2xf64> {check.value = dense<[0.1, 0.2]> : tensor<2xf64>}, %dy: tensor<1x2x6x3xf64>, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 4]> : tensor<4xi32>}, %like: tensor<?xf64, #weft.bounded<[span(64 by 16)]>>)
    -> (tensor<1x2x6x3xf64>, tensor<1x2x6x3xf64>, tensor<1x2x6x4xf64>, tensor<1x2x?x4xf64, #weft.bounded<[1, 2, cache(64 by 16) + 6, 4]>>, tensor<1x2x?x3xf64, #weft.bounded<[1, 2, cache(64 by 16) + 6, 3]>>, tensor<64x4xf64>, tensor<2xf64>) attributes {check.kernel, check.sizes = [{cache = 0, span = 16}, {cache = 32, span = 32}, {cache = 64, span = 16}, {cache = 64, span = 64}]} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<64x4xf64>) reach 1 to #weft.size<span(64 by 16)> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 64.0 : f64
    %ramp = weft.constant 8.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x6x4xf64>, tensor<1x2x?x4xf64, #weft.bounded<[1, 2, cache(64 by 16) + 6, 4]>>, tensor<1x2x?x3xf64, #weft.bounded<[1, 2, cache(64 by 16) + 6, 3]>> -> tensor<1x2x6x3xf64>, tensor<1x2x6x3xf64>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<64x4xf64>) reach 1 to #weft.size<span(64 by 16)> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 64.0 : f64
    %ramp = weft.constant 8.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x2x6x4xf64>, tensor<1x2x?x4xf64, #weft.bounded<[1, 2, cache(64 by 16) + 6, 4]>>, tensor<1x2x?x3xf64, #weft.bounded<[1, 2, cache(64 by 16) + 6, 3]>>, tensor<1x2x6x3xf64>, tensor<1x2x6x3xf64> -> tensor<1x2x6x4xf64>, tensor<1x2x?x4xf64, #weft.bounded<[1, 2, cache(64 by 16) + 6, 4]>>, tensor<1x2x?x3xf64, #weft.bounded<[1, 2, cache(64 by 16) + 6, 3]>>, tensor<64x4xf64>, tensor<2xf64>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<1x2x6x3xf64>, tensor<1x2x6x3xf64>, tensor<1x2x6x4xf64>, tensor<1x2x?x4xf64, #weft.bounded<[1, 2, cache(64 by 16) + 6, 4]>>, tensor<1x2x?x3xf64, #weft.bounded<[1, 2, cache(64 by 16) + 6, 3]>>, tensor<64x4xf64>, tensor<2xf64>
}
