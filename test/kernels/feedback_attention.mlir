// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// Feedback attention forwards and backwards: slots around a tile and beyond it, heads that share them, widths that are no whole vectors,
// masks of dropout, soft spans, two captures, slots that a region masks, and a region without the content.
func.func @one(%q: tensor<1x1x1x1xf64>, %k: tensor<1x1x1x1xf64>, %v: tensor<1x1x1x1xf64>, %dy: tensor<1x1x1x1xf64>)
    -> (tensor<1x1x1x1xf64>, tensor<1x1x1x3xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64> -> tensor<1x1x1x1xf64>, tensor<1x1x1x3xf64>
  %dq, %dc, %w = weft.feedback_attention_grad %q, %k, %v kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x3xf64>, tensor<1x1x1x1xf64> -> tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
  return %y, %stats, %dq, %dc, %w : tensor<1x1x1x1xf64>, tensor<1x1x1x3xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
}

func.func @less(%q: tensor<2x3x1x4xf64>, %k: tensor<2x3x31x4xf64>, %v: tensor<2x3x31x3xf64>, %p: tensor<31x4xf64>, %dy: tensor<2x3x1x3xf64>)
    -> (tensor<2x3x1x3xf64>, tensor<2x3x1x3xf64>, tensor<2x3x1x4xf64>, tensor<2x3x1x31xf64>, tensor<2x3x1x31xf64>, tensor<2x3x1x31xf64>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<31x4xf64>) kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %s = weft.add %content, %relative : f64
    weft.yield %s, %true, %one : f64, i1, f64
  } : tensor<2x3x1x4xf64>, tensor<2x3x31x4xf64>, tensor<2x3x31x3xf64> -> tensor<2x3x1x3xf64>, tensor<2x3x1x3xf64>
  %dq, %dc, %dr, %w = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<31x4xf64>) kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %s = weft.add %content, %relative : f64
    weft.yield %s, %true, %one : f64, i1, f64
  } : tensor<2x3x1x4xf64>, tensor<2x3x31x4xf64>, tensor<2x3x31x3xf64>, tensor<2x3x1x3xf64>, tensor<2x3x1x3xf64> -> tensor<2x3x1x4xf64>, tensor<2x3x1x31xf64>, tensor<2x3x1x31xf64>, tensor<2x3x1x31xf64>
  return %y, %stats, %dq, %dc, %dr, %w : tensor<2x3x1x3xf64>, tensor<2x3x1x3xf64>, tensor<2x3x1x4xf64>, tensor<2x3x1x31xf64>, tensor<2x3x1x31xf64>, tensor<2x3x1x31xf64>
}

func.func @whole(%q: tensor<1x2x1x8xf64>, %k: tensor<1x2x64x8xf64>, %v: tensor<1x2x64x8xf64>, %p: tensor<64x8xf64>, %keep: tensor<1x2x1x64xf64>, %dy: tensor<1x2x1x8xf64>)
    -> (tensor<1x2x1x8xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x8xf64>, tensor<1x2x1x64xf64>, tensor<1x2x1x64xf64>, tensor<1x2x1x64xf64>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<64x8xf64>) keep(%keep : tensor<1x2x1x64xf64>) kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %s = weft.add %content, %relative : f64
    weft.yield %s, %true, %one : f64, i1, f64
  } : tensor<1x2x1x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x64x8xf64> -> tensor<1x2x1x8xf64>, tensor<1x2x1x3xf64>
  %dq, %dc, %dr, %w = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<64x8xf64>) keep(%keep : tensor<1x2x1x64xf64>) kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %s = weft.add %content, %relative : f64
    weft.yield %s, %true, %one : f64, i1, f64
  } : tensor<1x2x1x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x8xf64> -> tensor<1x2x1x8xf64>, tensor<1x2x1x64xf64>, tensor<1x2x1x64xf64>, tensor<1x2x1x64xf64>
  return %y, %stats, %dq, %dc, %dr, %w : tensor<1x2x1x8xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x8xf64>, tensor<1x2x1x64xf64>, tensor<1x2x1x64xf64>, tensor<1x2x1x64xf64>
}

