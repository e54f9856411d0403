// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// Beyond 2^30 an angle means nothing any more.
func.func @floats() {
  %input = weft.constant dense<[0.0, 1.0, -2.5, 100.0, 123456.75, 1073741824.0, -1073741825.0, 0x7FF0000000000000, 0x7FF8000000000000]> : tensor<9xf64>
  %result = weft.cos %input : tensor<9xf64>
  %expected = weft.constant dense<[1.0, 0.5403023058681398, -0.8011436155469337, 0.8623188722876839, 0.01269521406412672, 0.7867071229411882, 0x7FF8000000000000, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<9xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<9xf64>, tensor<9xf64>
  return
}
