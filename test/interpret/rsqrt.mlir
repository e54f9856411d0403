// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %input = weft.constant dense<[4.0, 2.0, 0.0]> : tensor<3xf64>
  %result = weft.rsqrt %input : tensor<3xf64>
  %expected = weft.constant dense<[0.5, 0.7071067811865476, 0x7FF0000000000000]> : tensor<3xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<3xf64>, tensor<3xf64>
  return
}
