// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

// No ties here; how they share is in ties.mlir.
func.func @rows(%x: tensor<2x4xf64> {check.value = dense<[[1.0, 3.0, -2.0, 0.5], [-1.0, -3.0, -0.25, -4.0]]> : tensor<2x4xf64>}) -> tensor<2xf64> attributes {check.gradient} {
  %y = weft.max %x axes [1] : tensor<2x4xf64> -> tensor<2xf64>
  return %y : tensor<2xf64>
}

func.func @all(%x: tensor<3x2xf64> {check.value = dense<[[1.0, 3.0], [-2.0, 0.5], [2.0, 0.0]]> : tensor<3x2xf64>}) -> tensor<f64> attributes {check.gradient} {
  %y = weft.max %x axes [0, 1] : tensor<3x2xf64> -> tensor<f64>
  return %y : tensor<f64>
}

func.func @one(%x: tensor<1x3xf64>) -> tensor<3xf64> attributes {check.gradient} {
  %y = weft.max %x axes [0] : tensor<1x3xf64> -> tensor<3xf64>
  return %y : tensor<3xf64>
}
