// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @regrouped(%x: tensor<2x3x5xf64>) -> tensor<6x5xf64> attributes {check.gradient} {
  %y = weft.reshape %x : tensor<2x3x5xf64> -> tensor<6x5xf64>
  return %y : tensor<6x5xf64>
}

func.func @bounded(%x: tensor<2x?x4xf64, #weft.bounded<[2, n(6 by 2), 4]>>) -> tensor<2x?x2x2xf64, #weft.bounded<[2, n(6 by 2), 2, 2]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.reshape %x : tensor<2x?x4xf64, #weft.bounded<[2, n(6 by 2), 4]>> -> tensor<2x?x2x2xf64, #weft.bounded<[2, n(6 by 2), 2, 2]>>
  return %y : tensor<2x?x2x2xf64, #weft.bounded<[2, n(6 by 2), 2, 2]>>
}
