// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %lhs = weft.constant dense<[1.5, -2.0, 0.0]> : tensor<3xf64>
  %rhs = weft.constant dense<[2.0, 2.5, 0x7FF0000000000000]> : tensor<3xf64>
  %result = weft.mul %lhs, %rhs : tensor<3xf64>
  %expected = weft.constant dense<[3.0, -5.0, 0x7FF8000000000000]> : tensor<3xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<3xf64>, tensor<3xf64>
  return
}

// i32 wraps around.
func.func @integers() {
  %lhs = weft.constant dense<[7, 65536]> : tensor<2xi32>
  %rhs = weft.constant dense<[-3, 65536]> : tensor<2xi32>
  %result = weft.mul %lhs, %rhs : tensor<2xi32>
  %expected = weft.constant dense<[-21, 0]> : tensor<2xi32>
  check.close %result, %expected tolerance 1.0e-12 : tensor<2xi32>, tensor<2xi32>
  return
}
