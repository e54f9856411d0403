// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// exp(log 1), exp(log 2), exp(log 5) over their sum 8.
func.func @last_axis() {
  %x = weft.constant dense<[[0.0, 0.6931471805599453, 1.6094379124341003], [3.0, 3.0, 3.0]]> : tensor<2x3xf64>
  %y = weft.softmax %x axis 1 : tensor<2x3xf64>
  %expected = weft.constant dense<[[0.125, 0.25, 0.625], [0.3333333333333333, 0.3333333333333333, 0.3333333333333333]]> : tensor<2x3xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2x3xf64>, tensor<2x3xf64>
  return
}

func.func @first_axis() {
  %x = weft.constant dense<[[0.0, 1.0], [1.0986122886681098, 1.0]]> : tensor<2x2xf64>
  %y = weft.softmax %x axis 0 : tensor<2x2xf64>
  %expected = weft.constant dense<[[0.25, 0.5], [0.75, 0.5]]> : tensor<2x2xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2x2xf64>, tensor<2x2xf64>
  return
}

// Without subtracting the maximum this would overflow.
func.func @large() {
  %x = weft.constant dense<[1.0e30, -1.0e30]> : tensor<2xf64>
  %y = weft.softmax %x axis 0 : tensor<2xf64>
  %expected = weft.constant dense<[1.0, 0.0]> : tensor<2xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2xf64>, tensor<2xf64>
  return
}
