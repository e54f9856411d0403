// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s | weft-opt | FileCheck %s
// Layouts print as they are written: closed forms, unions, patterns of heads, listed blocks under masks.

// CHECK-LABEL: @heads
func.func @heads(%q: tensor<1x3x40x4xf32>, %k: tensor<1x1x70x4xf32>, %v: tensor<1x1x70x6xf32>, %dy: tensor<1x3x40x6xf32>) -> tensor<1x1x70x4xf32> {
  // CHECK: weft.block_sparse_attention %{{.*}}, %{{.*}}, %{{.*}} layout <32, [local(5) | strided(7), window(64) | columns(64, 16, 1) | prefix(3)] heads [0, 1, 0]> kinds [] epsilon 0.000000e+00 {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <32, [local(5) | strided(7), window(64) | columns(64, 16, 1) | prefix(3)] heads [0, 1, 0]> kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x3x40x4xf32>, tensor<1x1x70x4xf32>, tensor<1x1x70x6xf32> -> tensor<1x3x40x6xf32>, tensor<1x3x40x3xf32>
  // CHECK: weft.block_sparse_attention_grad %{{.*}} layout <32, [local(5) | strided(7), window(64) | columns(64, 16, 1) | prefix(3)] heads [0, 1, 0]>
  // CHECK-SAME: given %{{.*}}, %{{.*}}, %{{.*}} {
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <32, [local(5) | strided(7), window(64) | columns(64, 16, 1) | prefix(3)] heads [0, 1, 0]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x3x40x4xf32>, tensor<1x1x70x4xf32>, tensor<1x1x70x6xf32>, tensor<1x3x40x3xf32>, tensor<1x3x40x6xf32> -> tensor<1x3x40x4xf32>, tensor<1x1x70x4xf32>, tensor<1x1x70x6xf32>
  return %dk : tensor<1x1x70x4xf32>
}

// CHECK-LABEL: @listed
// CHECK: layout <16, [listed [0, 0, 0, 1, 0, -1] masks [1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535]]> kinds
func.func @listed(%q: tensor<1x1x20x4xf32>) -> tensor<1x1x20x4xf32> {
  %y, %stats = weft.block_sparse_attention %q, %q, %q layout <16, [listed [0, 0, 0, 1, 0, -1] masks [1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535]]> kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x1x20x4xf32>, tensor<1x1x20x4xf32>, tensor<1x1x20x4xf32> -> tensor<1x1x20x4xf32>, tensor<1x1x20x3xf32>
  return %y : tensor<1x1x20x4xf32>
}

// Sources, captures and dropout as span_attention has them.
// CHECK-LABEL: @sources
// CHECK: weft.block_sparse_attention %{{[^(]*}} source_keys(%{{[^(]*}} : tensor<1x2x5x4xf32>) source_values(%{{[^(]*}} : tensor<1x2x5x4xf32>) layout <16, [all]>
// CHECK-SAME: captures(%{{[^(]*}} : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.000000e-08 dropout 1.000000e-01 id 3(%{{.*}} : tensor<4xi32>)
// CHECK: } sources {
func.func @sources(%q: tensor<1x2x4x4xf32>, %p: tensor<1x2x5x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) -> tensor<1x2x4x4xf32> {
  %y, %stats = weft.block_sparse_attention %q, %q, %q source_keys(%p : tensor<1x2x5x4xf32>) source_values(%p : tensor<1x2x5x4xf32>) layout <16, [all]>
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.1 id 3 (%key : tensor<4xi32>) {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %content, %true, %s : f32, i1, f32
  } sources {
  ^bb0(%content: f32, %i: f32, %n: f32, %s: f32):
    %true = weft.constant true
    weft.yield %content, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32> -> tensor<1x2x4x4xf32>, tensor<1x2x4x3xf32>
  return %y : tensor<1x2x4x4xf32>
}
