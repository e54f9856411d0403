// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @rows(%x: tensor<2x3x7xf64>, %scale: tensor<7xf64>) -> tensor<2x3x7xf64> attributes {check.gradient} {
  %y = weft.rms_norm %x, %scale epsilon 1.0e-5 : tensor<2x3x7xf64>, tensor<7xf64>
  return %y : tensor<2x3x7xf64>
}

func.func @one_row(%x: tensor<5xf64>, %scale: tensor<5xf64>) -> tensor<5xf64> attributes {check.gradient} {
  %y = weft.rms_norm %x, %scale epsilon 0.1 : tensor<5xf64>, tensor<5xf64>
  return %y : tensor<5xf64>
}

func.func @width_one(%x: tensor<3x1xf64>, %scale: tensor<1xf64>) -> tensor<3x1xf64> attributes {check.gradient} {
  %y = weft.rms_norm %x, %scale epsilon 0.1 : tensor<3x1xf64>, tensor<1xf64>
  return %y : tensor<3x1xf64>
}

func.func @bounded_rows(%x: tensor<2x?x3xf64, #weft.bounded<[2, n(6 by 2), 3]>>, %scale: tensor<3xf64>) -> tensor<2x?x3xf64, #weft.bounded<[2, n(6 by 2), 3]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.rms_norm %x, %scale epsilon 1.0e-2 : tensor<2x?x3xf64, #weft.bounded<[2, n(6 by 2), 3]>>, tensor<3xf64>
  return %y : tensor<2x?x3xf64, #weft.bounded<[2, n(6 by 2), 3]>>
}

// The number of features is known only when it runs.
func.func @bounded_features(%x: tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>>, %scale: tensor<?xf64, #weft.bounded<[n(6 by 2)]>>, %shift: tensor<?xf64, #weft.bounded<[n(6 by 2)]>>) -> tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>> attributes {check.gradient, check.sizes = [{n = 2}, {n = 6}]} {
  %y = weft.rms_norm %x, %scale epsilon 1.0e-2 : tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>>, tensor<?xf64, #weft.bounded<[n(6 by 2)]>>
  return %y : tensor<2x?xf64, #weft.bounded<[2, n(6 by 2)]>>
}
