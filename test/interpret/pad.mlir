// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @from_a_start() {
  %x = weft.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf64>
  %y = weft.pad %x axis 1 start 1 : tensor<2x2xf64> -> tensor<2x4xf64>
  %expected = weft.constant dense<[[0.0, 1.0, 2.0, 0.0], [0.0, 3.0, 4.0, 0.0]]> : tensor<2x4xf64>
  check.equal %y, %expected : tensor<2x4xf64>, tensor<2x4xf64>
  return
}

func.func @at_the_end() {
  %x = weft.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf64>
  %y = weft.pad %x axis 0 at_end : tensor<2x2xf64> -> tensor<3x2xf64>
  %expected = weft.constant dense<[[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]]> : tensor<3x2xf64>
  check.equal %y, %expected : tensor<3x2xf64>, tensor<3x2xf64>
  return
}

func.func @bounded_input() {
  %two = weft.constant dense<2> : tensor<i32>
  weft.set_size #weft.size<n(3 by 1)> = %two : tensor<i32>
  %whole = weft.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf64>
  %kept = weft.tail %whole axis 0 : tensor<3xf64> -> tensor<?xf64, #weft.bounded<[n(3 by 1)]>>
  %y = weft.pad %kept axis 0 at_end : tensor<?xf64, #weft.bounded<[n(3 by 1)]>> -> tensor<3xf64>
  %expected = weft.constant dense<[0.0, 2.0, 3.0]> : tensor<3xf64>
  check.equal %y, %expected : tensor<3xf64>, tensor<3xf64>
  return
}
