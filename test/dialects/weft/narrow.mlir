// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --weft-narrow | FileCheck %s

// The gradient of a layer whose input was cache and block: only the block's rows are multiplied.
// CHECK-LABEL: @gradient
// CHECK-SAME: (%[[K:.*]]: tensor<2x?x4xf32, {{.*}}>, %[[V:.*]]: tensor<2x?x4xf32, {{.*}}>, %[[W:.*]]: tensor<4x6xf32>, %[[U:.*]]: tensor<4x6xf32>)
// CHECK-DAG: %[[KT:.*]] = weft.tail %[[K]] axis 1 : tensor<2x?x4xf32, {{.*}}> -> tensor<2x3x4xf32>
// CHECK-DAG: %[[A:.*]] = weft.dot %[[KT]], %[[W]] batch [] x [] contract [2] x [0] : tensor<2x3x4xf32>, tensor<4x6xf32> -> tensor<2x3x6xf32>
// CHECK-DAG: %[[VT:.*]] = weft.tail %[[V]] axis 1 : tensor<2x?x4xf32, {{.*}}> -> tensor<2x3x4xf32>
// CHECK-DAG: %[[B:.*]] = weft.dot %[[VT]], %[[U]] batch [] x [] contract [2] x [0]
// CHECK: %[[S:.*]] = weft.add %[[A]], %[[B]] : tensor<2x3x6xf32>
// CHECK-NEXT: return %[[S]]
func.func @gradient(%k: tensor<2x?x4xf32, #weft.bounded<[2, n(8 by 1) + 3, 4]>>, %v: tensor<2x?x4xf32, #weft.bounded<[2, n(8 by 1) + 3, 4]>>, %w: tensor<4x6xf32>, %u: tensor<4x6xf32>) -> tensor<2x3x6xf32> {
  %a = weft.dot %k, %w batch [] x [] contract [2] x [0] : tensor<2x?x4xf32, #weft.bounded<[2, n(8 by 1) + 3, 4]>>, tensor<4x6xf32> -> tensor<2x?x6xf32, #weft.bounded<[2, n(8 by 1) + 3, 6]>>
  %b = weft.dot %v, %u batch [] x [] contract [2] x [0] : tensor<2x?x4xf32, #weft.bounded<[2, n(8 by 1) + 3, 4]>>, tensor<4x6xf32> -> tensor<2x?x6xf32, #weft.bounded<[2, n(8 by 1) + 3, 6]>>
  %s = weft.add %a, %b : tensor<2x?x6xf32, #weft.bounded<[2, n(8 by 1) + 3, 6]>>
  %block = weft.tail %s axis 1 : tensor<2x?x6xf32, #weft.bounded<[2, n(8 by 1) + 3, 6]>> -> tensor<2x3x6xf32>
  return %block : tensor<2x3x6xf32>
}

// Axes of results in factors: the batch in both, free ones in their own.
// CHECK-LABEL: @factors
// CHECK-SAME: (%[[A:.*]]: tensor<5x8x7xf32>, %[[B:.*]]: tensor<9x5x8xf32>)
// CHECK-DAG: %[[A0:.*]] = weft.slice %[[A]] axis 1 start 2 length 3 : tensor<5x8x7xf32> -> tensor<5x3x7xf32>
// CHECK-DAG: %[[B0:.*]] = weft.slice %[[B]] axis 2 start 2 length 3 : tensor<9x5x8xf32> -> tensor<9x5x3xf32>
// CHECK-DAG: weft.dot %[[A0]], %[[B0]] batch [1] x [2] contract [0] x [1] : tensor<5x3x7xf32>, tensor<9x5x3xf32> -> tensor<3x7x9xf32>
// CHECK-DAG: %[[A1:.*]] = weft.head %[[A]] axis 2 : tensor<5x8x7xf32> -> tensor<5x8x4xf32>
// CHECK-DAG: weft.dot %[[A1]], %[[B]] batch [1] x [2] contract [0] x [1] : tensor<5x8x4xf32>, tensor<9x5x8xf32> -> tensor<8x4x9xf32>
// CHECK-DAG: %[[B2:.*]] = weft.tail %[[B]] axis 0 : tensor<9x5x8xf32> -> tensor<6x5x8xf32>
// CHECK-DAG: weft.dot %[[A]], %[[B2]] batch [1] x [2] contract [0] x [1] : tensor<5x8x7xf32>, tensor<6x5x8xf32> -> tensor<8x7x6xf32>
func.func @factors(%a: tensor<5x8x7xf32>, %b: tensor<9x5x8xf32>) -> (tensor<3x7x9xf32>, tensor<8x4x9xf32>, tensor<8x7x6xf32>) {
  %x = weft.dot %a, %b batch [1] x [2] contract [0] x [1] : tensor<5x8x7xf32>, tensor<9x5x8xf32> -> tensor<8x7x9xf32>
  %y = weft.dot %a, %b batch [1] x [2] contract [0] x [1] : tensor<5x8x7xf32>, tensor<9x5x8xf32> -> tensor<8x7x9xf32>
  %z = weft.dot %a, %b batch [1] x [2] contract [0] x [1] : tensor<5x8x7xf32>, tensor<9x5x8xf32> -> tensor<8x7x9xf32>
  %p = weft.slice %x axis 0 start 2 length 3 : tensor<8x7x9xf32> -> tensor<3x7x9xf32>
  %q = weft.head %y axis 1 : tensor<8x7x9xf32> -> tensor<8x4x9xf32>
  %r = weft.tail %z axis 2 : tensor<8x7x9xf32> -> tensor<8x7x6xf32>
  return %p, %q, %r : tensor<3x7x9xf32>, tensor<8x4x9xf32>, tensor<8x7x6xf32>
}

