// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @causal(%q: tensor<1x2x3x2xf64>, %k: tensor<1x2x7x2xf64>, %v: tensor<1x2x7x3xf64>) -> tensor<1x2x3x3xf64> attributes {check.gradient} {
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<4> before_start masked
      kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<1x2x3x2xf64>, tensor<1x2x7x2xf64>, tensor<1x2x7x3xf64> -> tensor<1x2x3x3xf64>, tensor<1x2x3x3xf64>
  return %y : tensor<1x2x3x3xf64>
}

func.func @masked_distance(%q: tensor<1x2x3x2xf64>, %k: tensor<1x2x7x2xf64>, %v: tensor<1x2x7x3xf64>) -> tensor<1x2x3x3xf64> attributes {check.gradient} {
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<4> before_start masked
      kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %one = weft.constant 1.0 : f64
    %present = weft.compare ne %d, %one : f64 -> i1
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<1x2x3x2xf64>, tensor<1x2x7x2xf64>, tensor<1x2x7x3xf64> -> tensor<1x2x3x3xf64>, tensor<1x2x3x3xf64>
  return %y : tensor<1x2x3x3xf64>
}

// Adaptive span: relative keys, zeros before the start, a soft weight from a learned span per head.
func.func @adaptive_span(%q: tensor<1x2x3x2xf64>, %k: tensor<1x2x5x2xf64>, %v: tensor<1x2x5x3xf64>, %p: tensor<4x2xf64>, %z: tensor<2xf64> {check.range = array<f64: 0.3, 0.35>}) -> tensor<1x2x3x3xf64> attributes {check.gradient} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<4x2xf64>) reach 1 to #weft.size<4> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-2 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.7 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    %reach = weft.constant 4.0 : f64
    %ramp = weft.constant 3.0 : f64
    %zs = weft.mul %zh, %reach : f64
    %past = weft.sub %zs, %d : f64
    %shifted = weft.add %past, %one : f64
    %sloped = weft.div %shifted, %ramp : f64
    %raw = weft.add %sloped, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %present, %m : f64, i1, f64
  } : tensor<1x2x3x2xf64>, tensor<1x2x5x2xf64>, tensor<1x2x5x3xf64> -> tensor<1x2x3x3xf64>, tensor<1x2x3x3xf64>
  return %y : tensor<1x2x3x3xf64>
}

// Every kind of capture at once.
func.func @captures(%q: tensor<1x2x3x2xf64>, %k: tensor<1x2x7x2xf64>, %v: tensor<1x2x7x3xf64>, %s: tensor<f64>, %bd: tensor<5xf64>, %bq: tensor<3xf64>, %bk: tensor<7xf64>) -> tensor<1x2x3x3xf64> attributes {check.gradient} {
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<4> before_start masked
      captures(%s, %bd, %bq, %bk : tensor<f64>, tensor<5xf64>, tensor<3xf64>, tensor<7xf64>)
      kinds [#weft.capture<scalar>, #weft.capture<by_distance>, #weft.capture<by_query>, #weft.capture<by_key>] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %ss: f64, %bds: f64, %bqs: f64, %bks: f64):
    %ba = weft.mul %ss, %bds : f64
    %bb = weft.add %ba, %bqs : f64
    %bc = weft.add %bb, %bks : f64
    %score = weft.add %content, %bc : f64
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %score, %present, %one : f64, i1, f64
  } : tensor<1x2x3x2xf64>, tensor<1x2x7x2xf64>, tensor<1x2x7x3xf64> -> tensor<1x2x3x3xf64>, tensor<1x2x3x3xf64>
  return %y : tensor<1x2x3x3xf64>
}

// A cache of any length before the queries.
func.func @bounded(%q: tensor<1x2x3x2xf64>, %k: tensor<1x2x?x2xf64, #weft.bounded<[1, 2, n(6 by 2) + 3, 2]>>, %v: tensor<1x2x?x3xf64, #weft.bounded<[1, 2, n(6 by 2) + 3, 3]>>) -> tensor<1x2x3x3xf64> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<4> before_start masked
      kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<1x2x3x2xf64>, tensor<1x2x?x2xf64, #weft.bounded<[1, 2, n(6 by 2) + 3, 2]>>, tensor<1x2x?x3xf64, #weft.bounded<[1, 2, n(6 by 2) + 3, 3]>> -> tensor<1x2x3x3xf64>, tensor<1x2x3x3xf64>
  return %y : tensor<1x2x3x3xf64>
}


func.func @dropped(%q: tensor<1x2x3x2xf64>, %k: tensor<1x2x7x2xf64>, %v: tensor<1x2x7x3xf64>, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 0]> : tensor<4xi32>}) -> tensor<1x2x3x3xf64> attributes {check.gradient} {
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<4> before_start masked
      kinds [] epsilon 0.0
      dropout 0.5 id 3(%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<1x2x3x2xf64>, tensor<1x2x7x2xf64>, tensor<1x2x7x3xf64> -> tensor<1x2x3x3xf64>, tensor<1x2x3x3xf64>
  return %y : tensor<1x2x3x3xf64>
}

// Several key sources, shared keys and values, tables by head and distance.

// All-attention: the span weighs the band only; persistent keys belong to a head and serve the whole batch.
func.func @persistent(%q: tensor<2x2x3x2xf64>, %k: tensor<2x2x5x2xf64>, %v: tensor<2x2x5x3xf64>, %p: tensor<4x2xf64>, %sk0: tensor<1x2x3x2xf64>, %sv0: tensor<1x2x3x3xf64>, %z: tensor<2xf64> {check.range = array<f64: 0.3, 0.35>})
    -> tensor<2x2x3x3xf64> attributes {check.gradient} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<4x2xf64>)
      source_keys(%sk0 : tensor<1x2x3x2xf64>)
      source_values(%sv0 : tensor<1x2x3x3xf64>)
      reach 1 to #weft.size<4> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-2 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %z_: f64):
    %sum = weft.add %content, %relative : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %bound = weft.constant 4.0 : f64
    %ramp = weft.constant 3.0 : f64
    %reach = weft.mul %z_, %bound : f64
    %before = weft.sub %one, %d : f64
    %left = weft.add %before, %reach : f64
    %ratio = weft.div %left, %ramp : f64
    %raw = weft.add %ratio, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %sum, %true, %m : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64, %z_: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<2x2x3x2xf64>, tensor<2x2x5x2xf64>, tensor<2x2x5x3xf64> -> tensor<2x2x3x3xf64>, tensor<2x2x3x3xf64>
  return %y : tensor<2x2x3x3xf64>
}

