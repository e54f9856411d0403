// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

// Some indices come twice, one lies outside.
func.func @rows(%x: tensor<5x3xf64>, %i: tensor<2x4xi32> {check.value = dense<[[0, 4, 2, 0], [1, -1, 1, 4]]> : tensor<2x4xi32>}) -> tensor<2x4x3xf64> attributes {check.gradient} {
  %y = weft.gather %x, %i batch 0 : tensor<5x3xf64>, tensor<2x4xi32> -> tensor<2x4x3xf64>
  return %y : tensor<2x4x3xf64>
}

func.func @batch(%x: tensor<2x3x4x2xf64>, %i: tensor<2x3x5xi32> {check.range = array<f64: 0.0, 4.0>}) -> tensor<2x3x5x2xf64> attributes {check.gradient} {
  %y = weft.gather %x, %i batch 2 : tensor<2x3x4x2xf64>, tensor<2x3x5xi32> -> tensor<2x3x5x2xf64>
  return %y : tensor<2x3x5x2xf64>
}

func.func @one(%x: tensor<2xf64>, %i: tensor<i32>) -> tensor<f64> attributes {check.gradient} {
  %y = weft.gather %x, %i batch 0 : tensor<2xf64>, tensor<i32> -> tensor<f64>
  return %y : tensor<f64>
}

func.func @bounded(%x: tensor<2x?x3xf64, #weft.bounded<[2, n(6 by 2), 3]>>, %i: tensor<2x4xi32> {check.range = array<f64: -1.0, 7.0>}) -> tensor<2x4x3xf64> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.gather %x, %i batch 1 : tensor<2x?x3xf64, #weft.bounded<[2, n(6 by 2), 3]>>, tensor<2x4xi32> -> tensor<2x4x3xf64>
  return %y : tensor<2x4x3xf64>
}
