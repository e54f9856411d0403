// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// Factors of bf16: what stands beside values and in the three rows of numbers is rounded to them, all else is f32.
func.func @one(%q: tensor<1x1x1x1xbf16>, %k: tensor<1x1x1x1xbf16>, %v: tensor<1x1x1x1xbf16>, %dy: tensor<1x1x1x1xbf16>)
    -> (tensor<1x1x1x1xf32>, tensor<1x1x1x3xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x1x1x1xbf16>, tensor<1x1x1x1xbf16>, tensor<1x1x1x1xbf16> -> tensor<1x1x1x1xf32>, tensor<1x1x1x3xf32>
  %dq, %dc, %w = weft.feedback_attention_grad %q, %k, %v kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x1x1x1xbf16>, tensor<1x1x1x1xbf16>, tensor<1x1x1x1xbf16>, tensor<1x1x1x3xf32>, tensor<1x1x1x1xbf16> -> tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>
  return %y, %stats, %dq, %dc, %w : tensor<1x1x1x1xf32>, tensor<1x1x1x3xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>
}

func.func @less(%q: tensor<2x3x1x4xbf16>, %k: tensor<2x3x31x4xbf16>, %v: tensor<2x3x31x3xbf16>, %p: tensor<31x4xbf16>, %dy: tensor<2x3x1x3xbf16>)
    -> (tensor<2x3x1x3xf32>, tensor<2x3x1x3xf32>, tensor<2x3x1x4xf32>, tensor<2x3x1x31xf32>, tensor<2x3x1x31xf32>, tensor<2x3x1x31xf32>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<31x4xbf16>) kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %s = weft.add %content, %relative : f32
    weft.yield %s, %true, %one : f32, i1, f32
  } : tensor<2x3x1x4xbf16>, tensor<2x3x31x4xbf16>, tensor<2x3x31x3xbf16> -> tensor<2x3x1x3xf32>, tensor<2x3x1x3xf32>
  %dq, %dc, %dr, %w = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<31x4xbf16>) kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %s = weft.add %content, %relative : f32
    weft.yield %s, %true, %one : f32, i1, f32
  } : tensor<2x3x1x4xbf16>, tensor<2x3x31x4xbf16>, tensor<2x3x31x3xbf16>, tensor<2x3x1x3xf32>, tensor<2x3x1x3xbf16> -> tensor<2x3x1x4xf32>, tensor<2x3x1x31xf32>, tensor<2x3x1x31xf32>, tensor<2x3x1x31xf32>
  return %y, %stats, %dq, %dc, %dr, %w : tensor<2x3x1x3xf32>, tensor<2x3x1x3xf32>, tensor<2x3x1x4xf32>, tensor<2x3x1x31xf32>, tensor<2x3x1x31xf32>, tensor<2x3x1x31xf32>
}

func.func @whole(%q: tensor<1x2x1x8xbf16>, %k: tensor<1x2x64x8xbf16>, %v: tensor<1x2x64x8xbf16>, %p: tensor<64x8xbf16>, %keep: tensor<1x2x1x64xf32>, %dy: tensor<1x2x1x8xbf16>)
    -> (tensor<1x2x1x8xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x8xf32>, tensor<1x2x1x64xf32>, tensor<1x2x1x64xf32>, tensor<1x2x1x64xf32>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<64x8xbf16>) keep(%keep : tensor<1x2x1x64xf32>) kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %s = weft.add %content, %relative : f32
    weft.yield %s, %true, %one : f32, i1, f32
  } : tensor<1x2x1x8xbf16>, tensor<1x2x64x8xbf16>, tensor<1x2x64x8xbf16> -> tensor<1x2x1x8xf32>, tensor<1x2x1x3xf32>
  %dq, %dc, %dr, %w = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<64x8xbf16>) keep(%keep : tensor<1x2x1x64xf32>) kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %s = weft.add %content, %relative : f32
    weft.yield %s, %true, %one : f32, i1, f32
  } : tensor<1x2x1x8xbf16>, tensor<1x2x64x8xbf16>, tensor<1x2x64x8xbf16>, tensor<1x2x1x3xf32>, tensor<1x2x1x8xbf16> -> tensor<1x2x1x8xf32>, tensor<1x2x1x64xf32>, tensor<1x2x1x64xf32>, tensor<1x2x1x64xf32>
  return %y, %stats, %dq, %dc, %dr, %w : tensor<1x2x1x8xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x8xf32>, tensor<1x2x1x64xf32>, tensor<1x2x1x64xf32>, tensor<1x2x1x64xf32>
}

