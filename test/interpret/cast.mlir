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

// To the nearest of 8 significant bits, at a tie the even one; beyond the largest is infinite. The numbers are rounded
// though the interpreter rounds nothing else: 0.1 stays what it is in f64.
func.func @to_bf16() {
  %x = weft.constant dense<[1.0, 0.1, 1.00390625, 1.01171875, 3.4e38, -1.0e39, 0x7FF8000000000000]> : tensor<7xf64>
  %y = weft.cast %x : tensor<7xf64> -> tensor<7xbf16>
  %expected = weft.constant dense<[1.0, 0.10009765625, 1.0, 1.015625, 0x7FF0000000000000, 0xFFF0000000000000, 0x7FF8000000000000]> : tensor<7xf64>
  %wide = weft.cast %y : tensor<7xbf16> -> tensor<7xf64>
  check.equal %wide, %expected : tensor<7xf64>, tensor<7xf64>
  %narrow = weft.cast %x : tensor<7xf64> -> tensor<7xf32>
  %same = weft.cast %narrow : tensor<7xf32> -> tensor<7xf64>
  check.equal %same, %x : tensor<7xf64>, tensor<7xf64>
  return
}

func.func @to_f16() {
  %x = weft.constant dense<[0.1, 65519.0, 65520.0]> : tensor<3xf64>
  %y = weft.cast %x : tensor<3xf64> -> tensor<3xf16>
  %expected = weft.constant dense<[0.0999755859375, 65504.0, 0x7FF0000000000000]> : tensor<3xf64>
  %wide = weft.cast %y : tensor<3xf16> -> tensor<3xf64>
  check.equal %wide, %expected : tensor<3xf64>, tensor<3xf64>
  return
}
