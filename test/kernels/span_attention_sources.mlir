// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// Several key sources in one softmax, forwards and backwards: keys of a head shared by the batch, keys shared by all heads,
// lengths around a tile and of run-time size, captures, masks and weights of a source, dropout, rows without keys of the band.
func.func @persistent(%q: tensor<2x2x5x4xf64>, %k: tensor<2x2x9x4xf64>, %v: tensor<2x2x9x3xf64>, %p: tensor<8x4xf64>, %sk0: tensor<1x2x6x4xf64>, %sv0: tensor<1x2x6x3xf64>, %z: tensor<2xf64> {check.value = dense<[0.25, 0.55]> : tensor<2xf64>}, %dy: tensor<2x2x5x3xf64>)
    -> (tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x4xf64>, tensor<2x2x9x4xf64>, tensor<2x2x9x3xf64>, tensor<8x4xf64>, tensor<1x2x6x4xf64>, tensor<1x2x6x3xf64>, tensor<2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf64>)
      source_keys(%sk0 : tensor<1x2x6x4xf64>)
      source_values(%sv0 : tensor<1x2x6x3xf64>)
      reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %z_: f64):
    %sum = weft.add %content, %relative : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %bound = weft.constant 8.0 : f64
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
  } : tensor<2x2x5x4xf64>, tensor<2x2x9x4xf64>, tensor<2x2x9x3xf64> -> tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>
  %dq, %dk, %dv, %dp, %dsk0, %dsv0, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<8x4xf64>)
      source_keys(%sk0 : tensor<1x2x6x4xf64>)
      source_values(%sv0 : tensor<1x2x6x3xf64>)
      reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %z_: f64):
    %sum = weft.add %content, %relative : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %bound = weft.constant 8.0 : f64
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
  } : tensor<2x2x5x4xf64>, tensor<2x2x9x4xf64>, tensor<2x2x9x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>
    -> tensor<2x2x5x4xf64>, tensor<2x2x9x4xf64>, tensor<2x2x9x3xf64>, tensor<8x4xf64>, tensor<1x2x6x4xf64>, tensor<1x2x6x3xf64>, tensor<2xf64>
  return %y, %stats, %dq, %dk, %dv, %dp, %dsk0, %dsv0, %dz : tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x4xf64>, tensor<2x2x9x4xf64>, tensor<2x2x9x3xf64>, tensor<8x4xf64>, tensor<1x2x6x4xf64>, tensor<1x2x6x3xf64>, tensor<2xf64>
}
func.func @persistent_tiles(%q: tensor<1x2x33x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x6xf64>, %sk0: tensor<1x2x65x4xf64>, %sv0: tensor<1x2x65x6xf64>, %dy: tensor<1x2x33x6xf64>)
    -> (tensor<1x2x33x6xf64>, tensor<1x2x33x3xf64>, tensor<1x2x33x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x6xf64>, tensor<1x2x65x4xf64>, tensor<1x2x65x6xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk0 : tensor<1x2x65x4xf64>)
      source_values(%sv0 : tensor<1x2x65x6xf64>)
      reach 1 to #weft.size<20> before_start zeros kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<1x2x33x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x6xf64> -> tensor<1x2x33x6xf64>, tensor<1x2x33x3xf64>
  %dq, %dk, %dv, %dsk0, %dsv0 = weft.span_attention_grad %q, %k, %v
      source_keys(%sk0 : tensor<1x2x65x4xf64>)
      source_values(%sv0 : tensor<1x2x65x6xf64>)
      reach 1 to #weft.size<20> before_start zeros kinds [] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<1x2x33x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x6xf64>, tensor<1x2x33x3xf64>, tensor<1x2x33x6xf64>
    -> tensor<1x2x33x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x6xf64>, tensor<1x2x65x4xf64>, tensor<1x2x65x6xf64>
  return %y, %stats, %dq, %dk, %dv, %dsk0, %dsv0 : tensor<1x2x33x6xf64>, tensor<1x2x33x3xf64>, tensor<1x2x33x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x6xf64>, tensor<1x2x65x4xf64>, tensor<1x2x65x6xf64>
}
func.func @whole_tiles(%q: tensor<1x2x32x8xf64>, %k: tensor<1x2x64x8xf64>, %v: tensor<1x2x64x8xf64>, %sk0: tensor<1x2x64x8xf64>, %sv0: tensor<1x2x64x8xf64>, %dy: tensor<1x2x32x8xf64>)
    -> (tensor<1x2x32x8xf64>, tensor<1x2x32x3xf64>, tensor<1x2x32x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x64x8xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk0 : tensor<1x2x64x8xf64>)
      source_values(%sv0 : tensor<1x2x64x8xf64>)
      reach 0 to #weft.size<31> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<1x2x32x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x64x8xf64> -> tensor<1x2x32x8xf64>, tensor<1x2x32x3xf64>
  %dq, %dk, %dv, %dsk0, %dsv0 = weft.span_attention_grad %q, %k, %v
      source_keys(%sk0 : tensor<1x2x64x8xf64>)
      source_values(%sv0 : tensor<1x2x64x8xf64>)
      reach 0 to #weft.size<31> before_start masked kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<1x2x32x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x32x3xf64>, tensor<1x2x32x8xf64>
    -> tensor<1x2x32x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x64x8xf64>
  return %y, %stats, %dq, %dk, %dv, %dsk0, %dsv0 : tensor<1x2x32x8xf64>, tensor<1x2x32x3xf64>, tensor<1x2x32x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x64x8xf64>, tensor<1x2x64x8xf64>
}
func.func @multi_query(%q: tensor<2x3x5x4xf64>, %k: tensor<2x1x9x4xf64>, %v: tensor<2x1x9x4xf64>, %dy: tensor<2x3x5x4xf64>)
    -> (tensor<2x3x5x4xf64>, tensor<2x3x5x3xf64>, tensor<2x3x5x4xf64>, tensor<2x1x9x4xf64>, tensor<2x1x9x4xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v
      reach 0 to #weft.size<8> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<2x3x5x4xf64>, tensor<2x1x9x4xf64>, tensor<2x1x9x4xf64> -> tensor<2x3x5x4xf64>, tensor<2x3x5x3xf64>
  %dq, %dk, %dv = weft.span_attention_grad %q, %k, %v
      reach 0 to #weft.size<8> before_start masked kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<2x3x5x4xf64>, tensor<2x1x9x4xf64>, tensor<2x1x9x4xf64>, tensor<2x3x5x3xf64>, tensor<2x3x5x4xf64>
    -> tensor<2x3x5x4xf64>, tensor<2x1x9x4xf64>, tensor<2x1x9x4xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<2x3x5x4xf64>, tensor<2x3x5x3xf64>, tensor<2x3x5x4xf64>, tensor<2x1x9x4xf64>, tensor<2x1x9x4xf64>
}
func.func @shared_by_batch(%q: tensor<2x3x5x4xf64>, %k: tensor<1x3x9x4xf64>, %v: tensor<1x3x9x4xf64>, %dy: tensor<2x3x5x4xf64>)
    -> (tensor<2x3x5x4xf64>, tensor<2x3x5x3xf64>, tensor<2x3x5x4xf64>, tensor<1x3x9x4xf64>, tensor<1x3x9x4xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v
      reach 0 to #weft.size<8> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<2x3x5x4xf64>, tensor<1x3x9x4xf64>, tensor<1x3x9x4xf64> -> tensor<2x3x5x4xf64>, tensor<2x3x5x3xf64>
  %dq, %dk, %dv = weft.span_attention_grad %q, %k, %v
      reach 0 to #weft.size<8> before_start masked kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<2x3x5x4xf64>, tensor<1x3x9x4xf64>, tensor<1x3x9x4xf64>, tensor<2x3x5x3xf64>, tensor<2x3x5x4xf64>
    -> tensor<2x3x5x4xf64>, tensor<1x3x9x4xf64>, tensor<1x3x9x4xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<2x3x5x4xf64>, tensor<2x3x5x3xf64>, tensor<2x3x5x4xf64>, tensor<1x3x9x4xf64>, tensor<1x3x9x4xf64>
}
func.func @shared_by_all(%q: tensor<2x3x5x4xf64>, %k: tensor<1x1x9x4xf64>, %v: tensor<1x1x9x4xf64>, %dy: tensor<2x3x5x4xf64>)
    -> (tensor<2x3x5x4xf64>, tensor<2x3x5x3xf64>, tensor<2x3x5x4xf64>, tensor<1x1x9x4xf64>, tensor<1x1x9x4xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v
      reach 0 to #weft.size<8> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<2x3x5x4xf64>, tensor<1x1x9x4xf64>, tensor<1x1x9x4xf64> -> tensor<2x3x5x4xf64>, tensor<2x3x5x3xf64>
  %dq, %dk, %dv = weft.span_attention_grad %q, %k, %v
      reach 0 to #weft.size<8> before_start masked kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<2x3x5x4xf64>, tensor<1x1x9x4xf64>, tensor<1x1x9x4xf64>, tensor<2x3x5x3xf64>, tensor<2x3x5x4xf64>
    -> tensor<2x3x5x4xf64>, tensor<1x1x9x4xf64>, tensor<1x1x9x4xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<2x3x5x4xf64>, tensor<2x3x5x3xf64>, tensor<2x3x5x4xf64>, tensor<1x1x9x4xf64>, tensor<1x1x9x4xf64>
}
func.func @every_capture(%q: tensor<2x2x5x2xf64>, %k: tensor<2x1x9x2xf64>, %v: tensor<2x1x9x3xf64>, %sk0: tensor<2x2x2x2xf64>, %sk1: tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(40 by 1), 2]>>, %sv0: tensor<2x2x2x3xf64>, %sv1: tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(40 by 1), 3]>>, %s: tensor<f64>, %h: tensor<2xf64>, %r: tensor<5xf64>, %b: tensor<2x5xf64>, %dy: tensor<2x2x5x3xf64>)
    -> (tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x2xf64>, tensor<2x1x9x2xf64>, tensor<2x1x9x3xf64>, tensor<2x2x2x2xf64>, tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(40 by 1), 2]>>, tensor<2x2x2x3xf64>, tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(40 by 1), 3]>>, tensor<f64>, tensor<2xf64>, tensor<5xf64>, tensor<2x5xf64>) attributes {check.kernel, check.sizes = [{n = 0}, {n = 3}, {n = 33}, {n = 40}]} {
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk0, %sk1 : tensor<2x2x2x2xf64>, tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(40 by 1), 2]>>)
      source_values(%sv0, %sv1 : tensor<2x2x2x3xf64>, tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(40 by 1), 3]>>)
      reach 0 to #weft.size<4> before_start masked
      captures(%s, %h, %r, %b : tensor<f64>, tensor<2xf64>, tensor<5xf64>, tensor<2x5xf64>) kinds [#weft.capture<scalar>, #weft.capture<per_head>, #weft.capture<by_query>, #weft.capture<per_head_by_distance>] epsilon 1.0e-2 {
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
  } : tensor<2x2x5x2xf64>, tensor<2x1x9x2xf64>, tensor<2x1x9x3xf64> -> tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>
  %dq, %dk, %dv, %dsk0, %dsk1, %dsv0, %dsv1, %ds, %dh, %dr, %db = weft.span_attention_grad %q, %k, %v
      source_keys(%sk0, %sk1 : tensor<2x2x2x2xf64>, tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(40 by 1), 2]>>)
      source_values(%sv0, %sv1 : tensor<2x2x2x3xf64>, tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(40 by 1), 3]>>)
      reach 0 to #weft.size<4> before_start masked
      captures(%s, %h, %r, %b : tensor<f64>, tensor<2xf64>, tensor<5xf64>, tensor<2x5xf64>) kinds [#weft.capture<scalar>, #weft.capture<per_head>, #weft.capture<by_query>, #weft.capture<per_head_by_distance>] epsilon 1.0e-2 given %y, %stats, %dy {
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
  } : tensor<2x2x5x2xf64>, tensor<2x1x9x2xf64>, tensor<2x1x9x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>
    -> tensor<2x2x5x2xf64>, tensor<2x1x9x2xf64>, tensor<2x1x9x3xf64>, tensor<2x2x2x2xf64>, tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(40 by 1), 2]>>, tensor<2x2x2x3xf64>, tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(40 by 1), 3]>>, tensor<f64>, tensor<2xf64>, tensor<5xf64>, tensor<2x5xf64>
  return %y, %stats, %dq, %dk, %dv, %dsk0, %dsk1, %dsv0, %dsv1, %ds, %dh, %dr, %db : tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x2xf64>, tensor<2x1x9x2xf64>, tensor<2x1x9x3xf64>, tensor<2x2x2x2xf64>, tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(40 by 1), 2]>>, tensor<2x2x2x3xf64>, tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(40 by 1), 3]>>, tensor<f64>, tensor<2xf64>, tensor<5xf64>, tensor<2x5xf64>
}
func.func @dropped(%q: tensor<2x2x5x4xf64>, %k: tensor<2x1x9x4xf64>, %v: tensor<2x1x9x3xf64>, %sk0: tensor<1x2x7x4xf64>, %sk1: tensor<2x1x3x4xf64>, %sv0: tensor<1x2x7x3xf64>, %sv1: tensor<2x1x3x3xf64>, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 0]> : tensor<4xi32>}, %dy: tensor<2x2x5x3xf64>)
    -> (tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x4xf64>, tensor<2x1x9x4xf64>, tensor<2x1x9x3xf64>, tensor<1x2x7x4xf64>, tensor<2x1x3x4xf64>, tensor<1x2x7x3xf64>, tensor<2x1x3x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk0, %sk1 : tensor<1x2x7x4xf64>, tensor<2x1x3x4xf64>)
      source_values(%sv0, %sv1 : tensor<1x2x7x3xf64>, tensor<2x1x3x3xf64>)
      reach 1 to #weft.size<4> before_start masked kinds [] epsilon 0.0 dropout 0.3 id 3(%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  }, {
  ^bb0(%content: f64, %i: f64, %n: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<2x2x5x4xf64>, tensor<2x1x9x4xf64>, tensor<2x1x9x3xf64> -> tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>
  %dq, %dk, %dv, %dsk0, %dsk1, %dsv0, %dsv1 = weft.span_attention_grad %q, %k, %v
      source_keys(%sk0, %sk1 : tensor<1x2x7x4xf64>, tensor<2x1x3x4xf64>)
      source_values(%sv0, %sv1 : tensor<1x2x7x3xf64>, tensor<2x1x3x3xf64>)
      reach 1 to #weft.size<4> before_start masked kinds [] epsilon 0.0 dropout 0.3 id 3(%key : tensor<4xi32>) given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  }, {
  ^bb0(%content: f64, %i: f64, %n: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<2x2x5x4xf64>, tensor<2x1x9x4xf64>, tensor<2x1x9x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>
    -> tensor<2x2x5x4xf64>, tensor<2x1x9x4xf64>, tensor<2x1x9x3xf64>, tensor<1x2x7x4xf64>, tensor<2x1x3x4xf64>, tensor<1x2x7x3xf64>, tensor<2x1x3x3xf64>
  return %y, %stats, %dq, %dk, %dv, %dsk0, %dsk1, %dsv0, %dsv1 : tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x4xf64>, tensor<2x1x9x4xf64>, tensor<2x1x9x3xf64>, tensor<1x2x7x4xf64>, tensor<2x1x3x4xf64>, tensor<1x2x7x3xf64>, tensor<2x1x3x3xf64>
}
func.func @no_band(%q: tensor<1x2x5x4xf64>, %k: tensor<1x2x5x4xf64>, %v: tensor<1x2x5x3xf64>, %sk0: tensor<1x2x3x4xf64>, %sv0: tensor<1x2x3x3xf64>, %dy: tensor<1x2x5x3xf64>)
    -> (tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64>, tensor<1x2x3x4xf64>, tensor<1x2x3x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v
      source_keys(%sk0 : tensor<1x2x3x4xf64>)
      source_values(%sv0 : tensor<1x2x3x3xf64>)
      reach 7 to #weft.size<9> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<1x2x5x4xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64> -> tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>
  %dq, %dk, %dv, %dsk0, %dsv0 = weft.span_attention_grad %q, %k, %v
      source_keys(%sk0 : tensor<1x2x3x4xf64>)
      source_values(%sv0 : tensor<1x2x3x3xf64>)
      reach 7 to #weft.size<9> before_start masked kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64):
    %present = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %present, %one : f64, i1, f64
  } : tensor<1x2x5x4xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>
    -> tensor<1x2x5x4xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64>, tensor<1x2x3x4xf64>, tensor<1x2x3x3xf64>
  return %y, %stats, %dq, %dk, %dv, %dsk0, %dsv0 : tensor<1x2x5x3xf64>, tensor<1x2x5x3xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64>, tensor<1x2x3x4xf64>, tensor<1x2x3x3xf64>
}
