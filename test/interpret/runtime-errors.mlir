// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: not weft-check %s 2>&1 | FileCheck %s
// What the verifier cannot see is an error at the op, with its label; the other functions still run.

func.func @set_size_r1() {
  %n = weft.constant dense<9> : tensor<i32>
  // CHECK: runtime-errors.mlir:[[#@LINE+1]]:{{.*}}error: size n expects a value from 0 to 8, got 9 (set_size.R1)
  weft.set_size #weft.size<n(8 by 1)> = %n : tensor<i32>
  return
}

func.func @set_size_r2() {
  %n = weft.constant dense<7> : tensor<i32>
  // CHECK: runtime-errors.mlir:[[#@LINE+1]]:{{.*}}error: size n expects a multiple of 4 or its bound 10, got 7 (set_size.R2)
  weft.set_size #weft.size<n(10 by 4)> = %n : tensor<i32>
  return
}

func.func @tail_r1() {
  %n = weft.constant dense<4> : tensor<i32>
  weft.set_size #weft.size<n(8 by 1)> = %n : tensor<i32>
  %x = weft.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf64>
  // CHECK: runtime-errors.mlir:[[#@LINE+1]]:{{.*}}error: 'weft.tail' op expects a length of at most the input's, got 4 vs 3 (tail.R1)
  %y = weft.tail %x axis 0 : tensor<3xf64> -> tensor<?xf64, #weft.bounded<[n(8 by 1)]>>
  return
}

func.func @embedding_r1() {
  %table = weft.constant dense<0.0> : tensor<2x2xf64>
  %ids = weft.constant dense<[0, -1]> : tensor<2xi32>
  // CHECK: error: 'weft.embedding' op expects ids from 0 to 1, got -1 (embedding.R1)
  %y = weft.embedding %table, %ids : tensor<2x2xf64>, tensor<2xi32> -> tensor<2x2xf64>
  return
}

func.func @div_r1() {
  %one = weft.constant dense<1> : tensor<i32>
  %zero = weft.constant dense<0> : tensor<i32>
  // CHECK: error: 'weft.div' op expects an integer divisor to differ from 0, got 1 / 0 (div.R1)
  %y = weft.div %one, %zero : tensor<i32>
  return
}

func.func @size_changed_under_a_value() {
  %one = weft.constant dense<1> : tensor<i32>
  %two = weft.constant dense<2> : tensor<i32>
  weft.set_size #weft.size<n(3 by 1)> = %one : tensor<i32>
  %x = weft.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf64>
  %old = weft.tail %x axis 0 : tensor<3xf64> -> tensor<?xf64, #weft.bounded<[n(3 by 1)]>>
  weft.set_size #weft.size<n(3 by 1)> = %two : tensor<i32>
  // CHECK: error: 'weft.neg' op expects operand 0 to have its size at this place, got [1] vs [2]
  %y = weft.neg %old : tensor<?xf64, #weft.bounded<[n(3 by 1)]>>
  return
}

func.func @no_value() {
  // CHECK: error: size n expects its symbol to have a value, got none so far
  %n = weft.size <n(3 by 1)> : tensor<i32>
  return
}

func.func @ping(%x: tensor<f64>) -> tensor<f64> {
  %y = func.call @pong(%x) : (tensor<f64>) -> tensor<f64>
  return %y : tensor<f64>
}

func.func @pong(%x: tensor<f64>) -> tensor<f64> {
  // CHECK: error: 'func.call' op expects functions not to call themselves, got @ping called while it runs (call.R1)
  %y = func.call @ping(%x) : (tensor<f64>) -> tensor<f64>
  return %y : tensor<f64>
}

func.func @call_r1() {
  %x = weft.constant dense<1.0> : tensor<f64>
  %y = func.call @ping(%x) : (tensor<f64>) -> tensor<f64>
  return
}

func.func @values_differ() {
  %x = weft.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %y = weft.constant dense<[1.0, 2.5]> : tensor<2xf64>
  // CHECK: error: 'check.equal' op expects equal values, element 1: got 2, expected 2.5
  check.equal %x, %y : tensor<2xf64>, tensor<2xf64>
  // CHECK: 0 passed, 9 failed
  return
}
