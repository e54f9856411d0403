// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// Beyond 2^30 an angle means nothing any more.
func.func @floats() {
  %input = weft.constant dense<[0.0, 1.0, -2.5, 100.0, 123456.75, 1073741824.0, -1073741825.0, 0x7FF0000000000000, 0x7FF8000000000000]> : tensor<9xf64>
  %result = weft.sin %input : tensor<9xf64>
  %expected = weft.constant dense<[0.0, 0.8414709848078965, -0.5984721441039565, -0.5063656411097588, -0.9999194125227623, -0.6173264150460421, 0x7FF8000000000000, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<9xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<9xf64>, tensor<9xf64>
  return
}
