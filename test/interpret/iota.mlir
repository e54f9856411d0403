// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @along_last_axis() {
  %y = weft.iota axis 1 start 1.0 step 0.5 : tensor<2x3xf64>
  %expected = weft.constant dense<[[1.0, 1.5, 2.0], [1.0, 1.5, 2.0]]> : tensor<2x3xf64>
  check.equal %y, %expected : tensor<2x3xf64>, tensor<2x3xf64>
  return
}

func.func @along_first_axis_downwards() {
  %y = weft.iota axis 0 start 3.0 step -1.0 : tensor<3x2xi32>
  %expected = weft.constant dense<[[3, 3], [2, 2], [1, 1]]> : tensor<3x2xi32>
  check.equal %y, %expected : tensor<3x2xi32>, tensor<3x2xi32>
  return
}

func.func @bounded() {
  %two = weft.constant dense<2> : tensor<i32>
  weft.set_size #weft.size<n(4 by 1)> = %two : tensor<i32>
  %y = weft.iota axis 0 start 0.0 step 1.0 : tensor<?xf64, #weft.bounded<[n(4 by 1) + 1]>>
  %expected = weft.constant dense<[0.0, 1.0, 2.0]> : tensor<3xf64>
  check.equal %y, %expected : tensor<?xf64, #weft.bounded<[n(4 by 1) + 1]>>, tensor<3xf64>
  return
}
