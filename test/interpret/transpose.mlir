// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @matrix() {
  %x = weft.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf64>
  %y = weft.transpose %x permutation [1, 0] : tensor<2x3xf64> -> tensor<3x2xf64>
  %expected = weft.constant dense<[[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]> : tensor<3x2xf64>
  check.equal %y, %expected : tensor<3x2xf64>, tensor<3x2xf64>
  return
}

// A rotation of three axes is not its own inverse: result[i, j, k] = x[j, k, i].
func.func @rotation() {
  %x = weft.constant dense<[[[1, 2, 3]], [[4, 5, 6]]]> : tensor<2x1x3xi32>
  %y = weft.transpose %x permutation [2, 0, 1] : tensor<2x1x3xi32> -> tensor<3x2x1xi32>
  %expected = weft.constant dense<[[[1], [4]], [[2], [5]], [[3], [6]]]> : tensor<3x2x1xi32>
  check.equal %y, %expected : tensor<3x2x1xi32>, tensor<3x2x1xi32>
  return
}
