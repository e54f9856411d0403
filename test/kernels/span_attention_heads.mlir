// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// A reach for each head: between distances, at one, beyond the op's, below the first distance, infinite either way; one row
// block and two, several tiles of keys, and the wide tiles of a far reach.
func.func @ordinary(%q: tensor<1x3x37x4xf64>, %k: tensor<1x3x101x4xf64>, %v: tensor<1x3x101x3xf64>, %p: tensor<70x4xf64>, %z: tensor<3xf64> {check.value = dense<[7.5, 40.0, 3.0]> : tensor<3xf64>}, %reach: tensor<3xf64> {check.value = dense<[7.5, 40.0, 3.0]> : tensor<3xf64>}, %dy: tensor<1x3x37x3xf64>)
    -> (tensor<1x3x37x3xf64>, tensor<1x3x37x3xf64>, tensor<1x3x37x4xf64>, tensor<1x3x101x4xf64>, tensor<1x3x101x3xf64>, tensor<70x4xf64>, tensor<3xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<70x4xf64>) reach 1 to #weft.size<70> heads(%reach : tensor<3xf64>) before_start zeros
      captures(%z : tensor<3xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.5 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %zh, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x3x37x4xf64>, tensor<1x3x101x4xf64>, tensor<1x3x101x3xf64> -> tensor<1x3x37x3xf64>, tensor<1x3x37x3xf64>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<70x4xf64>) reach 1 to #weft.size<70> heads(%reach : tensor<3xf64>) before_start zeros
      captures(%z : tensor<3xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.5 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %zh, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x3x37x4xf64>, tensor<1x3x101x4xf64>, tensor<1x3x101x3xf64>, tensor<1x3x37x3xf64>, tensor<1x3x37x3xf64> -> tensor<1x3x37x4xf64>, tensor<1x3x101x4xf64>, tensor<1x3x101x3xf64>, tensor<70x4xf64>, tensor<3xf64>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<1x3x37x3xf64>, tensor<1x3x37x3xf64>, tensor<1x3x37x4xf64>, tensor<1x3x101x4xf64>, tensor<1x3x101x3xf64>, tensor<70x4xf64>, tensor<3xf64>
}
func.func @extremes(%q: tensor<2x3x5x4xf64>, %k: tensor<2x3x45x4xf64>, %v: tensor<2x3x45x16xf64>, %p: tensor<41x4xf64>, %z: tensor<3xf64> {check.value = dense<[7.5, 40.0, 3.0]> : tensor<3xf64>}, %reach: tensor<3xf64> {check.value = dense<[1.0e30, -1.0e30, 0.0]> : tensor<3xf64>}, %key: tensor<4xi32>, %dy: tensor<2x3x5x16xf64>)
    -> (tensor<2x3x5x16xf64>, tensor<2x3x5x3xf64>, tensor<2x3x5x4xf64>, tensor<2x3x45x4xf64>, tensor<2x3x45x16xf64>, tensor<41x4xf64>, tensor<3xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<41x4xf64>) reach 0 to #weft.size<40> heads(%reach : tensor<3xf64>) before_start masked
      captures(%z : tensor<3xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.5 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %zh, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<2x3x5x4xf64>, tensor<2x3x45x4xf64>, tensor<2x3x45x16xf64> -> tensor<2x3x5x16xf64>, tensor<2x3x5x3xf64>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<41x4xf64>) reach 0 to #weft.size<40> heads(%reach : tensor<3xf64>) before_start masked
      captures(%z : tensor<3xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.5 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %zh, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<2x3x5x4xf64>, tensor<2x3x45x4xf64>, tensor<2x3x45x16xf64>, tensor<2x3x5x3xf64>, tensor<2x3x5x16xf64> -> tensor<2x3x5x4xf64>, tensor<2x3x45x4xf64>, tensor<2x3x45x16xf64>, tensor<41x4xf64>, tensor<3xf64>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<2x3x5x16xf64>, tensor<2x3x5x3xf64>, tensor<2x3x5x4xf64>, tensor<2x3x45x4xf64>, tensor<2x3x45x16xf64>, tensor<41x4xf64>, tensor<3xf64>
}
func.func @future(%q: tensor<1x3x9x2xf64>, %k: tensor<1x3x20x2xf64>, %v: tensor<1x3x20x2xf64>, %p: tensor<16x2xf64>, %z: tensor<3xf64> {check.value = dense<[7.5, 40.0, 3.0]> : tensor<3xf64>}, %reach: tensor<3xf64> {check.value = dense<[-2.0, 5.0, 12.5]> : tensor<3xf64>}, %dy: tensor<1x3x9x2xf64>)
    -> (tensor<1x3x9x2xf64>, tensor<1x3x9x3xf64>, tensor<1x3x9x2xf64>, tensor<1x3x20x2xf64>, tensor<1x3x20x2xf64>, tensor<16x2xf64>, tensor<3xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<16x2xf64>) reach -3 to #weft.size<12> heads(%reach : tensor<3xf64>) before_start masked
      captures(%z : tensor<3xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.5 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %zh, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x3x9x2xf64>, tensor<1x3x20x2xf64>, tensor<1x3x20x2xf64> -> tensor<1x3x9x2xf64>, tensor<1x3x9x3xf64>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<16x2xf64>) reach -3 to #weft.size<12> heads(%reach : tensor<3xf64>) before_start masked
      captures(%z : tensor<3xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.5 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %zh, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x3x9x2xf64>, tensor<1x3x20x2xf64>, tensor<1x3x20x2xf64>, tensor<1x3x9x3xf64>, tensor<1x3x9x2xf64> -> tensor<1x3x9x2xf64>, tensor<1x3x20x2xf64>, tensor<1x3x20x2xf64>, tensor<16x2xf64>, tensor<3xf64>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<1x3x9x2xf64>, tensor<1x3x9x3xf64>, tensor<1x3x9x2xf64>, tensor<1x3x20x2xf64>, tensor<1x3x20x2xf64>, tensor<16x2xf64>, tensor<3xf64>
}
func.func @single(%q: tensor<1x3x40x16xf32>, %k: tensor<1x3x101x16xf32>, %v: tensor<1x3x101x16xf32>, %p: tensor<70x16xf32>, %z: tensor<3xf32> {check.value = dense<[7.5, 40.0, 3.0]> : tensor<3xf32>}, %reach: tensor<3xf32> {check.value = dense<[7.5, 0.5, 200.0]> : tensor<3xf32>}, %key: tensor<4xi32>, %dy: tensor<1x3x40x16xf32>)
    -> (tensor<1x3x40x16xf32>, tensor<1x3x40x3xf32>, tensor<1x3x40x16xf32>, tensor<1x3x101x16xf32>, tensor<1x3x101x16xf32>, tensor<70x16xf32>, tensor<3xf32>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<70x16xf32>) reach 1 to #weft.size<70> heads(%reach : tensor<3xf32>) before_start zeros
      captures(%z : tensor<3xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.5 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %slope = weft.constant 0.125 : f32
    %past = weft.sub %zh, %d : f32
    %raw = weft.mul %past, %slope : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x3x40x16xf32>, tensor<1x3x101x16xf32>, tensor<1x3x101x16xf32> -> tensor<1x3x40x16xf32>, tensor<1x3x40x3xf32>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<70x16xf32>) reach 1 to #weft.size<70> heads(%reach : tensor<3xf32>) before_start zeros
      captures(%z : tensor<3xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 dropout 0.3 id 5 (%key : tensor<4xi32>) given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.5 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %slope = weft.constant 0.125 : f32
    %past = weft.sub %zh, %d : f32
    %raw = weft.mul %past, %slope : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x3x40x16xf32>, tensor<1x3x101x16xf32>, tensor<1x3x101x16xf32>, tensor<1x3x40x3xf32>, tensor<1x3x40x16xf32> -> tensor<1x3x40x16xf32>, tensor<1x3x101x16xf32>, tensor<1x3x101x16xf32>, tensor<70x16xf32>, tensor<3xf32>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<1x3x40x16xf32>, tensor<1x3x40x3xf32>, tensor<1x3x40x16xf32>, tensor<1x3x101x16xf32>, tensor<1x3x101x16xf32>, tensor<70x16xf32>, tensor<3xf32>
}
func.func @wide(%q: tensor<1x3x37x4xf32>, %k: tensor<1x3x700x4xf32>, %v: tensor<1x3x700x3xf32>, %p: tensor<600x4xf32>, %z: tensor<3xf32> {check.value = dense<[7.5, 400.0, 620.0]> : tensor<3xf32>}, %reach: tensor<3xf32> {check.value = dense<[7.5, 401.0, 700.0]> : tensor<3xf32>}, %dy: tensor<1x3x37x3xf32>)
    -> (tensor<1x3x37x3xf32>, tensor<1x3x37x3xf32>, tensor<1x3x37x4xf32>, tensor<1x3x700x4xf32>, tensor<1x3x700x3xf32>, tensor<600x4xf32>, tensor<3xf32>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<600x4xf32>) reach 1 to #weft.size<600> heads(%reach : tensor<3xf32>) before_start zeros
      captures(%z : tensor<3xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.5 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %slope = weft.constant 0.125 : f32
    %past = weft.sub %zh, %d : f32
    %raw = weft.mul %past, %slope : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x3x37x4xf32>, tensor<1x3x700x4xf32>, tensor<1x3x700x3xf32> -> tensor<1x3x37x3xf32>, tensor<1x3x37x3xf32>
  %dq, %dk, %dv, %dp, %dz = weft.span_attention_grad %q, %k, %v position(%p : tensor<600x4xf32>) reach 1 to #weft.size<600> heads(%reach : tensor<3xf32>) before_start zeros
      captures(%z : tensor<3xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %scale = weft.constant 0.5 : f32
    %sum = weft.add %content, %relative : f32
    %score = weft.mul %sum, %scale : f32
    %true = weft.constant true
    %slope = weft.constant 0.125 : f32
    %past = weft.sub %zh, %d : f32
    %raw = weft.mul %past, %slope : f32
    %m = weft.clamp %raw low 0.0 high 1.0 : f32
    weft.yield %score, %true, %m : f32, i1, f32
  } : tensor<1x3x37x4xf32>, tensor<1x3x700x4xf32>, tensor<1x3x700x3xf32>, tensor<1x3x37x3xf32>, tensor<1x3x37x3xf32> -> tensor<1x3x37x4xf32>, tensor<1x3x700x4xf32>, tensor<1x3x700x3xf32>, tensor<600x4xf32>, tensor<3xf32>
  return %y, %stats, %dq, %dk, %dv, %dp, %dz : tensor<1x3x37x3xf32>, tensor<1x3x37x3xf32>, tensor<1x3x37x4xf32>, tensor<1x3x700x4xf32>, tensor<1x3x700x3xf32>, tensor<600x4xf32>, tensor<3xf32>
}
// Equal reaches, one that is no number, one below every distance: each head is computed once, whatever its rank.
func.func @ranks(%q: tensor<2x5x37x4xf64>, %k: tensor<2x5x101x4xf64>, %v: tensor<2x5x101x3xf64>, %p: tensor<70x4xf64>, %z: tensor<5xf64> {check.value = dense<[3.0, 9.0, 70.0, 3.0, 40.0]> : tensor<5xf64>}, %reach: tensor<5xf64> {check.value = dense<[3.0, 0x7FF8000000000000, 70.0, 3.0, -7.0]> : tensor<5xf64>})
    -> (tensor<2x5x37x3xf64>, tensor<2x5x37x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<70x4xf64>) reach 1 to #weft.size<70> heads(%reach : tensor<5xf64>) before_start zeros
      captures(%z : tensor<5xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %scale = weft.constant 0.5 : f64
    %sum = weft.add %content, %relative : f64
    %score = weft.mul %sum, %scale : f64
    %true = weft.constant true
    %slope = weft.constant 0.125 : f64
    %past = weft.sub %zh, %d : f64
    %raw = weft.mul %past, %slope : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<2x5x37x4xf64>, tensor<2x5x101x4xf64>, tensor<2x5x101x3xf64> -> tensor<2x5x37x3xf64>, tensor<2x5x37x3xf64>
  return %y, %stats : tensor<2x5x37x3xf64>, tensor<2x5x37x3xf64>
}
