// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// Row 1: mean of squares 6, with epsilon 9. Row 2: 25 with epsilon, 28: not centred.
func.func @rows() {
  %x = weft.constant dense<[[0.0, 2.0, 4.0, 2.0], [5.0, 5.0, 5.0, 5.0]]> : tensor<2x4xf64>
  %scale = weft.constant dense<[1.0, 1.0, 3.0, -1.0]> : tensor<4xf64>
  %y = weft.rms_norm %x, %scale epsilon 3.0 : tensor<2x4xf64>, tensor<4xf64>
  %expected = weft.constant dense<[[0.0, 0.6666666666666666, 4.0, -0.6666666666666666], [0.944911182523068, 0.944911182523068, 2.834733547569204, -0.944911182523068]]> : tensor<2x4xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2x4xf64>, tensor<2x4xf64>
  return
}
