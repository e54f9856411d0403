// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s -split-input-file -verify-diagnostics
// One function for each label of docs/spec/weft.md, named after it. %q, %k, %v, %p, %z, %key: query, keys, values,
// keys of a source, a capture, dropout key.

func.func @block_sparse_attention_c1(%q: tensor<2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects query, keys and values to have rank 4, got [2, 4, 4], [1, 2, 12, 4] and [1, 2, 12, 6] (block_sparse_attention.C1)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @block_sparse_attention_c2(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x5xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects keys to be [batch or 1, heads or 1, keys, features] of 'f32', got [1, 2, 12, 5] of 'f32' (block_sparse_attention.C2)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x5xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @block_sparse_attention_c3(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x11x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects values to be [batch, heads and keys as its keys, any] of 'f32', got [1, 2, 11, 6] of 'f32' (block_sparse_attention.C3)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x11x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c4(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x?x4xf32, #weft.bounded<[1, 2, n(8 by 1) + 4, 4]>>, %v: tensor<1x2x?x6xf32, #weft.bounded<[1, 2, n(8 by 1) + 4, 6]>>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects constant numbers of heads, queries and keys, got query [1, 2, 4, 4] and keys [1, 2, n + 4, 4] (block_sparse_attention.C4)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x?x4xf32, #weft.bounded<[1, 2, n(8 by 1) + 4, 4]>>, tensor<1x2x?x6xf32, #weft.bounded<[1, 2, n(8 by 1) + 4, 6]>> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c5(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects blocks of 16, 32, 64 or 128, got 24 (block_sparse_attention.C5)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <24, [all]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c6(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects one kind for each capture, got 0 vs 1 (block_sparse_attention.C6)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> captures(%z : tensor<2xf32>) kinds [] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @block_sparse_attention_c7(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<3xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects a capture to be per_head data of 'f32', got [3] of 'f32' (block_sparse_attention.C7)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> captures(%z : tensor<3xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c7_distance(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<12xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects captures by scalar, per_head, by_query and by_key, got by_distance (block_sparse_attention.C7)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> captures(%z : tensor<12xf32>) kinds [#weft.capture<by_distance>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c8(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects the region to take content, relative, distance, query index, key index and 1 captures, all 'f32', got 'f32', 'f32' (block_sparse_attention.C8)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c9(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects its region to hold only weft elementwise ops and constants on scalars, got 'arith.addf' (block_sparse_attention.C9)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    // expected-note @below {{here; allowed are constant, add, sub}}
    %t = arith.addf %c, %r : f32
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c10(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects the region to yield score, mask and weight: 'f32', 'i1', 'f32', got 'f32', 'f32' (block_sparse_attention.C10)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %s : f32, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c11(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects epsilon to be finite and at least 0, got -1.000000e+00 (block_sparse_attention.C11)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon -1.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c12(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects a key exactly if dropout is above 0, got dropout 0.000000e+00 with a key (block_sparse_attention.C12)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 dropout 0.0 id 0 (%key : tensor<4xi32>) {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @block_sparse_attention_c13(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects statistics to be [batch, heads, queries, 3] of 'f32', got [1, 2, 4, 2] of 'f32' (block_sparse_attention.C13)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x2xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @block_sparse_attention_c16(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x3xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects keys of a source to be [batch or 1, heads or 1, keys, features] of 'f32', got [1, 2, 5, 3] of 'f32' (block_sparse_attention.C16)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v source_keys(%p : tensor<1x2x5x3xf32>) source_values(%w : tensor<1x2x5x6xf32>) layout <16, [all]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } sources {
  ^bb0(%c: f32, %i: f32, %n: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %c : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @block_sparse_attention_c17(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x7xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects values of a source to be [batch, heads and keys as its keys, features of the values] of 'f32', got [1, 2, 5, 7] of 'f32' (block_sparse_attention.C17)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v source_keys(%p : tensor<1x2x5x4xf32>) source_values(%w : tensor<1x2x5x7xf32>) layout <16, [all]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } sources {
  ^bb0(%c: f32, %i: f32, %n: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %c : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c18(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<12xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects the region of a source to read captures by scalar, per_head and by_query only, got by_key (block_sparse_attention.C18)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v source_keys(%p : tensor<1x2x5x4xf32>) source_values(%w : tensor<1x2x5x6xf32>) layout <16, [all]> captures(%z : tensor<12xf32>) kinds [#weft.capture<by_key>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } sources {
  ^bb0(%c: f32, %i: f32, %n: f32, %s: f32):
    %true = weft.constant true
    weft.yield %s, %true, %c : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c19(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects one pattern, or a pattern for each of 2 heads, got 2 for 0 (block_sparse_attention.C19)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all, local(4)]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c19_count(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects one pattern, or a pattern for each of 2 heads, got 2 for 3 (block_sparse_attention.C19)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all, local(4)] heads [0, 1, 0]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c19_range(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects each head to have one of 2 patterns, got 2 (block_sparse_attention.C19)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [all, local(4)] heads [0, 2]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c20(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects the length of local to be at least 1, got 0 (block_sparse_attention.C20)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(0)]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c20_divide(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects the columns of a window to divide it, got 24 of 64 (block_sparse_attention.C20)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [window(64) | columns(64, 24, 0)]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c20_group(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects the group of columns to be one of 4, got 4 (block_sparse_attention.C20)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [columns(64, 16, 4)]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c21(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects listed blocks of 3 numbers and masks of 16 words, got 2 numbers and 0 words (block_sparse_attention.C21)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [listed [0, 0]]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c21_range(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects listed blocks to be below row 1, column 1 and mask 0, got block 0 at row 0, column 1, mask -1 (block_sparse_attention.C21)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [listed [0, 1, -1]]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c21_mask(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects listed blocks to be below row 1, column 1 and mask 0, got block 0 at row 0, column 0, mask 0 (block_sparse_attention.C21)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [listed [0, 0, 0]]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c21_order(%q: tensor<1x2x20x4xf32>, %k: tensor<1x2x20x4xf32>, %v: tensor<1x2x20x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects listed blocks to ascend by row, then column, got (1, 0) before (0, 0) (block_sparse_attention.C21)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [listed [1, 0, -1, 0, 0, -1]]> captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x20x4xf32>, tensor<1x2x20x4xf32>, tensor<1x2x20x6xf32> -> tensor<1x2x20x6xf32>, tensor<1x2x20x3xf32>
  return
}

// -----

func.func @block_sparse_attention_c15(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<1x2x5x4xf32>, %w: tensor<1x2x5x6xf32>) {
  // expected-error @below {{'weft.block_sparse_attention' op expects keys, values and a region for each source, got 1, 1 and 0 (block_sparse_attention.C15)}}
  %y, %stats = weft.block_sparse_attention %q, %k, %v source_keys(%p : tensor<1x2x5x4xf32>) source_values(%w : tensor<1x2x5x6xf32>) layout <16, [all]> kinds [] epsilon 0.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    weft.yield %c, %true, %c : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @block_sparse_attention_grad_c14(%q: tensor<1x2x4x4xf32>, %y: tensor<1x2x4x4xf32>, %stats: tensor<1x2x4x3xf32>) {
  // expected-error @below {{'weft.block_sparse_attention_grad' op expects one gradient for query, keys, values, sources and each capture: 'tensor<1x2x4x4xf32>', 'tensor<1x2x4x4xf32>', 'tensor<1x2x4x4xf32>', got 'tensor<1x2x4x4xf32>', 'tensor<1x2x4x4xf32>' (block_sparse_attention_grad.C14)}}
  %grads:2 = weft.block_sparse_attention_grad %q, %q, %q layout <16, [all]> kinds [] epsilon 0.0 given %y, %stats, %y {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    weft.yield %c, %true, %c : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x4xf32> -> tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>
  return
}

// -----

// A form that does not exist, and one with too few numbers.
// expected-error @below {{expects a pattern: all, local, strided, window, columns, prefix or listed, got 'dilated'}}
func.func @pattern_name() attributes {layout = #weft.blocks<16, [dilated(4)]>} { return }

// -----

// expected-error @below {{expects columns with 3 numbers, got 2}}
func.func @pattern_numbers() attributes {layout = #weft.blocks<16, [columns(64, 16)]>} { return }
