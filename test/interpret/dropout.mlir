// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// The published known-answer vector of Philox4x32-10 for key 0 and counter 0: words 6627e8d5, e169c58d, bc57ac4c,
// 9b00dbd8, as fractions 0.399, 0.881, 0.736, 0.605.
func.func @known_answer() {
  %ones = weft.constant dense<1.0> : tensor<4xf64>
  %key = weft.constant dense<0> : tensor<4xi32>
  %half = weft.dropout %ones, %key rate 0.5 id 0 : tensor<4xf64>, tensor<4xi32>
  %quarter_left = weft.dropout %ones, %key rate 0.75 id 0 : tensor<4xf64>, tensor<4xi32>
  %half_expected = weft.constant dense<[0.0, 2.0, 2.0, 2.0]> : tensor<4xf64>
  %quarter_expected = weft.constant dense<[0.0, 4.0, 0.0, 0.0]> : tensor<4xf64>
  check.close %half, %half_expected tolerance 1.0e-12 : tensor<4xf64>, tensor<4xf64>
  check.close %quarter_left, %quarter_expected tolerance 1.0e-12 : tensor<4xf64>, tensor<4xf64>
  return
}

// Seed (1, 2), step (3, 0), id 7: fractions 0.197, 0.575, 0.309, 0.995, 0.903, 0.874, 0.592, 0.473. The index counts
// elements of the whole tensor in row-major order.
func.func @seed_step_and_id() {
  %x = weft.constant dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]> : tensor<2x4xf64>
  %key = weft.constant dense<[1, 2, 3, 0]> : tensor<4xi32>
  %y = weft.dropout %x, %key rate 0.5 id 7 : tensor<2x4xf64>, tensor<4xi32>
  %expected = weft.constant dense<[[0.0, 4.0, 0.0, 8.0], [10.0, 12.0, 14.0, 0.0]]> : tensor<2x4xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2x4xf64>, tensor<2x4xf64>
  return
}

func.func @rate_zero() {
  %x = weft.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %key = weft.constant dense<0> : tensor<4xi32>
  %y = weft.dropout %x, %key rate 0.0 id 0 : tensor<2xf64>, tensor<4xi32>
  check.equal %y, %x : tensor<2xf64>, tensor<2xf64>
  return
}
