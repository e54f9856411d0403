// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --weft-select-dtype=dtype=f64 | FileCheck %s
// RUN: weft-opt %s --weft-select-dtype=dtype=f32 | FileCheck %s --check-prefix=F32

// Values, declarations, constants and regions change; epsilon keeps its own bits, integers stay.

// CHECK: weft.param @w : tensor<3xf64> init "normal" scale 2.000000e-02
// CHECK: weft.state @step.seen : tensor<?xf64, #weft.bounded<[c(8 by 2)]>>
// CHECK-LABEL: func.func @step(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf64> {weft.name = "x"}, %[[IDS:.*]]: tensor<2xi32>) -> tensor<2x3xf64>
// CHECK: %[[HALF:.*]] = weft.constant dense<5.000000e-01> : tensor<3xf64>
// CHECK: %[[LIST:.*]] = weft.constant dense<[1.000000e+00, 2.000000e+00, -3.000000e+00]> : tensor<3xf64>
// CHECK: %[[NORM:.*]] = weft.layer_norm %[[X]], %[[HALF]], %[[LIST]] epsilon 1.000000e-05 : tensor<2x3xf64>, tensor<3xf64>
// CHECK: %[[TENTH:.*]] = weft.constant dense<1.000000e-01> : tensor<3xf64>
// F32: weft.constant dense<1.000000e-01> : tensor<3xf32>
// F32-NOT: weft.exact
// CHECK: weft.one_hot %[[IDS]] : tensor<2xi32> -> tensor<2x3xf64>
// CHECK: weft.constant 1.000000e-01 : f64
// CHECK-NOT: weft.cast
// CHECK: ^bb0(%{{.*}}: tensor<3xf64>, %{{.*}}: tensor<3xf64>):
// CHECK: return
weft.param @w : tensor<3xf32> init "normal" scale 0.02
weft.state @step.seen : tensor<?xf32, #weft.bounded<[c(8 by 2)]>>
func.func @step(%x: tensor<2x3xf32> {weft.name = "x"}, %ids: tensor<2xi32>) -> tensor<2x3xf32> {
  %half = weft.constant dense<0.5> : tensor<3xf32>
  %list = weft.constant dense<[1.0, 2.0, -3.0]> : tensor<3xf32>
  %norm = weft.layer_norm %x, %half, %list epsilon 1.0e-5 : tensor<2x3xf32>, tensor<3xf32>
  %tenth = weft.constant dense<0.1> : tensor<3xf32> {weft.exact = dense<0.1> : tensor<3xf64>}
  %target = weft.one_hot %ids : tensor<2xi32> -> tensor<2x3xf32>
  %scalar = weft.constant 0.1 : f32 {weft.exact = 0.1 : f64}
  %sum = weft.add %norm, %target : tensor<2x3xf32>
  %wide = weft.cast %sum : tensor<2x3xf32> -> tensor<2x3xf64>
  %narrow = weft.cast %wide : tensor<2x3xf64> -> tensor<2x3xf32>
  %last, %all = weft.scan carry(%tenth) over(%narrow) {
  ^bb0(%h: tensor<3xf32>, %row: tensor<3xf32>):
    %next = weft.add %h, %row : tensor<3xf32>
    weft.yield %next, %next : tensor<3xf32>, tensor<3xf32>
  } : (tensor<3xf32>) -> tensor<3xf32>, (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %all : tensor<2x3xf32>
}
