// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s
// Against central differences: slots of each head and shared ones, relative keys, a learned span, a scalar and one number a head, a mask of
// dropout, which has no gradient, and masked slots.

func.func @plain(%q: tensor<2x2x1x3xf64>, %k: tensor<2x2x5x3xf64>, %v: tensor<2x2x5x2xf64>)
    -> tensor<2x2x1x2xf64> attributes {check.gradient} {
  %y, %stats = weft.feedback_attention %q, %k, %v kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<2x2x1x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x2xf64> -> tensor<2x2x1x2xf64>, tensor<2x2x1x3xf64>
  return %y : tensor<2x2x1x2xf64>
}

func.func @relative(%q: tensor<2x2x1x3xf64>, %k: tensor<2x2x5x3xf64>, %v: tensor<2x2x5x2xf64>, %p: tensor<5x3xf64>)
    -> tensor<2x2x1x2xf64> attributes {check.gradient} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<5x3xf64>) kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %s = weft.add %content, %relative : f64
    weft.yield %s, %true, %one : f64, i1, f64
  } : tensor<2x2x1x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x2xf64> -> tensor<2x2x1x2xf64>, tensor<2x2x1x3xf64>
  return %y : tensor<2x2x1x2xf64>
}

func.func @shared(%q: tensor<2x3x1x2xf64>, %k: tensor<2x1x4x2xf64>, %v: tensor<2x1x4x3xf64>, %p: tensor<4x2xf64>)
    -> tensor<2x3x1x3xf64> attributes {check.gradient} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x2xf64>) kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %s = weft.add %content, %relative : f64
    weft.yield %s, %true, %one : f64, i1, f64
  } : tensor<2x3x1x2xf64>, tensor<2x1x4x2xf64>, tensor<2x1x4x3xf64> -> tensor<2x3x1x3xf64>, tensor<2x3x1x3xf64>
  return %y : tensor<2x3x1x3xf64>
}

func.func @span(%q: tensor<2x2x1x2xf64>, %k: tensor<2x2x7x2xf64>, %v: tensor<2x2x7x3xf64>, %p: tensor<7x2xf64>, %z0: tensor<2xf64>)
    -> tensor<2x2x1x3xf64> attributes {check.gradient} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<7x2xf64>) captures(%z0 : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-2 {
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
  } : tensor<2x2x1x2xf64>, tensor<2x2x7x2xf64>, tensor<2x2x7x3xf64> -> tensor<2x2x1x3xf64>, tensor<2x2x1x3xf64>
  return %y : tensor<2x2x1x3xf64>
}

func.func @two(%q: tensor<2x3x1x2xf64>, %k: tensor<2x3x4x2xf64>, %v: tensor<2x3x4x2xf64>, %p: tensor<4x2xf64>, %z0: tensor<f64>, %z1: tensor<3xf64>)
    -> tensor<2x3x1x2xf64> attributes {check.gradient} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x2xf64>) captures(%z0, %z1 : tensor<f64>, tensor<3xf64>) kinds [#weft.capture<scalar>, #weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0: f64, %c1: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %s0 = weft.mul %content, %c0 : f64
    %s = weft.add %s0, %relative : f64
    %m = weft.sigmoid %c1 : f64
    weft.yield %s, %true, %m : f64, i1, f64
  } : tensor<2x3x1x2xf64>, tensor<2x3x4x2xf64>, tensor<2x3x4x2xf64> -> tensor<2x3x1x2xf64>, tensor<2x3x1x3xf64>
  return %y : tensor<2x3x1x2xf64>
}

func.func @masked(%q: tensor<1x2x1x2xf64>, %k: tensor<1x2x5x2xf64>, %v: tensor<1x2x5x2xf64>, %p: tensor<5x2xf64>)
    -> tensor<1x2x1x2xf64> attributes {check.gradient} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<5x2xf64>) kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %half = weft.constant 2.5 : f64
    %far = weft.compare gt %d, %half : f64 -> i1
    %s = weft.add %content, %relative : f64
    weft.yield %s, %far, %one : f64, i1, f64
  } : tensor<1x2x1x2xf64>, tensor<1x2x5x2xf64>, tensor<1x2x5x2xf64> -> tensor<1x2x1x2xf64>, tensor<1x2x1x3xf64>
  return %y : tensor<1x2x1x2xf64>
}

func.func @only_relative(%q: tensor<2x2x1x3xf64>, %k: tensor<2x1x4x3xf64>, %v: tensor<2x1x4x2xf64>, %p: tensor<4x3xf64>)
    -> tensor<2x2x1x2xf64> attributes {check.gradient} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf64>) kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %relative, %true, %one : f64, i1, f64
  } : tensor<2x2x1x3xf64>, tensor<2x1x4x3xf64>, tensor<2x1x4x2xf64> -> tensor<2x2x1x2xf64>, tensor<2x2x1x3xf64>
  return %y : tensor<2x2x1x2xf64>
}

func.func @kept(%q: tensor<2x2x1x2xf64>, %k: tensor<2x2x4x2xf64>, %v: tensor<2x2x4x3xf64>, %p: tensor<4x2xf64>)
    -> tensor<2x2x1x3xf64> attributes {check.gradient} {
  %keep0 = weft.constant dense<[[[[0.0, 2.0, 2.0, 0.0]], [[2.0, 0.0, 2.0, 2.0]]], [[[0.0, 0.0, 0.0, 0.0]], [[2.0, 2.0, 2.0, 2.0]]]]> : tensor<2x2x1x4xf64>
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x2xf64>) keep(%keep0 : tensor<2x2x1x4xf64>) kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %s = weft.add %content, %relative : f64
    weft.yield %s, %true, %one : f64, i1, f64
  } : tensor<2x2x1x2xf64>, tensor<2x2x4x2xf64>, tensor<2x2x4x3xf64> -> tensor<2x2x1x3xf64>, tensor<2x2x1x3xf64>
  return %y : tensor<2x2x1x3xf64>
}
