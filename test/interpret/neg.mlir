// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %input = weft.constant dense<[1.5, -2.0, 0.0]> : tensor<3xf64>
  %result = weft.neg %input : tensor<3xf64>
  %expected = weft.constant dense<[-1.5, 2.0, 0.0]> : tensor<3xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<3xf64>, tensor<3xf64>
  return
}

// The smallest i32 has no opposite and wraps around.
func.func @integers() {
  %input = weft.constant dense<[7, -2147483648]> : tensor<2xi32>
  %result = weft.neg %input : tensor<2xi32>
  %expected = weft.constant dense<[-7, -2147483648]> : tensor<2xi32>
  check.close %result, %expected tolerance 1.0e-12 : tensor<2xi32>, tensor<2xi32>
  return
}
