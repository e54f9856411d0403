// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-to-tile %s | FileCheck %s

// One task for 32 query rows of one head. The relative scores of a block are a product with the window of positions it
// meets, sheared through scratch: row stride W + 1, column stride -1.
// CHECK-LABEL: func.func @forward
// CHECK: %[[RESULTS:.*]]:3 = exec.dispatch @forward.0.span_attention({{.*}}) : ({{.*}}) -> (tensor<1x2x64x16xf32>, tensor<1x2x64x3xf32>, tensor<4x32x64xf32>)
// CHECK: return %[[RESULTS]]#0
// CHECK: tile.kernel @forward.0.span_attention tasks 4 writes [5, 6, 7]
// CHECK: %{{.*}}:4 = scf.for %[[KEY:.*]] = %{{.*}} to %{{.*}} step %c32 iter_args
// CHECK: %[[CONTENT:.*]] = tile.dot %{{.*}}, %{{.*}}, %{{.*}} transpose_b : tensor<32x16xf32>, tensor<32x16xf32>, tensor<32x32xf32>
// CHECK: %[[WINDOW:.*]] = tile.dot %{{.*}} transpose_b : tensor<32x16xf32>, tensor<64x16xf32>, tensor<32x64xf32>
// CHECK: tile.store %[[WINDOW]]
// CHECK: %[[SHEARED:.*]] = tile.view %{{.*}} sizes %c32, %c32 strides %c65, %c-1
// CHECK: %[[RELATIVE:.*]] = tile.load %[[SHEARED]]
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
