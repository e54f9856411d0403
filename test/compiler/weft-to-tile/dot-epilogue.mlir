// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-to-tile --split-input-file %s | FileCheck %s

// A product of one reader is computed in the reader's kernel: the other operands of the elementwise tree are loaded at
// the product's tile, also those that are broadcast.
// CHECK-LABEL: func.func @epilogue
// CHECK: exec.dispatch @epilogue.0.dot_add(
// CHECK-NEXT: return
// CHECK: tile.kernel @epilogue.0.dot_add
// CHECK: %[[TOTAL:.*]] = tile.dot
// CHECK: %[[BIAS:.*]] = tile.view %{{.*}} offset %c0 sizes %c48, %c32 strides %c0, %c1
// CHECK: arith.addf %[[TOTAL]]
// CHECK: arith.maximumf
// CHECK: arith.addf
// CHECK-COUNT-1: tile.store
func.func @epilogue(%x: tensor<2x24x16xf32>, %w: tensor<32x16xf32>, %b: tensor<32xf32>, %r: tensor<2x24x32xf32>) -> tensor<2x24x32xf32> {
  %y = weft.dot %x, %w batch [] x [] contract [2] x [1] : tensor<2x24x16xf32>, tensor<32x16xf32> -> tensor<2x24x32xf32>
  %bias = weft.broadcast %b dims [2] : tensor<32xf32> -> tensor<2x24x32xf32>
  %s = weft.add %y, %bias : tensor<2x24x32xf32>
  %h = weft.relu %s : tensor<2x24x32xf32>
  %z = weft.add %h, %r : tensor<2x24x32xf32>
  return %z : tensor<2x24x32xf32>
}

// -----

// Of two products in one tree the first is computed there. One with two readers, or one that a function returns, is stored.
// CHECK-LABEL: func.func @gate
// CHECK: %[[GATE:.*]] = exec.dispatch @gate.0.dot(
// CHECK: exec.dispatch @gate.1.dot_mul({{.*}}%[[GATE]])
// CHECK-LABEL: func.func @two_readers
// CHECK: %[[STORED:.*]] = exec.dispatch @two_readers.0.dot(
// CHECK: %[[READ:.*]] = exec.dispatch @two_readers.1.sigmoid(%[[STORED]])
// CHECK: return %[[READ]], %[[STORED]]
func.func @gate(%x: tensor<8x16xf32>, %v: tensor<32x16xf32>, %w: tensor<32x16xf32>) -> tensor<8x32xf32> {
  %h = weft.dot %x, %v batch [] x [] contract [1] x [1] : tensor<8x16xf32>, tensor<32x16xf32> -> tensor<8x32xf32>
  %g = weft.dot %x, %w batch [] x [] contract [1] x [1] : tensor<8x16xf32>, tensor<32x16xf32> -> tensor<8x32xf32>
  %a = weft.sigmoid %h : tensor<8x32xf32>
  %y = weft.mul %a, %g : tensor<8x32xf32>
  return %y : tensor<8x32xf32>
}
func.func @two_readers(%x: tensor<8x16xf32>, %w: tensor<32x16xf32>) -> (tensor<8x32xf32>, tensor<8x32xf32>) {
  %h = weft.dot %x, %w batch [] x [] contract [1] x [1] : tensor<8x16xf32>, tensor<32x16xf32> -> tensor<8x32xf32>
  %y = weft.sigmoid %h : tensor<8x32xf32>
  return %y, %h : tensor<8x32xf32>, tensor<8x32xf32>
}
