// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %lhs = weft.constant dense<[1.0, -2.5, 0.1]> : tensor<3xf64>
  %rhs = weft.constant dense<[2.0, 2.5, 0.2]> : tensor<3xf64>
  %sum = weft.add %lhs, %rhs : tensor<3xf64>
  %expected = weft.constant dense<[3.0, 0.0, 0.3]> : tensor<3xf64>
  check.close %sum, %expected tolerance 1.0e-12 : tensor<3xf64>, tensor<3xf64>
  return
}

// i32 wraps around.
func.func @integers() {
  %lhs = weft.constant dense<[1, 2147483647]> : tensor<2xi32>
  %rhs = weft.constant dense<[-3, 1]> : tensor<2xi32>
  %sum = weft.add %lhs, %rhs : tensor<2xi32>
  %expected = weft.constant dense<[-2, -2147483648]> : tensor<2xi32>
  check.equal %sum, %expected : tensor<2xi32>, tensor<2xi32>
  return
}

func.func @bounded() {
  %two = weft.constant dense<2> : tensor<i32>
  weft.set_size #weft.size<n(4 by 2)> = %two : tensor<i32>
  %whole = weft.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>
  %kept = weft.tail %whole axis 0 : tensor<4xf64> -> tensor<?xf64, #weft.bounded<[n(4 by 2)]>>
  %sum = weft.add %kept, %kept : tensor<?xf64, #weft.bounded<[n(4 by 2)]>>
  %expected = weft.constant dense<[6.0, 8.0]> : tensor<2xf64>
  check.equal %sum, %expected : tensor<?xf64, #weft.bounded<[n(4 by 2)]>>, tensor<2xf64>
  return
}
