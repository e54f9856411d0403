// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s
// Against central differences: every closed form, unions, patterns of heads, more keys than queries, listed blocks, rows that
// reach nothing (whose gradient is 0), sources, captures and weights.

func.func @local(%q: tensor<1x1x19x2xf64>, %k: tensor<1x1x19x2xf64>, %v: tensor<1x1x19x3xf64>) -> tensor<1x1x19x3xf64> attributes {check.gradient} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(4)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x19x2xf64>, tensor<1x1x19x2xf64>, tensor<1x1x19x3xf64> -> tensor<1x1x19x3xf64>, tensor<1x1x19x3xf64>
  return %y : tensor<1x1x19x3xf64>
}

func.func @strided(%q: tensor<1x1x19x2xf64>, %k: tensor<1x1x19x2xf64>, %v: tensor<1x1x19x3xf64>) -> tensor<1x1x19x3xf64> attributes {check.gradient} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [strided(5)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x19x2xf64>, tensor<1x1x19x2xf64>, tensor<1x1x19x3xf64> -> tensor<1x1x19x3xf64>, tensor<1x1x19x3xf64>
  return %y : tensor<1x1x19x3xf64>
}

func.func @fixed(%q: tensor<1x1x21x2xf64>, %k: tensor<1x1x21x2xf64>, %v: tensor<1x1x21x3xf64>) -> tensor<1x1x21x3xf64> attributes {check.gradient} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [window(8) | columns(8, 2, 0)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x21x2xf64>, tensor<1x1x21x2xf64>, tensor<1x1x21x3xf64> -> tensor<1x1x21x3xf64>, tensor<1x1x21x3xf64>
  return %y : tensor<1x1x21x3xf64>
}

// All heads share keys, and see them otherwise.
func.func @heads(%q: tensor<2x3x5x2xf64>, %k: tensor<2x1x18x2xf64>, %v: tensor<2x1x18x3xf64>) -> tensor<2x3x5x3xf64> attributes {check.gradient} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(3) | strided(4), all | prefix(17)] heads [1, 0, 1]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<2x3x5x2xf64>, tensor<2x1x18x2xf64>, tensor<2x1x18x3xf64> -> tensor<2x3x5x3xf64>, tensor<2x3x5x3xf64>
  return %y : tensor<2x3x5x3xf64>
}

// Positions 0 to 3 reach nothing.
func.func @summary_only(%q: tensor<1x1x18x2xf64>, %k: tensor<1x1x18x2xf64>, %v: tensor<1x1x18x3xf64>) -> tensor<1x1x18x3xf64> attributes {check.gradient} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [columns(8, 2, 1)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x18x2xf64>, tensor<1x1x18x2xf64>, tensor<1x1x18x3xf64> -> tensor<1x1x18x3xf64>, tensor<1x1x18x3xf64>
  return %y : tensor<1x1x18x3xf64>
}

// Query 6 reaches nothing; queries 16 and 17 reach keys 16 and 17.
func.func @listed(%q: tensor<1x1x18x2xf64>, %k: tensor<1x1x18x2xf64>, %v: tensor<1x1x18x3xf64>) -> tensor<1x1x18x3xf64> attributes {check.gradient} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [listed [0, 0, 0, 1, 1, -1] masks [1, 3, 6, 12, 24, 48, 0, 192, 1, 3, 6, 12, 24, 48, 96, 40000]]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x18x2xf64>, tensor<1x1x18x2xf64>, tensor<1x1x18x3xf64> -> tensor<1x1x18x3xf64>, tensor<1x1x18x3xf64>
  return %y : tensor<1x1x18x3xf64>
}

// A weight of each head, a score of each key, a source, dropout.
func.func @captures(%q: tensor<1x2x3x2xf64>, %k: tensor<1x2x20x2xf64>, %v: tensor<1x2x20x3xf64>, %p: tensor<1x2x2x2xf64>, %w: tensor<1x2x2x3xf64>, %z: tensor<2xf64> {check.range = array<f64: 0.3, 0.9>}, %bk: tensor<20xf64>) -> tensor<1x2x3x3xf64> attributes {check.gradient} {
  %key = weft.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
  %y, %stats = weft.block_sparse_attention %q, %k, %v source_keys(%p : tensor<1x2x2x2xf64>) source_values(%w : tensor<1x2x2x3xf64>) layout <16, [strided(3)]>
      captures(%z, %bk : tensor<2xf64>, tensor<20xf64>) kinds [#weft.capture<per_head>, #weft.capture<by_key>] epsilon 1.0e-2 dropout 0.3 id 7 (%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64, %b: f64):
    %true = weft.constant true
    %score = weft.add %content, %b : f64
    weft.yield %score, %true, %zh : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64, %zh: f64, %b: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x3x2xf64>, tensor<1x2x20x2xf64>, tensor<1x2x20x3xf64> -> tensor<1x2x3x3xf64>, tensor<1x2x3x3xf64>
  return %y : tensor<1x2x3x3xf64>
}