func.func @more(%q: tensor<3x2x1x5xbf16>, %k: tensor<3x2x65x5xbf16>, %v: tensor<3x2x65x7xbf16>, %p: tensor<65x5xbf16>, %keep: tensor<3x2x1x65xf32>, %z0: tensor<2xf32>, %dy: tensor<3x2x1x7xbf16>)
    -> (tensor<3x2x1x7xf32>, tensor<3x2x1x3xf32>, tensor<3x2x1x5xf32>, tensor<3x2x1x65xf32>, tensor<3x2x1x65xf32>, tensor<3x2x1x65xf32>, tensor<3x2xf32>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<65x5xbf16>) keep(%keep : tensor<3x2x1x65xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<3x2x1x5xbf16>, tensor<3x2x65x5xbf16>, tensor<3x2x65x7xbf16> -> tensor<3x2x1x7xf32>, tensor<3x2x1x3xf32>
  %dq, %dc, %dr, %w, %g0 = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<65x5xbf16>) keep(%keep : tensor<3x2x1x65xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<3x2x1x5xbf16>, tensor<3x2x65x5xbf16>, tensor<3x2x65x7xbf16>, tensor<3x2x1x3xf32>, tensor<3x2x1x7xbf16> -> tensor<3x2x1x5xf32>, tensor<3x2x1x65xf32>, tensor<3x2x1x65xf32>, tensor<3x2x1x65xf32>, tensor<3x2xf32>
  return %y, %stats, %dq, %dc, %dr, %w, %g0 : tensor<3x2x1x7xf32>, tensor<3x2x1x3xf32>, tensor<3x2x1x5xf32>, tensor<3x2x1x65xf32>, tensor<3x2x1x65xf32>, tensor<3x2x1x65xf32>, tensor<3x2xf32>
}

func.func @shared(%q: tensor<2x4x1x6xbf16>, %k: tensor<2x1x33x6xbf16>, %v: tensor<2x1x33x2xbf16>, %p: tensor<33x6xbf16>, %z0: tensor<4xf32>, %dy: tensor<2x4x1x2xbf16>)
    -> (tensor<2x4x1x2xf32>, tensor<2x4x1x3xf32>, tensor<2x4x1x6xf32>, tensor<2x4x1x33xf32>, tensor<2x4x1x33xf32>, tensor<2x4x1x33xf32>, tensor<2x4xf32>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<33x6xbf16>) captures(%z0 : tensor<4xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-2 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<2x4x1x6xbf16>, tensor<2x1x33x6xbf16>, tensor<2x1x33x2xbf16> -> tensor<2x4x1x2xf32>, tensor<2x4x1x3xf32>
  %dq, %dc, %dr, %w, %g0 = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<33x6xbf16>) captures(%z0 : tensor<4xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-2 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<2x4x1x6xbf16>, tensor<2x1x33x6xbf16>, tensor<2x1x33x2xbf16>, tensor<2x4x1x3xf32>, tensor<2x4x1x2xbf16> -> tensor<2x4x1x6xf32>, tensor<2x4x1x33xf32>, tensor<2x4x1x33xf32>, tensor<2x4x1x33xf32>, tensor<2x4xf32>
  return %y, %stats, %dq, %dc, %dr, %w, %g0 : tensor<2x4x1x2xf32>, tensor<2x4x1x3xf32>, tensor<2x4x1x6xf32>, tensor<2x4x1x33xf32>, tensor<2x4x1x33xf32>, tensor<2x4x1x33xf32>, tensor<2x4xf32>
}

func.func @far(%q: tensor<1x2x1x3xbf16>, %k: tensor<1x2x130x3xbf16>, %v: tensor<1x2x130x5xbf16>, %p: tensor<130x3xbf16>, %keep: tensor<1x2x1x130xf32>, %z0: tensor<f32>, %z1: tensor<2xf32>, %dy: tensor<1x2x1x5xbf16>)
    -> (tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x130xf32>, tensor<1x2x1x130xf32>, tensor<1x2x1x130xf32>, tensor<1x2xf32>, tensor<1x2xf32>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<130x3xbf16>) keep(%keep : tensor<1x2x1x130xf32>) captures(%z0, %z1 : tensor<f32>, tensor<2xf32>) kinds [#weft.capture<scalar>, #weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32, %c1: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %s0 = weft.mul %content, %c0 : f32
    %s = weft.add %s0, %relative : f32
    %m = weft.sigmoid %c1 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xbf16>, tensor<1x2x130x3xbf16>, tensor<1x2x130x5xbf16> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  %dq, %dc, %dr, %w, %g0, %g1 = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<130x3xbf16>) keep(%keep : tensor<1x2x1x130xf32>) captures(%z0, %z1 : tensor<f32>, tensor<2xf32>) kinds [#weft.capture<scalar>, #weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32, %c1: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %s0 = weft.mul %content, %c0 : f32
    %s = weft.add %s0, %relative : f32
    %m = weft.sigmoid %c1 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xbf16>, tensor<1x2x130x3xbf16>, tensor<1x2x130x5xbf16>, tensor<1x2x1x3xf32>, tensor<1x2x1x5xbf16> -> tensor<1x2x1x3xf32>, tensor<1x2x1x130xf32>, tensor<1x2x1x130xf32>, tensor<1x2x1x130xf32>, tensor<1x2xf32>, tensor<1x2xf32>
  return %y, %stats, %dq, %dc, %dr, %w, %g0, %g1 : tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x130xf32>, tensor<1x2x1x130xf32>, tensor<1x2x1x130xf32>, tensor<1x2xf32>, tensor<1x2xf32>
}

