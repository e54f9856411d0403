// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @repeated(%rows: tensor<2x4x3xf64>, %ids: tensor<2x4xi32> {check.value = dense<[[0, 4, 2, 0], [1, 1, 1, 4]]> : tensor<2x4xi32>}) -> tensor<5x3xf64> attributes {check.gradient} {
  %y = weft.embedding_grad %rows, %ids : tensor<2x4x3xf64>, tensor<2x4xi32> -> tensor<5x3xf64>
  return %y : tensor<5x3xf64>
}

func.func @one(%rows: tensor<1x1xf64>, %ids: tensor<1xi32>) -> tensor<2x1xf64> attributes {check.gradient} {
  %y = weft.embedding_grad %rows, %ids : tensor<1x1xf64>, tensor<1xi32> -> tensor<2x1xf64>
  return %y : tensor<2x1xf64>
}
