// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --verify-diagnostics --weft-select-precision=precision=bf16

func.func @select_precision_c2(%x: tensor<2x4xf64>, %w: tensor<3x4xf64>) -> tensor<2x3xf64> {
  // expected-error @+1 {{'weft-select-precision' expects products of f32, whose factors precision bf16 rounds, got 'tensor<2x3xf64>' (select-precision.C2)}}
  %y = weft.dot %x, %w batch [] x [] contract [1] x [1] : tensor<2x4xf64>, tensor<3x4xf64> -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}
