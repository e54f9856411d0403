// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %input = weft.constant dense<[0.0, 1.0, -0.5, 100.0]> : tensor<4xf64>
  %result = weft.tanh %input : tensor<4xf64>
  %expected = weft.constant dense<[0.0, 0.7615941559557649, -0.46211715726000973, 1.0]> : tensor<4xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<4xf64>, tensor<4xf64>
  return
}
