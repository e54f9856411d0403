// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// Logarithms of 1/8, 2/8 and 5/8, whatever is added to all.
func.func @last_axis() {
  %x = weft.constant dense<[[0.0, 0.6931471805599453, 1.6094379124341003], [100.0, 100.6931471805599453, 101.6094379124341003]]> : tensor<2x3xf64>
  %y = weft.log_softmax %x axis 1 : tensor<2x3xf64>
  %expected = weft.constant dense<[[-2.0794415416798357, -1.3862943611198906, -0.4700036292457356], [-2.0794415416798357, -1.3862943611198906, -0.4700036292457356]]> : tensor<2x3xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2x3xf64>, tensor<2x3xf64>
  return
}

func.func @first_axis() {
  %x = weft.constant dense<[[0.0, 1.0], [1.0986122886681098, 1.0]]> : tensor<2x2xf64>
  %y = weft.log_softmax %x axis 0 : tensor<2x2xf64>
  %expected = weft.constant dense<[[-1.3862943611198906, -0.6931471805599453], [-0.2876820724517809, -0.6931471805599453]]> : tensor<2x2xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2x2xf64>, tensor<2x2xf64>
  return
}

// The logarithm of softmax would be -inf.
func.func @large() {
  %x = weft.constant dense<[1.0e4, -1.0e4]> : tensor<2xf64>
  %y = weft.log_softmax %x axis 0 : tensor<2xf64>
  %expected = weft.constant dense<[0.0, -2.0e4]> : tensor<2xf64>
  check.equal %y, %expected : tensor<2xf64>, tensor<2xf64>
  return
}
