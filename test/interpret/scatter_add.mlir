// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @rows() {
  %u = weft.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf64>
  %i = weft.constant dense<[2, 0, 2]> : tensor<3xi32>
  %y = weft.scatter_add %u, %i batch 0 : tensor<3x2xf64>, tensor<3xi32> -> tensor<4x2xf64>
  %expected = weft.constant dense<[[3.0, 4.0], [0.0, 0.0], [6.0, 8.0], [0.0, 0.0]]> : tensor<4x2xf64>
  check.equal %y, %expected : tensor<4x2xf64>, tensor<4x2xf64>
  return
}

func.func @batch() {
  %u = weft.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf64>
  %i = weft.constant dense<[[1, 1, 0], [0, -1, 2]]> : tensor<2x3xi32>
  %y = weft.scatter_add %u, %i batch 1 : tensor<2x3xf64>, tensor<2x3xi32> -> tensor<2x2xf64>
  %expected = weft.constant dense<[[3.0, 3.0], [4.0, 0.0]]> : tensor<2x2xf64>
  check.equal %y, %expected : tensor<2x2xf64>, tensor<2x2xf64>
  return
}

// In the order of the places: 1e100 - 1e100 + 1 is 1, in another order 0.
func.func @order() {
  %u = weft.constant dense<[[1.0e100, -1.0e100], [1.0, 2.0]]> : tensor<2x2xf64>
  %i = weft.constant dense<0> : tensor<2x2xi32>
  %y = weft.scatter_add %u, %i batch 0 : tensor<2x2xf64>, tensor<2x2xi32> -> tensor<1xf64>
  %expected = weft.constant dense<3.0> : tensor<1xf64>
  check.equal %y, %expected : tensor<1xf64>, tensor<1xf64>
  return
}
