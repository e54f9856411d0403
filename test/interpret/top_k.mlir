// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @rows() {
  %x = weft.constant dense<[[1.0, 4.0, -2.0, 3.0], [0.0, -1.0, 7.0, 6.5]]> : tensor<2x4xf64>
  %values, %indices = weft.top_k %x k 3 : tensor<2x4xf64> -> tensor<2x3xf64>, tensor<2x3xi32>
  %expected = weft.constant dense<[[4.0, 3.0, 1.0], [7.0, 6.5, 0.0]]> : tensor<2x3xf64>
  %at = weft.constant dense<[[1, 3, 0], [2, 3, 0]]> : tensor<2x3xi32>
  check.equal %values, %expected : tensor<2x3xf64>, tensor<2x3xf64>
  check.equal %indices, %at : tensor<2x3xi32>, tensor<2x3xi32>
  return
}

// Equal elements in the order of their indices; 0 and -0 are equal.
func.func @ties() {
  %x = weft.constant dense<[2.0, -0.0, 2.0, 0.0, 2.0]> : tensor<5xf64>
  %values, %indices = weft.top_k %x k 5 : tensor<5xf64> -> tensor<5xf64>, tensor<5xi32>
  %at = weft.constant dense<[0, 2, 4, 1, 3]> : tensor<5xi32>
  check.equal %indices, %at : tensor<5xi32>, tensor<5xi32>
  return
}

// NaN goes before infinity, so that it is seen.
func.func @nan() {
  %x = weft.constant dense<[1.0, 0x7FF0000000000000, 0x7FF8000000000000, 0xFFF0000000000000, 0x7FF8000000000000]> : tensor<5xf64>
  %values, %indices = weft.top_k %x k 5 : tensor<5xf64> -> tensor<5xf64>, tensor<5xi32>
  %expected = weft.constant dense<[0x7FF8000000000000, 0x7FF8000000000000, 0x7FF0000000000000, 1.0, 0xFFF0000000000000]> : tensor<5xf64>
  %at = weft.constant dense<[2, 4, 1, 0, 3]> : tensor<5xi32>
  check.equal %values, %expected : tensor<5xf64>, tensor<5xf64>
  check.equal %indices, %at : tensor<5xi32>, tensor<5xi32>
  return
}
