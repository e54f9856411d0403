// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @last(%x: tensor<3x7xf64>) -> tensor<3x7xf64> attributes {check.gradient} {
  %y = weft.log_softmax %x axis 1 : tensor<3x7xf64>
  return %y : tensor<3x7xf64>
}

func.func @first(%x: tensor<5x2xf64> {check.range = array<f64: -5.0, 5.0>}) -> tensor<5x2xf64> attributes {check.gradient} {
  %y = weft.log_softmax %x axis 0 : tensor<5x2xf64>
  return %y : tensor<5x2xf64>
}

func.func @one(%x: tensor<1xf64>) -> tensor<1xf64> attributes {check.gradient} {
  %y = weft.log_softmax %x axis 0 : tensor<1xf64>
  return %y : tensor<1xf64>
}

func.func @bounded(%x: tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>>) -> tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>> attributes {check.gradient, check.sizes = [{n = 2}, {n = 6}]} {
  %y = weft.log_softmax %x axis 1 : tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>>
  return %y : tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>>
}
