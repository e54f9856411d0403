// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @last(%x: tensor<2x7xf64>) -> tensor<2xf64> attributes {check.gradient} {
  %y = weft.sum %x axes [1] : tensor<2x7xf64> -> tensor<2xf64>
  return %y : tensor<2xf64>
}

func.func @outer_two(%x: tensor<2x1x3xf64>) -> tensor<1xf64> attributes {check.gradient} {
  %y = weft.sum %x axes [2, 0] : tensor<2x1x3xf64> -> tensor<1xf64>
  return %y : tensor<1xf64>
}

func.func @bounded(%x: tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>>) -> tensor<3xf64> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.sum %x axes [0] : tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>> -> tensor<3xf64>
  return %y : tensor<3xf64>
}
