// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --weft-differentiate=functions=cubic --weft-differentiate=functions=cubic.grad | FileCheck %s

// A gradient is an ordinary function: here d/dx of x^3 and of its own gradient's loss.

// CHECK: func.func @cubic.grad(
// CHECK: func.func @cubic.grad.backward(
// CHECK-SAME: {weft.name = "loss", weft.role = "cotangent"}
// CHECK-SAME: {weft.name = "x", weft.role = "cotangent"}
// CHECK-SAME: -> (tensor<f32> {weft.name = "x", weft.role = "gradient"})
func.func @cubic(%x: tensor<f32> {weft.name = "x", weft.role = "input"})
    -> (tensor<f32> {weft.name = "loss", weft.role = "output"}) {
  %square = weft.mul %x, %x : tensor<f32>
  %cube = weft.mul %square, %x : tensor<f32>
  return %cube : tensor<f32>
}
