// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @rows_by_id() {
  %table = weft.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf64>
  %ids = weft.constant dense<[[2, 0], [1, 2]]> : tensor<2x2xi32>
  %y = weft.embedding %table, %ids : tensor<3x2xf64>, tensor<2x2xi32> -> tensor<2x2x2xf64>
  %expected = weft.constant dense<[[[5.0, 6.0], [1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]]]> : tensor<2x2x2xf64>
  check.equal %y, %expected : tensor<2x2x2xf64>, tensor<2x2x2xf64>
  return
}
