// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @rows(%b: tensor<3xf64>) -> tensor<2x3xf64> attributes {check.gradient} {
  %y = weft.broadcast %b dims [1] : tensor<3xf64> -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

func.func @around(%b: tensor<3x1xf64>) -> tensor<2x3x5x1xf64> attributes {check.gradient} {
  %y = weft.broadcast %b dims [1, 3] : tensor<3x1xf64> -> tensor<2x3x5x1xf64>
  return %y : tensor<2x3x5x1xf64>
}

func.func @scalar_to_bounded(%s: tensor<f64>, %x: tensor<?xf64, #weft.bounded<[n(6 by 2)]>>) -> tensor<?xf64, #weft.bounded<[n(6 by 2)]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %all = weft.broadcast %s dims [] : tensor<f64> -> tensor<?xf64, #weft.bounded<[n(6 by 2)]>>
  %y = weft.mul %all, %x : tensor<?xf64, #weft.bounded<[n(6 by 2)]>>
  return %y : tensor<?xf64, #weft.bounded<[n(6 by 2)]>>
}
