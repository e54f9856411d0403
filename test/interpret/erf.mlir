// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %input = weft.constant dense<[0.0, 1.0, -0.5, 2.5, -7.0, 0x7FF0000000000000, 0x7FF8000000000000]> : tensor<7xf64>
  %result = weft.erf %input : tensor<7xf64>
  %expected = weft.constant dense<[0.0, 0.8427007929497149, -0.5204998778130465, 0.999593047982555, -1.0, 1.0, 0x7FF8000000000000]> : tensor<7xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<7xf64>, tensor<7xf64>
  return
}
