// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @passes(%x: tensor<3xf64>) -> tensor<3xf64> attributes {check.gradient, check.second} {
  %again = weft.optimization_barrier %x : tensor<3xf64>
  %y = weft.mul %x, %again : tensor<3xf64>
  return %y : tensor<3xf64>
}
