// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --exec-plan-memory --split-input-file --verify-diagnostics

func.func @plan_memory_c1(%x: tensor<4xf32>) -> tensor<70000x70000x70000xf32> {
  // expected-error @+1 {{expects a tensor to take at most 281474976710656 bytes at the bounds of its sizes, got [70000, 70000, 70000] of 'f32' (plan_memory.C1)}}
  %y = exec.dispatch @huge(%x) : (tensor<4xf32>) -> tensor<70000x70000x70000xf32>
  return %y : tensor<70000x70000x70000xf32>
}
tile.kernel @huge tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
}

// -----

func.func @plan_memory_c2(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'weft.add' op expects to be lowered to the exec dialect before memory is planned (plan_memory.C2)}}
  %y = weft.add %x, %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func private @kernel(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func @plan_memory_c3(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{expects the kernel to be a tile.kernel, got @kernel (plan_memory.C3)}}
  %y = exec.dispatch @kernel(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @plan_memory_c5(%h0: tensor<?xf32, #weft.bounded<[n(8 by 1)]>>, %xs: tensor<4x?xf32, #weft.bounded<[4, n(8 by 1)]>>) -> tensor<?xf32, #weft.bounded<[n(8 by 1)]>> {
  // expected-error @+1 {{expects slices of constant size, so that they lie at constant distances, got [n] (plan_memory.C5)}}
  %last = exec.loop carry(%h0) over(%xs) reverse false {
  ^bb0(%h: tensor<?xf32, #weft.bounded<[n(8 by 1)]>>, %x: tensor<?xf32, #weft.bounded<[n(8 by 1)]>>):
    exec.loop_yield %x : tensor<?xf32, #weft.bounded<[n(8 by 1)]>>
  } : (tensor<?xf32, #weft.bounded<[n(8 by 1)]>>) -> tensor<?xf32, #weft.bounded<[n(8 by 1)]>>, (tensor<4x?xf32, #weft.bounded<[4, n(8 by 1)]>>) -> ()
  return %last : tensor<?xf32, #weft.bounded<[n(8 by 1)]>>
}

// -----

// expected-error @+1 {{expects tensor arguments and a body of one block (plan_memory.C6)}}
func.func private @plan_memory_c6(tensor<4xf32>) -> tensor<4xf32>

// -----

tile.kernel @large tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
}
// expected-error @+1 {{expects an arena of at most 281474976710656 bytes, got 400000000000000 (plan_memory.C7)}}
func.func @plan_memory_c7(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = exec.dispatch @large(%x) : (tensor<4xf32>) -> tensor<50000x1000000x1000xf32>
  %b = exec.dispatch @large(%a) : (tensor<50000x1000000x1000xf32>) -> tensor<50000x1000000x1000xf32>
  %y = exec.dispatch @large(%b) : (tensor<50000x1000000x1000xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
