// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @overlapping(%x: tensor<2x6x3xf64>) -> tensor<2x8xf64> attributes {check.gradient} {
  %y = weft.window_sum %x axis 1 : tensor<2x6x3xf64> -> tensor<2x8xf64>
  return %y : tensor<2x8xf64>
}

func.func @one_window(%x: tensor<1x5xf64>) -> tensor<5xf64> attributes {check.gradient} {
  %y = weft.window_sum %x axis 0 : tensor<1x5xf64> -> tensor<5xf64>
  return %y : tensor<5xf64>
}