func.func @more(%q: tensor<3x2x1x5xf64>, %k: tensor<3x2x65x5xf64>, %v: tensor<3x2x65x7xf64>, %p: tensor<65x5xf64>, %keep: tensor<3x2x1x65xf64>, %z0: tensor<2xf64>, %dy: tensor<3x2x1x7xf64>)
    -> (tensor<3x2x1x7xf64>, tensor<3x2x1x3xf64>, tensor<3x2x1x5xf64>, tensor<3x2x1x65xf64>, tensor<3x2x1x65xf64>, tensor<3x2x1x65xf64>, tensor<3x2xf64>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<65x5xf64>) keep(%keep : tensor<3x2x1x65xf64>) captures(%z0 : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %most = weft.constant 6.0 : f64
    %ramp = weft.constant 2.5 : f64
    %s0 = weft.add %content, %relative : f64
    %scale = weft.constant 0.5 : f64
    %s = weft.mul %s0, %scale : f64
    %near = weft.sub %one, %d : f64
    %zs = weft.mul %c0, %most : f64
    %sum = weft.add %near, %zs : f64
    %part = weft.div %sum, %ramp : f64
    %raw = weft.add %part, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %s, %true, %m : f64, i1, f64
  } : tensor<3x2x1x5xf64>, tensor<3x2x65x5xf64>, tensor<3x2x65x7xf64> -> tensor<3x2x1x7xf64>, tensor<3x2x1x3xf64>
  %dq, %dc, %dr, %w, %g0 = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<65x5xf64>) keep(%keep : tensor<3x2x1x65xf64>) captures(%z0 : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %most = weft.constant 6.0 : f64
    %ramp = weft.constant 2.5 : f64
    %s0 = weft.add %content, %relative : f64
    %scale = weft.constant 0.5 : f64
    %s = weft.mul %s0, %scale : f64
    %near = weft.sub %one, %d : f64
    %zs = weft.mul %c0, %most : f64
    %sum = weft.add %near, %zs : f64
    %part = weft.div %sum, %ramp : f64
    %raw = weft.add %part, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %s, %true, %m : f64, i1, f64
  } : tensor<3x2x1x5xf64>, tensor<3x2x65x5xf64>, tensor<3x2x65x7xf64>, tensor<3x2x1x3xf64>, tensor<3x2x1x7xf64> -> tensor<3x2x1x5xf64>, tensor<3x2x1x65xf64>, tensor<3x2x1x65xf64>, tensor<3x2x1x65xf64>, tensor<3x2xf64>
  return %y, %stats, %dq, %dc, %dr, %w, %g0 : tensor<3x2x1x7xf64>, tensor<3x2x1x3xf64>, tensor<3x2x1x5xf64>, tensor<3x2x1x65xf64>, tensor<3x2x1x65xf64>, tensor<3x2x1x65xf64>, tensor<3x2xf64>
}

