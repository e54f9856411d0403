// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-to-tile %s | FileCheck %s

// A chain with single uses is one kernel; broadcast costs a stride of 0 and a splat nothing at all.
// CHECK-LABEL: func.func @chain
// CHECK: %[[Y:.*]] = exec.dispatch @chain.0.relu(%{{.*}}, %{{.*}}) : (tensor<64x16xf32>, tensor<16xf32>) -> tensor<64x16xf32>
// CHECK-NEXT: return %[[Y]]
func.func @chain(%x: tensor<64x16xf32>, %b: tensor<16xf32>) -> tensor<64x16xf32> {
  %wide = weft.broadcast %b dims [1] : tensor<16xf32> -> tensor<64x16xf32>
  %two = weft.constant dense<2.0> : tensor<64x16xf32>
  %s = weft.add %x, %wide : tensor<64x16xf32>
  %d = weft.mul %s, %two : tensor<64x16xf32>
  %y = weft.relu %d : tensor<64x16xf32>
  return %y : tensor<64x16xf32>
}

// Values of one shape that read the same array are one kernel; what all its consumers are in is not stored.
// CHECK-LABEL: func.func @shared
// CHECK: exec.dispatch @shared.0.neg_exp(%{{[^,]*}}) : (tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>)
// CHECK-NEXT: return
func.func @shared(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %s = weft.tanh %x : tensor<8xf32>
  %n = weft.neg %s : tensor<8xf32>
  %e = weft.exp %s : tensor<8xf32>
  return %n, %e : tensor<8xf32>, tensor<8xf32>
}

// A value with two consumers that cannot be in one kernel, since one waits for the other, is stored once. Where it costs
// less than the array that it is computed from, both compute it.
// CHECK-LABEL: func.func @apart
// CHECK: %[[E:.*]] = exec.dispatch @apart.0.exp
// CHECK: %[[M:.*]] = exec.dispatch @apart.1.max(%[[E]])
// CHECK: exec.dispatch @apart.2.sub(%[[E]], %[[M]])
// CHECK-LABEL: func.func @again
// CHECK: %[[M:.*]] = exec.dispatch @again.0.max(%[[X:.*]]) :
// CHECK: exec.dispatch @again.1.sub(%[[X]], %[[M]])
func.func @apart(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %e = weft.exp %x : tensor<8x8xf32>
  %m = weft.max %e axes [1] : tensor<8x8xf32> -> tensor<8xf32>
  %w = weft.broadcast %m dims [0] : tensor<8xf32> -> tensor<8x8xf32>
  %y = weft.sub %e, %w : tensor<8x8xf32>
  return %y : tensor<8x8xf32>
}
func.func @again(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %s = weft.mul %x, %x : tensor<8x8xf32>
  %m = weft.max %s axes [1] : tensor<8x8xf32> -> tensor<8xf32>
  %w = weft.broadcast %m dims [0] : tensor<8xf32> -> tensor<8x8xf32>
  %y = weft.sub %s, %w : tensor<8x8xf32>
  return %y : tensor<8x8xf32>
}

// Dropout takes its words by the element's row-major index; its id is given by the dispatch, so that all dropouts of a
// shape share a kernel.
// CHECK-LABEL: func.func @mask
// CHECK: exec.dispatch @mask.0.dropout(%{{.*}}, %{{.*}}) sizes [#weft.size<7>] : (tensor<8xf32>, tensor<4xi32>)
func.func @mask(%x: tensor<8xf32>, %key: tensor<4xi32>) -> tensor<8xf32> {
  %y = weft.dropout %x, %key rate 0.5 id 7 : tensor<8xf32>, tensor<4xi32>
  return %y : tensor<8xf32>
}

// CHECK: tile.kernel @chain.0.relu tasks 1 writes [2]
// CHECK: ^bb0(%[[X:[a-z0-9]+]]: !tile.array<f32>, %[[B:[a-z0-9]+]]: !tile.array<f32>, %[[Y:[a-z0-9]+]]: !tile.array<f32>,
// CHECK: tile.view %[[B]] offset %c0 sizes %c64, %c16 strides %c0, %c1
// CHECK: arith.addf
// CHECK: arith.mulf
// CHECK: arith.maximumf
// CHECK: tile.store

// CHECK: tile.kernel @mask.0.dropout
// CHECK: %[[GIVEN:.*]] = tile.size 0
// CHECK: %[[INDEX:.*]] = tile.iota axis 0 start %c0 : tensor<8xi32>
// CHECK: %[[ID:.*]] = arith.index_castui %[[GIVEN]] : index to i32
// CHECK: %[[WORDS:.*]] = tile.philox %{{.*}} id %[[ID]] : tensor<8xi32>
// CHECK: arith.cmpi ule, %[[WORDS]], %{{.*}} : tensor<8xi32>
