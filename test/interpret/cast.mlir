// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// Toward zero; what does not fit is the nearest i32, NaN is 0.
func.func @float_to_integer() {
  %x = weft.constant dense<[1.9, -1.9, 3.0e10, 0x7FF8000000000000]> : tensor<4xf64>
  %y = weft.cast %x : tensor<4xf64> -> tensor<4xi32>
  %expected = weft.constant dense<[1, -1, 2147483647, 0]> : tensor<4xi32>
  check.equal %y, %expected : tensor<4xi32>, tensor<4xi32>
  return
}

func.func @integer_to_float() {
  %x = weft.constant dense<[-7, 2147483647]> : tensor<2xi32>
  %y = weft.cast %x : tensor<2xi32> -> tensor<2xf64>
  %expected = weft.constant dense<[-7.0, 2147483647.0]> : tensor<2xf64>
  check.equal %y, %expected : tensor<2xf64>, tensor<2xf64>
  return
}

func.func @truth_to_float() {
  %x = weft.constant dense<[true, false]> : tensor<2xi1>
  %y = weft.cast %x : tensor<2xi1> -> tensor<2xf64>
  %expected = weft.constant dense<[1.0, 0.0]> : tensor<2xf64>
  check.equal %y, %expected : tensor<2xf64>, tensor<2xf64>
  return
}
