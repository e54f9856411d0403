// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @columns() {
  %x = weft.constant dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]> : tensor<2x4xf64>
  %y = weft.slice %x axis 1 start 1 length 2 : tensor<2x4xf64> -> tensor<2x2xf64>
  %expected = weft.constant dense<[[2.0, 3.0], [6.0, 7.0]]> : tensor<2x2xf64>
  check.equal %y, %expected : tensor<2x2xf64>, tensor<2x2xf64>
  return
}

func.func @rows() {
  %x = weft.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi32>
  %y = weft.slice %x axis 0 start 2 length 1 : tensor<3x2xi32> -> tensor<1x2xi32>
  %expected = weft.constant dense<[[5, 6]]> : tensor<1x2xi32>
  check.equal %y, %expected : tensor<1x2xi32>, tensor<1x2xi32>
  return
}
