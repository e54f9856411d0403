// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @static(%x: tensor<2x7xf64>) -> tensor<2x3xf64> attributes {check.gradient} {
  %y = weft.tail %x axis 1 : tensor<2x7xf64> -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

func.func @bounded_part(%x: tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 3, 2]>>) -> tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.tail %x axis 0 : tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 3, 2]>> -> tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>>
  return %y : tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>>
}

func.func @static_part(%x: tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 3, 2]>>) -> tensor<4x2xf64> attributes {check.gradient, check.sizes = [{n = 2}, {n = 6}]} {
  %y = weft.tail %x axis 0 : tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 3, 2]>> -> tensor<4x2xf64>
  return %y : tensor<4x2xf64>
}
