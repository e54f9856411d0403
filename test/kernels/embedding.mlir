// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
func.func @embedding(%table: tensor<11x65xf64>, %ids: tensor<3x6xi32> {check.range = array<f64: 0.0, 11.0>}) -> tensor<3x6x65xf64> attributes {check.kernel} {
  %x = weft.embedding %table, %ids : tensor<11x65xf64>, tensor<3x6xi32> -> tensor<3x6x65xf64>
  return %x : tensor<3x6x65xf64>
}
func.func @embedding_one(%table: tensor<11x4xf32>, %id: tensor<i32> {check.range = array<f64: 0.0, 11.0>}) -> tensor<4xf32> attributes {check.kernel} {
  %x = weft.embedding %table, %id : tensor<11x4xf32>, tensor<i32> -> tensor<4xf32>
  return %x : tensor<4xf32>
}
func.func @embedding_transposed(%table: tensor<11x4xf32>, %ids: tensor<3x6xi32> {check.range = array<f64: 0.0, 11.0>}) -> tensor<6x3x4xf32> attributes {check.kernel} {
  %t = weft.transpose %ids permutation [1, 0] : tensor<3x6xi32> -> tensor<6x3xi32>
  %x = weft.embedding %table, %t : tensor<11x4xf32>, tensor<6x3xi32> -> tensor<6x3x4xf32>
  return %x : tensor<6x3x4xf32>
}
func.func @embedding_grad(%rows: tensor<3x6x33xf64>, %ids: tensor<3x6xi32> {check.range = array<f64: 0.0, 5.0>}) -> tensor<17x33xf64> attributes {check.kernel} {
  %g = weft.embedding_grad %rows, %ids : tensor<3x6x33xf64>, tensor<3x6xi32> -> tensor<17x33xf64>
  return %g : tensor<17x33xf64>
}
func.func @embedding_grad_transposed(%rows: tensor<3x6x4xf64>, %ids: tensor<6x3xi32> {check.range = array<f64: 0.0, 5.0>}) -> tensor<5x4xf64> attributes {check.kernel} {
  %t = weft.transpose %ids permutation [1, 0] : tensor<6x3xi32> -> tensor<3x6xi32>
  %g = weft.embedding_grad %rows, %t : tensor<3x6x4xf64>, tensor<3x6xi32> -> tensor<5x4xf64>
  return %g : tensor<5x4xf64>
}
