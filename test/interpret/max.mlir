// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @one_axis() {
  %x = weft.constant dense<[[1.0, 7.0, 3.0], [-4.0, -5.0, -6.0]]> : tensor<2x3xf64>
  %y = weft.max %x axes [1] : tensor<2x3xf64> -> tensor<2xf64>
  %expected = weft.constant dense<[7.0, -4.0]> : tensor<2xf64>
  check.equal %y, %expected : tensor<2xf64>, tensor<2xf64>
  return
}

func.func @all_axes() {
  %x = weft.constant dense<[[1.0, 7.0], [-4.0, -5.0]]> : tensor<2x2xf64>
  %y = weft.max %x axes [0, 1] : tensor<2x2xf64> -> tensor<f64>
  %expected = weft.constant dense<7.0> : tensor<f64>
  check.equal %y, %expected : tensor<f64>, tensor<f64>
  return
}

// NaN is never hidden.
func.func @not_a_number() {
  %x = weft.constant dense<[1.0, 0x7FF8000000000000, 3.0]> : tensor<3xf64>
  %y = weft.max %x axes [0] : tensor<3xf64> -> tensor<f64>
  %expected = weft.constant dense<0x7FF8000000000000> : tensor<f64>
  check.equal %y, %expected : tensor<f64>, tensor<f64>
  return
}
