// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @floats() {
  %x = weft.constant dense<[1.5, -1.5]> : tensor<2xf64>
  %y = weft.optimization_barrier %x : tensor<2xf64>
  %expected = weft.constant dense<[1.5, -1.5]> : tensor<2xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2xf64>, tensor<2xf64>
  return
}

func.func @integers() {
  %x = weft.constant dense<[3]> : tensor<1xi32>
  %y = weft.optimization_barrier %x : tensor<1xi32>
  %expected = weft.constant dense<[3]> : tensor<1xi32>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1xi32>, tensor<1xi32>
  return
}
