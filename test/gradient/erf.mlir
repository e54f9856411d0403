// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @one(%x: tensor<1xf64> {check.range = array<f64: -3.0, 3.0>}) -> tensor<1xf64> attributes {check.gradient} {
  %y = weft.erf %x : tensor<1xf64>
  return %y : tensor<1xf64>
}

func.func @prime(%x: tensor<7x3xf64> {check.range = array<f64: -3.0, 3.0>}) -> tensor<7x3xf64> attributes {check.gradient} {
  %y = weft.erf %x : tensor<7x3xf64>
  return %y : tensor<7x3xf64>
}

func.func @scalar(%x: tensor<f64> {check.range = array<f64: -3.0, 3.0>}) -> tensor<f64> attributes {check.gradient} {
  %y = weft.erf %x : tensor<f64>
  return %y : tensor<f64>
}

func.func @bounded(%x: tensor<3x?xf64, #weft.bounded<[3, n(6 by 2)]>> {check.range = array<f64: -3.0, 3.0>}) -> tensor<3x?xf64, #weft.bounded<[3, n(6 by 2)]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.erf %x : tensor<3x?xf64, #weft.bounded<[3, n(6 by 2)]>>
  return %y : tensor<3x?xf64, #weft.bounded<[3, n(6 by 2)]>>
}
