// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

// The gradient goes back in the type of the input; nothing flows into integers. The powers of two keep f32 exact here.
func.func @through_f32(%x: tensor<5xf64> {check.value = dense<[0.5, -1.0, 2.0, 0.25, -4.0]> : tensor<5xf64>, check.fixed}, %w: tensor<5xf64>) -> tensor<5xf64> attributes {check.gradient} {
  %narrow = weft.cast %x : tensor<5xf64> -> tensor<5xf32>
  %wide = weft.cast %narrow : tensor<5xf32> -> tensor<5xf64>
  %y = weft.mul %wide, %w : tensor<5xf64>
  return %y : tensor<5xf64>
}

func.func @same_type(%x: tensor<7xf64>) -> tensor<7xf64> attributes {check.gradient} {
  %y = weft.cast %x : tensor<7xf64> -> tensor<7xf64>
  return %y : tensor<7xf64>
}

func.func @from_integers(%ids: tensor<3xi32>, %x: tensor<3xf64>) -> tensor<3xf64> attributes {check.gradient} {
  %numbers = weft.cast %ids : tensor<3xi32> -> tensor<3xf64>
  %y = weft.mul %numbers, %x : tensor<3xf64>
  return %y : tensor<3xf64>
}
