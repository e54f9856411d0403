// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --weft-unroll-scans | FileCheck %s

// From the last index to the first.
// CHECK-LABEL: func.func @step(
// CHECK-SAME: %[[H0:[^:]*]]: tensor<4xf32>{{.*}}, %[[XS:[^:]*]]: tensor<2x4xf32>
// CHECK-NOT: weft.scan
// CHECK: %[[ROW1:.*]] = weft.slice %[[XS]] axis 0 start 1 length 1
// CHECK: %[[X1:.*]] = weft.reshape %[[ROW1]]
// CHECK: %[[H1:.*]] = weft.mul %[[H0]], %[[X1]]
// CHECK: %[[ROW0:.*]] = weft.slice %[[XS]] axis 0 start 0 length 1
// CHECK: %[[X0:.*]] = weft.reshape %[[ROW0]]
// CHECK: %[[H2:.*]] = weft.mul %[[H1]], %[[X0]]
// CHECK: %[[OUT0:.*]] = weft.reshape %[[H2]]
// CHECK: %[[OUT1:.*]] = weft.reshape %[[H1]]
// CHECK: %[[ALL:.*]] = weft.concat %[[OUT0]], %[[OUT1]] axis 0
// CHECK: return %[[H2]], %[[ALL]]
func.func @step(%h0: tensor<4xf32>, %xs: tensor<2x4xf32>) -> (tensor<4xf32>, tensor<2x4xf32>) {
  %last, %all = weft.scan carry(%h0) over(%xs) attributes {reverse = true} {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
    %next = weft.mul %h, %x : tensor<4xf32>
    weft.yield %next, %next : tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %last, %all : tensor<4xf32>, tensor<2x4xf32>
}

// A scan in a scan, too.
// CHECK-LABEL: func.func @nested(
// CHECK-NOT: weft.scan
// CHECK-COUNT-6: weft.add
// CHECK-NOT: weft.add
// CHECK: return
func.func @nested(%h0: tensor<4xf32>, %xs: tensor<2x3x4xf32>) -> tensor<4xf32> {
  %last = weft.scan carry(%h0) over(%xs) {
  ^bb0(%h: tensor<4xf32>, %rows: tensor<3x4xf32>):
    %inner = weft.scan carry(%h) over(%rows) {
    ^bb0(%g: tensor<4xf32>, %row: tensor<4xf32>):
      %next = weft.add %g, %row : tensor<4xf32>
      weft.yield %next : tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<3x4xf32>) -> ()
    weft.yield %inner : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<2x3x4xf32>) -> ()
  return %last : tensor<4xf32>
}
