// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @mixed(%lhs: tensor<4xf64> {check.value = dense<[1.0, -2.0, 0.5, 3.0]> : tensor<4xf64>}, %rhs: tensor<4xf64> {check.value = dense<[0.0, -1.0, 0.75, 2.5]> : tensor<4xf64>}) -> tensor<4xf64> attributes {check.gradient} {
  %y = weft.minimum %lhs, %rhs : tensor<4xf64>
  return %y : tensor<4xf64>
}

func.func @lhs_above(%lhs: tensor<7x3xf64> {check.range = array<f64: 2.0, 3.0>}, %rhs: tensor<7x3xf64>) -> tensor<7x3xf64> attributes {check.gradient} {
  %y = weft.minimum %lhs, %rhs : tensor<7x3xf64>
  return %y : tensor<7x3xf64>
}

func.func @rhs_above(%lhs: tensor<1xf64>, %rhs: tensor<1xf64> {check.range = array<f64: 2.0, 3.0>}) -> tensor<1xf64> attributes {check.gradient} {
  %y = weft.minimum %lhs, %rhs : tensor<1xf64>
  return %y : tensor<1xf64>
}
