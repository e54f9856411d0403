// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @tokens(%logits: tensor<2x3x7xf64> {check.range = array<f64: -3.0, 3.0>}, %targets: tensor<2x3xi32> {check.value = dense<[[0, 6, 2], [3, 3, 1]]> : tensor<2x3xi32>}) -> tensor<2x3xf64> attributes {check.gradient} {
  %nll = weft.cross_entropy %logits, %targets : tensor<2x3x7xf64>, tensor<2x3xi32> -> tensor<2x3xf64>
  return %nll : tensor<2x3xf64>
}

func.func @one_token(%logits: tensor<2xf64>, %target: tensor<i32>) -> tensor<f64> attributes {check.gradient} {
  %nll = weft.cross_entropy %logits, %target : tensor<2xf64>, tensor<i32> -> tensor<f64>
  return %nll : tensor<f64>
}

func.func @bounded(%logits: tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>>, %targets: tensor<?xi32, #weft.bounded<[n(6 by 2)]>>) -> tensor<?xf64, #weft.bounded<[n(6 by 2)]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %nll = weft.cross_entropy %logits, %targets : tensor<?x3xf64, #weft.bounded<[n(6 by 2), 3]>>, tensor<?xi32, #weft.bounded<[n(6 by 2)]>> -> tensor<?xf64, #weft.bounded<[n(6 by 2)]>>
  return %nll : tensor<?xf64, #weft.bounded<[n(6 by 2)]>>
}
