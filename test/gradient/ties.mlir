// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

// What the rules say where two branches meet; central differences would give the mean of the two sides.

func.func @max_shares_equally(%x: tensor<2x3xf64> {check.value = dense<[[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]]> : tensor<2x3xf64>, check.expected = dense<[[0.0, 0.5, 0.5], [0.33333333333333333, 0.33333333333333333, 0.33333333333333333]]> : tensor<2x3xf64>}) -> tensor<2xf64> attributes {check.gradient} {
  %y = weft.max %x axes [1] : tensor<2x3xf64> -> tensor<2xf64>
  return %y : tensor<2xf64>
}

func.func @maximum_takes_lhs(%lhs: tensor<2xf64> {check.value = dense<[1.0, -2.0]> : tensor<2xf64>, check.expected = dense<[1.0, 1.0]> : tensor<2xf64>}, %rhs: tensor<2xf64> {check.value = dense<[1.0, -2.0]> : tensor<2xf64>, check.expected = dense<[0.0, 0.0]> : tensor<2xf64>}) -> tensor<2xf64> attributes {check.gradient} {
  %y = weft.maximum %lhs, %rhs : tensor<2xf64>
  return %y : tensor<2xf64>
}

func.func @minimum_takes_lhs(%lhs: tensor<2xf64> {check.value = dense<[1.0, -2.0]> : tensor<2xf64>, check.expected = dense<[1.0, 1.0]> : tensor<2xf64>}, %rhs: tensor<2xf64> {check.value = dense<[1.0, -2.0]> : tensor<2xf64>, check.expected = dense<[0.0, 0.0]> : tensor<2xf64>}) -> tensor<2xf64> attributes {check.gradient} {
  %y = weft.minimum %lhs, %rhs : tensor<2xf64>
  return %y : tensor<2xf64>
}

func.func @relu_at_zero(%x: tensor<3xf64> {check.value = dense<[-1.0, 0.0, 1.0]> : tensor<3xf64>, check.expected = dense<[0.0, 0.0, 1.0]> : tensor<3xf64>}) -> tensor<3xf64> attributes {check.gradient} {
  %y = weft.relu %x : tensor<3xf64>
  return %y : tensor<3xf64>
}
