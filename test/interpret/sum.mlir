// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @one_axis() {
  %x = weft.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf64>
  %rows = weft.sum %x axes [1] : tensor<2x3xf64> -> tensor<2xf64>
  %columns = weft.sum %x axes [0] : tensor<2x3xf64> -> tensor<3xf64>
  %row_sums = weft.constant dense<[6.0, 15.0]> : tensor<2xf64>
  %column_sums = weft.constant dense<[5.0, 7.0, 9.0]> : tensor<3xf64>
  check.close %rows, %row_sums tolerance 1.0e-12 : tensor<2xf64>, tensor<2xf64>
  check.close %columns, %column_sums tolerance 1.0e-12 : tensor<3xf64>, tensor<3xf64>
  return
}

func.func @outer_axes() {
  %x = weft.constant dense<[[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]> : tensor<2x2x2xf64>
  %y = weft.sum %x axes [0, 2] : tensor<2x2x2xf64> -> tensor<2xf64>
  %expected = weft.constant dense<[14.0, 22.0]> : tensor<2xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2xf64>, tensor<2xf64>
  return
}

func.func @no_axis() {
  %x = weft.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %y = weft.sum %x axes [] : tensor<2xf64> -> tensor<2xf64>
  check.equal %y, %x : tensor<2xf64>, tensor<2xf64>
  return
}

func.func @no_element() {
  %zero = weft.constant dense<0> : tensor<i32>
  weft.set_size #weft.size<n(4 by 1)> = %zero : tensor<i32>
  %whole = weft.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>
  %none = weft.tail %whole axis 0 : tensor<4xf64> -> tensor<?xf64, #weft.bounded<[n(4 by 1)]>>
  %y = weft.sum %none axes [0] : tensor<?xf64, #weft.bounded<[n(4 by 1)]>> -> tensor<f64>
  %expected = weft.constant dense<0.0> : tensor<f64>
  check.equal %y, %expected : tensor<f64>, tensor<f64>
  return
}
