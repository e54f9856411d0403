// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @one(%lhs: tensor<1xf64>, %rhs: tensor<1xf64>) -> tensor<1xf64> attributes {check.gradient} {
  %y = weft.add %lhs, %rhs : tensor<1xf64>
  return %y : tensor<1xf64>
}

func.func @prime(%lhs: tensor<7x3xf64>, %rhs: tensor<7x3xf64>) -> tensor<7x3xf64> attributes {check.gradient} {
  %y = weft.add %lhs, %rhs : tensor<7x3xf64>
  return %y : tensor<7x3xf64>
}

func.func @scalar(%lhs: tensor<f64>, %rhs: tensor<f64>) -> tensor<f64> attributes {check.gradient} {
  %y = weft.add %lhs, %rhs : tensor<f64>
  return %y : tensor<f64>
}

func.func @bounded(%lhs: tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>>, %rhs: tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>>) -> tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.add %lhs, %rhs : tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>>
  return %y : tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>>
}

// One value on both sides, and again in the next op: its gradients add up.
func.func @twice(%x: tensor<5xf64>) -> tensor<5xf64> attributes {check.gradient} {
  %y = weft.add %x, %x : tensor<5xf64>
  %z = weft.add %y, %x : tensor<5xf64>
  return %z : tensor<5xf64>
}
