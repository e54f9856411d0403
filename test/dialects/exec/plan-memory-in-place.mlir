// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --exec-plan-memory --exec-verify-program --split-input-file | FileCheck %s
// Which results may take the bytes of the argument that they renew.

tile.kernel @descend tasks 2 writes [2] {
^bb0(%w: !tile.array<f32>, %g: !tile.array<f32>, %new: !tile.array<f32>, %task: index):
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %first = arith.muli %task, %c4 : index
  %end = arith.addi %first, %c4 : index
  %to = tile.view %new offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %from = tile.view %w offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %with = tile.view %g offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  scf.for %i = %first to %end step %c4 {
    %a = tile.load %from[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %b = tile.load %with[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %d = arith.subf %a, %b : tensor<4xf32>
    tile.store %d, %to[%i] : tensor<4xf32>, <1 x f32>
  }
}

// Both are made of the argument of their name and role by a kernel that works in place; w is read once more before.
// CHECK-LABEL: exec.program @both
// CHECK-SAME: weft.results = [{weft.name = "w", weft.role = "param", weft.takes = 0 : i64}, {weft.name = "w.m", weft.role = "optimizer", weft.takes = 1 : i64}]
func.func @both(%w: tensor<8xf32> {weft.name = "w", weft.role = "param"}, %m: tensor<8xf32> {weft.name = "w.m", weft.role = "optimizer"})
    -> (tensor<8xf32> {weft.name = "w", weft.role = "param"}, tensor<8xf32> {weft.name = "w.m", weft.role = "optimizer"}) {
  %new_m = exec.dispatch @descend(%m, %w) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %new_w = exec.dispatch @descend(%w, %new_m) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %new_w, %new_m : tensor<8xf32>, tensor<8xf32>
}

// w is read again behind its update, under another name.
// CHECK-LABEL: exec.program @read_later
// CHECK-SAME: weft.results = [{weft.name = "w", weft.role = "param"}, {weft.name = "w.m", weft.role = "optimizer", weft.takes = 1 : i64}]
func.func @read_later(%w: tensor<8xf32> {weft.name = "w", weft.role = "param"}, %m: tensor<8xf32> {weft.name = "w.m", weft.role = "optimizer"})
    -> (tensor<8xf32> {weft.name = "w", weft.role = "param"}, tensor<8xf32> {weft.name = "w.m", weft.role = "optimizer"}) {
  %new_w = exec.dispatch @descend(%w, %m) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %flat = exec.alias %w : tensor<8xf32> -> tensor<2x4xf32>
  %same = exec.alias %flat : tensor<2x4xf32> -> tensor<8xf32>
  %new_m = exec.dispatch @descend(%m, %same) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %new_w, %new_m : tensor<8xf32>, tensor<8xf32>
}

// w is returned, too; w.m is the second operand of its kernel, which reads it where it writes.
// CHECK-LABEL: exec.program @returned
// CHECK-SAME: weft.results = [{weft.name = "w", weft.role = "param"}, {weft.name = "w.m", weft.role = "optimizer", weft.takes = 1 : i64}, {weft.name = "old", weft.role = "output"}]
func.func @returned(%w: tensor<8xf32> {weft.name = "w", weft.role = "param"}, %m: tensor<8xf32> {weft.name = "w.m", weft.role = "optimizer"})
    -> (tensor<8xf32> {weft.name = "w", weft.role = "param"}, tensor<8xf32> {weft.name = "w.m", weft.role = "optimizer"}, tensor<8xf32> {weft.name = "old", weft.role = "output"}) {
  %new_w = exec.dispatch @descend(%w, %m) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %new_m = exec.dispatch @descend(%new_w, %m) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %new_w, %new_m, %w : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}

// Twice the same operand; a state, whose old value a step that is taken back needs; another name.
// CHECK-LABEL: exec.program @others
// CHECK-SAME: weft.results = [{weft.name = "w", weft.role = "param"}, {weft.name = "s", weft.role = "state"}, {weft.name = "v", weft.role = "param"}]
func.func @others(%w: tensor<8xf32> {weft.name = "w", weft.role = "param"}, %s: tensor<8xf32> {weft.name = "s", weft.role = "state"}, %u: tensor<8xf32> {weft.name = "u", weft.role = "param"})
    -> (tensor<8xf32> {weft.name = "w", weft.role = "param"}, tensor<8xf32> {weft.name = "s", weft.role = "state"}, tensor<8xf32> {weft.name = "v", weft.role = "param"}) {
  %new_w = exec.dispatch @descend(%w, %w) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %new_s = exec.dispatch @descend(%s, %u) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %v = exec.dispatch @descend(%u, %new_s) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %new_w, %new_s, %v : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}

// -----

// Every task reads the first elements, which one of them writes.
tile.kernel @descend tasks 2 writes [2] {
^bb0(%w: !tile.array<f32>, %g: !tile.array<f32>, %new: !tile.array<f32>, %task: index):
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %first = arith.muli %task, %c4 : index
  %end = arith.addi %first, %c4 : index
  %to = tile.view %new offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %from = tile.view %w offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %with = tile.view %g offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  scf.for %i = %first to %end step %c4 {
    %a = tile.load %from[%c0] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %b = tile.load %with[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %d = arith.subf %a, %b : tensor<4xf32>
    tile.store %d, %to[%i] : tensor<4xf32>, <1 x f32>
  }
}

// CHECK-LABEL: exec.program @not_in_place
// CHECK-SAME: weft.results = [{weft.name = "w", weft.role = "param"}]
func.func @not_in_place(%w: tensor<8xf32> {weft.name = "w", weft.role = "param"}, %g: tensor<8xf32> {weft.name = "g", weft.role = "input"})
    -> (tensor<8xf32> {weft.name = "w", weft.role = "param"}) {
  %new_w = exec.dispatch @descend(%w, %g) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %new_w : tensor<8xf32>
}

// -----

// Backwards.
tile.kernel @descend tasks 2 writes [2] {
^bb0(%w: !tile.array<f32>, %g: !tile.array<f32>, %new: !tile.array<f32>, %task: index):
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %first = arith.muli %task, %c4 : index
  %end = arith.addi %first, %c4 : index
  %to = tile.view %new offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %minus = arith.constant -1 : index
  %c7 = arith.constant 7 : index
  %from = tile.view %w offset %c7 sizes %c8 strides %minus : <f32> -> <1 x f32>
  %with = tile.view %g offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  scf.for %i = %first to %end step %c4 {
    %a = tile.load %from[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %b = tile.load %with[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %d = arith.subf %a, %b : tensor<4xf32>
    tile.store %d, %to[%i] : tensor<4xf32>, <1 x f32>
  }
}

// CHECK-LABEL: exec.program @not_in_place
// CHECK-SAME: weft.results = [{weft.name = "w", weft.role = "param"}]
func.func @not_in_place(%w: tensor<8xf32> {weft.name = "w", weft.role = "param"}, %g: tensor<8xf32> {weft.name = "g", weft.role = "input"})
    -> (tensor<8xf32> {weft.name = "w", weft.role = "param"}) {
  %new_w = exec.dispatch @descend(%w, %g) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %new_w : tensor<8xf32>
}

// -----

// The second iteration writes half of the elements once more.
tile.kernel @descend tasks 2 writes [2] {
^bb0(%w: !tile.array<f32>, %g: !tile.array<f32>, %new: !tile.array<f32>, %task: index):
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %first = arith.muli %task, %c4 : index
  %end = arith.addi %first, %c4 : index
  %to = tile.view %new offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %from = tile.view %w offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %with = tile.view %g offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  scf.for %i = %first to %end step %c2 {
    %a = tile.load %from[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %b = tile.load %with[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %d = arith.subf %a, %b : tensor<4xf32>
    tile.store %d, %to[%i] : tensor<4xf32>, <1 x f32>
  }
}

// CHECK-LABEL: exec.program @not_in_place
// CHECK-SAME: weft.results = [{weft.name = "w", weft.role = "param"}]
func.func @not_in_place(%w: tensor<8xf32> {weft.name = "w", weft.role = "param"}, %g: tensor<8xf32> {weft.name = "g", weft.role = "input"})
    -> (tensor<8xf32> {weft.name = "w", weft.role = "param"}) {
  %new_w = exec.dispatch @descend(%w, %g) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %new_w : tensor<8xf32>
}

// -----

// The elements are read again behind the store.
tile.kernel @descend tasks 2 writes [2] {
^bb0(%w: !tile.array<f32>, %g: !tile.array<f32>, %new: !tile.array<f32>, %task: index):
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %first = arith.muli %task, %c4 : index
  %end = arith.addi %first, %c4 : index
  %to = tile.view %new offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %from = tile.view %w offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %with = tile.view %g offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  scf.for %i = %first to %end step %c4 {
    %a = tile.load %from[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %b = tile.load %with[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %d = arith.subf %a, %b : tensor<4xf32>
    tile.store %d, %to[%i] : tensor<4xf32>, <1 x f32>
    %again = tile.load %from[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %twice = arith.addf %again, %d : tensor<4xf32>
    tile.store %twice, %to[%i] : tensor<4xf32>, <1 x f32>
  }
}

// CHECK-LABEL: exec.program @not_in_place
// CHECK-SAME: weft.results = [{weft.name = "w", weft.role = "param"}]
func.func @not_in_place(%w: tensor<8xf32> {weft.name = "w", weft.role = "param"}, %g: tensor<8xf32> {weft.name = "g", weft.role = "input"})
    -> (tensor<8xf32> {weft.name = "w", weft.role = "param"}) {
  %new_w = exec.dispatch @descend(%w, %g) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %new_w : tensor<8xf32>
}

// -----

// A second view of the array.
tile.kernel @descend tasks 2 writes [2] {
^bb0(%w: !tile.array<f32>, %g: !tile.array<f32>, %new: !tile.array<f32>, %task: index):
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %first = arith.muli %task, %c4 : index
  %end = arith.addi %first, %c4 : index
  %to = tile.view %new offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %from = tile.view %w offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %with = tile.view %g offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %other = tile.view %w offset %c4 sizes %c4 strides %c1 : <f32> -> <1 x f32>
  scf.for %i = %first to %end step %c4 {
    %a = tile.load %from[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %b = tile.load %with[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %d = arith.subf %a, %b : tensor<4xf32>
    tile.store %d, %to[%i] : tensor<4xf32>, <1 x f32>
  }
}

// CHECK-LABEL: exec.program @not_in_place
// CHECK-SAME: weft.results = [{weft.name = "w", weft.role = "param"}]
func.func @not_in_place(%w: tensor<8xf32> {weft.name = "w", weft.role = "param"}, %g: tensor<8xf32> {weft.name = "g", weft.role = "input"})
    -> (tensor<8xf32> {weft.name = "w", weft.role = "param"}) {
  %new_w = exec.dispatch @descend(%w, %g) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %new_w : tensor<8xf32>
}

// -----

// A sum of the tile goes into each of its elements.
tile.kernel @descend tasks 2 writes [2] {
^bb0(%w: !tile.array<f32>, %g: !tile.array<f32>, %new: !tile.array<f32>, %task: index):
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %first = arith.muli %task, %c4 : index
  %end = arith.addi %first, %c4 : index
  %to = tile.view %new offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %from = tile.view %w offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  %with = tile.view %g offset %c0 sizes %c8 strides %c1 : <f32> -> <1 x f32>
  scf.for %i = %first to %end step %c4 {
    %a = tile.load %from[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %b = tile.load %with[%i] fill %zero : <1 x f32>, f32 -> tensor<4xf32>
    %s = tile.reduce sum %a axis 0 : tensor<4xf32> -> tensor<f32>
    %e = tile.extract %s[] : tensor<f32> -> f32
    %f = tile.broadcast %e dims [] : f32 -> tensor<4xf32>
    %d = arith.subf %f, %b : tensor<4xf32>
    tile.store %d, %to[%i] : tensor<4xf32>, <1 x f32>
  }
}

// CHECK-LABEL: exec.program @not_in_place
// CHECK-SAME: weft.results = [{weft.name = "w", weft.role = "param"}]
func.func @not_in_place(%w: tensor<8xf32> {weft.name = "w", weft.role = "param"}, %g: tensor<8xf32> {weft.name = "g", weft.role = "input"})
    -> (tensor<8xf32> {weft.name = "w", weft.role = "param"}) {
  %new_w = exec.dispatch @descend(%w, %g) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %new_w : tensor<8xf32>
}