func.func @shared(%q: tensor<2x4x1x6xf64>, %k: tensor<2x1x33x6xf64>, %v: tensor<2x1x33x2xf64>, %p: tensor<33x6xf64>, %z0: tensor<4xf64>, %dy: tensor<2x4x1x2xf64>)
    -> (tensor<2x4x1x2xf64>, tensor<2x4x1x3xf64>, tensor<2x4x1x6xf64>, tensor<2x4x1x33xf64>, tensor<2x4x1x33xf64>, tensor<2x4x1x33xf64>, tensor<2x4xf64>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<33x6xf64>) captures(%z0 : tensor<4xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-2 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %most = weft.constant 6.0 : f64
    %ramp = weft.constant 2.5 : f64
    %s0 = weft.add %content, %relative : f64
    %scale = weft.constant 0.5 : f64
    %s = weft.mul %s0, %scale : f64
    %near = weft.sub %one, %d : f64
    %zs = weft.mul %c0, %most : f64
    %sum = weft.add %near, %zs : f64
    %part = weft.div %sum, %ramp : f64
    %raw = weft.add %part, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %s, %true, %m : f64, i1, f64
  } : tensor<2x4x1x6xf64>, tensor<2x1x33x6xf64>, tensor<2x1x33x2xf64> -> tensor<2x4x1x2xf64>, tensor<2x4x1x3xf64>
  %dq, %dc, %dr, %w, %g0 = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<33x6xf64>) captures(%z0 : tensor<4xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-2 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %most = weft.constant 6.0 : f64
    %ramp = weft.constant 2.5 : f64
    %s0 = weft.add %content, %relative : f64
    %scale = weft.constant 0.5 : f64
    %s = weft.mul %s0, %scale : f64
    %near = weft.sub %one, %d : f64
    %zs = weft.mul %c0, %most : f64
    %sum = weft.add %near, %zs : f64
    %part = weft.div %sum, %ramp : f64
    %raw = weft.add %part, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %s, %true, %m : f64, i1, f64
  } : tensor<2x4x1x6xf64>, tensor<2x1x33x6xf64>, tensor<2x1x33x2xf64>, tensor<2x4x1x3xf64>, tensor<2x4x1x2xf64> -> tensor<2x4x1x6xf64>, tensor<2x4x1x33xf64>, tensor<2x4x1x33xf64>, tensor<2x4x1x33xf64>, tensor<2x4xf64>
  return %y, %stats, %dq, %dc, %dr, %w, %g0 : tensor<2x4x1x2xf64>, tensor<2x4x1x3xf64>, tensor<2x4x1x6xf64>, tensor<2x4x1x33xf64>, tensor<2x4x1x33xf64>, tensor<2x4x1x33xf64>, tensor<2x4xf64>
}

func.func @far(%q: tensor<1x2x1x3xf64>, %k: tensor<1x2x130x3xf64>, %v: tensor<1x2x130x5xf64>, %p: tensor<130x3xf64>, %keep: tensor<1x2x1x130xf64>, %z0: tensor<f64>, %z1: tensor<2xf64>, %dy: tensor<1x2x1x5xf64>)
    -> (tensor<1x2x1x5xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x130xf64>, tensor<1x2x1x130xf64>, tensor<1x2x1x130xf64>, tensor<1x2xf64>, tensor<1x2xf64>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<130x3xf64>) keep(%keep : tensor<1x2x1x130xf64>) captures(%z0, %z1 : tensor<f64>, tensor<2xf64>) kinds [#weft.capture<scalar>, #weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0: f64, %c1: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %s0 = weft.mul %content, %c0 : f64
    %s = weft.add %s0, %relative : f64
    %m = weft.sigmoid %c1 : f64
    weft.yield %s, %true, %m : f64, i1, f64
  } : tensor<1x2x1x3xf64>, tensor<1x2x130x3xf64>, tensor<1x2x130x5xf64> -> tensor<1x2x1x5xf64>, tensor<1x2x1x3xf64>
  %dq, %dc, %dr, %w, %g0, %g1 = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<130x3xf64>) keep(%keep : tensor<1x2x1x130xf64>) captures(%z0, %z1 : tensor<f64>, tensor<2xf64>) kinds [#weft.capture<scalar>, #weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0: f64, %c1: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %s0 = weft.mul %content, %c0 : f64
    %s = weft.add %s0, %relative : f64
    %m = weft.sigmoid %c1 : f64
    weft.yield %s, %true, %m : f64, i1, f64
  } : tensor<1x2x1x3xf64>, tensor<1x2x130x3xf64>, tensor<1x2x130x5xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x5xf64> -> tensor<1x2x1x3xf64>, tensor<1x2x1x130xf64>, tensor<1x2x1x130xf64>, tensor<1x2x1x130xf64>, tensor<1x2xf64>, tensor<1x2xf64>
  return %y, %stats, %dq, %dc, %dr, %w, %g0, %g1 : tensor<1x2x1x5xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x130xf64>, tensor<1x2x1x130xf64>, tensor<1x2x1x130xf64>, tensor<1x2xf64>, tensor<1x2xf64>
}

