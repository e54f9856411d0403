// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @both_sides(%x: tensor<2x3xf64>) -> tensor<2x8xf64> attributes {check.gradient} {
  %y = weft.pad %x axis 1 start 2 : tensor<2x3xf64> -> tensor<2x8xf64>
  return %y : tensor<2x8xf64>
}

func.func @at_end(%x: tensor<3x2xf64>) -> tensor<7x2xf64> attributes {check.gradient} {
  %y = weft.pad %x axis 0 at_end : tensor<3x2xf64> -> tensor<7x2xf64>
  return %y : tensor<7x2xf64>
}

// The padded size is a symbol plus a constant, the input's too, and the place is inside.
func.func @bounded(%x: tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>>) -> tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 5, 2]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.pad %x axis 0 start 2 : tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>> -> tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 5, 2]>>
  return %y : tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 5, 2]>>
}

func.func @static_in_bounded(%x: tensor<3x2xf64>, %size: tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>>) -> tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>> attributes {check.gradient, check.sizes = [{n = 4}, {n = 6}]} {
  %padded = weft.pad %x axis 0 start 1 : tensor<3x2xf64> -> tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>>
  %y = weft.mul %padded, %size : tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>>
  return %y : tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>>
}
