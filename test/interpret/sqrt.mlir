// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %input = weft.constant dense<[0.0, 4.0, 2.0, -1.0]> : tensor<4xf64>
  %result = weft.sqrt %input : tensor<4xf64>
  %expected = weft.constant dense<[0.0, 2.0, 1.4142135623730951, 0x7FF8000000000000]> : tensor<4xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<4xf64>, tensor<4xf64>
  return
}
