// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-to-tile %s | FileCheck %s

// The product is computed inside the reduction.
// CHECK-LABEL: func.func @fused
// CHECK-NEXT: exec.dispatch @fused.0.sum(%{{.*}}, %{{.*}}) : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8xf32>
func.func @fused(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>) -> tensor<8xf32> {
  %p = weft.mul %x, %y : tensor<8x64xf32>
  %s = weft.sum %p axes [1] : tensor<8x64xf32> -> tensor<8xf32>
  return %s : tensor<8xf32>
}

// Many elements to one: 64 parts whose borders follow from the bound alone, then their sum.
// CHECK-LABEL: func.func @scalar
// CHECK-NEXT: %[[PARTS:.*]] = exec.dispatch @scalar.0.sum(%{{.*}}) : (tensor<65536xf32>) -> tensor<64xf32>
// CHECK-NEXT: exec.dispatch @scalar.1.sum(%[[PARTS]]) : (tensor<64xf32>) -> tensor<f32>
func.func @scalar(%x: tensor<65536xf32>) -> tensor<f32> {
  %s = weft.sum %x axes [0] : tensor<65536xf32> -> tensor<f32>
  return %s : tensor<f32>
}

// Along rows the lanes of a tile are added at the end; down columns each lane is a column.
func.func @columns(%x: tensor<100x64xf32>) -> tensor<64xf32> {
  %m = weft.max %x axes [0] : tensor<100x64xf32> -> tensor<64xf32>
  return %m : tensor<64xf32>
}

// CHECK: tile.kernel @fused.0.sum
// CHECK: arith.mulf
// CHECK: tile.reduce sum %{{.*}} axis 1 : tensor<8x64xf32> -> tensor<8xf32>
// CHECK: tile.kernel @scalar.0.sum tasks 64
// CHECK: tile.kernel @columns.0.max
// CHECK: tile.reduce max %{{.*}} axis 0 : tensor<8x64xf32> -> tensor<64xf32>
