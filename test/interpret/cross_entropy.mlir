// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// softmax = (1/8, 2/8, 5/8): the losses are log 8 and log 8/5.
func.func @two_targets() {
  %logits = weft.constant dense<[[0.0, 0.6931471805599453, 1.6094379124341003], [0.0, 0.6931471805599453, 1.6094379124341003]]> : tensor<2x3xf64>
  %targets = weft.constant dense<[0, 2]> : tensor<2xi32>
  %nll = weft.cross_entropy %logits, %targets : tensor<2x3xf64>, tensor<2xi32> -> tensor<2xf64>
  %expected = weft.constant dense<[2.0794415416798357, 0.4700036292457356]> : tensor<2xf64>
  check.close %nll, %expected tolerance 1.0e-12 : tensor<2xf64>, tensor<2xf64>
  return
}

func.func @large_logits() {
  %logits = weft.constant dense<[1000.0, 0.0]> : tensor<2xf64>
  %target = weft.constant dense<1> : tensor<i32>
  %nll = weft.cross_entropy %logits, %target : tensor<2xf64>, tensor<i32> -> tensor<f64>
  %expected = weft.constant dense<1000.0> : tensor<f64>
  check.close %nll, %expected tolerance 1.0e-12 : tensor<f64>, tensor<f64>
  return
}
