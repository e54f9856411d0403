// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// A region means what its ops do.
func.func @two_results() {
  %x = weft.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %w = weft.constant dense<[3.0, -1.0]> : tensor<2xf64>
  %product, %sum = weft.recompute(%x, %w) {
  ^bb0(%a: tensor<2xf64>, %b: tensor<2xf64>):
    %p = weft.mul %a, %b : tensor<2xf64>
    %s = weft.sum %p axes [0] : tensor<2xf64> -> tensor<f64>
    weft.yield %p, %s : tensor<2xf64>, tensor<f64>
  } : (tensor<2xf64>, tensor<2xf64>) -> (tensor<2xf64>, tensor<f64>)
  %products = weft.constant dense<[3.0, -2.0]> : tensor<2xf64>
  check.close %product, %products tolerance 1.0e-12 : tensor<2xf64>, tensor<2xf64>
  %one = weft.constant dense<1.0> : tensor<f64>
  check.close %sum, %one tolerance 1.0e-12 : tensor<f64>, tensor<f64>
  return
}

func.func @nested() {
  %x = weft.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %y = weft.recompute(%x) {
  ^bb0(%a: tensor<2xf64>):
    %inner = weft.recompute(%a) {
    ^bb1(%b: tensor<2xf64>):
      %twice = weft.add %b, %b : tensor<2xf64>
      weft.yield %twice : tensor<2xf64>
    } : (tensor<2xf64>) -> tensor<2xf64>
    %more = weft.add %inner, %a : tensor<2xf64>
    weft.yield %more : tensor<2xf64>
  } : (tensor<2xf64>) -> tensor<2xf64>
  %expected = weft.constant dense<[3.0, 6.0]> : tensor<2xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2xf64>, tensor<2xf64>
  return
}
