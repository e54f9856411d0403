// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// RUN: weft-check --kernels=barriers %s
// RUN: weft-check --kernels=variants %s
// Elementwise trees over a product: broadcasts along each kind of axis, batches, another element type, dropout, two
// products, run-time sizes.
func.func @layer(%x: tensor<2x37x20xf64>, %w: tensor<3x25x20xf64>, %b: tensor<3x25xf64>, %r: tensor<2x37x3x25xf64>)
    -> tensor<2x37x3x25xf64> attributes {check.kernel} {
  %y = weft.dot %x, %w batch [] x [] contract [2] x [2] : tensor<2x37x20xf64>, tensor<3x25x20xf64> -> tensor<2x37x3x25xf64>
  %bias = weft.broadcast %b dims [2, 3] : tensor<3x25xf64> -> tensor<2x37x3x25xf64>
  %s = weft.add %y, %bias : tensor<2x37x3x25xf64>
  %h = weft.relu %s : tensor<2x37x3x25xf64>
  %z = weft.add %h, %r : tensor<2x37x3x25xf64>
  return %z : tensor<2x37x3x25xf64>
}
func.func @scores(%q: tensor<2x5x3x8xf64>, %k: tensor<2x7x3x8xf64>, %scale: tensor<f64>, %row: tensor<5xf64>)
    -> tensor<2x3x5x7xf64> attributes {check.kernel} {
  %y = weft.dot %q, %k batch [0, 2] x [0, 2] contract [3] x [3] : tensor<2x5x3x8xf64>, tensor<2x7x3x8xf64> -> tensor<2x3x5x7xf64>
  %scales = weft.broadcast %scale dims [] : tensor<f64> -> tensor<2x3x5x7xf64>
  %rows = weft.broadcast %row dims [2] : tensor<5xf64> -> tensor<2x3x5x7xf64>
  %scaled = weft.mul %y, %scales : tensor<2x3x5x7xf64>
  %z = weft.sub %scaled, %rows : tensor<2x3x5x7xf64>
  return %z : tensor<2x3x5x7xf64>
}
func.func @gate(%x: tensor<70x16xf32>, %v: tensor<70x16xf32>, %w: tensor<70x16xf32>) -> tensor<70x70xf32> attributes {check.kernel} {
  %h = weft.dot %x, %v batch [] x [] contract [1] x [1] : tensor<70x16xf32>, tensor<70x16xf32> -> tensor<70x70xf32>
  %g = weft.dot %x, %w batch [] x [] contract [1] x [1] : tensor<70x16xf32>, tensor<70x16xf32> -> tensor<70x70xf32>
  %a = weft.sigmoid %h : tensor<70x70xf32>
  %y = weft.mul %a, %g : tensor<70x70xf32>
  return %y : tensor<70x70xf32>
}
// The product is squared: one reader, twice.
func.func @square(%x: tensor<9x4xf64>, %w: tensor<4x9xf64>) -> tensor<9x9xf64> attributes {check.kernel} {
  %h = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<9x4xf64>, tensor<4x9xf64> -> tensor<9x9xf64>
  %y = weft.mul %h, %h : tensor<9x9xf64>
  return %y : tensor<9x9xf64>
}
func.func @narrow(%x: tensor<9x4xf64>, %w: tensor<4x9xf64>) -> tensor<9x9xf32> attributes {check.kernel} {
  %h = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<9x4xf64>, tensor<4x9xf64> -> tensor<9x9xf64>
  %y = weft.cast %h : tensor<9x9xf64> -> tensor<9x9xf32>
  return %y : tensor<9x9xf32>
}
// A transposed reader takes the product from memory, and so does a sum.
func.func @stored(%x: tensor<9x4xf64>, %w: tensor<4x7xf64>, %r: tensor<7x9xf64>) -> (tensor<7x9xf64>, tensor<9xf64>) attributes {check.kernel} {
  %h = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<9x4xf64>, tensor<4x7xf64> -> tensor<9x7xf64>
  %t = weft.transpose %h permutation [1, 0] : tensor<9x7xf64> -> tensor<7x9xf64>
  %y = weft.add %t, %r : tensor<7x9xf64>
  %g = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<9x4xf64>, tensor<4x7xf64> -> tensor<9x7xf64>
  %e = weft.sigmoid %g : tensor<9x7xf64>
  %s = weft.sum %e axes [1] : tensor<9x7xf64> -> tensor<9xf64>
  return %y, %s : tensor<7x9xf64>, tensor<9xf64>
}
func.func @bounded(%x: tensor<2x?x6xf64, #weft.bounded<[2, n(100 by 1), 6]>>, %w: tensor<5x6xf64>, %r: tensor<2x?x5xf64, #weft.bounded<[2, n(100 by 1), 5]>>)
    -> tensor<2x?x5xf64, #weft.bounded<[2, n(100 by 1), 5]>>
    attributes {check.kernel, check.sizes = [{n = 0}, {n = 1}, {n = 49}, {n = 100}]} {
  %y = weft.dot %x, %w batch [] x [] contract [2] x [1] : tensor<2x?x6xf64, #weft.bounded<[2, n(100 by 1), 6]>>, tensor<5x6xf64> -> tensor<2x?x5xf64, #weft.bounded<[2, n(100 by 1), 5]>>
  %z = weft.add %r, %y : tensor<2x?x5xf64, #weft.bounded<[2, n(100 by 1), 5]>>
  return %z : tensor<2x?x5xf64, #weft.bounded<[2, n(100 by 1), 5]>>
}
// The product with its axes in another order, the last in its place: what a step adds to slots of a memory.
func.func @turned(%a: tensor<2x3x1x37xf64>, %q: tensor<2x3x1x5xf64>, %w: tensor<37x2x3x5xf64>) -> tensor<37x2x3x5xf64> attributes {check.kernel} {
  %p = weft.dot %a, %q batch [0, 1] x [0, 1] contract [2] x [2] : tensor<2x3x1x37xf64>, tensor<2x3x1x5xf64> -> tensor<2x3x37x5xf64>
  %t = weft.transpose %p permutation [2, 0, 1, 3] : tensor<2x3x37x5xf64> -> tensor<37x2x3x5xf64>
  %y = weft.add %w, %t : tensor<37x2x3x5xf64>
  return %y : tensor<37x2x3x5xf64>
}
