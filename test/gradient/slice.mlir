// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @middle(%x: tensor<2x7xf64>) -> tensor<2x3xf64> attributes {check.gradient} {
  %y = weft.slice %x axis 1 start 2 length 3 : tensor<2x7xf64> -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

func.func @whole(%x: tensor<3x2xf64>) -> tensor<3x2xf64> attributes {check.gradient} {
  %y = weft.slice %x axis 0 start 0 length 3 : tensor<3x2xf64> -> tensor<3x2xf64>
  return %y : tensor<3x2xf64>
}

func.func @of_bounded(%x: tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 3, 2]>>) -> tensor<2x2xf64> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.slice %x axis 0 start 1 length 2 : tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 3, 2]>> -> tensor<2x2xf64>
  return %y : tensor<2x2xf64>
}
