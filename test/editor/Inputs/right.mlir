// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
func.func @right(%first: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %x = weft.exp %first : tensor<2x3xf32>
  %y = weft.tanh %x : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
