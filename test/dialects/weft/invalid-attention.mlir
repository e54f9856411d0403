// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s -split-input-file -verify-diagnostics
// One function for each label of docs/spec/weft.md, named after it. %q, %k, %v, %p, %z, %key: query, keys, values,
// relative keys, captured span, dropout key.

func.func @span_attention_c1(%q: tensor<2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects query, keys and values to have rank 4, got [2, 4, 4], [1, 2, 12, 4] and [1, 2, 12, 6] (span_attention.C1)}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 1 to <8> before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @span_attention_c2(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x5xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects keys to be [batch or 1, heads or 1, keys, features] of 'f32', got [1, 2, 12, 5] of 'f32' (span_attention.C2)}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 1 to <8> before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x5xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @span_attention_c3(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x11x6xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects values to be [batch, heads and keys as its keys, any] of 'f32', got [1, 2, 11, 6] of 'f32' (span_attention.C3)}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 1 to <8> before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x11x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @span_attention_c4(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects the reach to go from a smaller to a larger distance, got 9 to 8 (span_attention.C4)}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 9 to <8> before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @span_attention_c5(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<8x5xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects position to be [distances, features] of 'f32', got [8, 5] of 'f32' (span_attention.C5)}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x5xf32>) reach 1 to <8> before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @span_attention_c5_rows(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects position to have a row for each distance, got 8 vs 9 (span_attention.C5)}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 1 to <9> before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @span_attention_c6(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects one kind for each capture, got 0 vs 1 (span_attention.C6)}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 1 to <8> before_start masked
      captures(%z : tensor<2xf32>) kinds [] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @span_attention_c7(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects a capture to be by_distance data of 'f32', got [2] of 'f32' (span_attention.C7)}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 1 to <8> before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<by_distance>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @span_attention_c8(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects the region to take content, relative, distance, query index, key index and 1 captures, all 'f32', got}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 1 to <8> before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @span_attention_c9(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects its region to hold only weft elementwise ops and constants on scalars, got 'arith.addf' (span_attention.C9)}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 1 to <8> before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    // expected-note @below {{here; allowed are constant, add, sub}}
    %t = arith.addf %c, %r : f32
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @span_attention_c10(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects the region to yield score, mask and weight: 'f32', 'i1', 'f32', got 'f32', 'f32', 'f32' (span_attention.C10)}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 1 to <8> before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    weft.yield %c, %r, %s : f32, f32, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @span_attention_c11(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects epsilon to be finite and at least 0, got -1.000000e+00 (span_attention.C11)}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 1 to <8> before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon -1.0 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @span_attention_c12(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects dropout to be in [0, 1), got 1.000000e+00 (span_attention.C12)}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 1 to <8> before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 1.0 id 0 (%key : tensor<4xi32>) {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @span_attention_c13(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %p: tensor<8x4xf32>, %z: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.span_attention' op expects the result to be [batch, heads, queries, value features] of 'f32', got [1, 2, 4, 4] of 'f32' (span_attention.C13)}}
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 1 to <8> before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x4xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @span_attention_grad_c14(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %stats: tensor<1x2x4x3xf32>) {
  // expected-error @below {{'weft.span_attention_grad' op expects one gradient for query, keys, values, position, sources and each capture: }}
  %grads:2 = weft.span_attention_grad %q, %k, %k reach 1 to <8> before_start masked kinds [] epsilon 0.0 given %q, %stats, %q {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    weft.yield %c, %true, %r : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x4xf32>
    -> tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @span_attention_c3_shared(%q: tensor<1x2x4x4xf32>, %k: tensor<1x1x12x4xf32>, %v: tensor<1x2x12x6xf32>, %z: tensor<2xf32>, %sk: tensor<1x2x3x4xf32>, %sv: tensor<1x2x3x6xf32>) {
  // expected-error @below {{'weft.span_attention' op expects values to be [batch, heads and keys as its keys, any] of 'f32', got [1, 2, 12, 6] of 'f32' (span_attention.C3)}}
  %y, %stats = weft.span_attention %q, %k, %v
      reach 1 to <8> before_start masked captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x1x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @span_attention_c7_table(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %z: tensor<8x2xf32>, %sk: tensor<1x2x3x4xf32>, %sv: tensor<1x2x3x6xf32>) {
  // expected-error @below {{'weft.span_attention' op expects a capture to be per_head_by_distance data of 'f32', got [8, 2] of 'f32' (span_attention.C7)}}
  %y, %stats = weft.span_attention %q, %k, %v
      reach 1 to <8> before_start masked captures(%z : tensor<8x2xf32>) kinds [#weft.capture<per_head_by_distance>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @span_attention_c1_source(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %z: tensor<2xf32>, %sk: tensor<2x3x4xf32>, %sv: tensor<1x2x3x6xf32>) {
  // expected-error @below {{'weft.span_attention' op expects keys and values of a source to have rank 4, got [2, 3, 4] (span_attention.C1)}}
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk : tensor<2x3x4xf32>) source_values(%sv : tensor<1x2x3x6xf32>)
      reach 1 to <8> before_start masked captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
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

func.func @span_attention_c8_source(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %z: tensor<2xf32>, %sk: tensor<1x2x3x4xf32>, %sv: tensor<1x2x3x6xf32>) {
  // expected-error @below {{'weft.span_attention' op expects the region of a source to take content, query index, key index and 1 captures, all 'f32', got 'f32', 'f32' (span_attention.C8)}}
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk : tensor<1x2x3x4xf32>) source_values(%sv : tensor<1x2x3x6xf32>)
      reach 1 to <8> before_start masked captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } sources {
  ^bb0(%c: f32, %i: f32):
    %true = weft.constant true
    weft.yield %c, %true, %c : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @span_attention_c15(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %z: tensor<2xf32>, %sk: tensor<1x2x3x4xf32>, %sv: tensor<1x2x3x6xf32>) {
  // expected-error @below {{'weft.span_attention' op expects keys, values and a region for each source, got 1, 2 and 1 (span_attention.C15)}}
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk : tensor<1x2x3x4xf32>) source_values(%sv, %sv : tensor<1x2x3x6xf32>, tensor<1x2x3x6xf32>)
      reach 1 to <8> before_start masked captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
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

func.func @span_attention_c15_region(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %z: tensor<2xf32>, %sk: tensor<1x2x3x4xf32>, %sv: tensor<1x2x3x6xf32>) {
  // expected-error @below {{'weft.span_attention' op expects keys, values and a region for each source, got 1, 1 and 2 (span_attention.C15)}}
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk : tensor<1x2x3x4xf32>) source_values(%sv : tensor<1x2x3x6xf32>)
      reach 1 to <8> before_start masked captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } sources {
  ^bb0(%c: f32, %i: f32, %n: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %c : f32, i1, f32
  }, {
  ^bb0(%c: f32, %i: f32, %n: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %c : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @span_attention_c16(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %z: tensor<2xf32>, %sk: tensor<1x3x3x4xf32>, %sv: tensor<1x2x3x6xf32>) {
  // expected-error @below {{'weft.span_attention' op expects keys of a source to be [batch or 1, heads or 1, keys, features] of 'f32', got [1, 3, 3, 4] of 'f32' (span_attention.C16)}}
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk : tensor<1x3x3x4xf32>) source_values(%sv : tensor<1x2x3x6xf32>)
      reach 1 to <8> before_start masked captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
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
func.func @span_attention_c17(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %z: tensor<2xf32>, %sk: tensor<1x2x3x4xf32>, %sv: tensor<1x2x3x5xf32>) {
  // expected-error @below {{'weft.span_attention' op expects values of a source to be [batch, heads and keys as its keys, features of the values] of 'f32', got [1, 2, 3, 5] of 'f32' (span_attention.C17)}}
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk : tensor<1x2x3x4xf32>) source_values(%sv : tensor<1x2x3x5xf32>)
      reach 1 to <8> before_start masked captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
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

func.func @span_attention_c18(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xf32>, %z: tensor<8xf32>, %sk: tensor<1x2x3x4xf32>, %sv: tensor<1x2x3x6xf32>) {
  // expected-error @below {{'weft.span_attention' op expects the region of a source to read captures by scalar, per_head and by_query only, got by_distance (span_attention.C18)}}
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk : tensor<1x2x3x4xf32>) source_values(%sv : tensor<1x2x3x6xf32>)
      reach 1 to <8> before_start masked captures(%z : tensor<8xf32>) kinds [#weft.capture<by_distance>] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } sources {
  ^bb0(%c: f32, %i: f32, %n: f32, %s: f32):
    %true = weft.constant true
    weft.yield %c, %true, %s : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xf32> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @span_attention_c19(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %reach: tensor<3xf32>) {
  // expected-error @below {{'weft.span_attention' op expects the reach of heads to be [heads] of 'f32', got [3] of 'f32' (span_attention.C19)}}
  %y, %stats = weft.span_attention %q, %k, %k reach 1 to <8> heads(%reach : tensor<3xf32>) before_start masked kinds [] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    weft.yield %c, %true, %r : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x4xf32> -> tensor<1x2x4x4xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @span_attention_c2_rounded(%q: tensor<1x2x4x4xbf16>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x6xbf16>) {
  // expected-error @below {{'weft.span_attention' op expects keys to be [batch or 1, heads or 1, keys, features] of 'bf16', got [1, 2, 12, 4] of 'f32' (span_attention.C2)}}
  %y, %stats = weft.span_attention %q, %k, %v reach 1 to <8> before_start masked kinds [] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    weft.yield %c, %true, %c : f32, i1, f32
  } : tensor<1x2x4x4xbf16>, tensor<1x2x12x4xf32>, tensor<1x2x12x6xbf16> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @span_attention_c8_rounded(%q: tensor<1x2x4x4xbf16>, %k: tensor<1x2x12x4xbf16>, %v: tensor<1x2x12x6xbf16>) {
  // expected-error @below {{'weft.span_attention' op expects the region to take content, relative, distance, query index, key index and 0 captures, all 'f32', got 'bf16', 'bf16', 'bf16', 'bf16', 'bf16' (span_attention.C8)}}
  %y, %stats = weft.span_attention %q, %k, %v reach 1 to <8> before_start masked kinds [] epsilon 1.0e-8 {
  ^bb0(%c: bf16, %r: bf16, %d: bf16, %i: bf16, %j: bf16):
    %true = weft.constant true
    weft.yield %c, %true, %c : bf16, i1, bf16
  } : tensor<1x2x4x4xbf16>, tensor<1x2x12x4xbf16>, tensor<1x2x12x6xbf16> -> tensor<1x2x4x6xf32>, tensor<1x2x4x3xf32>
  return
}

// -----

// expected-note @below {{query is [1, 2, 4, 4]}}
func.func @span_attention_c13_rounded(%q: tensor<1x2x4x4xbf16>, %k: tensor<1x2x12x4xbf16>, %v: tensor<1x2x12x6xbf16>) {
  // expected-error @below {{'weft.span_attention' op expects the result to be [batch, heads, queries, value features] of 'f32', got [1, 2, 4, 6] of 'bf16' (span_attention.C13)}}
  %y, %stats = weft.span_attention %q, %k, %v reach 1 to <8> before_start masked kinds [] epsilon 1.0e-8 {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    weft.yield %c, %true, %c : f32, i1, f32
  } : tensor<1x2x4x4xbf16>, tensor<1x2x12x4xbf16>, tensor<1x2x12x6xbf16> -> tensor<1x2x4x6xbf16>, tensor<1x2x4x3xf32>
  return
}

// -----

func.func @span_attention_grad_c14_rounded(%q: tensor<1x2x4x4xbf16>, %k: tensor<1x2x12x4xbf16>, %y: tensor<1x2x4x4xf32>, %stats: tensor<1x2x4x3xf32>) {
  // expected-error @below {{'weft.span_attention_grad' op expects one gradient for query, keys, values, position, sources and each capture: 'tensor<1x2x4x4xf32>', 'tensor<1x2x12x4xf32>', 'tensor<1x2x12x4xf32>', got 'tensor<1x2x4x4xbf16>', 'tensor<1x2x12x4xbf16>', 'tensor<1x2x12x4xbf16>' (span_attention_grad.C14)}}
  %grads:3 = weft.span_attention_grad %q, %k, %k reach 1 to <8> before_start masked kinds [] epsilon 0.0 given %y, %stats, %q {
  ^bb0(%c: f32, %r: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    weft.yield %c, %true, %r : f32, i1, f32
  } : tensor<1x2x4x4xbf16>, tensor<1x2x12x4xbf16>, tensor<1x2x12x4xbf16>, tensor<1x2x4x3xf32>, tensor<1x2x4x4xbf16>
    -> tensor<1x2x4x4xbf16>, tensor<1x2x12x4xbf16>, tensor<1x2x12x4xbf16>
  return
}
