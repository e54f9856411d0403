// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// Row 1: mean 2, biased variance 2 + epsilon 2 = 4. Row 2: constant, so only the shift is left.
func.func @rows() {
  %x = weft.constant dense<[[0.0, 2.0, 4.0, 2.0], [5.0, 5.0, 5.0, 5.0]]> : tensor<2x4xf64>
  %scale = weft.constant dense<[1.0, 1.0, 10.0, 1.0]> : tensor<4xf64>
  %shift = weft.constant dense<[0.0, 0.0, 0.0, 3.0]> : tensor<4xf64>
  %y = weft.layer_norm %x, %scale, %shift epsilon 2.0 : tensor<2x4xf64>, tensor<4xf64>
  %expected = weft.constant dense<[[-1.0, 0.0, 10.0, 3.0], [0.0, 0.0, 0.0, 3.0]]> : tensor<2x4xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2x4xf64>, tensor<2x4xf64>
  return
}
