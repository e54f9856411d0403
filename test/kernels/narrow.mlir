// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// RUN: weft-check --kernels=barriers %s
// RUN: weft-check --kernels=variants %s
// Parts of products that nobody reads whole: factors and axes are square where a wrong one would otherwise not fit.
func.func @sides(%a: tensor<8x8xf64>, %b: tensor<8x8xf64>) -> (tensor<3x8xf64>, tensor<8x3xf64>, tensor<3x8xf64>, tensor<8x3xf64>) attributes {check.kernel} {
  %x = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<8x8xf64>, tensor<8x8xf64> -> tensor<8x8xf64>
  %y = weft.dot %a, %b batch [] x [] contract [0] x [0] : tensor<8x8xf64>, tensor<8x8xf64> -> tensor<8x8xf64>
  %z = weft.dot %a, %b batch [] x [] contract [0] x [1] : tensor<8x8xf64>, tensor<8x8xf64> -> tensor<8x8xf64>
  %w = weft.dot %a, %b batch [] x [] contract [1] x [1] : tensor<8x8xf64>, tensor<8x8xf64> -> tensor<8x8xf64>
  %p = weft.tail %x axis 0 : tensor<8x8xf64> -> tensor<3x8xf64>
  %q = weft.head %y axis 1 : tensor<8x8xf64> -> tensor<8x3xf64>
  %r = weft.slice %z axis 0 start 2 length 3 : tensor<8x8xf64> -> tensor<3x8xf64>
  %s = weft.tail %w axis 1 : tensor<8x8xf64> -> tensor<8x3xf64>
  return %p, %q, %r, %s : tensor<3x8xf64>, tensor<8x3xf64>, tensor<3x8xf64>, tensor<8x3xf64>
}
func.func @batches(%a: tensor<6x6x6xf64>, %b: tensor<6x6x6xf64>) -> (tensor<2x6x6xf64>, tensor<6x2x6xf64>, tensor<6x6x2xf64>) attributes {check.kernel} {
  %x = weft.dot %a, %b batch [1] x [2] contract [2] x [1] : tensor<6x6x6xf64>, tensor<6x6x6xf64> -> tensor<6x6x6xf64>
  %y = weft.dot %a, %b batch [2] x [0] contract [0] x [1] : tensor<6x6x6xf64>, tensor<6x6x6xf64> -> tensor<6x6x6xf64>
  %z = weft.dot %a, %b batch [0] x [1] contract [1] x [2] : tensor<6x6x6xf64>, tensor<6x6x6xf64> -> tensor<6x6x6xf64>
  %p = weft.tail %x axis 0 : tensor<6x6x6xf64> -> tensor<2x6x6xf64>
  %q = weft.tail %y axis 1 : tensor<6x6x6xf64> -> tensor<6x2x6xf64>
  %r = weft.tail %z axis 2 : tensor<6x6x6xf64> -> tensor<6x6x2xf64>
  return %p, %q, %r : tensor<2x6x6xf64>, tensor<6x2x6xf64>, tensor<6x6x2xf64>
}
// As in the gradient of a block behind its cache, of several lengths: the tail begins elsewhere each time.
func.func @cached(%k: tensor<2x?x4xf64, #weft.bounded<[2, n(40 by 1) + 3, 4]>>, %w: tensor<4x5xf64>, %bias: tensor<5xf64>)
    -> (tensor<2x3x5xf64>, tensor<2x?x5xf64, #weft.bounded<[2, n(40 by 1), 5]>>) attributes {check.kernel, check.sizes = [{n = 0}, {n = 1}, {n = 40}]} {
  %x = weft.dot %k, %w batch [] x [] contract [2] x [0] : tensor<2x?x4xf64, #weft.bounded<[2, n(40 by 1) + 3, 4]>>, tensor<4x5xf64> -> tensor<2x?x5xf64, #weft.bounded<[2, n(40 by 1) + 3, 5]>>
  %wide = weft.broadcast %bias dims [2] : tensor<5xf64> -> tensor<2x?x5xf64, #weft.bounded<[2, n(40 by 1) + 3, 5]>>
  %s = weft.add %x, %wide : tensor<2x?x5xf64, #weft.bounded<[2, n(40 by 1) + 3, 5]>>
  %p = weft.tail %s axis 1 : tensor<2x?x5xf64, #weft.bounded<[2, n(40 by 1) + 3, 5]>> -> tensor<2x3x5xf64>
  %y = weft.dot %k, %w batch [] x [] contract [2] x [0] : tensor<2x?x4xf64, #weft.bounded<[2, n(40 by 1) + 3, 4]>>, tensor<4x5xf64> -> tensor<2x?x5xf64, #weft.bounded<[2, n(40 by 1) + 3, 5]>>
  %t = weft.tanh %y : tensor<2x?x5xf64, #weft.bounded<[2, n(40 by 1) + 3, 5]>>
  %q = weft.head %t axis 1 : tensor<2x?x5xf64, #weft.bounded<[2, n(40 by 1) + 3, 5]>> -> tensor<2x?x5xf64, #weft.bounded<[2, n(40 by 1), 5]>>
  return %p, %q : tensor<2x3x5xf64>, tensor<2x?x5xf64, #weft.bounded<[2, n(40 by 1), 5]>>
}
func.func @moved(%x: tensor<6x6x6xf64>, %b: tensor<6x6xf64>) -> tensor<6x6x2xf64> attributes {check.kernel} {
  %t = weft.transpose %x permutation [1, 2, 0] : tensor<6x6x6xf64> -> tensor<6x6x6xf64>
  %wide = weft.broadcast %b dims [0, 2] : tensor<6x6xf64> -> tensor<6x6x6xf64>
  %s = weft.sub %t, %wide : tensor<6x6x6xf64>
  %e = weft.exp %s : tensor<6x6x6xf64>
  %y = weft.tail %e axis 2 : tensor<6x6x6xf64> -> tensor<6x6x2xf64>
  return %y : tensor<6x6x2xf64>
}
