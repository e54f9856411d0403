// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

// At the bounds themselves the gradient passes, both bounds included: a learned span that starts at 0 can grow.

func.func @at_both_bounds(%x: tensor<5xf64> {check.value = dense<[-0.5, 0.0, 0.5, 1.0, 1.5]> : tensor<5xf64>, check.expected = dense<[0.0, 1.0, 1.0, 1.0, 0.0]> : tensor<5xf64>}) -> tensor<5xf64> attributes {check.gradient} {
  %y = weft.clamp %x low 0.0 high 1.0 : tensor<5xf64>
  return %y : tensor<5xf64>
}

func.func @low_is_high(%x: tensor<3xf64> {check.value = dense<[1.0, 2.0, 3.0]> : tensor<3xf64>, check.expected = dense<[0.0, 1.0, 0.0]> : tensor<3xf64>}) -> tensor<3xf64> attributes {check.gradient} {
  %y = weft.clamp %x low 2.0 high 2.0 : tensor<3xf64>
  return %y : tensor<3xf64>
}
