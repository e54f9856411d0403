// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %condition = weft.constant dense<[true, false, true]> : tensor<3xi1>
  %when_true = weft.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf64>
  %when_false = weft.constant dense<[0x7FF8000000000000, 20.0, 30.0]> : tensor<3xf64>
  %y = weft.select %condition, %when_true, %when_false : tensor<3xi1>, tensor<3xf64>
  %expected = weft.constant dense<[1.0, 20.0, 3.0]> : tensor<3xf64>
  check.equal %y, %expected : tensor<3xf64>, tensor<3xf64>
  return
}

func.func @integers() {
  %condition = weft.constant dense<[true, false]> : tensor<2xi1>
  %when_true = weft.constant dense<[1, 2]> : tensor<2xi32>
  %when_false = weft.constant dense<[-1, -2]> : tensor<2xi32>
  %y = weft.select %condition, %when_true, %when_false : tensor<2xi1>, tensor<2xi32>
  %expected = weft.constant dense<[1, -2]> : tensor<2xi32>
  check.equal %y, %expected : tensor<2xi32>, tensor<2xi32>
  return
}
