// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %input = weft.constant dense<[0.0, 1.0, -1.0, 0xFFF0000000000000]> : tensor<4xf64>
  %result = weft.exp %input : tensor<4xf64>
  %expected = weft.constant dense<[1.0, 2.718281828459045, 0.36787944117144233, 0.0]> : tensor<4xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<4xf64>, tensor<4xf64>
  return
}
