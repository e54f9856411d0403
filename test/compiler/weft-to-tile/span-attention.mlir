// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-to-tile %s | FileCheck %s

// One task for 32 query rows of one head. The relative scores of a block are a product with the window of positions that it
// meets, from the largest distance down, and then sheared; nothing but the results is stored.
// CHECK-LABEL: func.func @forward
// CHECK: %[[RESULTS:.*]]:2 = exec.dispatch @forward.0.span_attention({{.*}}){{.*}} : ({{.*}}) -> (tensor<1x2x64x16xf32>, tensor<1x2x64x3xf32>)
// CHECK: return %[[RESULTS]]#0
// CHECK: tile.kernel @forward.0.span_attention tasks 4 writes [5, 6]
// CHECK: %[[POSITIONS:.*]] = tile.view %{{.*}} strides %c-16, %c1
// CHECK: %{{.*}}:4 = scf.for %[[KEY:.*]] = %{{.*}} to %{{.*}} step %c32 iter_args
// CHECK: %[[CONTENT:.*]] = tile.dot %{{.*}}, %{{.*}}, %{{.*}} transpose_b : tensor<32x16xf32>, tensor<32x16xf32>, tensor<32x32xf32>
// CHECK: tile.load %[[POSITIONS]]
// CHECK: %[[WINDOW:.*]] = tile.dot %{{.*}} transpose_b : tensor<32x16xf32>, tensor<64x16xf32>, tensor<32x64xf32>
// CHECK: %[[RELATIVE:.*]] = tile.shear %[[WINDOW]] : tensor<32x64xf32> -> tensor<32x32xf32>
// CHECK: arith.addf %[[CONTENT]], %[[RELATIVE]]
// CHECK: tile.reduce max
// CHECK: tile.math exp
// CHECK: tile.dot %{{.*}} : tensor<32x32xf32>, tensor<32x16xf32>, tensor<32x16xf32>
func.func @forward(%q: tensor<1x2x64x16xf32>, %k: tensor<1x2x128x16xf32>, %v: tensor<1x2x128x16xf32>, %p: tensor<64x16xf32>, %z: tensor<2xf32>) -> tensor<1x2x64x16xf32> {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<64x16xf32>) reach 1 to #weft.size<64> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %score = weft.add %content, %relative : f32
    %true = weft.constant true
    %m = weft.clamp %zh low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x2x64x16xf32>, tensor<1x2x128x16xf32>, tensor<1x2x128x16xf32> -> tensor<1x2x64x16xf32>, tensor<1x2x64x3xf32>
  return %y : tensor<1x2x64x16xf32>
}

// The gradient goes over the keys of a row block once: gbar is <dy, y>. What is transposed or sheared is no store, and the head's
// own reach is the first key: 2 tiles of gradients are added to in the loop over keys, and the query's is stored after it.
// CHECK-LABEL: tile.kernel @backward.0.span_attention_grad
// CHECK: %[[REACH:.*]] = tile.math floor
// CHECK: scf.for
// CHECK: tile.reduce sum %{{.*}} axis 1 : tensor<32x16xf32> -> tensor<32xf32>
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: tile.math exp
// CHECK: tile.transpose
// CHECK: tile.store
// CHECK: tile.store
// CHECK-NOT: tile.store
// CHECK: scf.yield
// CHECK-NOT: scf.for
// CHECK: tile.store
func.func @backward(%q: tensor<1x2x64x16xf32>, %k: tensor<1x2x128x16xf32>, %y: tensor<1x2x64x16xf32>, %stats: tensor<1x2x64x3xf32>, %dy: tensor<1x2x64x16xf32>, %reach: tensor<2xf32>) -> tensor<1x2x64x16xf32> {
  %grads:3 = weft.span_attention_grad %q, %k, %k reach 1 to #weft.size<64> heads(%reach : tensor<2xf32>) before_start masked kinds [] epsilon 0.0
      given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x2x64x16xf32>, tensor<1x2x128x16xf32>, tensor<1x2x128x16xf32>, tensor<1x2x64x3xf32>, tensor<1x2x64x16xf32>
    -> tensor<1x2x64x16xf32>, tensor<1x2x128x16xf32>, tensor<1x2x128x16xf32>
  return %grads#0 : tensor<1x2x64x16xf32>
}
