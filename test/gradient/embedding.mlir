// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

// Some ids come twice, one not at all.
func.func @repeated(%table: tensor<5x3xf64>, %ids: tensor<2x4xi32> {check.value = dense<[[0, 4, 2, 0], [1, 1, 1, 4]]> : tensor<2x4xi32>}) -> tensor<2x4x3xf64> attributes {check.gradient} {
  %y = weft.embedding %table, %ids : tensor<5x3xf64>, tensor<2x4xi32> -> tensor<2x4x3xf64>
  return %y : tensor<2x4x3xf64>
}

func.func @one(%table: tensor<2x1xf64>, %ids: tensor<1xi32>) -> tensor<1x1xf64> attributes {check.gradient} {
  %y = weft.embedding %table, %ids : tensor<2x1xf64>, tensor<1xi32> -> tensor<1x1xf64>
  return %y : tensor<1x1xf64>
}

func.func @bounded(%table: tensor<2x3xf64>, %ids: tensor<?xi32, #weft.bounded<[n(6 by 2)]>>) -> tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.embedding %table, %ids : tensor<2x3xf64>, tensor<?xi32, #weft.bounded<[n(6 by 2)]>> -> tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>>
  return %y : tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>>
}
