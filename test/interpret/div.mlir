// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %lhs = weft.constant dense<[1.0, -3.0, 1.0]> : tensor<3xf64>
  %rhs = weft.constant dense<[4.0, 2.0, 0.0]> : tensor<3xf64>
  %result = weft.div %lhs, %rhs : tensor<3xf64>
  %expected = weft.constant dense<[0.25, -1.5, 0x7FF0000000000000]> : tensor<3xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<3xf64>, tensor<3xf64>
  return
}

// Integers round toward zero.
func.func @integers() {
  %lhs = weft.constant dense<[7, -7, 7, -7]> : tensor<4xi32>
  %rhs = weft.constant dense<[2, 2, -2, -2]> : tensor<4xi32>
  %result = weft.div %lhs, %rhs : tensor<4xi32>
  %expected = weft.constant dense<[3, -3, -3, 3]> : tensor<4xi32>
  check.close %result, %expected tolerance 1.0e-12 : tensor<4xi32>, tensor<4xi32>
  return
}
