// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-to-tile --canonicalize --cse %s | FileCheck %s

// Factors of bf16: tiles are loaded as they are stored, scores and sums are f32, and what the kernel computes is rounded where it
// becomes a factor: the weights forwards, the weights and the gradients of content and relative backwards.
// CHECK: tile.kernel @attend.0.span_attention
// CHECK: %[[Q:.*]] = tile.load %{{.*}} -> tensor<8x4xbf16>
// CHECK: scf.for
// CHECK: %[[K:.*]] = tile.load %{{.*}} -> tensor<[[C:[0-9]+]]x4xbf16>
// CHECK: tile.dot %[[Q]], %[[K]], %{{.*}} transpose_b : tensor<8x4xbf16>, tensor<[[C]]x4xbf16>, tensor<8x[[C]]xf32>
// CHECK: %[[P:.*]] = tile.load %{{.*}} -> tensor<[[W:[0-9]+]]x4xbf16>
// CHECK: tile.dot %[[Q]], %[[P]], %{{.*}} transpose_b : tensor<8x4xbf16>, tensor<[[W]]x4xbf16>, tensor<8x[[W]]xf32>
// CHECK: tile.reduce sum %{{.*}} : tensor<8x[[C]]xf32>
// CHECK-DAG: %[[E:.*]] = arith.truncf %{{.*}} : tensor<8x[[C]]xf32> to tensor<8x[[C]]xbf16>
// CHECK-DAG: %[[V:.*]] = tile.load %{{.*}} -> tensor<[[C]]x4xbf16>
// CHECK: tile.dot %[[E]], %[[V]], %{{.*}} : tensor<8x[[C]]xbf16>, tensor<[[C]]x4xbf16>, tensor<8x4xf32>
// CHECK: tile.kernel @attend.1.span_attention_grad
// CHECK: arith.extf %[[DY:.*]] : tensor<8x4xbf16> to tensor<8x4xf32>
// CHECK: tile.dot %[[DY]], %{{.*}} transpose_b : tensor<8x4xbf16>, tensor<[[C]]x4xbf16>, tensor<8x[[C]]xf32>
// CHECK: %[[A:.*]] = arith.truncf %{{.*}} : tensor<8x[[C]]xf32> to tensor<8x[[C]]xbf16>
// CHECK: %[[AT:.*]] = tile.transpose %[[A]] : tensor<8x[[C]]xbf16> -> tensor<[[C]]x8xbf16>
// CHECK: tile.dot %[[AT]], %[[DY]], %{{.*}} : tensor<[[C]]x8xbf16>, tensor<8x4xbf16>, tensor<[[C]]x4xf32>
// CHECK: %[[DS:.*]] = arith.truncf %{{.*}} : tensor<8x[[C]]xf32> to tensor<8x[[C]]xbf16>
// CHECK: tile.dot %[[DS]], %{{.*}} : tensor<8x[[C]]xbf16>, tensor<[[C]]x4xbf16>, tensor<8x4xf32>
// CHECK: %[[DR:.*]] = tile.unshear %[[DS]] : tensor<8x[[C]]xbf16> -> tensor<8x[[W]]xbf16>
// CHECK: tile.dot %[[DR]], %{{.*}} : tensor<8x[[W]]xbf16>, tensor<[[W]]x4xbf16>, tensor<8x4xf32>
// CHECK-NOT: tile.dot {{.*}}xf32>, tensor<{{.*}}xf32>, tensor
func.func @attend(%q: tensor<1x2x8x4xbf16>, %k: tensor<1x2x40x4xbf16>, %v: tensor<1x2x40x4xbf16>, %p: tensor<32x4xbf16>, %dy: tensor<1x2x8x4xbf16>)
    -> (tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>, tensor<1x2x40x4xf32>, tensor<1x2x40x4xf32>, tensor<32x4xf32>) {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<32x4xbf16>) reach 0 to <31> before_start masked kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %score = weft.add %content, %relative : f32
    weft.yield %score, %true, %one : f32, i1, f32
  } : tensor<1x2x8x4xbf16>, tensor<1x2x40x4xbf16>, tensor<1x2x40x4xbf16> -> tensor<1x2x8x4xf32>, tensor<1x2x8x3xf32>
  %grads:4 = weft.span_attention_grad %q, %k, %v position(%p : tensor<32x4xbf16>) reach 0 to <31> before_start masked kinds [] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %score = weft.add %content, %relative : f32
    weft.yield %score, %true, %one : f32, i1, f32
  } : tensor<1x2x8x4xbf16>, tensor<1x2x40x4xbf16>, tensor<1x2x40x4xbf16>, tensor<1x2x8x3xf32>, tensor<1x2x8x4xbf16>
    -> tensor<1x2x8x4xf32>, tensor<1x2x40x4xf32>, tensor<1x2x40x4xf32>, tensor<32x4xf32>
  return %y, %grads#0, %grads#1, %grads#2, %grads#3 : tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>, tensor<1x2x40x4xf32>, tensor<1x2x40x4xf32>, tensor<32x4xf32>
}
