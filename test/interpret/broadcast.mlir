// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @scalar() {
  %x = weft.constant dense<3.0> : tensor<f64>
  %y = weft.broadcast %x dims [] : tensor<f64> -> tensor<2x2xf64>
  %expected = weft.constant dense<3.0> : tensor<2x2xf64>
  check.equal %y, %expected : tensor<2x2xf64>, tensor<2x2xf64>
  return
}

func.func @along_each_axis() {
  %x = weft.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %rows = weft.broadcast %x dims [1] : tensor<2xf64> -> tensor<2x2xf64>
  %columns = weft.broadcast %x dims [0] : tensor<2xf64> -> tensor<2x2xf64>
  %rows_expected = weft.constant dense<[[1.0, 2.0], [1.0, 2.0]]> : tensor<2x2xf64>
  %columns_expected = weft.constant dense<[[1.0, 1.0], [2.0, 2.0]]> : tensor<2x2xf64>
  check.equal %rows, %rows_expected : tensor<2x2xf64>, tensor<2x2xf64>
  check.equal %columns, %columns_expected : tensor<2x2xf64>, tensor<2x2xf64>
  return
}