func.func @masked(%q: tensor<2x2x1x4xf64>, %k: tensor<2x2x9x4xf64>, %v: tensor<2x2x9x4xf64>, %p: tensor<9x4xf64>, %dy: tensor<2x2x1x4xf64>)
    -> (tensor<2x2x1x4xf64>, tensor<2x2x1x3xf64>, tensor<2x2x1x4xf64>, tensor<2x2x1x9xf64>, tensor<2x2x1x9xf64>, tensor<2x2x1x9xf64>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<9x4xf64>) kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %half = weft.constant 2.5 : f64
    %far = weft.compare gt %d, %half : f64 -> i1
    %s = weft.add %content, %relative : f64
    weft.yield %s, %far, %one : f64, i1, f64
  } : tensor<2x2x1x4xf64>, tensor<2x2x9x4xf64>, tensor<2x2x9x4xf64> -> tensor<2x2x1x4xf64>, tensor<2x2x1x3xf64>
  %dq, %dc, %dr, %w = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<9x4xf64>) kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %half = weft.constant 2.5 : f64
    %far = weft.compare gt %d, %half : f64 -> i1
    %s = weft.add %content, %relative : f64
    weft.yield %s, %far, %one : f64, i1, f64
  } : tensor<2x2x1x4xf64>, tensor<2x2x9x4xf64>, tensor<2x2x9x4xf64>, tensor<2x2x1x3xf64>, tensor<2x2x1x4xf64> -> tensor<2x2x1x4xf64>, tensor<2x2x1x9xf64>, tensor<2x2x1x9xf64>, tensor<2x2x1x9xf64>
  return %y, %stats, %dq, %dc, %dr, %w : tensor<2x2x1x4xf64>, tensor<2x2x1x3xf64>, tensor<2x2x1x4xf64>, tensor<2x2x1x9xf64>, tensor<2x2x1x9xf64>, tensor<2x2x1x9xf64>
}

func.func @only_relative(%q: tensor<2x1x1x4xf64>, %k: tensor<2x1x12x4xf64>, %v: tensor<2x1x12x3xf64>, %p: tensor<12x4xf64>, %dy: tensor<2x1x1x3xf64>)
    -> (tensor<2x1x1x3xf64>, tensor<2x1x1x3xf64>, tensor<2x1x1x4xf64>, tensor<2x1x1x12xf64>, tensor<2x1x1x12xf64>, tensor<2x1x1x12xf64>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<12x4xf64>) kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %relative, %true, %one : f64, i1, f64
  } : tensor<2x1x1x4xf64>, tensor<2x1x12x4xf64>, tensor<2x1x12x3xf64> -> tensor<2x1x1x3xf64>, tensor<2x1x1x3xf64>
  %dq, %dc, %dr, %w = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<12x4xf64>) kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %relative, %true, %one : f64, i1, f64
  } : tensor<2x1x1x4xf64>, tensor<2x1x12x4xf64>, tensor<2x1x12x3xf64>, tensor<2x1x1x3xf64>, tensor<2x1x1x3xf64> -> tensor<2x1x1x4xf64>, tensor<2x1x1x12xf64>, tensor<2x1x1x12xf64>, tensor<2x1x1x12xf64>
  return %y, %stats, %dq, %dc, %dr, %w : tensor<2x1x1x3xf64>, tensor<2x1x1x3xf64>, tensor<2x1x1x4xf64>, tensor<2x1x1x12xf64>, tensor<2x1x1x12xf64>, tensor<2x1x1x12xf64>
}
