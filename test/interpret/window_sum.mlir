// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @adds_overlaps() {
  %x = weft.constant dense<[[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]> : tensor<2x3xf64>
  %y = weft.window_sum %x axis 0 : tensor<2x3xf64> -> tensor<4xf64>
  %expected = weft.constant dense<[1.0, 12.0, 23.0, 30.0]> : tensor<4xf64>
  check.equal %y, %expected : tensor<4xf64>, tensor<4xf64>
  return
}
