// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @rows(%u: tensor<2x4x3xf64>, %i: tensor<2x4xi32> {check.value = dense<[[0, 4, 2, 0], [1, -1, 1, 4]]> : tensor<2x4xi32>}) -> tensor<5x3xf64> attributes {check.gradient} {
  %y = weft.scatter_add %u, %i batch 0 : tensor<2x4x3xf64>, tensor<2x4xi32> -> tensor<5x3xf64>
  return %y : tensor<5x3xf64>
}

func.func @batch(%u: tensor<2x5xf64>, %i: tensor<2x5xi32> {check.range = array<f64: 0.0, 4.0>}) -> tensor<2x4xf64> attributes {check.gradient} {
  %y = weft.scatter_add %u, %i batch 1 : tensor<2x5xf64>, tensor<2x5xi32> -> tensor<2x4xf64>
  return %y : tensor<2x4xf64>
}

func.func @bounded(%u: tensor<2x4x3xf64>, %i: tensor<2x4xi32> {check.range = array<f64: -1.0, 7.0>}) -> tensor<2x?x3xf64, #weft.bounded<[2, n(6 by 2), 3]>> attributes {check.gradient} {
  %four = weft.constant dense<4> : tensor<i32>
  weft.set_size #weft.size<n(6 by 2)> = %four : tensor<i32>
  %y = weft.scatter_add %u, %i batch 1 : tensor<2x4x3xf64>, tensor<2x4xi32> -> tensor<2x?x3xf64, #weft.bounded<[2, n(6 by 2), 3]>>
  return %y : tensor<2x?x3xf64, #weft.bounded<[2, n(6 by 2), 3]>>
}
