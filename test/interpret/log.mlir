// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %input = weft.constant dense<[1.0, 2.718281828459045, 10.0, 0.0, -1.0]> : tensor<5xf64>
  %result = weft.log %input : tensor<5xf64>
  %expected = weft.constant dense<[0.0, 1.0, 2.302585092994046, 0xFFF0000000000000, 0x7FF8000000000000]> : tensor<5xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<5xf64>, tensor<5xf64>
  return
}
