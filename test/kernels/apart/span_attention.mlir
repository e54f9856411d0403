// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// Attention backwards in kernels of its own for queries, keys and distances, in small tiles that the ops themselves ask for: a reach
// shorter than a block of rows, more rows than keys in a tile and the other way round, keys that end inside a block, sizes of run
// time down to 0, every kind of capture, several sources, dropout, reaches of heads that are equal, infinite or no number, bf16.
// It is not beside the other files because what damages kernels there sets the tiles of all attention itself.
func.func @short_reach(%q: tensor<1x2x37x4xf64>, %k: tensor<1x2x53x4xf64>, %v: tensor<1x2x53x3xf64>, %p: tensor<7x4xf64>, %c0: tensor<2xf64> {check.value = dense<[3.5, 6.0]> : tensor<2xf64>}, %dy: tensor<1x2x37x3xf64>)
    -> (tensor<1x2x37x4xf64>, tensor<1x2x53x4xf64>, tensor<1x2x53x3xf64>, tensor<7x4xf64>, tensor<2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<7x4xf64>) reach 1 to #weft.size<5> before_start masked
      captures(%c0 : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64):
    %sum = weft.add %content, %relative : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %c0_, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %sum, %true, %m : f64, i1, f64
  } : tensor<1x2x37x4xf64>, tensor<1x2x53x4xf64>, tensor<1x2x53x3xf64> -> tensor<1x2x37x3xf64>, tensor<1x2x37x3xf64>
  %dq, %dk, %dv, %dp, %dc0 = weft.span_attention_grad %q, %k, %v position(%p : tensor<7x4xf64>) reach 1 to #weft.size<5> before_start masked
      captures(%c0 : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64):
    %sum = weft.add %content, %relative : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %c0_, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %sum, %true, %m : f64, i1, f64
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, rows = 8 : i64}}
    : tensor<1x2x37x4xf64>, tensor<1x2x53x4xf64>, tensor<1x2x53x3xf64>, tensor<1x2x37x3xf64>, tensor<1x2x37x3xf64> -> tensor<1x2x37x4xf64>, tensor<1x2x53x4xf64>, tensor<1x2x53x3xf64>, tensor<7x4xf64>, tensor<2xf64>
  return %dq, %dk, %dv, %dp, %dc0 : tensor<1x2x37x4xf64>, tensor<1x2x53x4xf64>, tensor<1x2x53x3xf64>, tensor<7x4xf64>, tensor<2xf64>
}
func.func @more_rows(%q: tensor<2x2x37x4xf64>, %k: tensor<2x2x45x4xf64>, %v: tensor<2x2x45x6xf64>, %p: tensor<21x4xf64>, %c0: tensor<2xf64> {check.value = dense<[9.5, 21.0]> : tensor<2xf64>}, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 4]> : tensor<4xi32>}, %dy: tensor<2x2x37x6xf64>)
    -> (tensor<2x2x37x4xf64>, tensor<2x2x45x4xf64>, tensor<2x2x45x6xf64>, tensor<21x4xf64>, tensor<2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<21x4xf64>) reach 0 to #weft.size<20> before_start zeros
      captures(%c0 : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64):
    %sum = weft.add %content, %relative : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %c0_, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %sum, %true, %m : f64, i1, f64
  } : tensor<2x2x37x4xf64>, tensor<2x2x45x4xf64>, tensor<2x2x45x6xf64> -> tensor<2x2x37x6xf64>, tensor<2x2x37x3xf64>
  %dq, %dk, %dv, %dp, %dc0 = weft.span_attention_grad %q, %k, %v position(%p : tensor<21x4xf64>) reach 0 to #weft.size<20> before_start zeros
      captures(%c0 : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64):
    %sum = weft.add %content, %relative : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %c0_, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %sum, %true, %m : f64, i1, f64
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, rows = 16 : i64}}
    : tensor<2x2x37x4xf64>, tensor<2x2x45x4xf64>, tensor<2x2x45x6xf64>, tensor<2x2x37x3xf64>, tensor<2x2x37x6xf64> -> tensor<2x2x37x4xf64>, tensor<2x2x45x4xf64>, tensor<2x2x45x6xf64>, tensor<21x4xf64>, tensor<2xf64>
  return %dq, %dk, %dv, %dp, %dc0 : tensor<2x2x37x4xf64>, tensor<2x2x45x4xf64>, tensor<2x2x45x6xf64>, tensor<21x4xf64>, tensor<2xf64>
}
func.func @more_keys(%q: tensor<1x2x21x4xf64>, %k: tensor<1x2x35x4xf64>, %v: tensor<1x2x35x3xf64>, %p: tensor<34x4xf64>, %c0: tensor<2xf64> {check.value = dense<[9.5, 30.0]> : tensor<2xf64>}, %dy: tensor<1x2x21x3xf64>)
    -> (tensor<1x2x21x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64>, tensor<34x4xf64>, tensor<2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<34x4xf64>) reach 0 to #weft.size<33> before_start masked
      captures(%c0 : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64):
    %sum = weft.add %content, %relative : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %c0_, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %sum, %true, %m : f64, i1, f64
  } : tensor<1x2x21x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64> -> tensor<1x2x21x3xf64>, tensor<1x2x21x3xf64>
  %dq, %dk, %dv, %dp, %dc0 = weft.span_attention_grad %q, %k, %v position(%p : tensor<34x4xf64>) reach 0 to #weft.size<33> before_start masked
      captures(%c0 : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64):
    %sum = weft.add %content, %relative : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %c0_, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %sum, %true, %m : f64, i1, f64
  } {schedule = {apart, cols = 16 : i64, depth = 1 : i64, rows = 8 : i64}}
    : tensor<1x2x21x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64>, tensor<1x2x21x3xf64>, tensor<1x2x21x3xf64> -> tensor<1x2x21x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64>, tensor<34x4xf64>, tensor<2xf64>
  return %dq, %dk, %dv, %dp, %dc0 : tensor<1x2x21x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64>, tensor<34x4xf64>, tensor<2xf64>
}
func.func @before_first_key(%q: tensor<1x1x40x2xf64>, %k: tensor<1x1x40x2xf64>, %v: tensor<1x1x40x2xf64>, %p: tensor<11x2xf64>, %dy: tensor<1x1x40x2xf64>)
    -> (tensor<1x1x40x2xf64>, tensor<1x1x40x2xf64>, tensor<1x1x40x2xf64>, tensor<11x2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<11x2xf64>) reach 1 to #weft.size<11> before_start zeros
      kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %sum = weft.add %content, %relative : f64
    weft.yield %sum, %true, %one : f64, i1, f64
  } : tensor<1x1x40x2xf64>, tensor<1x1x40x2xf64>, tensor<1x1x40x2xf64> -> tensor<1x1x40x2xf64>, tensor<1x1x40x3xf64>
  %dq, %dk, %dv, %dp = weft.span_attention_grad %q, %k, %v position(%p : tensor<11x2xf64>) reach 1 to #weft.size<11> before_start zeros
      kinds [] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %sum = weft.add %content, %relative : f64
    weft.yield %sum, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, rows = 8 : i64}}
    : tensor<1x1x40x2xf64>, tensor<1x1x40x2xf64>, tensor<1x1x40x2xf64>, tensor<1x1x40x3xf64>, tensor<1x1x40x2xf64> -> tensor<1x1x40x2xf64>, tensor<1x1x40x2xf64>, tensor<1x1x40x2xf64>, tensor<11x2xf64>
  return %dq, %dk, %dv, %dp : tensor<1x1x40x2xf64>, tensor<1x1x40x2xf64>, tensor<1x1x40x2xf64>, tensor<11x2xf64>
}
func.func @everything(%q: tensor<2x2x19x2xf64>, %k: tensor<2x2x29x2xf64>, %v: tensor<2x2x29x3xf64>, %p: tensor<10x2xf64>, %sk0: tensor<2x2x11x2xf64>, %sk1: tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(20 by 1), 2]>>, %sv0: tensor<2x2x11x3xf64>, %sv1: tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(20 by 1), 3]>>, %c0: tensor<f64>, %c1: tensor<2xf64>, %c2: tensor<19xf64>, %c3: tensor<29xf64>, %c4: tensor<10xf64>, %c5: tensor<2x10xf64>, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 4]> : tensor<4xi32>}, %dy: tensor<2x2x19x3xf64>)
    -> (tensor<2x2x19x2xf64>, tensor<2x2x29x2xf64>, tensor<2x2x29x3xf64>, tensor<10x2xf64>, tensor<2x2x11x2xf64>, tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(20 by 1), 2]>>, tensor<2x2x11x3xf64>, tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(20 by 1), 3]>>, tensor<f64>, tensor<2xf64>, tensor<19xf64>, tensor<29xf64>, tensor<10xf64>, tensor<2x10xf64>) attributes {check.kernel, check.sizes = [{n = 0}, {n = 1}, {n = 17}, {n = 20}]} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<10x2xf64>)
      source_keys(%sk0, %sk1 : tensor<2x2x11x2xf64>, tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(20 by 1), 2]>>) source_values(%sv0, %sv1 : tensor<2x2x11x3xf64>, tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(20 by 1), 3]>>)
      reach 0 to #weft.size<9> before_start masked
      captures(%c0, %c1, %c2, %c3, %c4, %c5 : tensor<f64>, tensor<2xf64>, tensor<19xf64>, tensor<29xf64>, tensor<10xf64>, tensor<2x10xf64>) kinds [#weft.capture<scalar>, #weft.capture<per_head>, #weft.capture<by_query>, #weft.capture<by_key>, #weft.capture<by_distance>, #weft.capture<per_head_by_distance>] epsilon 1.0e-2 dropout 0.3 id 5 (%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64, %c1_: f64, %c2_: f64, %c3_: f64, %c4_: f64, %c5_: f64):
    %a = weft.mul %c0_, %c4_ : f64
    %b = weft.add %a, %c2_ : f64
    %c = weft.mul %c3_, %c1_ : f64
    %e = weft.add %b, %c : f64
    %f = weft.add %e, %c5_ : f64
    %g = weft.add %content, %relative : f64
    %score = weft.add %f, %g : f64
    %half = weft.constant 0.5 : f64
    %w = weft.maximum %c1_, %half : f64
    %true = weft.constant true
    weft.yield %score, %true, %w : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64, %c0_: f64, %c1_: f64, %c2_: f64, %c3_: f64, %c4_: f64, %c5_: f64):
    %scaled = weft.mul %content, %c0_ : f64
    %moved = weft.add %scaled, %c1_ : f64
    %score = weft.add %moved, %c2_ : f64
    %two = weft.constant 2.0 : f64
    %far = weft.sub %n, %i : f64
    %present = weft.compare lt %far, %two : f64 -> i1
    %m = weft.clamp %c1_ low 0.25 high 0.75 : f64
    weft.yield %score, %present, %m : f64, i1, f64
  }, {
  ^bb0(%content: f64, %i: f64, %n: f64, %c0_: f64, %c1_: f64, %c2_: f64, %c3_: f64, %c4_: f64, %c5_: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<2x2x19x2xf64>, tensor<2x2x29x2xf64>, tensor<2x2x29x3xf64> -> tensor<2x2x19x3xf64>, tensor<2x2x19x3xf64>
  %dq, %dk, %dv, %dp, %dsk0, %dsk1, %dsv0, %dsv1, %dc0, %dc1, %dc2, %dc3, %dc4, %dc5 = weft.span_attention_grad %q, %k, %v position(%p : tensor<10x2xf64>)
      source_keys(%sk0, %sk1 : tensor<2x2x11x2xf64>, tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(20 by 1), 2]>>) source_values(%sv0, %sv1 : tensor<2x2x11x3xf64>, tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(20 by 1), 3]>>)
      reach 0 to #weft.size<9> before_start masked
      captures(%c0, %c1, %c2, %c3, %c4, %c5 : tensor<f64>, tensor<2xf64>, tensor<19xf64>, tensor<29xf64>, tensor<10xf64>, tensor<2x10xf64>) kinds [#weft.capture<scalar>, #weft.capture<per_head>, #weft.capture<by_query>, #weft.capture<by_key>, #weft.capture<by_distance>, #weft.capture<per_head_by_distance>] epsilon 1.0e-2 dropout 0.3 id 5 (%key : tensor<4xi32>) given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64, %c1_: f64, %c2_: f64, %c3_: f64, %c4_: f64, %c5_: f64):
    %a = weft.mul %c0_, %c4_ : f64
    %b = weft.add %a, %c2_ : f64
    %c = weft.mul %c3_, %c1_ : f64
    %e = weft.add %b, %c : f64
    %f = weft.add %e, %c5_ : f64
    %g = weft.add %content, %relative : f64
    %score = weft.add %f, %g : f64
    %half = weft.constant 0.5 : f64
    %w = weft.maximum %c1_, %half : f64
    %true = weft.constant true
    weft.yield %score, %true, %w : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64, %c0_: f64, %c1_: f64, %c2_: f64, %c3_: f64, %c4_: f64, %c5_: f64):
    %scaled = weft.mul %content, %c0_ : f64
    %moved = weft.add %scaled, %c1_ : f64
    %score = weft.add %moved, %c2_ : f64
    %two = weft.constant 2.0 : f64
    %far = weft.sub %n, %i : f64
    %present = weft.compare lt %far, %two : f64 -> i1
    %m = weft.clamp %c1_ low 0.25 high 0.75 : f64
    weft.yield %score, %present, %m : f64, i1, f64
  }, {
  ^bb0(%content: f64, %i: f64, %n: f64, %c0_: f64, %c1_: f64, %c2_: f64, %c3_: f64, %c4_: f64, %c5_: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, rows = 8 : i64}}
    : tensor<2x2x19x2xf64>, tensor<2x2x29x2xf64>, tensor<2x2x29x3xf64>, tensor<2x2x19x3xf64>, tensor<2x2x19x3xf64> -> tensor<2x2x19x2xf64>, tensor<2x2x29x2xf64>, tensor<2x2x29x3xf64>, tensor<10x2xf64>, tensor<2x2x11x2xf64>, tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(20 by 1), 2]>>, tensor<2x2x11x3xf64>, tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(20 by 1), 3]>>, tensor<f64>, tensor<2xf64>, tensor<19xf64>, tensor<29xf64>, tensor<10xf64>, tensor<2x10xf64>
  return %dq, %dk, %dv, %dp, %dsk0, %dsk1, %dsv0, %dsv1, %dc0, %dc1, %dc2, %dc3, %dc4, %dc5 : tensor<2x2x19x2xf64>, tensor<2x2x29x2xf64>, tensor<2x2x29x3xf64>, tensor<10x2xf64>, tensor<2x2x11x2xf64>, tensor<1x1x?x2xf64, #weft.bounded<[1, 1, n(20 by 1), 2]>>, tensor<2x2x11x3xf64>, tensor<1x1x?x3xf64, #weft.bounded<[1, 1, n(20 by 1), 3]>>, tensor<f64>, tensor<2xf64>, tensor<19xf64>, tensor<29xf64>, tensor<10xf64>, tensor<2x10xf64>
}
func.func @of_heads(%q: tensor<2x5x37x4xf64>, %k: tensor<2x5x60x4xf64>, %v: tensor<2x5x60x3xf64>, %p: tensor<30x4xf64>, %c0: tensor<5xf64> {check.value = dense<[3.0, 9.0, 30.0, 3.0, 12.0]> : tensor<5xf64>}, %reach: tensor<5xf64> {check.value = dense<[4.0, 0x7FF8000000000000, 0x7FF0000000000000, 4.0, -7.0]> : tensor<5xf64>}, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 4]> : tensor<4xi32>}, %dy: tensor<2x5x37x3xf64>)
    -> (tensor<2x5x37x4xf64>, tensor<2x5x60x4xf64>, tensor<2x5x60x3xf64>, tensor<30x4xf64>, tensor<5xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<30x4xf64>) reach 1 to #weft.size<30> heads(%reach : tensor<5xf64>) before_start masked
      captures(%c0 : tensor<5xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64):
    %sum = weft.add %content, %relative : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %c0_, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %sum, %true, %m : f64, i1, f64
  } : tensor<2x5x37x4xf64>, tensor<2x5x60x4xf64>, tensor<2x5x60x3xf64> -> tensor<2x5x37x3xf64>, tensor<2x5x37x3xf64>
  %dq, %dk, %dv, %dp, %dc0 = weft.span_attention_grad %q, %k, %v position(%p : tensor<30x4xf64>) reach 1 to #weft.size<30> heads(%reach : tensor<5xf64>) before_start masked
      captures(%c0 : tensor<5xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64):
    %sum = weft.add %content, %relative : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %c0_, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %sum, %true, %m : f64, i1, f64
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, far_first, rows = 8 : i64}}
    : tensor<2x5x37x4xf64>, tensor<2x5x60x4xf64>, tensor<2x5x60x3xf64>, tensor<2x5x37x3xf64>, tensor<2x5x37x3xf64> -> tensor<2x5x37x4xf64>, tensor<2x5x60x4xf64>, tensor<2x5x60x3xf64>, tensor<30x4xf64>, tensor<5xf64>
  return %dq, %dk, %dv, %dp, %dc0 : tensor<2x5x37x4xf64>, tensor<2x5x60x4xf64>, tensor<2x5x60x3xf64>, tensor<30x4xf64>, tensor<5xf64>
}
func.func @future(%q: tensor<1x3x21x2xf64>, %k: tensor<1x3x30x2xf64>, %v: tensor<1x3x30x2xf64>, %p: tensor<16x2xf64>, %c0: tensor<3xf64> {check.value = dense<[7.5, 40.0, 3.0]> : tensor<3xf64>}, %reach: tensor<3xf64> {check.value = dense<[-2.0, 5.0, 12.5]> : tensor<3xf64>}, %dy: tensor<1x3x21x2xf64>)
    -> (tensor<1x3x21x2xf64>, tensor<1x3x30x2xf64>, tensor<1x3x30x2xf64>, tensor<16x2xf64>, tensor<3xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<16x2xf64>) reach -3 to #weft.size<12> heads(%reach : tensor<3xf64>) before_start zeros
      captures(%c0 : tensor<3xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64):
    %sum = weft.add %content, %relative : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %c0_, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %sum, %true, %m : f64, i1, f64
  } : tensor<1x3x21x2xf64>, tensor<1x3x30x2xf64>, tensor<1x3x30x2xf64> -> tensor<1x3x21x2xf64>, tensor<1x3x21x3xf64>
  %dq, %dk, %dv, %dp, %dc0 = weft.span_attention_grad %q, %k, %v position(%p : tensor<16x2xf64>) reach -3 to #weft.size<12> heads(%reach : tensor<3xf64>) before_start zeros
      captures(%c0 : tensor<3xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64):
    %sum = weft.add %content, %relative : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %c0_, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %sum, %true, %m : f64, i1, f64
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, far_first, rows = 8 : i64}}
    : tensor<1x3x21x2xf64>, tensor<1x3x30x2xf64>, tensor<1x3x30x2xf64>, tensor<1x3x21x3xf64>, tensor<1x3x21x2xf64> -> tensor<1x3x21x2xf64>, tensor<1x3x30x2xf64>, tensor<1x3x30x2xf64>, tensor<16x2xf64>, tensor<3xf64>
  return %dq, %dk, %dv, %dp, %dc0 : tensor<1x3x21x2xf64>, tensor<1x3x30x2xf64>, tensor<1x3x30x2xf64>, tensor<16x2xf64>, tensor<3xf64>
}
func.func @run_time(%q: tensor<?x2x?x4xf64, #weft.bounded<[b(2 by 1), 2, m(20 by 1) + 1, 4]>>, %k: tensor<?x2x?x4xf64, #weft.bounded<[b(2 by 1), 2, cache(30 by 1) + 1, 4]>>, %v: tensor<?x2x?x3xf64, #weft.bounded<[b(2 by 1), 2, cache(30 by 1) + 1, 3]>>, %p: tensor<25x4xf64>, %c0: tensor<23xf64>, %c1: tensor<f64>, %like: tensor<?xf64, #weft.bounded<[span(24 by 8)]>>, %dy: tensor<?x2x?x3xf64, #weft.bounded<[b(2 by 1), 2, m(20 by 1) + 1, 3]>>)
    -> (tensor<?x2x?x4xf64, #weft.bounded<[b(2 by 1), 2, m(20 by 1) + 1, 4]>>, tensor<?x2x?x4xf64, #weft.bounded<[b(2 by 1), 2, cache(30 by 1) + 1, 4]>>, tensor<?x2x?x3xf64, #weft.bounded<[b(2 by 1), 2, cache(30 by 1) + 1, 3]>>, tensor<25x4xf64>, tensor<23xf64>, tensor<f64>) attributes {check.kernel, check.sizes = [{b = 2, m = 0, cache = 0, span = 8}, {b = 1, m = 12, cache = 12, span = 24}, {b = 2, m = 20, cache = 30, span = 16}]} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<25x4xf64>) reach 2 to #weft.size<span(24 by 8)> before_start masked
      captures(%c0, %c1 : tensor<23xf64>, tensor<f64>) kinds [#weft.capture<by_distance>, #weft.capture<scalar>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64, %c1_: f64):
    %a = weft.add %content, %relative : f64
    %b = weft.mul %c0_, %c1_ : f64
    %s = weft.add %a, %b : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %s, %true, %one : f64, i1, f64
  } : tensor<?x2x?x4xf64, #weft.bounded<[b(2 by 1), 2, m(20 by 1) + 1, 4]>>, tensor<?x2x?x4xf64, #weft.bounded<[b(2 by 1), 2, cache(30 by 1) + 1, 4]>>, tensor<?x2x?x3xf64, #weft.bounded<[b(2 by 1), 2, cache(30 by 1) + 1, 3]>> -> tensor<?x2x?x3xf64, #weft.bounded<[b(2 by 1), 2, m(20 by 1) + 1, 3]>>, tensor<?x2x?x3xf64, #weft.bounded<[b(2 by 1), 2, m(20 by 1) + 1, 3]>>
  %dq, %dk, %dv, %dp, %dc0, %dc1 = weft.span_attention_grad %q, %k, %v position(%p : tensor<25x4xf64>) reach 2 to #weft.size<span(24 by 8)> before_start masked
      captures(%c0, %c1 : tensor<23xf64>, tensor<f64>) kinds [#weft.capture<by_distance>, #weft.capture<scalar>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0_: f64, %c1_: f64):
    %a = weft.add %content, %relative : f64
    %b = weft.mul %c0_, %c1_ : f64
    %s = weft.add %a, %b : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %s, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, rows = 8 : i64}}
    : tensor<?x2x?x4xf64, #weft.bounded<[b(2 by 1), 2, m(20 by 1) + 1, 4]>>, tensor<?x2x?x4xf64, #weft.bounded<[b(2 by 1), 2, cache(30 by 1) + 1, 4]>>, tensor<?x2x?x3xf64, #weft.bounded<[b(2 by 1), 2, cache(30 by 1) + 1, 3]>>, tensor<?x2x?x3xf64, #weft.bounded<[b(2 by 1), 2, m(20 by 1) + 1, 3]>>, tensor<?x2x?x3xf64, #weft.bounded<[b(2 by 1), 2, m(20 by 1) + 1, 3]>> -> tensor<?x2x?x4xf64, #weft.bounded<[b(2 by 1), 2, m(20 by 1) + 1, 4]>>, tensor<?x2x?x4xf64, #weft.bounded<[b(2 by 1), 2, cache(30 by 1) + 1, 4]>>, tensor<?x2x?x3xf64, #weft.bounded<[b(2 by 1), 2, cache(30 by 1) + 1, 3]>>, tensor<25x4xf64>, tensor<23xf64>, tensor<f64>
  return %dq, %dk, %dv, %dp, %dc0, %dc1 : tensor<?x2x?x4xf64, #weft.bounded<[b(2 by 1), 2, m(20 by 1) + 1, 4]>>, tensor<?x2x?x4xf64, #weft.bounded<[b(2 by 1), 2, cache(30 by 1) + 1, 4]>>, tensor<?x2x?x3xf64, #weft.bounded<[b(2 by 1), 2, cache(30 by 1) + 1, 3]>>, tensor<25x4xf64>, tensor<23xf64>, tensor<f64>
}
func.func @rounded(%q: tensor<1x2x33x8xf32>, %k: tensor<1x2x52x8xf32>, %v: tensor<1x2x52x6xf32>, %p: tensor<19x8xf32>, %c0: tensor<2xf32> {check.value = dense<[9.5, 20.0]> : tensor<2xf32>}, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 4]> : tensor<4xi32>}, %dy: tensor<1x2x33x6xf32>)
    -> (tensor<1x2x33x8xf32>, tensor<1x2x52x8xf32>, tensor<1x2x52x6xf32>, tensor<19x8xf32>, tensor<2xf32>) attributes {check.kernel} {
  %rq = weft.cast %q : tensor<1x2x33x8xf32> -> tensor<1x2x33x8xbf16>
  %rk = weft.cast %k : tensor<1x2x52x8xf32> -> tensor<1x2x52x8xbf16>
  %rv = weft.cast %v : tensor<1x2x52x6xf32> -> tensor<1x2x52x6xbf16>
  %rp = weft.cast %p : tensor<19x8xf32> -> tensor<19x8xbf16>
  %rdy = weft.cast %dy : tensor<1x2x33x6xf32> -> tensor<1x2x33x6xbf16>
  %y, %stats = weft.span_attention %rq, %rk, %rv position(%rp : tensor<19x8xbf16>) reach 1 to #weft.size<19> before_start zeros
      captures(%c0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0_: f32):
    %sum = weft.add %content, %relative : f32
    %true = weft.constant true
    %slope = weft.constant 0.125 : f32
    %past = weft.sub %c0_, %d : f32
    %raw = weft.mul %past, %slope : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %sum, %true, %m : f32, i1, f32
  } : tensor<1x2x33x8xbf16>, tensor<1x2x52x8xbf16>, tensor<1x2x52x6xbf16> -> tensor<1x2x33x6xf32>, tensor<1x2x33x3xf32>
  %dq, %dk, %dv, %dp, %dc0 = weft.span_attention_grad %rq, %rk, %rv position(%rp : tensor<19x8xbf16>) reach 1 to #weft.size<19> before_start zeros
      captures(%c0 : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) given %y, %stats, %rdy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %c0_: f32):
    %sum = weft.add %content, %relative : f32
    %true = weft.constant true
    %slope = weft.constant 0.125 : f32
    %past = weft.sub %c0_, %d : f32
    %raw = weft.mul %past, %slope : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %sum, %true, %m : f32, i1, f32
  } {schedule = {apart, cols = 16 : i64, depth = 1 : i64, rows = 16 : i64}}
    : tensor<1x2x33x8xbf16>, tensor<1x2x52x8xbf16>, tensor<1x2x52x6xbf16>, tensor<1x2x33x3xf32>, tensor<1x2x33x6xbf16> -> tensor<1x2x33x8xf32>, tensor<1x2x52x8xf32>, tensor<1x2x52x6xf32>, tensor<19x8xf32>, tensor<2xf32>
  %kdq = weft.constant dense<1.0e-3> : tensor<1x2x33x8xf32>
  %sdq = weft.mul %dq, %kdq : tensor<1x2x33x8xf32>
  %kdk = weft.constant dense<1.0e-3> : tensor<1x2x52x8xf32>
  %sdk = weft.mul %dk, %kdk : tensor<1x2x52x8xf32>
  %kdv = weft.constant dense<1.0e-3> : tensor<1x2x52x6xf32>
  %sdv = weft.mul %dv, %kdv : tensor<1x2x52x6xf32>
  %kdp = weft.constant dense<1.0e-3> : tensor<19x8xf32>
  %sdp = weft.mul %dp, %kdp : tensor<19x8xf32>
  %kdc0 = weft.constant dense<1.0e-3> : tensor<2xf32>
  %sdc0 = weft.mul %dc0, %kdc0 : tensor<2xf32>
  return %sdq, %sdk, %sdv, %sdp, %sdc0 : tensor<1x2x33x8xf32>, tensor<1x2x52x8xf32>, tensor<1x2x52x6xf32>, tensor<19x8xf32>, tensor<2xf32>
}
