// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @static() {
  %x = weft.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf64>
  %y = weft.head %x axis 1 : tensor<2x3xf64> -> tensor<2x2xf64>
  %expected = weft.constant dense<[[1.0, 2.0], [4.0, 5.0]]> : tensor<2x2xf64>
  check.equal %y, %expected : tensor<2x2xf64>, tensor<2x2xf64>
  return
}

func.func @bounded() {
  %one = weft.constant dense<1> : tensor<i32>
  weft.set_size #weft.size<n(3 by 1)> = %one : tensor<i32>
  %x = weft.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf64>
  %y = weft.head %x axis 1 : tensor<2x3xf64> -> tensor<2x?xf64, #weft.bounded<[2, n(3 by 1)]>>
  %expected = weft.constant dense<[[1.0], [4.0]]> : tensor<2x1xf64>
  check.equal %y, %expected : tensor<2x?xf64, #weft.bounded<[2, n(3 by 1)]>>, tensor<2x1xf64>
  return
}
