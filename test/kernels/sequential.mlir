// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
func.func @cumsum_last(%x: tensor<3x9x65xf64>) -> tensor<3x9x65xf64> attributes {check.kernel} {
  %y = weft.cumsum %x axis 2 : tensor<3x9x65xf64>
  return %y : tensor<3x9x65xf64>
}
func.func @cumsum_middle_reverse(%x: tensor<3x9x70xf32>) -> tensor<3x9x70xf32> attributes {check.kernel} {
  %y = weft.cumsum %x axis 1 reverse : tensor<3x9x70xf32>
  return %y : tensor<3x9x70xf32>
}
func.func @cumsum_one(%x: tensor<1xf64>) -> tensor<1xf64> attributes {check.kernel} {
  %y = weft.cumsum %x axis 0 : tensor<1xf64>
  return %y : tensor<1xf64>
}
func.func @cumsum_transposed(%x: tensor<5x67xf64>) -> tensor<67x5xf64> attributes {check.kernel} {
  %t = weft.transpose %x permutation [1, 0] : tensor<5x67xf64> -> tensor<67x5xf64>
  %y = weft.cumsum %t axis 0 reverse : tensor<67x5xf64>
  return %y : tensor<67x5xf64>
}
func.func @cumsum_bounded(%x: tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>) -> (tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>, tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>)
    attributes {check.kernel, check.sizes = [{m = 0, n = 3}, {m = 9, n = 0}, {m = 20, n = 65}, {m = 1, n = 80}]} {
  %y = weft.cumsum %x axis 1 : tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>
  %z = weft.cumsum %x axis 0 reverse : tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>
  return %y, %z : tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>, tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>
}
func.func @top_k(%x: tensor<3x23x40xf64>) -> (tensor<3x23x7xf64>, tensor<3x23x7xi32>) attributes {check.kernel} {
  %v, %i = weft.top_k %x k 7 : tensor<3x23x40xf64> -> tensor<3x23x7xf64>, tensor<3x23x7xi32>
  return %v, %i : tensor<3x23x7xf64>, tensor<3x23x7xi32>
}
// All of a row, one of a row, only the indices.
func.func @top_k_all(%x: tensor<5xf32>) -> (tensor<5xf32>, tensor<5xi32>) attributes {check.kernel} {
  %v, %i = weft.top_k %x k 5 : tensor<5xf32> -> tensor<5xf32>, tensor<5xi32>
  return %v, %i : tensor<5xf32>, tensor<5xi32>
}
func.func @argmax(%x: tensor<70x9xf32>) -> tensor<70xi32> attributes {check.kernel} {
  %v, %i = weft.top_k %x k 1 : tensor<70x9xf32> -> tensor<70x1xf32>, tensor<70x1xi32>
  %y = weft.reshape %i : tensor<70x1xi32> -> tensor<70xi32>
  return %y : tensor<70xi32>
}
// Few different values: most elements are equal to others.
func.func @top_k_ties(%n: tensor<9x33xi32> {check.range = array<f64: 0.0, 4.0>}) -> (tensor<9x12xf64>, tensor<9x12xi32>) attributes {check.kernel} {
  %x = weft.cast %n : tensor<9x33xi32> -> tensor<9x33xf64>
  %v, %i = weft.top_k %x k 12 : tensor<9x33xf64> -> tensor<9x12xf64>, tensor<9x12xi32>
  return %v, %i : tensor<9x12xf64>, tensor<9x12xi32>
}
func.func @top_k_nan(%x: tensor<2x6xf64> {check.value = dense<[[1.0, 0x7FF0000000000000, 0x7FF8000000000000, 0xFFF0000000000000, 0x7FF8000000000000, -0.0], [0xFFF0000000000000, 0xFFF0000000000000, 0xFFF0000000000000, 0xFFF0000000000000, 0xFFF0000000000000, 0xFFF0000000000000]]> : tensor<2x6xf64>}) -> (tensor<2x6xf64>, tensor<2x6xi32>) attributes {check.kernel} {
  %v, %i = weft.top_k %x k 6 : tensor<2x6xf64> -> tensor<2x6xf64>, tensor<2x6xi32>
  return %v, %i : tensor<2x6xf64>, tensor<2x6xi32>
}
func.func @top_k_bounded(%x: tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1) + 3]>>) -> (tensor<?x3xf64, #weft.bounded<[m(20 by 1), 3]>>, tensor<?x3xi32, #weft.bounded<[m(20 by 1), 3]>>)
    attributes {check.kernel, check.sizes = [{m = 0, n = 3}, {m = 9, n = 0}, {m = 20, n = 65}, {m = 1, n = 80}]} {
  %v, %i = weft.top_k %x k 3 : tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1) + 3]>> -> tensor<?x3xf64, #weft.bounded<[m(20 by 1), 3]>>, tensor<?x3xi32, #weft.bounded<[m(20 by 1), 3]>>
  return %v, %i : tensor<?x3xf64, #weft.bounded<[m(20 by 1), 3]>>, tensor<?x3xi32, #weft.bounded<[m(20 by 1), 3]>>
}