// Moves, repeats and elementwise ops of several types.
// CHECK-LABEL: @moved
// CHECK-SAME: (%[[X:.*]]: tensor<6x8xf32>, %[[B:.*]]: tensor<6xf32>, %[[C:.*]]: tensor<8xf32>)
// CHECK: %[[X0:.*]] = weft.tail %[[X]] axis 0 : tensor<6x8xf32> -> tensor<2x8xf32>
// CHECK: %[[T:.*]] = weft.transpose %[[X0]] permutation [1, 0] : tensor<2x8xf32> -> tensor<8x2xf32>
// CHECK: %[[B0:.*]] = weft.tail %[[B]] axis 0 : tensor<6xf32> -> tensor<2xf32>
// CHECK: %[[B1:.*]] = weft.broadcast %[[B0]] dims [1] : tensor<2xf32> -> tensor<8x2xf32>
// CHECK: %[[M:.*]] = weft.compare lt %[[T]], %[[B1]] : tensor<8x2xf32> -> tensor<8x2xi1>
// CHECK: %[[C1:.*]] = weft.broadcast %[[C]] dims [0] : tensor<8xf32> -> tensor<8x2xf32>
// CHECK: weft.select %[[M]], %{{.*}}, %[[C1]] : tensor<8x2xi1>, tensor<8x2xf32>
func.func @moved(%x: tensor<6x8xf32>, %b: tensor<6xf32>, %c: tensor<8xf32>) -> tensor<8x2xf32> {
  %t = weft.transpose %x permutation [1, 0] : tensor<6x8xf32> -> tensor<8x6xf32>
  %wb = weft.broadcast %b dims [1] : tensor<6xf32> -> tensor<8x6xf32>
  %wc = weft.broadcast %c dims [0] : tensor<8xf32> -> tensor<8x6xf32>
  %m = weft.compare lt %t, %wb : tensor<8x6xf32> -> tensor<8x6xi1>
  %u = weft.transpose %x permutation [1, 0] : tensor<6x8xf32> -> tensor<8x6xf32>
  %s = weft.select %m, %u, %wc : tensor<8x6xi1>, tensor<8x6xf32>
  %y = weft.tail %s axis 1 : tensor<8x6xf32> -> tensor<8x2xf32>
  return %y : tensor<8x2xf32>
}

// What somebody reads whole, and what depends on more than a part or on its place, stays as it is.
// CHECK-LABEL: @whole
// CHECK: %[[A:.*]] = weft.exp %{{.*}} : tensor<4x8xf32>
// CHECK: weft.tail %[[A]] axis 0
// CHECK: %[[B:.*]] = weft.softmax %{{.*}} axis 0
// CHECK: weft.tail %[[B]] axis 0
// CHECK: %[[C:.*]] = weft.dropout
// CHECK: weft.tail %[[C]] axis 0
func.func @whole(%x: tensor<4x8xf32>, %key: tensor<4xi32>) -> (tensor<4x8xf32>, tensor<2x8xf32>, tensor<2x8xf32>, tensor<2x8xf32>) {
  %a = weft.exp %x : tensor<4x8xf32>
  %p = weft.tail %a axis 0 : tensor<4x8xf32> -> tensor<2x8xf32>
  %b = weft.softmax %x axis 0 : tensor<4x8xf32>
  %q = weft.tail %b axis 0 : tensor<4x8xf32> -> tensor<2x8xf32>
  %c = weft.dropout %x, %key rate 0.5 id 7 : tensor<4x8xf32>, tensor<4xi32>
  %r = weft.tail %c axis 0 : tensor<4x8xf32> -> tensor<2x8xf32>
  return %a, %p, %q, %r : tensor<4x8xf32>, tensor<2x8xf32>, tensor<2x8xf32>, tensor<2x8xf32>
}