func.func @masked(%q: tensor<2x2x1x4xbf16>, %k: tensor<2x2x9x4xbf16>, %v: tensor<2x2x9x4xbf16>, %p: tensor<9x4xbf16>, %dy: tensor<2x2x1x4xbf16>)
    -> (tensor<2x2x1x4xf32>, tensor<2x2x1x3xf32>, tensor<2x2x1x4xf32>, tensor<2x2x1x9xf32>, tensor<2x2x1x9xf32>, tensor<2x2x1x9xf32>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<9x4xbf16>) kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %half = weft.constant 2.5 : f32
    %far = weft.compare gt %d, %half : f32 -> i1
    %s = weft.add %content, %relative : f32
    weft.yield %s, %far, %one : f32, i1, f32
  } : tensor<2x2x1x4xbf16>, tensor<2x2x9x4xbf16>, tensor<2x2x9x4xbf16> -> tensor<2x2x1x4xf32>, tensor<2x2x1x3xf32>
  %dq, %dc, %dr, %w = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<9x4xbf16>) kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %half = weft.constant 2.5 : f32
    %far = weft.compare gt %d, %half : f32 -> i1
    %s = weft.add %content, %relative : f32
    weft.yield %s, %far, %one : f32, i1, f32
  } : tensor<2x2x1x4xbf16>, tensor<2x2x9x4xbf16>, tensor<2x2x9x4xbf16>, tensor<2x2x1x3xf32>, tensor<2x2x1x4xbf16> -> tensor<2x2x1x4xf32>, tensor<2x2x1x9xf32>, tensor<2x2x1x9xf32>, tensor<2x2x1x9xf32>
  return %y, %stats, %dq, %dc, %dr, %w : tensor<2x2x1x4xf32>, tensor<2x2x1x3xf32>, tensor<2x2x1x4xf32>, tensor<2x2x1x9xf32>, tensor<2x2x1x9xf32>, tensor<2x2x1x9xf32>
}

func.func @only_relative(%q: tensor<2x1x1x4xbf16>, %k: tensor<2x1x12x4xbf16>, %v: tensor<2x1x12x3xbf16>, %p: tensor<12x4xbf16>, %dy: tensor<2x1x1x3xbf16>)
    -> (tensor<2x1x1x3xf32>, tensor<2x1x1x3xf32>, tensor<2x1x1x4xf32>, tensor<2x1x1x12xf32>, tensor<2x1x1x12xf32>, tensor<2x1x1x12xf32>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<12x4xbf16>) kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %relative, %true, %one : f32, i1, f32
  } : tensor<2x1x1x4xbf16>, tensor<2x1x12x4xbf16>, tensor<2x1x12x3xbf16> -> tensor<2x1x1x3xf32>, tensor<2x1x1x3xf32>
  %dq, %dc, %dr, %w = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<12x4xbf16>) kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %relative, %true, %one : f32, i1, f32
  } : tensor<2x1x1x4xbf16>, tensor<2x1x12x4xbf16>, tensor<2x1x12x3xbf16>, tensor<2x1x1x3xf32>, tensor<2x1x1x3xbf16> -> tensor<2x1x1x4xf32>, tensor<2x1x1x12xf32>, tensor<2x1x1x12xf32>, tensor<2x1x1x12xf32>
  return %y, %stats, %dq, %dc, %dr, %w : tensor<2x1x1x3xf32>, tensor<2x1x1x3xf32>, tensor<2x1x1x4xf32>, tensor<2x1x1x12xf32>, tensor<2x1x1x12xf32>, tensor<2x1x1x12xf32>
}
