// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @rows() {
  %x = weft.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf64>
  %i = weft.constant dense<[[2, 0], [2, 1]]> : tensor<2x2xi32>
  %y = weft.gather %x, %i batch 0 : tensor<3x2xf64>, tensor<2x2xi32> -> tensor<2x2x2xf64>
  %expected = weft.constant dense<[[[5.0, 6.0], [1.0, 2.0]], [[5.0, 6.0], [3.0, 4.0]]]> : tensor<2x2x2xf64>
  check.equal %y, %expected : tensor<2x2x2xf64>, tensor<2x2x2xf64>
  return
}

// Each row of the batch has indices of its own.
func.func @batch() {
  %x = weft.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf64>
  %i = weft.constant dense<[[2, 2, 0, 1], [0, 1, 2, 0]]> : tensor<2x4xi32>
  %y = weft.gather %x, %i batch 1 : tensor<2x3xf64>, tensor<2x4xi32> -> tensor<2x4xf64>
  %expected = weft.constant dense<[[3.0, 3.0, 1.0, 2.0], [4.0, 5.0, 6.0, 4.0]]> : tensor<2x4xf64>
  check.equal %y, %expected : tensor<2x4xf64>, tensor<2x4xf64>
  return
}

func.func @one_place_a_row() {
  %x = weft.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %i = weft.constant dense<[2, 0]> : tensor<2xi32>
  %y = weft.gather %x, %i batch 1 : tensor<2x3xi32>, tensor<2xi32> -> tensor<2xi32>
  %expected = weft.constant dense<[3, 4]> : tensor<2xi32>
  check.equal %y, %expected : tensor<2xi32>, tensor<2xi32>
  return
}

func.func @outside_reads_zero() {
  %x = weft.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %i = weft.constant dense<[-1, 1, 2, 2147483647]> : tensor<4xi32>
  %y = weft.gather %x, %i batch 0 : tensor<2xf64>, tensor<4xi32> -> tensor<4xf64>
  %expected = weft.constant dense<[0.0, 2.0, 0.0, 0.0]> : tensor<4xf64>
  check.equal %y, %expected : tensor<4xf64>, tensor<4xf64>
  return
}
