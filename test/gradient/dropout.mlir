// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @half(%x: tensor<5x7xf64>, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 0]> : tensor<4xi32>}) -> tensor<5x7xf64> attributes {check.gradient} {
  %y = weft.dropout %x, %key rate 0.5 id 7 : tensor<5x7xf64>, tensor<4xi32>
  return %y : tensor<5x7xf64>
}

func.func @none(%x: tensor<3xf64>, %key: tensor<4xi32>) -> tensor<3xf64> attributes {check.gradient} {
  %y = weft.dropout %x, %key rate 0.0 id 7 : tensor<3xf64>, tensor<4xi32>
  return %y : tensor<3xf64>
}
