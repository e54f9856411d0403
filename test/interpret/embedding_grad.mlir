// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @adds_rows_of_one_id() {
  %rows = weft.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf64>
  %ids = weft.constant dense<[2, 0, 2]> : tensor<3xi32>
  %y = weft.embedding_grad %rows, %ids : tensor<3x2xf64>, tensor<3xi32> -> tensor<4x2xf64>
  %expected = weft.constant dense<[[3.0, 4.0], [0.0, 0.0], [6.0, 8.0], [0.0, 0.0]]> : tensor<4x2xf64>
  check.equal %y, %expected : tensor<4x2xf64>, tensor<4x2xf64>
  return
}
