// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

// Away from the bounds; at them, see clamp_bounds.mlir.
func.func @inside_and_outside(%x: tensor<11xf64> {check.range = array<f64: -1.0, 2.0>, check.avoid = array<f64: 0.0, 1.0>}) -> tensor<11xf64> attributes {check.gradient} {
  %y = weft.clamp %x low 0.0 high 1.0 : tensor<11xf64>
  return %y : tensor<11xf64>
}

func.func @one(%x: tensor<1xf64> {check.range = array<f64: 0.0, 1.0>, check.avoid = array<f64: 0.0, 1.0>}) -> tensor<1xf64> attributes {check.gradient} {
  %y = weft.clamp %x low 0.0 high 1.0 : tensor<1xf64>
  return %y : tensor<1xf64>
}
