// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @row_major() {
  %x = weft.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf64>
  %y = weft.reshape %x : tensor<2x3xf64> -> tensor<3x2x1xf64>
  %expected = weft.constant dense<[[[1.0], [2.0]], [[3.0], [4.0]], [[5.0], [6.0]]]> : tensor<3x2x1xf64>
  check.equal %y, %expected : tensor<3x2x1xf64>, tensor<3x2x1xf64>
  return
}

func.func @beside_a_bounded_axis() {
  %one = weft.constant dense<1> : tensor<i32>
  weft.set_size #weft.size<n(2 by 1)> = %one : tensor<i32>
  %whole = weft.constant dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]> : tensor<2x4xf64>
  %kept = weft.tail %whole axis 0 : tensor<2x4xf64> -> tensor<?x4xf64, #weft.bounded<[n(2 by 1), 4]>>
  %y = weft.reshape %kept : tensor<?x4xf64, #weft.bounded<[n(2 by 1), 4]>> -> tensor<?x2x2xf64, #weft.bounded<[n(2 by 1), 2, 2]>>
  %expected = weft.constant dense<[[[5.0, 6.0], [7.0, 8.0]]]> : tensor<1x2x2xf64>
  check.equal %y, %expected : tensor<?x2x2xf64, #weft.bounded<[n(2 by 1), 2, 2]>>, tensor<1x2x2xf64>
  return
}
