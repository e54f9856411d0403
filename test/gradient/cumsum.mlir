// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @last(%x: tensor<2x5xf64>) -> tensor<2x5xf64> attributes {check.gradient} {
  %y = weft.cumsum %x axis 1 : tensor<2x5xf64>
  return %y : tensor<2x5xf64>
}

func.func @middle_reverse(%x: tensor<2x3x4xf64>) -> tensor<2x3x4xf64> attributes {check.gradient} {
  %y = weft.cumsum %x axis 1 reverse : tensor<2x3x4xf64>
  return %y : tensor<2x3x4xf64>
}

func.func @one(%x: tensor<1xf64>) -> tensor<1xf64> attributes {check.gradient} {
  %y = weft.cumsum %x axis 0 : tensor<1xf64>
  return %y : tensor<1xf64>
}

func.func @bounded(%x: tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>>) -> tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 6}]} {
  %y = weft.cumsum %x axis 1 : tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>>
  return %y : tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>>
}
