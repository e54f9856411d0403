// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// An id outside the classes is no class.
func.func @ids() {
  %ids = weft.constant dense<[2, 0, 7]> : tensor<3xi32>
  %y = weft.one_hot %ids : tensor<3xi32> -> tensor<3x3xf64>
  %expected = weft.constant dense<[[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]> : tensor<3x3xf64>
  check.equal %y, %expected : tensor<3x3xf64>, tensor<3x3xf64>
  return
}
