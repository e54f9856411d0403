// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
func.func @wrong(%x: tensor<2x3xf32>, %y: tensor<4xf32>) -> tensor<2x3xf32> {
  %0 = weft.exp %x : tensor<2x3xf32>
  %1 = weft.dot %x, %y batch [] x [] contract [1] x [0] : tensor<2x3xf32>, tensor<4xf32> -> tensor<2xf32>
  return %0 : tensor<2x3xf32>
}
