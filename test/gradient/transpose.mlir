// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @cycle(%x: tensor<2x3x5xf64>) -> tensor<5x2x3xf64> attributes {check.gradient} {
  %y = weft.transpose %x permutation [2, 0, 1] : tensor<2x3x5xf64> -> tensor<5x2x3xf64>
  return %y : tensor<5x2x3xf64>
}

func.func @bounded(%x: tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>>) -> tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.transpose %x permutation [1, 0] : tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>> -> tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>>
  return %y : tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>>
}
