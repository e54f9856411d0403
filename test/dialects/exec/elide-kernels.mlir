// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --exec-elide-kernels | FileCheck %s

// Equal kernels run as the first of them; one that writes another array, has other tasks or another body stays.
// CHECK: tile.kernel @first
// CHECK-NOT: tile.kernel @same
// CHECK: tile.kernel @other_tasks
// CHECK: tile.kernel @other_body
tile.kernel @first tasks 4 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %size = tile.size "n" at most 8
}
tile.kernel @same tasks 4 writes [1] {
^bb0(%in: !tile.array<f32>, %out: !tile.array<f32>, %i: index):
  %n = tile.size "n" at most 8
}
tile.kernel @other_tasks tasks 5 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %size = tile.size "n" at most 8
}
tile.kernel @other_body tasks 4 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %size = tile.size "m" at most 8
}

// CHECK-LABEL: func.func @chain
// CHECK-NEXT: exec.dispatch @first
// CHECK-NEXT: exec.dispatch @first
// CHECK-NEXT: exec.dispatch @other_tasks
// CHECK-NEXT: exec.dispatch @other_body
func.func @chain(%a: tensor<4xf32>) -> tensor<4xf32> {
  %b = exec.dispatch @first(%a) : (tensor<4xf32>) -> tensor<4xf32>
  %c = exec.dispatch @same(%b) : (tensor<4xf32>) -> tensor<4xf32>
  %d = exec.dispatch @other_tasks(%c) : (tensor<4xf32>) -> tensor<4xf32>
  %e = exec.dispatch @other_body(%d) : (tensor<4xf32>) -> tensor<4xf32>
  return %e : tensor<4xf32>
}
