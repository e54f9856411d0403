// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --exec-elide-kernels | FileCheck %s

// Equal kernels run as the first of them, each dispatch with the sizes it gave; one that writes another array, has other
// tasks, other bounds or another body stays.
// CHECK: tile.kernel @first
// CHECK-NOT: tile.kernel @same
// CHECK: tile.kernel @other_tasks
// CHECK: tile.kernel @other_bound
// CHECK: tile.kernel @other_body
// CHECK: tile.kernel @other_operand
tile.kernel @first tasks 4 writes [1] sizes [8, 8] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %size = tile.size 0
  %row = scf.for %i = %task to %size step %size iter_args(%sum = %task) -> index {
    %next = arith.addi %sum, %i : index
    scf.yield %next : index
  }
}
tile.kernel @same tasks 4 writes [1] sizes [8, 8] {
^bb0(%in: !tile.array<f32>, %out: !tile.array<f32>, %i: index):
  %n = tile.size 0
  %r = scf.for %j = %i to %n step %n iter_args(%s = %i) -> index {
    %t = arith.addi %s, %j : index
    scf.yield %t : index
  }
}
tile.kernel @other_tasks tasks 5 writes [1] sizes [8, 8] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %size = tile.size 0
  %row = scf.for %i = %task to %size step %size iter_args(%sum = %task) -> index {
    %next = arith.addi %sum, %i : index
    scf.yield %next : index
  }
}
tile.kernel @other_bound tasks 4 writes [1] sizes [16, 8] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %size = tile.size 0
  %row = scf.for %i = %task to %size step %size iter_args(%sum = %task) -> index {
    %next = arith.addi %sum, %i : index
    scf.yield %next : index
  }
}
tile.kernel @other_body tasks 4 writes [1] sizes [8, 8] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %size = tile.size 1
  %row = scf.for %i = %task to %size step %size iter_args(%sum = %task) -> index {
    %next = arith.addi %sum, %i : index
    scf.yield %next : index
  }
}
tile.kernel @other_operand tasks 4 writes [1] sizes [8, 8] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %size = tile.size 0
  %row = scf.for %i = %task to %size step %size iter_args(%sum = %task) -> index {
    %next = arith.addi %i, %i : index
    scf.yield %next : index
  }
}

// CHECK-LABEL: func.func @chain
// CHECK-NEXT: exec.dispatch @first(%{{.*}}) sizes [#weft.size<n(8 by 1)>, #weft.size<8>]
// CHECK-NEXT: exec.dispatch @first(%{{.*}}) sizes [#weft.size<m(8 by 1)>, #weft.size<4>]
// CHECK-NEXT: exec.dispatch @other_tasks
// CHECK-NEXT: exec.dispatch @other_bound
// CHECK-NEXT: exec.dispatch @other_body
// CHECK-NEXT: exec.dispatch @other_operand
func.func @chain(%a: tensor<4xf32>) -> tensor<4xf32> {
  %b = exec.dispatch @first(%a) sizes [#weft.size<n(8 by 1)>, #weft.size<8>] : (tensor<4xf32>) -> tensor<4xf32>
  %c = exec.dispatch @same(%b) sizes [#weft.size<m(8 by 1)>, #weft.size<4>] : (tensor<4xf32>) -> tensor<4xf32>
  %d = exec.dispatch @other_tasks(%c) sizes [#weft.size<8>, #weft.size<8>] : (tensor<4xf32>) -> tensor<4xf32>
  %e = exec.dispatch @other_bound(%d) sizes [#weft.size<8>, #weft.size<8>] : (tensor<4xf32>) -> tensor<4xf32>
  %f = exec.dispatch @other_body(%e) sizes [#weft.size<8>, #weft.size<8>] : (tensor<4xf32>) -> tensor<4xf32>
  %g = exec.dispatch @other_operand(%f) sizes [#weft.size<8>, #weft.size<8>] : (tensor<4xf32>) -> tensor<4xf32>
  return %g : tensor<4xf32>
}
