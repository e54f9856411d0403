// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @vector() {
  %x = weft.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>
  %y = weft.window %x axis 0 length 3 : tensor<4xf64> -> tensor<2x3xf64>
  %expected = weft.constant dense<[[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]]> : tensor<2x3xf64>
  check.equal %y, %expected : tensor<2x3xf64>, tensor<2x3xf64>
  return
}

func.func @inner_axis() {
  %x = weft.constant dense<[[[1], [2], [3]]]> : tensor<1x3x1xi32>
  %y = weft.window %x axis 1 length 2 : tensor<1x3x1xi32> -> tensor<1x2x2x1xi32>
  %expected = weft.constant dense<[[[[1], [2]], [[2], [3]]]]> : tensor<1x2x2x1xi32>
  check.equal %y, %expected : tensor<1x2x2x1xi32>, tensor<1x2x2x1xi32>
  return
}
