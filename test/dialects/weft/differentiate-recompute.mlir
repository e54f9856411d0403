// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --weft-differentiate=functions=step | FileCheck %s
// RUN: weft-opt %s --weft-differentiate=functions=step --weft-inline-recompute --canonicalize --cse | FileCheck %s --check-prefix=MERGED

// The forward function keeps nothing of the region; the backward one computes it from the input, with the same mask.
// CHECK-LABEL: func.func @step.forward
// CHECK-SAME: -> (tensor<f32> {weft.name = "loss", weft.role = "output"})
// CHECK: weft.recompute(
// CHECK-LABEL: func.func @step.backward(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8xf32> {weft.name = "x", weft.role = "saved"}
// CHECK-SAME: attributes {weft.recomputed = 64 : i64}
// CHECK: %[[T:.*]] = weft.tanh %[[X]]
// CHECK: %[[D:.*]] = weft.dropout %[[T]], %{{.*}} rate 5.000000e-01 id 7
// CHECK: %[[E:.*]] = weft.exp %[[D]]

// In one function the copy has values of its own, so that none is kept; two of 8 floats are read: those of tanh and exp.
// CHECK-LABEL: func.func @step.grad(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8xf32> {weft.name = "x", weft.role = "input"}, %[[KEY:[^:]*]]: tensor<4xi32>
// CHECK-SAME: attributes {weft.recomputed = 64 : i64}
// CHECK: weft.recompute(%[[X]], %[[KEY]])
// CHECK: %[[AGAIN:.*]] = weft.optimization_barrier %[[X]]
// CHECK: %[[K:.*]] = weft.optimization_barrier %[[KEY]]
// CHECK: %[[T:.*]] = weft.tanh %[[AGAIN]]
// CHECK: %[[D:.*]] = weft.dropout %[[T]], %[[K]] rate 5.000000e-01 id 7
// CHECK: %[[E:.*]] = weft.exp %[[D]]
// CHECK: weft.mul %{{.*}}, %[[E]]

// MERGED-LABEL: func.func @step.grad(
// MERGED-NOT: weft.recompute(
// MERGED-COUNT-2: weft.tanh
// MERGED-COUNT-1: weft.dropout
// MERGED: return
func.func @step(%x: tensor<8xf32> {weft.name = "x", weft.role = "input"}, %key: tensor<4xi32> {weft.name = "key", weft.role = "key"})
    -> (tensor<f32> {weft.name = "loss", weft.role = "output"}) {
  %y = weft.recompute(%x, %key) {
  ^bb0(%a: tensor<8xf32>, %k: tensor<4xi32>):
    %t = weft.tanh %a : tensor<8xf32>
    %d = weft.dropout %t, %k rate 0.5 id 7 : tensor<8xf32>, tensor<4xi32>
    %e = weft.exp %d : tensor<8xf32>
    weft.yield %e : tensor<8xf32>
  } : (tensor<8xf32>, tensor<4xi32>) -> tensor<8xf32>
  %loss = weft.sum %y axes [0] : tensor<8xf32> -> tensor<f32>
  return %loss : tensor<f32>
}
