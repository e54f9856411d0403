// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @one_of_two_uses(%x: tensor<3xf64> {check.value = dense<[1.0, 2.0, 3.0]> : tensor<3xf64>, check.expected = dense<[1.0, 2.0, 3.0]> : tensor<3xf64>}) -> tensor<3xf64> attributes {check.gradient} {
  %still = weft.stop_gradient %x : tensor<3xf64>
  %y = weft.mul %x, %still : tensor<3xf64>
  return %y : tensor<3xf64>
}

func.func @nothing_flows(%x: tensor<2xf64> {check.expected = dense<0.0> : tensor<2xf64>}) -> tensor<2xf64> attributes {check.gradient} {
  %y = weft.stop_gradient %x : tensor<2xf64>
  return %y : tensor<2xf64>
}
