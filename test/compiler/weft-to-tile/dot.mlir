// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-to-tile %s | FileCheck %s

// Leading axes merge into one row axis, the weight's into one column axis; both operands are contiguous along the
// contracted axis, so b is loaded as [N, K].
// CHECK-LABEL: func.func @weight
// CHECK: %[[Q:.*]] = exec.dispatch @weight.0.dot(%{{.*}}, %{{.*}}){{.*}} : (tensor<2x50x128xf32>, tensor<4x16x128xf32>) -> tensor<2x50x4x16xf32>
// CHECK: return %[[Q]]
// CHECK: tile.kernel @weight.0.dot tasks 2 writes [2]
// CHECK: ^bb0(%[[X:[a-z0-9]+]]: !tile.array<f32>, %[[W:[a-z0-9]+]]: !tile.array<f32>, %[[Y:[a-z0-9]+]]: !tile.array<f32>, %[[TASK:[a-z0-9]+]]: index)
// CHECK: %[[ROW:.*]] = arith.muli %[[TASK]], %c56
// CHECK: %[[A:.*]] = tile.view %[[X]] offset %c0 sizes %c100, %c128 strides %c128, %c1
// CHECK: %[[B:.*]] = tile.view %[[W]] offset %c0 sizes %c64, %c128 strides %c128, %c1
// CHECK: %[[ATILE:.*]] = tile.load %[[A]][%[[ROW]], %c0]
// CHECK: %[[BTILE:.*]] = tile.load %[[B]][%c0, %c0]
// CHECK: tile.dot %[[ATILE]], %[[BTILE]], %{{.*}} transpose_b : tensor<56x128xf32>, tensor<64x128xf32>, tensor<56x64xf32>
func.func @weight(%x: tensor<2x50x128xf32>, %w: tensor<4x16x128xf32>) -> tensor<2x50x4x16xf32> {
  %q = weft.dot %x, %w batch [] x [] contract [2] x [2] : tensor<2x50x128xf32>, tensor<4x16x128xf32> -> tensor<2x50x4x16xf32>
  return %q : tensor<2x50x4x16xf32>
}

// A weight's gradient contracts the leading axes: a is read down its columns through strides, b as [K, N].
// CHECK: tile.kernel @gradient.0.dot tasks 1 writes [2]
// CHECK: ^bb0(%[[DY:[a-z0-9]+]]: !tile.array<f32>, %[[X:[a-z0-9]+]]: !tile.array<f32>,
// CHECK: tile.view %[[DY]] offset %c0 sizes %c16, %c60 strides %c1, %c16
// CHECK: tile.view %[[X]] offset %c0 sizes %c60, %c32 strides %c32, %c1
// CHECK-NOT: transpose_b
// CHECK: tile.store
func.func @gradient(%dy: tensor<3x20x16xf32>, %x: tensor<3x20x32xf32>) -> tensor<16x32xf32> {
  %dw = weft.dot %dy, %x batch [] x [] contract [0, 1] x [0, 1] : tensor<3x20x16xf32>, tensor<3x20x32xf32> -> tensor<16x32xf32>
  return %dw : tensor<16x32xf32>
}

// The schedule attribute decides the tile; several chunks are summed in a loop.
// CHECK: tile.kernel @scheduled.0.dot tasks 8
// CHECK: scf.for %{{.*}} = %c0 to %c64 step %c32 iter_args(%{{.*}}) -> (tensor<8x16xf64>)
// CHECK: tile.dot %{{.*}} : tensor<8x32xf64>, tensor<16x32xf64>, tensor<8x16xf64>
func.func @scheduled(%a: tensor<32x64xf64>, %b: tensor<32x64xf64>) -> tensor<32x32xf64> {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [1] {schedule = {rows = 8 : i64, cols = 16 : i64, depth = 32 : i64}} : tensor<32x64xf64>, tensor<32x64xf64> -> tensor<32x32xf64>
  return %y : tensor<32x32xf64>
}
