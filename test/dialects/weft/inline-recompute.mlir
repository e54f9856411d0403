// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --weft-inline-recompute | FileCheck %s

// CHECK-LABEL: @nested
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
// CHECK-NEXT: %[[E:.*]] = weft.exp %[[X]]
// CHECK-NEXT: %[[T:.*]] = weft.tanh %[[E]]
// CHECK-NEXT: %[[S:.*]] = weft.add %[[T]], %[[X]]
// CHECK-NEXT: return %[[S]], %[[X]]
func.func @nested(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %y:2 = weft.recompute(%x) {
  ^bb0(%a: tensor<4xf32>):
    %inner = weft.recompute(%a) {
    ^bb1(%b: tensor<4xf32>):
      %e = weft.exp %b : tensor<4xf32>
      %t = weft.tanh %e : tensor<4xf32>
      weft.yield %t : tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>
    %s = weft.add %inner, %a : tensor<4xf32>
    weft.yield %s, %a : tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return %y#0, %y#1 : tensor<4xf32>, tensor<4xf32>
}
