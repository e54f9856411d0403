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
  %x = weft.constant dense<[0.1, 65519.0, 65520.0, -1.0e9, 1.00048828125, 1.00146484375, 0x7FF8000000000000]> : tensor<7xf64>
  %y = weft.cast %x : tensor<7xf64> -> tensor<7xf16>
  %expected = weft.constant dense<[0.0999755859375, 65504.0, 0x7FF0000000000000, 0xFFF0000000000000, 1.0, 1.001953125, 0x7FF8000000000000]> : tensor<7xf64>
  %wide = weft.cast %y : tensor<7xf16> -> tensor<7xf64>
  check.equal %wide, %expected : tensor<7xf64>, tensor<7xf64>
  return
}

// Below the normal numbers, 2^-14, steps are 2^-24; half of the last is 0, more than half is not.
func.func @to_small_f16() {
  %x = weft.constant dense<[6.103515625e-05, 6.0e-05, 5.9604644775390625e-08, 2.9802322387695313e-08, 2.99e-08, -1.0e-08]> : tensor<6xf64>
  %y = weft.cast %x : tensor<6xf64> -> tensor<6xf16>
  %expected = weft.constant dense<[6.103515625e-05, 6.002187728881836e-05, 5.9604644775390625e-08, 0.0, 5.9604644775390625e-08, -0.0]> : tensor<6xf64>
  %wide = weft.cast %y : tensor<6xf16> -> tensor<6xf64>
  check.equal %wide, %expected : tensor<6xf64>, tensor<6xf64>
  return
}

// Through f32, which holds both: bf16 has no 2050 of f16, f16 no 2^20 of bf16.
func.func @between_rounded() {
  %x = weft.constant dense<[2050.0, 1048576.0, 0.333251953125]> : tensor<3xf64>
  %half = weft.cast %x : tensor<3xf64> -> tensor<3xf16>
  %b = weft.cast %half : tensor<3xf16> -> tensor<3xbf16>
  %wideb = weft.cast %b : tensor<3xbf16> -> tensor<3xf64>
  %expected = weft.constant dense<[2048.0, 0x7FF0000000000000, 0.333984375]> : tensor<3xf64>
  check.equal %wideb, %expected : tensor<3xf64>, tensor<3xf64>
  %back = weft.cast %x : tensor<3xf64> -> tensor<3xbf16>
  %h = weft.cast %back : tensor<3xbf16> -> tensor<3xf16>
  %wideh = weft.cast %h : tensor<3xf16> -> tensor<3xf64>
  %expectedh = weft.constant dense<[2048.0, 0x7FF0000000000000, 0.333984375]> : tensor<3xf64>
  check.equal %wideh, %expectedh : tensor<3xf64>, tensor<3xf64>
  return
}
