// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %lhs = weft.constant dense<[1.0, -2.5]> : tensor<2xf64>
  %rhs = weft.constant dense<[2.0, 2.5]> : tensor<2xf64>
  %result = weft.sub %lhs, %rhs : tensor<2xf64>
  %expected = weft.constant dense<[-1.0, -5.0]> : tensor<2xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<2xf64>, tensor<2xf64>
  return
}

// i32 wraps around.
func.func @integers() {
  %lhs = weft.constant dense<[1, -2147483648]> : tensor<2xi32>
  %rhs = weft.constant dense<[3, 1]> : tensor<2xi32>
  %result = weft.sub %lhs, %rhs : tensor<2xi32>
  %expected = weft.constant dense<[-2, 2147483647]> : tensor<2xi32>
  check.close %result, %expected tolerance 1.0e-12 : tensor<2xi32>, tensor<2xi32>
  return
}