// All heads share keys and values.
func.func @multi_query(%q: tensor<2x2x3x2xf64>, %k: tensor<2x1x5x2xf64>, %v: tensor<2x1x5x3xf64>)
    -> tensor<2x2x3x3xf64> attributes {check.gradient} {
  %y, %stats = weft.span_attention %q, %k, %v
      reach 0 to #weft.size<4> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<2x2x3x2xf64>, tensor<2x1x5x2xf64>, tensor<2x1x5x3xf64> -> tensor<2x2x3x3xf64>, tensor<2x2x3x3xf64>
  return %y : tensor<2x2x3x3xf64>
}
func.func @shared_by_batch(%q: tensor<2x2x3x2xf64>, %k: tensor<1x1x5x2xf64>, %v: tensor<1x1x5x3xf64>)
    -> tensor<2x2x3x3xf64> attributes {check.gradient} {
  %y, %stats = weft.span_attention %q, %k, %v
      reach 0 to #weft.size<4> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<2x2x3x2xf64>, tensor<1x1x5x2xf64>, tensor<1x1x5x3xf64> -> tensor<2x2x3x3xf64>, tensor<2x2x3x3xf64>
  return %y : tensor<2x2x3x3xf64>
}

// A source with captures, a mask and a weight, and one of a run-time length.
func.func @two_sources(%q: tensor<2x2x3x2xf64>, %k: tensor<2x1x5x2xf64>, %v: tensor<2x1x5x3xf64>, %sk0: tensor<2x2x2x2xf64>, %sk1: tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(4 by 1), 2]>>, %sv0: tensor<2x2x2x3xf64>, %sv1: tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(4 by 1), 3]>>, %s: tensor<f64>, %h: tensor<2xf64> {check.range = array<f64: 0.3, 0.7>}, %r: tensor<3xf64>, %b: tensor<2x5xf64>)
    -> tensor<2x2x3x3xf64> attributes {check.gradient, check.sizes = [{n = 0}, {n = 3}]} {
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk0, %sk1 : tensor<2x2x2x2xf64>, tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(4 by 1), 2]>>)
      source_values(%sv0, %sv1 : tensor<2x2x2x3xf64>, tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(4 by 1), 3]>>)
      reach 0 to #weft.size<4> before_start masked
      captures(%s, %h, %r, %b : tensor<f64>, tensor<2xf64>, tensor<3xf64>, tensor<2x5xf64>) kinds [#weft.capture<scalar>, #weft.capture<per_head>, #weft.capture<by_query>, #weft.capture<per_head_by_distance>] epsilon 1.0e-2 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %s_: f64, %h_: f64, %r_: f64, %b_: f64):
    %scaled = weft.mul %content, %s_ : f64
    %moved = weft.add %scaled, %b_ : f64
    %score = weft.add %moved, %h_ : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %score, %true, %one : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64, %s_: f64, %h_: f64, %r_: f64, %b_: f64):
    %scaled = weft.mul %content, %s_ : f64
    %moved = weft.add %scaled, %h_ : f64
    %score = weft.add %moved, %r_ : f64
    %sum = weft.add %i, %n : f64
    %zero = weft.constant 0.0 : f64
    %present = weft.compare gt %sum, %zero : f64 -> i1
    %m = weft.clamp %h_ low 0.25 high 0.75 : f64
    weft.yield %score, %present, %m : f64, i1, f64
  }, {
  ^bb0(%content: f64, %i: f64, %n: f64, %s_: f64, %h_: f64, %r_: f64, %b_: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<2x2x3x2xf64>, tensor<2x1x5x2xf64>, tensor<2x1x5x3xf64> -> tensor<2x2x3x3xf64>, tensor<2x2x3x3xf64>
  return %y : tensor<2x2x3x3xf64>
}
func.func @dropped_sources(%q: tensor<1x2x3x2xf64>, %k: tensor<1x2x5x2xf64>, %v: tensor<1x2x5x3xf64>, %sk0: tensor<1x2x3x2xf64>, %sv0: tensor<1x2x3x3xf64>, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 0]> : tensor<4xi32>})
    -> tensor<1x2x3x3xf64> attributes {check.gradient} {
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk0 : tensor<1x2x3x2xf64>)
      source_values(%sv0 : tensor<1x2x3x3xf64>)
      reach 1 to #weft.size<3> before_start masked kinds [] epsilon 0.0 dropout 0.5 id 3(%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<1x2x3x2xf64>, tensor<1x2x5x2xf64>, tensor<1x2x5x3xf64> -> tensor<1x2x3x3xf64>, tensor<1x2x3x3xf64>
  return %y : tensor<1x2x3x3xf64>
}
