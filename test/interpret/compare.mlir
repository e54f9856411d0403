// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %lhs = weft.constant dense<[1.0, 2.0, 3.0, 0x7FF8000000000000]> : tensor<4xf64>
  %rhs = weft.constant dense<2.0> : tensor<4xf64>
  %eq = weft.compare eq %lhs, %rhs : tensor<4xf64> -> tensor<4xi1>
  %ne = weft.compare ne %lhs, %rhs : tensor<4xf64> -> tensor<4xi1>
  %lt = weft.compare lt %lhs, %rhs : tensor<4xf64> -> tensor<4xi1>
  %le = weft.compare le %lhs, %rhs : tensor<4xf64> -> tensor<4xi1>
  %gt = weft.compare gt %lhs, %rhs : tensor<4xf64> -> tensor<4xi1>
  %ge = weft.compare ge %lhs, %rhs : tensor<4xf64> -> tensor<4xi1>
  %is_equal = weft.constant dense<[false, true, false, false]> : tensor<4xi1>
  %is_unequal = weft.constant dense<[true, false, true, true]> : tensor<4xi1>
  %is_less = weft.constant dense<[true, false, false, false]> : tensor<4xi1>
  %is_at_most = weft.constant dense<[true, true, false, false]> : tensor<4xi1>
  %is_greater = weft.constant dense<[false, false, true, false]> : tensor<4xi1>
  %is_at_least = weft.constant dense<[false, true, true, false]> : tensor<4xi1>
  check.equal %eq, %is_equal : tensor<4xi1>, tensor<4xi1>
  check.equal %ne, %is_unequal : tensor<4xi1>, tensor<4xi1>
  check.equal %lt, %is_less : tensor<4xi1>, tensor<4xi1>
  check.equal %le, %is_at_most : tensor<4xi1>, tensor<4xi1>
  check.equal %gt, %is_greater : tensor<4xi1>, tensor<4xi1>
  check.equal %ge, %is_at_least : tensor<4xi1>, tensor<4xi1>
  return
}

func.func @integers() {
  %lhs = weft.constant dense<[-1, 2]> : tensor<2xi32>
  %rhs = weft.constant dense<[1, 2]> : tensor<2xi32>
  %lt = weft.compare lt %lhs, %rhs : tensor<2xi32> -> tensor<2xi1>
  %expected = weft.constant dense<[true, false]> : tensor<2xi1>
  check.equal %lt, %expected : tensor<2xi1>, tensor<2xi1>
  return
}
