// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// NaN is never hidden.
func.func @floats() {
  %lhs = weft.constant dense<[1.0, -3.0, 2.0, 0.5]> : tensor<4xf64>
  %rhs = weft.constant dense<[4.0, -5.0, 2.0, 0x7FF8000000000000]> : tensor<4xf64>
  %result = weft.maximum %lhs, %rhs : tensor<4xf64>
  %expected = weft.constant dense<[4.0, -3.0, 2.0, 0x7FF8000000000000]> : tensor<4xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<4xf64>, tensor<4xf64>
  return
}

func.func @integers() {
  %lhs = weft.constant dense<[7, -7]> : tensor<2xi32>
  %rhs = weft.constant dense<[2, 2]> : tensor<2xi32>
  %result = weft.maximum %lhs, %rhs : tensor<2xi32>
  %expected = weft.constant dense<[7, 2]> : tensor<2xi32>
  check.close %result, %expected tolerance 1.0e-12 : tensor<2xi32>, tensor<2xi32>
  return
}
