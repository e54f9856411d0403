// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: not weft-check %s 2>&1 | FileCheck %s
// The mistakes of kernels that the tile interpreter is there to find.

// Every task writes element 0.
tile.kernel @write_write tasks 2 writes [0] {
^bb0(%y: !tile.array<f64>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %tile = arith.constant dense<1.0> : tensor<1xf64>
  %view = tile.view %y offset %zero sizes %one strides %one : !tile.array<f64> -> !tile.view<1 x f64>
  // CHECK: tile-errors.mlir:[[#@LINE+2]]:{{.*}}error: 'tile.store' op expects no other task to touch what a task writes, task {{[01]}} writes element 0 that task {{[01]}} writes
  // CHECK: tile-errors.mlir:[[#@LINE+1]]:{{.*}}note: writes here
  tile.store %tile, %view[%zero] : tensor<1xf64>, !tile.view<1 x f64>
}
func.func @two_writers() {
  %y = exec.dispatch @write_write() : () -> tensor<1xf64>
  return
}

// Every task reads the element its neighbour writes.
tile.kernel @read_write tasks 2 writes [0] {
^bb0(%y: !tile.array<f64>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %fill = arith.constant 0.0 : f64
  %view = tile.view %y offset %zero sizes %two strides %one : !tile.array<f64> -> !tile.view<1 x f64>
  %other = arith.subi %one, %task : index
  %read = tile.load %view[%other] fill %fill : !tile.view<1 x f64>, f64 -> tensor<1xf64>
  tile.store %read, %view[%task] : tensor<1xf64>, !tile.view<1 x f64>
}
// CHECK: error: 'tile.{{load|store}}' op expects no other task to touch what a task writes
func.func @reader_and_writer() {
  %y = exec.dispatch @read_write() : () -> tensor<2xf64>
  return
}

// The view claims three elements, the array has two.
tile.kernel @outside tasks 1 writes [1] {
^bb0(%x: !tile.array<f64>, %y: !tile.array<f64>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %three = arith.constant 3 : index
  %fill = arith.constant 0.0 : f64
  %view = tile.view %x offset %zero sizes %three strides %one : !tile.array<f64> -> !tile.view<1 x f64>
  // CHECK: error: 'tile.load' op expects to stay inside array 0 of 2 elements, got element 2 at [2] of the view in task 0
  %read = tile.load %view[%zero] fill %fill : !tile.view<1 x f64>, f64 -> tensor<4xf64>
}
func.func @out_of_bounds() {
  %x = exec.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %y = exec.dispatch @outside(%x) : (tensor<2xf64>) -> tensor<2xf64>
  return
}

// Whoever filled the array promised numbers from 0 to 1.
tile.kernel @promised tasks 1 writes [1] {
^bb0(%x: !tile.array<i32>, %y: !tile.array<i32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %fill = arith.constant 0 : i32
  %view = tile.view %x offset %zero sizes %one strides %one : !tile.array<i32> -> !tile.view<1 x i32>
  %read = tile.load %view[%zero] fill %fill : !tile.view<1 x i32>, i32 -> tensor<1xi32>
  // CHECK: error: 'tile.extract' op expects an element from 0 to 1, got 2
  %number = tile.extract %read[0] {tile.within = array<i64: 0, 1>} : tensor<1xi32> -> i32
}
func.func @broken_promise() {
  %x = exec.constant dense<[2]> : tensor<1xi32>
  %y = exec.dispatch @promised(%x) : (tensor<1xi32>) -> tensor<1xi32>
  return
}

// One of two elements is written; the result is used.
// CHECK: error: 'tile.kernel' op expects to write every element of array 0, got none at element 1 of [2]
tile.kernel @half tasks 1 writes [0] {
^bb0(%y: !tile.array<f64>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %tile = arith.constant dense<1.0> : tensor<1xf64>
  %view = tile.view %y offset %zero sizes %one strides %one : !tile.array<f64> -> !tile.view<1 x f64>
  tile.store %tile, %view[%zero] : tensor<1xf64>, !tile.view<1 x f64>
}
func.func @unwritten() {
  %y = exec.dispatch @half() : () -> tensor<2xf64>
  %z = exec.alias %y : tensor<2xf64> -> tensor<1x2xf64>
  return
}

// Fresh memory is NaN, and NaN shows.
tile.kernel @fresh tasks 1 writes [0] {
^bb0(%y: !tile.array<f64>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %fill = arith.constant 0.0 : f64
  %view = tile.view %y offset %zero sizes %one strides %one : !tile.array<f64> -> !tile.view<1 x f64>
  %old = tile.load %view[%zero] fill %fill : !tile.view<1 x f64>, f64 -> tensor<1xf64>
  tile.store %old, %view[%zero] : tensor<1xf64>, !tile.view<1 x f64>
}
func.func @reads_fresh_memory() {
  %y = exec.dispatch @fresh() : () -> tensor<1xf64>
  %zero = exec.constant dense<0.0> : tensor<1xf64>
  // CHECK: error: 'check.equal' op expects equal values, element 0: got {{-?}}nan, expected 0
  check.equal %y, %zero : tensor<1xf64>, tensor<1xf64>
  return
}

// A kernel is made for sizes up to its bounds.
tile.kernel @sized tasks 1 writes [0] sizes [1] {
^bb0(%y: !tile.array<f64>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = tile.size 0
  %tile = arith.constant dense<1.0> : tensor<2xf64>
  %view = tile.view %y offset %zero sizes %n strides %one : !tile.array<f64> -> !tile.view<1 x f64>
  tile.store %tile, %view[%zero] : tensor<2xf64>, !tile.view<1 x f64>
}
func.func @size_beyond_its_bound() {
  // CHECK: error: 'tile.kernel' op expects size 0 inside [0, 1], got 2
  %y = exec.dispatch @sized() sizes [#weft.size<2>] : () -> tensor<2xf64>
  return
}

func.func @size_without_value() {
  // CHECK: error: size n expects its symbol to have a value, got none so far
  %y = exec.dispatch @sized() sizes [#weft.size<n(1 by 1)>] : () -> tensor<2xf64>
  // CHECK: 0 passed, 8 failed
  return
}
