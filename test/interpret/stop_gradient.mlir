// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// The value passes; test/gradient shows that the gradient does not.
func.func @floats() {
  %input = weft.constant dense<[1.5, -1.5]> : tensor<2xf64>
  %result = weft.stop_gradient %input : tensor<2xf64>
  %expected = weft.constant dense<[1.5, -1.5]> : tensor<2xf64>
  check.close %result, %expected tolerance 1.0e-12 : tensor<2xf64>, tensor<2xf64>
  return
}

func.func @integers() {
  %input = weft.constant dense<[3]> : tensor<1xi32>
  %result = weft.stop_gradient %input : tensor<1xi32>
  %expected = weft.constant dense<[3]> : tensor<1xi32>
  check.close %result, %expected tolerance 1.0e-12 : tensor<1xi32>, tensor<1xi32>
  return
}
