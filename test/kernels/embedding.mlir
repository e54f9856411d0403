// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// RUN: weft-check --kernels=barriers %s
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
// Ids outside the table cannot be tried here: the interpreter refuses them.
func.func @gather(%x: tensor<2x3x11x5xf64>, %i: tensor<2x3x4x6xi32> {check.range = array<f64: -2.0, 13.0>}) -> tensor<2x3x4x6x5xf64> attributes {check.kernel} {
  %y = weft.gather %x, %i batch 2 : tensor<2x3x11x5xf64>, tensor<2x3x4x6xi32> -> tensor<2x3x4x6x5xf64>
  return %y : tensor<2x3x4x6x5xf64>
}
func.func @gather_last(%x: tensor<9x11xf32>, %i: tensor<9x4xi32> {check.range = array<f64: 0.0, 11.0>}) -> tensor<9x4xf32> attributes {check.kernel} {
  %y = weft.gather %x, %i batch 1 : tensor<9x11xf32>, tensor<9x4xi32> -> tensor<9x4xf32>
  return %y : tensor<9x4xf32>
}
func.func @gather_numbers(%x: tensor<9x11xi32> {check.range = array<f64: -99.0, 99.0>}, %i: tensor<9xi32> {check.range = array<f64: 0.0, 11.0>}) -> tensor<9xi32> attributes {check.kernel} {
  %y = weft.gather %x, %i batch 1 : tensor<9x11xi32>, tensor<9xi32> -> tensor<9xi32>
  return %y : tensor<9xi32>
}
func.func @gather_one(%x: tensor<11xf64>, %i: tensor<i32> {check.range = array<f64: 0.0, 11.0>}) -> tensor<f64> attributes {check.kernel} {
  %y = weft.gather %x, %i batch 0 : tensor<11xf64>, tensor<i32> -> tensor<f64>
  return %y : tensor<f64>
}
func.func @gather_views(%x: tensor<5x2x70xf64>, %i: tensor<4x2xi32> {check.range = array<f64: 0.0, 5.0>}) -> tensor<2x4x70xf64> attributes {check.kernel} {
  %t = weft.transpose %x permutation [1, 0, 2] : tensor<5x2x70xf64> -> tensor<2x5x70xf64>
  %j = weft.transpose %i permutation [1, 0] : tensor<4x2xi32> -> tensor<2x4xi32>
  %y = weft.gather %t, %j batch 1 : tensor<2x5x70xf64>, tensor<2x4xi32> -> tensor<2x4x70xf64>
  return %y : tensor<2x4x70xf64>
}
func.func @gather_bounded(%x: tensor<2x?x3xf64, #weft.bounded<[2, n(40 by 1), 3]>>, %i: tensor<2x?xi32, #weft.bounded<[2, m(40 by 1)]>> {check.range = array<f64: 0.0, 40.0>}) -> tensor<2x?x3xf64, #weft.bounded<[2, m(40 by 1), 3]>>
    attributes {check.kernel, check.sizes = [{n = 0, m = 5}, {n = 40, m = 0}, {n = 7, m = 40}]} {
  %y = weft.gather %x, %i batch 1 : tensor<2x?x3xf64, #weft.bounded<[2, n(40 by 1), 3]>>, tensor<2x?xi32, #weft.bounded<[2, m(40 by 1)]>> -> tensor<2x?x3xf64, #weft.bounded<[2, m(40 by 1), 3]>>
  return %y : tensor<2x?x3xf64, #weft.bounded<[2, m(40 by 1), 3]>>
}
func.func @scatter_add(%u: tensor<2x3x4x6x5xf64>, %i: tensor<2x3x4x6xi32> {check.range = array<f64: -2.0, 13.0>}) -> tensor<2x3x11x5xf64> attributes {check.kernel} {
  %y = weft.scatter_add %u, %i batch 2 : tensor<2x3x4x6x5xf64>, tensor<2x3x4x6xi32> -> tensor<2x3x11x5xf64>
  return %y : tensor<2x3x11x5xf64>
}
func.func @scatter_add_last(%u: tensor<9x4xf32>, %i: tensor<9x4xi32> {check.range = array<f64: 0.0, 11.0>}) -> tensor<9x11xf32> attributes {check.kernel} {
  %y = weft.scatter_add %u, %i batch 1 : tensor<9x4xf32>, tensor<9x4xi32> -> tensor<9x11xf32>
  return %y : tensor<9x11xf32>
}
func.func @scatter_add_all_batch(%u: tensor<9x33xf64>, %i: tensor<9xi32> {check.range = array<f64: 0.0, 3.0>}) -> tensor<9x3x33xf64> attributes {check.kernel} {
  %y = weft.scatter_add %u, %i batch 1 : tensor<9x33xf64>, tensor<9xi32> -> tensor<9x3x33xf64>
  return %y : tensor<9x3x33xf64>
}
func.func @scatter_add_bounded(%u: tensor<2x?x3xf64, #weft.bounded<[2, m(40 by 1), 3]>>, %i: tensor<2x?xi32, #weft.bounded<[2, m(40 by 1)]>> {check.range = array<f64: 0.0, 9.0>}) -> tensor<2x9x3xf64>
    attributes {check.kernel, check.sizes = [{m = 0}, {m = 1}, {m = 40}]} {
  %y = weft.scatter_add %u, %i batch 1 : tensor<2x?x3xf64, #weft.bounded<[2, m(40 by 1), 3]>>, tensor<2x?xi32, #weft.bounded<[2, m(40 by 1)]>> -> tensor<2x9x3xf64>
  return %y : tensor<2x9x3xf64>
}
