// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --exec-plan-memory --exec-verify-program | FileCheck %s

// Each turn of a parallel loop has a part of every buffer, a multiple of 64 bytes. %a and %c are never alive together in one turn, but
// in two: only equally large ones, as %b and %d, share bytes.
// CHECK-LABEL: exec.program @turns arena 1024
// CHECK: %[[X:.*]] = exec.buffer argument
// CHECK: %[[Y:.*]] = exec.buffer result
// CHECK: %[[A:.*]] = exec.buffer arena at 0 : <tensor<4x32xf32>>
// CHECK: %[[B:.*]] = exec.buffer arena at 512 : <tensor<4x16xf32>>
// CHECK: %[[C:.*]] = exec.buffer arena at 768 : <tensor<4x16xf32>>
// CHECK: %[[D:.*]] = exec.buffer arena at 512 : <tensor<4x16xf32>>
// CHECK: exec.for "" + 4 attributes {weft.parallel} {
// CHECK-DAG: exec.window %[[X]] depth 0 stride 32 offset 0
// CHECK-DAG: exec.window %[[Y]] depth 0 stride 32 offset 0
// CHECK-DAG: exec.window %[[A]] depth 0 stride 128 offset 0 : <tensor<4x32xf32>> -> <tensor<32xf32>>
// CHECK-DAG: exec.window %[[B]] depth 0 stride 64 offset 0 : <tensor<4x16xf32>> -> <tensor<8xf32>>
func.func @turns(%xs: tensor<4x8xf32> {weft.name = "xs", weft.role = "input"}) -> (tensor<4x8xf32> {weft.name = "y", weft.role = "output"}) {
  %y = exec.loop carry() over(%xs) reverse false attributes {weft.parallel} {
  ^bb0(%x: tensor<8xf32>):
    %a = exec.dispatch @up(%x) : (tensor<8xf32>) -> tensor<32xf32>
    %b = exec.dispatch @down(%a) : (tensor<32xf32>) -> tensor<8xf32>
    %c = exec.dispatch @same(%b) : (tensor<8xf32>) -> tensor<8xf32>
    %d = exec.dispatch @same(%c) : (tensor<8xf32>) -> tensor<8xf32>
    %e = exec.dispatch @same(%d) : (tensor<8xf32>) -> tensor<8xf32>
    exec.loop_yield %e : tensor<8xf32>
  } : () -> (), (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// A loop in a turn moves with both counters, and writes what the turn gives straight into its part.
// CHECK-LABEL: exec.program @nested arena
// CHECK: %[[X:.*]] = exec.buffer argument
// CHECK: %[[Y:.*]] = exec.buffer result
// CHECK: exec.for "" + 4 attributes {weft.parallel} {
// CHECK-DAG: %[[XS:.*]] = exec.window %[[X]] depth 0 stride 96 offset 0
// CHECK-DAG: %[[YS:.*]] = exec.window %[[Y]] depth 0 stride 96 offset 0
// CHECK: exec.for "" + 3 {
// CHECK-DAG: %[[XT:.*]] = exec.window %[[XS]] depth 1 stride 32 offset 0
// CHECK-DAG: %[[YT:.*]] = exec.window %[[YS]] depth 1 stride 32 offset 0
// CHECK: exec.launch @same(%[[XT]], %[[YT]])
// CHECK-NOT: exec.copy
func.func @nested(%xs: tensor<4x3x8xf32> {weft.name = "xs", weft.role = "input"}) -> (tensor<4x3x8xf32> {weft.name = "y", weft.role = "output"}) {
  %y = exec.loop carry() over(%xs) reverse false attributes {weft.parallel} {
  ^bb0(%x: tensor<3x8xf32>):
    %z = exec.loop carry() over(%x) reverse false {
    ^bb0(%s: tensor<8xf32>):
      %t = exec.dispatch @same(%s) : (tensor<8xf32>) -> tensor<8xf32>
      exec.loop_yield %t : tensor<8xf32>
    } : () -> (), (tensor<3x8xf32>) -> tensor<3x8xf32>
    exec.loop_yield %z : tensor<3x8xf32>
  } : () -> (), (tensor<4x3x8xf32>) -> tensor<4x3x8xf32>
  return %y : tensor<4x3x8xf32>
}

tile.kernel @up tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
}
tile.kernel @down tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
}
tile.kernel @same tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
}
