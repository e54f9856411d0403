// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --canonicalize --split-input-file | FileCheck %s
// A layout that is plain causal attention becomes it, however it is written, and its gradient too.

// CHECK-LABEL: @all
// CHECK: weft.span_attention %{{.*}} reach 0 to <39> before_start masked kinds [] epsilon 0.000000e+00 {
// CHECK: weft.yield
// CHECK-NOT: block_sparse
func.func @all(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>) -> tensor<1x2x20x3xf64> {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  return %y : tensor<1x2x20x3xf64>
}

// CHECK-LABEL: @union
// CHECK: weft.span_attention %{{.*}} reach 0 to <39> before_start masked kinds [] epsilon 0.000000e+00 {
// CHECK: weft.yield
// CHECK-NOT: block_sparse
func.func @union(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>) -> tensor<1x2x20x3xf64> {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(3) | all, window(40)] heads [0, 1]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  return %y : tensor<1x2x20x3xf64>
}

// CHECK-LABEL: @far_window
// CHECK: weft.span_attention %{{.*}} reach 0 to <39> before_start masked kinds [] epsilon 0.000000e+00 {
// CHECK: weft.yield
// CHECK-NOT: block_sparse
func.func @far_window(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>) -> tensor<1x2x20x3xf64> {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(40)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  return %y : tensor<1x2x20x3xf64>
}

// CHECK-LABEL: @strides
// CHECK: weft.span_attention %{{.*}} reach 0 to <39> before_start masked kinds [] epsilon 0.000000e+00 {
// CHECK: weft.yield
// CHECK-NOT: block_sparse
func.func @strides(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>) -> tensor<1x2x20x3xf64> {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [strided(1)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  return %y : tensor<1x2x20x3xf64>
}

// CHECK-LABEL: @listed
// CHECK: weft.span_attention %{{.*}} reach 0 to <39> before_start masked kinds [] epsilon 0.000000e+00 {
// CHECK: weft.yield
// CHECK-NOT: block_sparse
func.func @listed(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>) -> tensor<1x2x20x3xf64> {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [listed [0, 0, -1, 0, 1, 0, 0, 2, 1, 1, 0, -1, 1, 1, -1, 1, 2, 2] masks [31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535, 65535, 65535, 65535, 65535, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535, 65535, 65535, 65535, 65535]]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  return %y : tensor<1x2x20x3xf64>
}

// One block less.
// CHECK-LABEL: @not_all_listed
// CHECK: weft.block_sparse_attention
func.func @not_all_listed(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>) -> tensor<1x2x20x3xf64> {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [listed [0, 0, -1, 0, 1, 0, 0, 2, 1, 1, 0, -1, 1, 2, 2] masks [31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535, 65535, 65535, 65535, 65535, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535, 65535, 65535, 65535, 65535]]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  return %y : tensor<1x2x20x3xf64>
}

// The last query misses its first key.
// CHECK-LABEL: @one_less
// CHECK: weft.block_sparse_attention
func.func @one_less(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>) -> tensor<1x2x20x3xf64> {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(39)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  return %y : tensor<1x2x20x3xf64>
}

// CHECK-LABEL: @one_head
// CHECK: weft.block_sparse_attention
func.func @one_head(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>) -> tensor<1x2x20x3xf64> {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all, local(8)] heads [0, 1]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  return %y : tensor<1x2x20x3xf64>
}

// The first query, at position 20, sees one key after itself.
// CHECK-LABEL: @sees_ahead
// CHECK: weft.block_sparse_attention
func.func @sees_ahead(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>) -> tensor<1x2x20x3xf64> {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all | prefix(22)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  return %y : tensor<1x2x20x3xf64>
}

// CHECK-LABEL: @sees_itself
// CHECK: weft.span_attention %{{.*}} reach 0 to <39> before_start masked kinds [] epsilon 0.000000e+00 {
// CHECK: weft.yield
// CHECK-NOT: block_sparse
func.func @sees_itself(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>) -> tensor<1x2x20x3xf64> {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all | prefix(21)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  return %y : tensor<1x2x20x3xf64>
}

// Dropout counts its elements another way there.
// CHECK-LABEL: @dropped
// CHECK: weft.block_sparse_attention
func.func @dropped(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>, %key: tensor<4xi32>) -> tensor<1x2x20x3xf64> {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> kinds [] epsilon 0.0 dropout 0.5 id 1 (%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  return %y : tensor<1x2x20x3xf64>
}

// CHECK-LABEL: @gradient
// CHECK: weft.span_attention_grad %{{.*}} reach 0 to <39> before_start masked kinds [] epsilon 0.000000e+00 given
// CHECK-NOT: block_sparse
func.func @gradient(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>, %y: tensor<1x2x20x3xf64>, %stats: tensor<1x2x20x3xf64>, %dy: tensor<1x2x20x3xf64>) -> tensor<1x2x40x4xf64> {
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [all]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64>, tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64> -> tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64>
  return %dk : tensor<1x2x40x4xf64>
}
// CHECK-LABEL: @gradient_stays
// CHECK: weft.block_sparse_attention_grad
func.func @gradient_stays(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>, %y: tensor<1x2x20x3xf64>, %stats: tensor<1x2x20x3xf64>, %dy: tensor<1x2x20x3xf64>) -> tensor<1x2x40x4xf64> {
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [local(8)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64>, tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64> -> tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64>
  return %dk : tensor<1x2x40x4xf64>
}
