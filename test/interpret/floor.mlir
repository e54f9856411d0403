// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %input = weft.constant dense<[1.5, -1.5, 2.0, -0.0]> : tensor<4xf64>
  %result = weft.floor %input : tensor<4xf64>
  %expected = weft.constant dense<[1.0, -2.0, 2.0, -0.0]> : tensor<4xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<4xf64>, tensor<4xf64>
  return
}
