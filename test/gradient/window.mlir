// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @overlapping(%x: tensor<2x8xf64>) -> tensor<2x6x3xf64> attributes {check.gradient} {
  %y = weft.window %x axis 1 length 3 : tensor<2x8xf64> -> tensor<2x6x3xf64>
  return %y : tensor<2x6x3xf64>
}

func.func @whole(%x: tensor<5x2xf64>) -> tensor<1x5x2xf64> attributes {check.gradient} {
  %y = weft.window %x axis 0 length 5 : tensor<5x2xf64> -> tensor<1x5x2xf64>
  return %y : tensor<1x5x2xf64>
}

func.func @single(%x: tensor<7xf64>) -> tensor<7x1xf64> attributes {check.gradient} {
  %y = weft.window %x axis 0 length 1 : tensor<7xf64> -> tensor<7x1xf64>
  return %y : tensor<7x1xf64>
}

func.func @bounded(%x: tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 3, 2]>>) -> tensor<?x3x2xf64, #weft.bounded<[n(6 by 2) + 1, 3, 2]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.window %x axis 0 length 3 : tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 3, 2]>> -> tensor<?x3x2xf64, #weft.bounded<[n(6 by 2) + 1, 3, 2]>>
  return %y : tensor<?x3x2xf64, #weft.bounded<[n(6 by 2) + 1, 3, 2]>>
}
