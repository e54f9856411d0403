// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// RUN: weft-check --kernels=levels %s
// RUN: weft-check --kernels=variants %s
// Contractions: both orientations, batches, views, several contracted axes, edges of tiles.
func.func @weight(%x: tensor<2x5x16xf64>, %w: tensor<3x4x16xf64>) -> tensor<2x5x3x4xf64> attributes {check.kernel} {
  %y = weft.dot %x, %w batch [] x [] contract [2] x [2] : tensor<2x5x16xf64>, tensor<3x4x16xf64> -> tensor<2x5x3x4xf64>
  return %y : tensor<2x5x3x4xf64>
}
func.func @tile_minus_one(%a: tensor<47x63xf32>, %b: tensor<63x63xf32>) -> tensor<47x63xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<47x63xf32>, tensor<63x63xf32> -> tensor<47x63xf32>
  return %y : tensor<47x63xf32>
}
func.func @tile(%a: tensor<48x64xf32>, %b: tensor<64x64xf32>) -> tensor<48x64xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<48x64xf32>, tensor<64x64xf32> -> tensor<48x64xf32>
  return %y : tensor<48x64xf32>
}
func.func @tile_plus_one(%a: tensor<49x65xf64>, %b: tensor<65x65xf64>) -> tensor<49x65xf64> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<49x65xf64>, tensor<65x65xf64> -> tensor<49x65xf64>
  return %y : tensor<49x65xf64>
}
func.func @one(%a: tensor<1x1xf64>, %b: tensor<1x1xf64>) -> tensor<1x1xf64> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [1] : tensor<1x1xf64>, tensor<1x1xf64> -> tensor<1x1xf64>
  return %y : tensor<1x1xf64>
}
func.func @outer(%a: tensor<3xf64>, %b: tensor<4xf64>) -> tensor<3x4xf64> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [] x [] : tensor<3xf64>, tensor<4xf64> -> tensor<3x4xf64>
  return %y : tensor<3x4xf64>
}
func.func @inner(%a: tensor<70xf64>, %b: tensor<70xf64>) -> tensor<f64> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [0] x [0] : tensor<70xf64>, tensor<70xf64> -> tensor<f64>
  return %y : tensor<f64>
}
// b has fewer rows than a vector has lanes, so its transposed copy takes whole tiles of one element.
func.func @matrix_vector(%a: tensor<8x17xf64>, %b: tensor<17xf64>) -> tensor<8xf64> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<8x17xf64>, tensor<17xf64> -> tensor<8xf64>
  return %y : tensor<8xf64>
}
func.func @gradient_of_weight(%dy: tensor<2x5x3x4xf64>, %x: tensor<2x5x16xf64>) -> tensor<3x4x16xf64> attributes {check.kernel} {
  %dw = weft.dot %dy, %x batch [] x [] contract [0, 1] x [0, 1] : tensor<2x5x3x4xf64>, tensor<2x5x16xf64> -> tensor<3x4x16xf64>
  return %dw : tensor<3x4x16xf64>
}
func.func @batched(%q: tensor<2x5x3x8xf64>, %k: tensor<2x7x3x8xf64>) -> tensor<2x3x5x7xf64> attributes {check.kernel} {
  %s = weft.dot %q, %k batch [0, 2] x [0, 2] contract [3] x [3] : tensor<2x5x3x8xf64>, tensor<2x7x3x8xf64> -> tensor<2x3x5x7xf64>
  return %s : tensor<2x3x5x7xf64>
}
func.func @apart(%a: tensor<3x4x5xf64>, %b: tensor<5x6x3xf64>) -> tensor<4x6xf64> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [0, 2] x [2, 0] : tensor<3x4x5xf64>, tensor<5x6x3xf64> -> tensor<4x6xf64>
  return %y : tensor<4x6xf64>
}
func.func @views(%a: tensor<6x4xf64>, %b: tensor<8x6xf64>) -> tensor<4x3xf64> attributes {check.kernel} {
  %t = weft.transpose %a permutation [1, 0] : tensor<6x4xf64> -> tensor<4x6xf64>
  %s = weft.slice %b axis 0 start 2 length 3 : tensor<8x6xf64> -> tensor<3x6xf64>
  %y = weft.dot %t, %s batch [] x [] contract [1] x [1] : tensor<4x6xf64>, tensor<3x6xf64> -> tensor<4x3xf64>
  return %y : tensor<4x3xf64>
}
func.func @bounded(%x: tensor<2x?x6xf64, #weft.bounded<[2, n(100 by 1), 6]>>, %w: tensor<5x6xf64>)
    -> (tensor<2x?x5xf64, #weft.bounded<[2, n(100 by 1), 5]>>, tensor<6x6xf64>)
    attributes {check.kernel, check.sizes = [{n = 0}, {n = 1}, {n = 49}, {n = 100}]} {
  %y = weft.dot %x, %w batch [] x [] contract [2] x [1] : tensor<2x?x6xf64, #weft.bounded<[2, n(100 by 1), 6]>>, tensor<5x6xf64> -> tensor<2x?x5xf64, #weft.bounded<[2, n(100 by 1), 5]>>
  %g = weft.dot %x, %x batch [] x [] contract [0, 1] x [0, 1] : tensor<2x?x6xf64, #weft.bounded<[2, n(100 by 1), 6]>>, tensor<2x?x6xf64, #weft.bounded<[2, n(100 by 1), 6]>> -> tensor<6x6xf64>
  return %y, %g : tensor<2x?x5xf64, #weft.bounded<[2, n(100 by 1), 5]>>, tensor<6x6xf64>
}
// Several chunks of the contracted axis, rows and columns beyond a tile, in both orientations and down the columns.
func.func @deep(%a: tensor<70x1030xf64>, %b: tensor<1030x66xf64>, %c: tensor<66x1030xf64>, %d: tensor<1030x70xf64>)
    -> (tensor<70x66xf64>, tensor<70x66xf64>, tensor<70x66xf64>) attributes {check.kernel} {
  %x = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<70x1030xf64>, tensor<1030x66xf64> -> tensor<70x66xf64>
  %y = weft.dot %a, %c batch [] x [] contract [1] x [1] : tensor<70x1030xf64>, tensor<66x1030xf64> -> tensor<70x66xf64>
  %z = weft.dot %d, %b batch [] x [] contract [0] x [0] : tensor<1030x70xf64>, tensor<1030x66xf64> -> tensor<70x66xf64>
  return %x, %y, %z : tensor<70x66xf64>, tensor<70x66xf64>, tensor<70x66xf64>
}
// No chunk near the schedule's divides a prime: the last one is filled up.
func.func @prime(%a: tensor<50x1031xf64>, %b: tensor<40x1031xf64>) -> tensor<50x40xf64> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [1] : tensor<50x1031xf64>, tensor<40x1031xf64> -> tensor<50x40xf64>
  return %y : tensor<50x40xf64>
}
func.func @tall(%a: tensor<600x24xf64>, %b: tensor<80x24xf64>) -> tensor<600x80xf64> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [1] : tensor<600x24xf64>, tensor<80x24xf64> -> tensor<600x80xf64>
  return %y : tensor<600x80xf64>
}
// Two contracted axes that are no run of memory, of more rows than a tile has, down the columns and along them.
func.func @apart_and_deep(%a: tensor<2x300x270xf64>, %b: tensor<2x3x300x5xf64>, %c: tensor<270x2x300xf64>)
    -> (tensor<270x3x5xf64>, tensor<270x3x5xf64>) attributes {check.kernel} {
  %x = weft.dot %a, %b batch [] x [] contract [0, 1] x [0, 2] : tensor<2x300x270xf64>, tensor<2x3x300x5xf64> -> tensor<270x3x5xf64>
  %y = weft.dot %c, %b batch [] x [] contract [1, 2] x [0, 2] : tensor<270x2x300xf64>, tensor<2x3x300x5xf64> -> tensor<270x3x5xf64>
  return %x, %y : tensor<270x3x5xf64>, tensor<270x3x5xf64>
}
