// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @last_axis() {
  %x = weft.constant dense<[[1.0, 2.0, 3.0], [-1.0, 0.5, 8.0]]> : tensor<2x3xf64>
  %y = weft.cumsum %x axis 1 : tensor<2x3xf64>
  %expected = weft.constant dense<[[1.0, 3.0, 6.0], [-1.0, -0.5, 7.5]]> : tensor<2x3xf64>
  check.equal %y, %expected : tensor<2x3xf64>, tensor<2x3xf64>
  return
}

func.func @first_axis_reverse() {
  %x = weft.constant dense<[[1.0, 2.0, 3.0], [-1.0, 0.5, 8.0]]> : tensor<2x3xf64>
  %y = weft.cumsum %x axis 0 reverse : tensor<2x3xf64>
  %expected = weft.constant dense<[[0.0, 2.5, 11.0], [-1.0, 0.5, 8.0]]> : tensor<2x3xf64>
  check.equal %y, %expected : tensor<2x3xf64>, tensor<2x3xf64>
  return
}

// Elements are added one by one: 1e100 - 1e100 + 1 is 1 in this order and 0 in the other.
func.func @order() {
  %x = weft.constant dense<[1.0e100, -1.0e100, 1.0]> : tensor<3xf64>
  %forward = weft.cumsum %x axis 0 : tensor<3xf64>
  %backward = weft.cumsum %x axis 0 reverse : tensor<3xf64>
  %first = weft.constant dense<[1.0e100, 0.0, 1.0]> : tensor<3xf64>
  %second = weft.constant dense<[0.0, -1.0e100, 1.0]> : tensor<3xf64>
  check.equal %forward, %first : tensor<3xf64>, tensor<3xf64>
  check.equal %backward, %second : tensor<3xf64>, tensor<3xf64>
  return
}
