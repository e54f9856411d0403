// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --canonicalize --cse | FileCheck %s
// What is folded or found equal inside of a scan stays inside, also beside an equal constant outside: its region sees
// nothing else (scan.C7).

// CHECK-LABEL: @constants
// CHECK: %[[ONE:.*]] = weft.constant dense<1.000000e+00> : tensor<4xf32>
// CHECK: weft.scan
// CHECK-NEXT: ^bb0(%[[H:.*]]: tensor<4xf32>, %[[X:.*]]: tensor<4xf32>):
// CHECK-NEXT: %[[INSIDE:.*]] = weft.constant dense<1.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[MORE:.*]] = weft.add %[[X]], %[[INSIDE]]
// CHECK-NEXT: weft.mul %[[H]], %[[MORE]]
// CHECK: weft.maximum %{{.*}}, %[[ONE]]
func.func @constants(%h: tensor<4xf32>, %xs: tensor<3x4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %ones = weft.constant dense<1.0> : tensor<4xf32>
  %last, %all = weft.scan carry(%h) over(%xs) {
  ^bb0(%carry: tensor<4xf32>, %x: tensor<4xf32>):
    %one = weft.constant dense<1.0> : tensor<f32>
    %repeated = weft.broadcast %one dims [] : tensor<f32> -> tensor<4xf32>
    %more = weft.add %x, %repeated : tensor<4xf32>
    %next = weft.mul %carry, %more : tensor<4xf32>
    weft.yield %next, %next : tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<3x4xf32>) -> tensor<3x4xf32>
  %sum = weft.sum %ones axes [0] : tensor<4xf32> -> tensor<f32>
  %wide = weft.broadcast %sum dims [] : tensor<f32> -> tensor<4xf32>
  %used = weft.maximum %wide, %ones : tensor<4xf32>
  return %last, %used : tensor<4xf32>, tensor<4xf32>
}
