// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @matrices(%lhs: tensor<2x3xf64>, %rhs: tensor<3x5xf64>) -> tensor<2x5xf64> attributes {check.gradient} {
  %y = weft.dot %lhs, %rhs batch [] x [] contract [1] x [0] : tensor<2x3xf64>, tensor<3x5xf64> -> tensor<2x5xf64>
  return %y : tensor<2x5xf64>
}

// Both contracted on their first axis.
func.func @transposed(%lhs: tensor<3x2xf64>, %rhs: tensor<3x5xf64>) -> tensor<2x5xf64> attributes {check.gradient} {
  %y = weft.dot %lhs, %rhs batch [] x [] contract [0] x [0] : tensor<3x2xf64>, tensor<3x5xf64> -> tensor<2x5xf64>
  return %y : tensor<2x5xf64>
}

// The batch axis in the middle of rhs, two contracted axes in crossed order.
func.func @crossed(%lhs: tensor<2x3x5x7xf64>, %rhs: tensor<5x2x4x3xf64>) -> tensor<2x7x4xf64> attributes {check.gradient} {
  %y = weft.dot %lhs, %rhs batch [0] x [1] contract [1, 2] x [3, 0] : tensor<2x3x5x7xf64>, tensor<5x2x4x3xf64> -> tensor<2x7x4xf64>
  return %y : tensor<2x7x4xf64>
}

func.func @batch_order(%lhs: tensor<2x3x5xf64>, %rhs: tensor<3x5x2xf64>) -> tensor<3x2xf64> attributes {check.gradient} {
  %y = weft.dot %lhs, %rhs batch [1, 0] x [0, 2] contract [2] x [1] : tensor<2x3x5xf64>, tensor<3x5x2xf64> -> tensor<3x2xf64>
  return %y : tensor<3x2xf64>
}

func.func @outer(%lhs: tensor<3xf64>, %rhs: tensor<1x2xf64>) -> tensor<3x1x2xf64> attributes {check.gradient} {
  %y = weft.dot %lhs, %rhs batch [] x [] contract [] x [] : tensor<3xf64>, tensor<1x2xf64> -> tensor<3x1x2xf64>
  return %y : tensor<3x1x2xf64>
}

func.func @inner(%x: tensor<7xf64>) -> tensor<f64> attributes {check.gradient} {
  %y = weft.dot %x, %x batch [] x [] contract [0] x [0] : tensor<7xf64>, tensor<7xf64> -> tensor<f64>
  return %y : tensor<f64>
}

func.func @bounded(%lhs: tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>>, %rhs: tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>>) -> tensor<2x3xf64> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.dot %lhs, %rhs batch [] x [] contract [1] x [0] : tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>>, tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>> -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}
