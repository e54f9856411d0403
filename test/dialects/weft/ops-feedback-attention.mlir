// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s | weft-opt | FileCheck %s

// CHECK-LABEL: @all
// CHECK: weft.feedback_attention %{{[^(]*}} position(%{{.*}} : tensor<4x3xf32>) keep(%{{.*}} : tensor<1x2x1x4xf32>) captures(%{{.*}} : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.000000e-08 {
// CHECK: } : tensor<1x2x1x3xf32>, tensor<1x1x4x3xf32>, tensor<1x1x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
// CHECK: weft.feedback_attention_grad %{{[^(]*}} position(%{{.*}} : tensor<4x3xf32>) keep(%{{.*}} : tensor<1x2x1x4xf32>) captures(%{{.*}} : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.000000e-08 given %{{.*}}, %{{.*}}, %{{.*}} {
// CHECK: -> tensor<1x2x1x3xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2xf32>
func.func @all(%q: tensor<1x2x1x3xf32>, %k: tensor<1x1x4x3xf32>, %v: tensor<1x1x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>, %dy: tensor<1x2x1x5xf32>)
    -> (tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2xf32>) {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
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
  } : tensor<1x2x1x3xf32>, tensor<1x1x4x3xf32>, tensor<1x1x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  %dq, %dc, %dr, %w, %g0 = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
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
  } : tensor<1x2x1x3xf32>, tensor<1x1x4x3xf32>, tensor<1x1x4x5xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x5xf32> -> tensor<1x2x1x3xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2xf32>
  return %y, %stats, %dq, %dc, %dr, %w, %g0 : tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2xf32>
}

// Without anything that may be left out, and factors of bf16.
// CHECK-LABEL: @least
// CHECK: weft.feedback_attention %{{.*}}, %{{.*}}, %{{.*}} kinds [] epsilon 0.000000e+00 {
// CHECK: weft.feedback_attention_grad %{{.*}}, %{{.*}}, %{{.*}} kinds [] epsilon 0.000000e+00 given %{{.*}} {
func.func @least(%q: tensor<2x1x1x2xbf16>, %k: tensor<2x1x3x2xbf16>, %v: tensor<2x1x3x2xbf16>, %dy: tensor<2x1x1x2xbf16>)
    -> (tensor<2x1x1x2xf32>, tensor<2x1x1x3xf32>, tensor<2x1x1x2xf32>, tensor<2x1x1x3xf32>, tensor<2x1x1x3xf32>) {
  %y, %stats = weft.feedback_attention %q, %k, %v kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<2x1x1x2xbf16>, tensor<2x1x3x2xbf16>, tensor<2x1x3x2xbf16> -> tensor<2x1x1x2xf32>, tensor<2x1x1x3xf32>
  %dq, %dc, %w = weft.feedback_attention_grad %q, %k, %v kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<2x1x1x2xbf16>, tensor<2x1x3x2xbf16>, tensor<2x1x3x2xbf16>, tensor<2x1x1x3xf32>, tensor<2x1x1x2xbf16> -> tensor<2x1x1x2xf32>, tensor<2x1x1x3xf32>, tensor<2x1x1x3xf32>
  return %y, %stats, %dq, %dc, %w : tensor<2x1x1x2xf32>, tensor<2x1x1x3xf32>, tensor<2x1x1x2xf32>, tensor<2x1x1x3xf32>, tensor<2x1x1x3xf32>
}
