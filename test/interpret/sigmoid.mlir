// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %input = weft.constant dense<[0.0, 1.0, -2.0, 40.0, -40.0, 0x7FF0000000000000, 0xFFF0000000000000, 0x7FF8000000000000]> : tensor<8xf64>
  %result = weft.sigmoid %input : tensor<8xf64>
  %expected = weft.constant dense<[0.5, 0.7310585786300049, 0.11920292202211756, 1.0, 4.24835425529158887e-18, 1.0, 0.0, 0x7FF8000000000000]> : tensor<8xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<8xf64>, tensor<8xf64>
  return
}
