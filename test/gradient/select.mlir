// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @by_comparison(%x: tensor<7x3xf64> {check.avoid = array<f64: 0.0>}, %lhs: tensor<7x3xf64>, %rhs: tensor<7x3xf64>) -> tensor<7x3xf64> attributes {check.gradient} {
  %zero = weft.constant dense<0.0> : tensor<7x3xf64>
  %positive = weft.compare gt %x, %zero : tensor<7x3xf64> -> tensor<7x3xi1>
  %y = weft.select %positive, %lhs, %rhs : tensor<7x3xi1>, tensor<7x3xf64>
  return %y : tensor<7x3xf64>
}

func.func @given(%condition: tensor<5xi1>, %lhs: tensor<5xf64>) -> tensor<5xf64> attributes {check.gradient} {
  %twice = weft.add %lhs, %lhs : tensor<5xf64>
  %y = weft.select %condition, %lhs, %twice : tensor<5xi1>, tensor<5xf64>
  return %y : tensor<5xf64>
}
