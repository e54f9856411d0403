// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

// No two elements are so close that a difference step exchanges them.
func.func @rows(%x: tensor<2x5xf64> {check.value = dense<[[1.0, 3.0, -2.0, 0.5, 2.0], [-1.0, -3.0, -0.25, -4.0, 0.0]]> : tensor<2x5xf64>}) -> tensor<2x3xf64> attributes {check.gradient} {
  %values, %indices = weft.top_k %x k 3 : tensor<2x5xf64> -> tensor<2x3xf64>, tensor<2x3xi32>
  return %values : tensor<2x3xf64>
}

func.func @all(%x: tensor<4xf64> {check.value = dense<[1.0, 3.0, -2.0, 0.5]> : tensor<4xf64>}) -> tensor<4xf64> attributes {check.gradient} {
  %values, %indices = weft.top_k %x k 4 : tensor<4xf64> -> tensor<4xf64>, tensor<4xi32>
  return %values : tensor<4xf64>
}

// A mixture of the chosen: the indices pick weights, the values carry the gradient of the choice.
func.func @mixture(%x: tensor<2x4xf64> {check.value = dense<[[1.0, 3.0, -2.0, 0.5], [-1.0, -3.0, -0.25, -4.0]]> : tensor<2x4xf64>}, %experts: tensor<4x3xf64>) -> tensor<2x3xf64> attributes {check.gradient} {
  %values, %indices = weft.top_k %x k 2 : tensor<2x4xf64> -> tensor<2x2xf64>, tensor<2x2xi32>
  %rows = weft.gather %experts, %indices batch 0 : tensor<4x3xf64>, tensor<2x2xi32> -> tensor<2x2x3xf64>
  %y = weft.dot %values, %rows batch [0] x [0] contract [1] x [1] : tensor<2x2xf64>, tensor<2x2x3xf64> -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}
