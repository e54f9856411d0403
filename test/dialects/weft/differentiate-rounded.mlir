// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --weft-differentiate=functions=step --canonicalize | FileCheck %s

// A rounding has slope 1, and the gradient of a rounded factor has its type: products of the f32 gradient with what the
// other factor was, rounded once at their end.
// CHECK-LABEL: func.func @step.grad(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<3x4xf32> {{[^,]*, [^,]*}}, %[[W:[a-z0-9]+]]: tensor<4x2xbf16>
// CHECK-DAG: %[[ONES:.*]] = weft.constant dense<1.000000e+00> : tensor<3x2xf32>
// CHECK-DAG: %[[A:.*]] = weft.cast %[[X]] : tensor<3x4xf32> -> tensor<3x4xbf16>
// CHECK-DAG: %[[WIDE:.*]] = weft.cast %[[W]] : tensor<4x2xbf16> -> tensor<4x2xf32>
// CHECK-DAG: %[[WIDEA:.*]] = weft.cast %[[A]] : tensor<3x4xbf16> -> tensor<3x4xf32>
// CHECK-DAG: %[[PX:.*]] = weft.dot %[[ONES]], %[[WIDE]] batch [] x [] contract [1] x [1] : tensor<3x2xf32>, tensor<4x2xf32> -> tensor<3x4xf32>
// CHECK-DAG: %[[RX:.*]] = weft.cast %[[PX]] : tensor<3x4xf32> -> tensor<3x4xbf16>
// CHECK-DAG: %[[DX:.*]] = weft.cast %[[RX]] : tensor<3x4xbf16> -> tensor<3x4xf32>
// CHECK-DAG: %[[PW:.*]] = weft.dot %[[WIDEA]], %[[ONES]] batch [] x [] contract [0] x [0] : tensor<3x4xf32>, tensor<3x2xf32> -> tensor<4x2xf32>
// CHECK-DAG: %[[DW:.*]] = weft.cast %[[PW]] : tensor<4x2xf32> -> tensor<4x2xbf16>
// CHECK: return %{{.*}}, %[[DX]], %[[DW]]
func.func @step(%x: tensor<3x4xf32> {weft.name = "x", weft.role = "input"}, %w: tensor<4x2xbf16> {weft.name = "w", weft.role = "input"})
    -> (tensor<f32> {weft.name = "loss", weft.role = "output"}) {
  %a = weft.cast %x : tensor<3x4xf32> -> tensor<3x4xbf16>
  %y = weft.dot %a, %w batch [] x [] contract [1] x [0] : tensor<3x4xbf16>, tensor<4x2xbf16> -> tensor<3x2xf32>
  %s = weft.sum %y axes [0, 1] : tensor<3x2xf32> -> tensor<f32>
  return %s : tensor<f32>
}
