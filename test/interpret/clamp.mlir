// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %input = weft.constant dense<[-1.0, 0.0, 0.25, 1.0, 7.0, 0x7FF8000000000000]> : tensor<6xf64>
  %result = weft.clamp %input low 0.0 high 1.0 : tensor<6xf64>
  %expected = weft.constant dense<[0.0, 0.0, 0.25, 1.0, 1.0, 0x7FF8000000000000]> : tensor<6xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<6xf64>, tensor<6xf64>
  return
}
