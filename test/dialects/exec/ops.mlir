// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --verify-roundtrip | FileCheck %s

tile.kernel @fill tasks 2 writes [0] sizes [8] {
^bb0(%x: !tile.array<f32>, %task: index):
}
tile.kernel @add tasks 4 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}

// CHECK-LABEL: func.func @dispatch_form
func.func @dispatch_form(%h0: tensor<4xf32>, %xs: tensor<8x4xf32>, %shorter: tensor<5x4xf32>, %n: tensor<i32>) -> tensor<2x2xf32> {
  // CHECK: exec.bind_size "kept" at most 1024 by 64 = %{{.*}} : tensor<i32>
  exec.bind_size "kept" at most 1024 by 64 = %n : tensor<i32>
  // CHECK: exec.constant dense<1.000000e+00> : tensor<4xf32>
  %one = exec.constant dense<1.0> : tensor<4xf32>
  // CHECK: exec.loop carry(%{{.*}}) over(%{{.*}}) reverse true {
  %last, %all = exec.loop carry(%h0) over(%xs) reverse true {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
    // CHECK: exec.dispatch @add(%{{.*}}, %{{.*}}) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %y = exec.dispatch @add(%h, %one) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    // CHECK: exec.loop_yield %{{.*}}, %{{.*}} : tensor<4xf32>, tensor<4xf32>
    exec.loop_yield %y, %x : tensor<4xf32>, tensor<4xf32>
  // CHECK: } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> tensor<8x4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> tensor<8x4xf32>
  // CHECK: exec.loop carry() over(%{{.*}}) windows(%{{.*}} : tensor<8x4xf32>) buffers(%{{.*}}) : (tensor<8x4xf32>) -> tensor<8x4xf32> reverse false {
  %changed = exec.loop carry() over(%shorter) windows(%xs : tensor<8x4xf32>) buffers(%xs) : (tensor<8x4xf32>) -> tensor<8x4xf32> reverse false {
  ^bb0(%x: tensor<4xf32>, %seen: tensor<3x4xf32>, %window: tensor<3x4xf32>, %slot: tensor<4xf32>):
    exec.loop_yield %x : tensor<4xf32>
  } : () -> (), (tensor<5x4xf32>) -> ()
  // CHECK: exec.alias %{{.*}} : tensor<4xf32> -> tensor<2x2xf32>
  %square = exec.alias %last : tensor<4xf32> -> tensor<2x2xf32>
  return %square : tensor<2x2xf32>
}

// CHECK-LABEL: exec.program @program_form arena 128 {
exec.program @program_form arena 128 {
  // CHECK: %[[xs:.*]] = exec.buffer argument at 0 : <tensor<8x4xf32>>
  %xs = exec.buffer argument at 0 : <tensor<8x4xf32>>
  %n = exec.buffer argument at 0 : <tensor<i32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // CHECK: exec.buffer arena at 64
  %sum = exec.buffer arena at 64 : <tensor<4xf32>>
  // CHECK: exec.buffer constant at 0 = dense<1.000000e+00> : tensor<4xf32>
  %one = exec.buffer constant at 0 = dense<1.0> : tensor<4xf32> : <tensor<4xf32>>
  // CHECK: exec.set_size "steps" at most 8 by 1 = %{{.*}} : <tensor<i32>>
  exec.set_size "steps" at most 8 by 1 = %n : <tensor<i32>>
  // CHECK: exec.copy %{{.*}} to %{{.*}} : <tensor<4xf32>> to <tensor<4xf32>>
  exec.copy %one to %sum : <tensor<4xf32>> to <tensor<4xf32>>
  // CHECK: exec.for "steps" + 0 {
  exec.for "steps" + 0 {
    // CHECK: %[[x:.*]] = exec.window %[[xs]] depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xf32>>
    %x = exec.window %xs depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xf32>>
    // CHECK: exec.launch @fill(%{{.*}}) tasks 2 sizes [#weft.size<8>] : !exec.buffer<tensor<4xf32>>
    exec.launch @fill(%y) tasks 2 sizes [#weft.size<8>] : !exec.buffer<tensor<4xf32>>
    // CHECK: exec.launch @add(%[[x]], %{{.*}}, %{{.*}}) tasks 4
    exec.launch @add(%x, %sum, %y) tasks 4 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
  }
}
