// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s -split-input-file -verify-diagnostics
// One function for each label of docs/spec/weft.md, named after it.

func.func @feedback_attention_c1(%q: tensor<1x2x1x3xf32>, %k: tensor<2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects query, keys and values to have rank 4, got [1, 2, 1, 3], [2, 4, 3] and [1, 2, 4, 5] (feedback_attention.C1)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

// expected-note @below {{query is [1, 2, 1, 3]}}
func.func @feedback_attention_c2(%q: tensor<1x2x1x3xf32>, %k: tensor<1x2x4x6xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects keys to be [batch or 1, heads or 1, keys, features] of 'f32', got [1, 2, 4, 6] of 'f32' (feedback_attention.C2)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x6xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

func.func @feedback_attention_c2_batch(%q: tensor<7x2x1x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects slots of each sequence, got keys [1, 2, 4, 3] vs query [7, 2, 1, 3] (feedback_attention.C2)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<7x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

// expected-note @below {{query is [1, 2, 1, 3]}}
func.func @feedback_attention_c3(%q: tensor<1x2x1x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x6x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects values to be [batch, heads and keys as its keys, any] of 'f32', got [1, 2, 6, 5] of 'f32' (feedback_attention.C3)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x6x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

func.func @feedback_attention_c4(%q: tensor<1x2x3x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects one query of each sequence and head, got [1, 2, 3, 3] (feedback_attention.C4)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x3x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

// expected-note @below {{query is [1, 2, 1, 3]}}
func.func @feedback_attention_c5(%q: tensor<1x2x1x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<9x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects position to be [slots, features] of 'f32', got [9, 3] of 'f32' (feedback_attention.C5)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<9x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

func.func @feedback_attention_c6(%q: tensor<1x2x1x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects one kind for each capture, got 0 vs 1 (feedback_attention.C6)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

// expected-note @below {{query is [1, 2, 1, 3]}}
func.func @feedback_attention_c7(%q: tensor<1x2x1x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<5xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects a capture to be per_head data of 'f32', got [5] of 'f32' (feedback_attention.C7)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<5xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

func.func @feedback_attention_c7_kind(%q: tensor<1x2x1x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects captures by scalar and per_head, got by_key (feedback_attention.C7)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<by_key>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

func.func @feedback_attention_c8(%q: tensor<1x2x1x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects the region to take content, relative, distance, query index, key index and 1 captures, all 'f32', got 'f32', 'f32', 'f32', 'f32', 'f32' (feedback_attention.C8)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %one, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

func.func @feedback_attention_c9(%q: tensor<1x2x1x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects its region to hold only weft elementwise ops and constants on scalars, got 'weft.iota' (feedback_attention.C9)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    // expected-note @below {{here; allowed are}}
    %n = weft.iota axis 0 start 0.0 step 1.0 : tensor<3xf32>
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

func.func @feedback_attention_c10(%q: tensor<1x2x1x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects the region to yield score, mask and weight: 'f32', 'i1', 'f32', got 'f32', 'f32', 'i1' (feedback_attention.C10)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %m, %true : f32, f32, i1
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

func.func @feedback_attention_c11(%q: tensor<1x2x1x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects epsilon to be finite and at least 0, got -1.000000e+00 (feedback_attention.C11)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon -1.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

// expected-note @below {{query is [1, 2, 1, 3]}}
func.func @feedback_attention_c12(%q: tensor<1x2x1x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects keep to be [batch, heads, 1, slots] of 'f32', got [1, 2, 4] of 'f32' (feedback_attention.C12)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

// expected-note @below {{query is [1, 2, 1, 3]}}
func.func @feedback_attention_c13(%q: tensor<1x2x1x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>)
    -> tensor<1x2x1x5xf32> {
  // expected-error @below {{'weft.feedback_attention' op expects statistics to be [batch, heads, queries, 3] of 'f32', got [1, 2, 1, 4] of 'f32' (feedback_attention.C13)}}
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x4xf32>
  return %y : tensor<1x2x1x5xf32>
}

// -----

func.func @feedback_attention_grad_c14(%q: tensor<1x2x1x3xf32>, %k: tensor<1x2x4x3xf32>, %v: tensor<1x2x4x5xf32>, %p: tensor<4x3xf32>, %keep: tensor<1x2x1x4xf32>, %z0: tensor<2xf32>, %dy: tensor<1x2x1x5xf32>)
    -> tensor<1x2x1x5xf32> {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32> -> tensor<1x2x1x5xf32>, tensor<1x2x1x3xf32>
  // expected-error @below {{'weft.feedback_attention_grad' op expects the query's gradient, a row of numbers for content, position and weights, and one number a head for each capture: 'tensor<1x2x1x3xf32>', 'tensor<1x2x1x4xf32>', 'tensor<1x2x1x4xf32>', 'tensor<1x2x1x4xf32>', 'tensor<1x2xf32>', got 'tensor<1x2x1x3xf32>', 'tensor<1x2x1x4xf32>', 'tensor<1x2x1x4xf32>', 'tensor<1x2x1x4xf32>', 'tensor<2xf32>' (feedback_attention_grad.C14)}}
  %dq, %dc, %dr, %w, %g0 = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<4x3xf32>) keep(%keep : tensor<1x2x1x4xf32>) captures(%z0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    %most = weft.constant 6.0 : f32
    %ramp = weft.constant 2.5 : f32
    %s0 = weft.add %content, %relative : f32
    %scale = weft.constant 0.5 : f32
    %s = weft.mul %s0, %scale : f32
    %near = weft.sub %one, %d : f32
    %zs = weft.mul %c0, %most : f32
    %sum = weft.add %near, %zs : f32
    %part = weft.div %sum, %ramp : f32
    %raw = weft.add %part, %one : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %s, %true, %m : f32, i1, f32
  } : tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>, tensor<1x2x4x5xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1x5xf32> -> tensor<1x2x1x3xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<2xf32>
  return %y : tensor<1x2x1x5xf32>
}
