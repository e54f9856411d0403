// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --weft-phase-scheduled --weft-phase-kernels | FileCheck %s
// Both products are one kernel over the same bytes, and stay two dispatches: the second reads them under another name.
// CHECK-LABEL: func.func @again
// CHECK: %[[FIRST:.*]] = exec.dispatch @[[KERNEL:again.*dot]](%arg0, %arg1)
// CHECK: %[[OTHER:.*]] = exec.alias %arg0 : tensor<16x16xf32> -> tensor<16x16xf32>
// CHECK: %[[SECOND:.*]] = exec.dispatch @[[KERNEL]](%[[OTHER]], %arg1)
// CHECK: return %[[FIRST]], %[[SECOND]]
func.func @again(%x: tensor<16x16xf32> {weft.name = "x", weft.role = "input"}, %w: tensor<16x16xf32> {weft.name = "w", weft.role = "input"})
    -> (tensor<16x16xf32> {weft.name = "y", weft.role = "output"}, tensor<16x16xf32> {weft.name = "z", weft.role = "output"}) {
  %y = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<16x16xf32>, tensor<16x16xf32> -> tensor<16x16xf32>
  %other = weft.optimization_barrier %x : tensor<16x16xf32>
  %z = weft.dot %other, %w batch [] x [] contract [1] x [0] : tensor<16x16xf32>, tensor<16x16xf32> -> tensor<16x16xf32>
  return %y, %z : tensor<16x16xf32>, tensor<16x16xf32>
}
