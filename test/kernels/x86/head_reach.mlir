// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// Projections of keys and values, and the gradients of their weights, where heads reach unequally far: blocks of rows and
// chunks of the contraction that no head reaches are left out. Heads that reach nothing, all, one key; a block's first and
// last row; several heads in one block of columns; keys that something else reads, too;
// keys and heads that lie along two axes of a product, of which one alone says nothing. On a GPU such products are whole.
func.func @blocks(%x: tensor<2x600x24xf64>, %wk: tensor<3x16x24xf64>, %wv: tensor<3x16x24xf64>, %q: tensor<2x3x20x16xf64>, %dy: tensor<2x3x20x16xf64>, %reach: tensor<3xf64> {check.value = dense<[380.0, 181.5, -1.0]> : tensor<3xf64>})
    -> (tensor<2x3x20x16xf64>, tensor<3x16x24xf64>, tensor<3x16x24xf64>, tensor<2x3x20x16xf64>) attributes {check.kernel} {
  %kr = weft.dot %x, %wk batch [] x [] contract [2] x [2] : tensor<2x600x24xf64>, tensor<3x16x24xf64> -> tensor<2x600x3x16xf64>
  %vr = weft.dot %x, %wv batch [] x [] contract [2] x [2] : tensor<2x600x24xf64>, tensor<3x16x24xf64> -> tensor<2x600x3x16xf64>
  %k = weft.transpose %kr permutation [0, 2, 1, 3] : tensor<2x600x3x16xf64> -> tensor<2x3x600x16xf64>
  %v = weft.transpose %vr permutation [0, 2, 1, 3] : tensor<2x600x3x16xf64> -> tensor<2x3x600x16xf64>
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<599> heads(%reach : tensor<3xf64>) before_start masked
      kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<2x3x20x16xf64>, tensor<2x3x600x16xf64>, tensor<2x3x600x16xf64> -> tensor<2x3x20x16xf64>, tensor<2x3x20x3xf64>
  %dq, %dk, %dv = weft.span_attention_grad %q, %k, %v reach 0 to #weft.size<599> heads(%reach : tensor<3xf64>) before_start masked
      kinds [] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<2x3x20x16xf64>, tensor<2x3x600x16xf64>, tensor<2x3x600x16xf64>, tensor<2x3x20x3xf64>, tensor<2x3x20x16xf64> -> tensor<2x3x20x16xf64>, tensor<2x3x600x16xf64>, tensor<2x3x600x16xf64>
  %dkr = weft.transpose %dk permutation [0, 2, 1, 3] : tensor<2x3x600x16xf64> -> tensor<2x600x3x16xf64>
  %dvr = weft.transpose %dv permutation [0, 2, 1, 3] : tensor<2x3x600x16xf64> -> tensor<2x600x3x16xf64>
  %dwk = weft.dot %dkr, %x batch [] x [] contract [0, 1] x [0, 1] : tensor<2x600x3x16xf64>, tensor<2x600x24xf64> -> tensor<3x16x24xf64>
  %dwv0 = weft.dot %x, %dvr batch [] x [] contract [0, 1] x [0, 1] : tensor<2x600x24xf64>, tensor<2x600x3x16xf64> -> tensor<24x3x16xf64>
  %dwv = weft.transpose %dwv0 permutation [1, 2, 0] : tensor<24x3x16xf64> -> tensor<3x16x24xf64>
  return %y, %dwk, %dwv, %dq : tensor<2x3x20x16xf64>, tensor<3x16x24xf64>, tensor<3x16x24xf64>, tensor<2x3x20x16xf64>
}
func.func @edges(%x: tensor<1x640x16xf64>, %wk: tensor<4x8x16xf64>, %wv: tensor<4x8x16xf64>, %q: tensor<1x4x40x8xf64>, %dy: tensor<1x4x40x8xf64>, %reach: tensor<4xf64> {check.value = dense<[399.0, 400.0, 200.0, 1.0e30]> : tensor<4xf64>})
    -> (tensor<1x4x40x8xf64>, tensor<4x8x16xf64>, tensor<4x8x16xf64>, tensor<1x4x40x8xf64>) attributes {check.kernel} {
  %kr = weft.dot %x, %wk batch [] x [] contract [2] x [2] : tensor<1x640x16xf64>, tensor<4x8x16xf64> -> tensor<1x640x4x8xf64>
  %vr = weft.dot %x, %wv batch [] x [] contract [2] x [2] : tensor<1x640x16xf64>, tensor<4x8x16xf64> -> tensor<1x640x4x8xf64>
  %k = weft.transpose %kr permutation [0, 2, 1, 3] : tensor<1x640x4x8xf64> -> tensor<1x4x640x8xf64>
  %v = weft.transpose %vr permutation [0, 2, 1, 3] : tensor<1x640x4x8xf64> -> tensor<1x4x640x8xf64>
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<639> heads(%reach : tensor<4xf64>) before_start masked
      kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x4x40x8xf64>, tensor<1x4x640x8xf64>, tensor<1x4x640x8xf64> -> tensor<1x4x40x8xf64>, tensor<1x4x40x3xf64>
  %dq, %dk, %dv = weft.span_attention_grad %q, %k, %v reach 0 to #weft.size<639> heads(%reach : tensor<4xf64>) before_start masked
      kinds [] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x4x40x8xf64>, tensor<1x4x640x8xf64>, tensor<1x4x640x8xf64>, tensor<1x4x40x3xf64>, tensor<1x4x40x8xf64> -> tensor<1x4x40x8xf64>, tensor<1x4x640x8xf64>, tensor<1x4x640x8xf64>
  %dkr = weft.transpose %dk permutation [0, 2, 1, 3] : tensor<1x4x640x8xf64> -> tensor<1x640x4x8xf64>
  %dvr = weft.transpose %dv permutation [0, 2, 1, 3] : tensor<1x4x640x8xf64> -> tensor<1x640x4x8xf64>
  %dwk = weft.dot %dkr, %x batch [] x [] contract [0, 1] x [0, 1] : tensor<1x640x4x8xf64>, tensor<1x640x16xf64> -> tensor<4x8x16xf64>
  %dwv0 = weft.dot %x, %dvr batch [] x [] contract [0, 1] x [0, 1] : tensor<1x640x16xf64>, tensor<1x640x4x8xf64> -> tensor<16x4x8xf64>
  %dwv = weft.transpose %dwv0 permutation [1, 2, 0] : tensor<16x4x8xf64> -> tensor<4x8x16xf64>
  return %y, %dwk, %dwv, %dq : tensor<1x4x40x8xf64>, tensor<4x8x16xf64>, tensor<4x8x16xf64>, tensor<1x4x40x8xf64>
}
func.func @nothing(%x: tensor<1x520x8xf64>, %wk: tensor<2x64x8xf64>, %wv: tensor<2x64x8xf64>, %q: tensor<1x2x8x64xf64>, %dy: tensor<1x2x8x64xf64>, %reach: tensor<2xf64> {check.value = dense<[0.0, -5.0]> : tensor<2xf64>})
    -> (tensor<1x2x8x64xf64>, tensor<2x64x8xf64>, tensor<2x64x8xf64>, tensor<1x2x8x64xf64>) attributes {check.kernel} {
  %kr = weft.dot %x, %wk batch [] x [] contract [2] x [2] : tensor<1x520x8xf64>, tensor<2x64x8xf64> -> tensor<1x520x2x64xf64>
  %vr = weft.dot %x, %wv batch [] x [] contract [2] x [2] : tensor<1x520x8xf64>, tensor<2x64x8xf64> -> tensor<1x520x2x64xf64>
  %k = weft.transpose %kr permutation [0, 2, 1, 3] : tensor<1x520x2x64xf64> -> tensor<1x2x520x64xf64>
  %v = weft.transpose %vr permutation [0, 2, 1, 3] : tensor<1x520x2x64xf64> -> tensor<1x2x520x64xf64>
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<300> heads(%reach : tensor<2xf64>) before_start masked
      kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x8x64xf64>, tensor<1x2x520x64xf64>, tensor<1x2x520x64xf64> -> tensor<1x2x8x64xf64>, tensor<1x2x8x3xf64>
  %dq, %dk, %dv = weft.span_attention_grad %q, %k, %v reach 0 to #weft.size<300> heads(%reach : tensor<2xf64>) before_start masked
      kinds [] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x8x64xf64>, tensor<1x2x520x64xf64>, tensor<1x2x520x64xf64>, tensor<1x2x8x3xf64>, tensor<1x2x8x64xf64> -> tensor<1x2x8x64xf64>, tensor<1x2x520x64xf64>, tensor<1x2x520x64xf64>
  %dkr = weft.transpose %dk permutation [0, 2, 1, 3] : tensor<1x2x520x64xf64> -> tensor<1x520x2x64xf64>
  %dvr = weft.transpose %dv permutation [0, 2, 1, 3] : tensor<1x2x520x64xf64> -> tensor<1x520x2x64xf64>
  %dwk = weft.dot %dkr, %x batch [] x [] contract [0, 1] x [0, 1] : tensor<1x520x2x64xf64>, tensor<1x520x8xf64> -> tensor<2x64x8xf64>
  %dwv0 = weft.dot %x, %dvr batch [] x [] contract [0, 1] x [0, 1] : tensor<1x520x8xf64>, tensor<1x520x2x64xf64> -> tensor<8x2x64xf64>
  %dwv = weft.transpose %dwv0 permutation [1, 2, 0] : tensor<8x2x64xf64> -> tensor<2x64x8xf64>
  return %y, %dwk, %dwv, %dq : tensor<1x2x8x64xf64>, tensor<2x64x8xf64>, tensor<2x64x8xf64>, tensor<1x2x8x64xf64>
}
func.func @cache(%x: tensor<1x?x8xf64, #weft.bounded<[1, cache(500 by 1) + 16, 8]>>, %wk: tensor<2x16x8xf64>, %wv: tensor<2x16x8xf64>, %q: tensor<1x2x16x16xf64>, %dy: tensor<1x2x16x16xf64>, %reach: tensor<2xf64> {check.value = dense<[30.0, 270.25]> : tensor<2xf64>})
    -> (tensor<1x2x16x16xf64>, tensor<2x16x8xf64>, tensor<2x16x8xf64>, tensor<1x2x16x16xf64>) attributes {check.kernel, check.sizes = [{cache = 0}, {cache = 1}, {cache = 255}, {cache = 500}]} {
  %kr = weft.dot %x, %wk batch [] x [] contract [2] x [2] : tensor<1x?x8xf64, #weft.bounded<[1, cache(500 by 1) + 16, 8]>>, tensor<2x16x8xf64> -> tensor<1x?x2x16xf64, #weft.bounded<[1, cache(500 by 1) + 16, 2, 16]>>
  %vr = weft.dot %x, %wv batch [] x [] contract [2] x [2] : tensor<1x?x8xf64, #weft.bounded<[1, cache(500 by 1) + 16, 8]>>, tensor<2x16x8xf64> -> tensor<1x?x2x16xf64, #weft.bounded<[1, cache(500 by 1) + 16, 2, 16]>>
  %k = weft.transpose %kr permutation [0, 2, 1, 3] : tensor<1x?x2x16xf64, #weft.bounded<[1, cache(500 by 1) + 16, 2, 16]>> -> tensor<1x2x?x16xf64, #weft.bounded<[1, 2, cache(500 by 1) + 16, 16]>>
  %v = weft.transpose %vr permutation [0, 2, 1, 3] : tensor<1x?x2x16xf64, #weft.bounded<[1, cache(500 by 1) + 16, 2, 16]>> -> tensor<1x2x?x16xf64, #weft.bounded<[1, 2, cache(500 by 1) + 16, 16]>>
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<500> heads(%reach : tensor<2xf64>) before_start masked
      kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x16x16xf64>, tensor<1x2x?x16xf64, #weft.bounded<[1, 2, cache(500 by 1) + 16, 16]>>, tensor<1x2x?x16xf64, #weft.bounded<[1, 2, cache(500 by 1) + 16, 16]>> -> tensor<1x2x16x16xf64>, tensor<1x2x16x3xf64>
  %dq, %dk, %dv = weft.span_attention_grad %q, %k, %v reach 0 to #weft.size<500> heads(%reach : tensor<2xf64>) before_start masked
      kinds [] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x16x16xf64>, tensor<1x2x?x16xf64, #weft.bounded<[1, 2, cache(500 by 1) + 16, 16]>>, tensor<1x2x?x16xf64, #weft.bounded<[1, 2, cache(500 by 1) + 16, 16]>>, tensor<1x2x16x3xf64>, tensor<1x2x16x16xf64> -> tensor<1x2x16x16xf64>, tensor<1x2x?x16xf64, #weft.bounded<[1, 2, cache(500 by 1) + 16, 16]>>, tensor<1x2x?x16xf64, #weft.bounded<[1, 2, cache(500 by 1) + 16, 16]>>
  %dkr = weft.transpose %dk permutation [0, 2, 1, 3] : tensor<1x2x?x16xf64, #weft.bounded<[1, 2, cache(500 by 1) + 16, 16]>> -> tensor<1x?x2x16xf64, #weft.bounded<[1, cache(500 by 1) + 16, 2, 16]>>
  %dvr = weft.transpose %dv permutation [0, 2, 1, 3] : tensor<1x2x?x16xf64, #weft.bounded<[1, 2, cache(500 by 1) + 16, 16]>> -> tensor<1x?x2x16xf64, #weft.bounded<[1, cache(500 by 1) + 16, 2, 16]>>
  %dwk = weft.dot %dkr, %x batch [] x [] contract [0, 1] x [0, 1] : tensor<1x?x2x16xf64, #weft.bounded<[1, cache(500 by 1) + 16, 2, 16]>>, tensor<1x?x8xf64, #weft.bounded<[1, cache(500 by 1) + 16, 8]>> -> tensor<2x16x8xf64>
  %dwv0 = weft.dot %x, %dvr batch [] x [] contract [0, 1] x [0, 1] : tensor<1x?x8xf64, #weft.bounded<[1, cache(500 by 1) + 16, 8]>>, tensor<1x?x2x16xf64, #weft.bounded<[1, cache(500 by 1) + 16, 2, 16]>> -> tensor<8x2x16xf64>
  %dwv = weft.transpose %dwv0 permutation [1, 2, 0] : tensor<8x2x16xf64> -> tensor<2x16x8xf64>
  return %y, %dwk, %dwv, %dq : tensor<1x2x16x16xf64>, tensor<2x16x8xf64>, tensor<2x16x8xf64>, tensor<1x2x16x16xf64>
}
func.func @read_whole(%x: tensor<1x520x8xf64>, %wk: tensor<2x16x8xf64>, %wv: tensor<2x16x8xf64>, %q: tensor<1x2x8x16xf64>, %dy: tensor<1x2x8x16xf64>, %reach: tensor<2xf64> {check.value = dense<[3.0, 100.0]> : tensor<2xf64>})
    -> (tensor<1x2x8x16xf64>, tensor<2x16x8xf64>, tensor<2x16x8xf64>, tensor<1x520x2x16xf64>, tensor<1x2x8x16xf64>) attributes {check.kernel} {
  %kr = weft.dot %x, %wk batch [] x [] contract [2] x [2] : tensor<1x520x8xf64>, tensor<2x16x8xf64> -> tensor<1x520x2x16xf64>
  %vr = weft.dot %x, %wv batch [] x [] contract [2] x [2] : tensor<1x520x8xf64>, tensor<2x16x8xf64> -> tensor<1x520x2x16xf64>
  %k = weft.transpose %kr permutation [0, 2, 1, 3] : tensor<1x520x2x16xf64> -> tensor<1x2x520x16xf64>
  %v = weft.transpose %vr permutation [0, 2, 1, 3] : tensor<1x520x2x16xf64> -> tensor<1x2x520x16xf64>
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<519> heads(%reach : tensor<2xf64>) before_start masked
      kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x8x16xf64>, tensor<1x2x520x16xf64>, tensor<1x2x520x16xf64> -> tensor<1x2x8x16xf64>, tensor<1x2x8x3xf64>
  %dq, %dk, %dv = weft.span_attention_grad %q, %k, %v reach 0 to #weft.size<519> heads(%reach : tensor<2xf64>) before_start masked
      kinds [] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x8x16xf64>, tensor<1x2x520x16xf64>, tensor<1x2x520x16xf64>, tensor<1x2x8x3xf64>, tensor<1x2x8x16xf64> -> tensor<1x2x8x16xf64>, tensor<1x2x520x16xf64>, tensor<1x2x520x16xf64>
  %dkr = weft.transpose %dk permutation [0, 2, 1, 3] : tensor<1x2x520x16xf64> -> tensor<1x520x2x16xf64>
  %dvr = weft.transpose %dv permutation [0, 2, 1, 3] : tensor<1x2x520x16xf64> -> tensor<1x520x2x16xf64>
  %dwk = weft.dot %dkr, %x batch [] x [] contract [0, 1] x [0, 1] : tensor<1x520x2x16xf64>, tensor<1x520x8xf64> -> tensor<2x16x8xf64>
  %dwv0 = weft.dot %x, %dvr batch [] x [] contract [0, 1] x [0, 1] : tensor<1x520x8xf64>, tensor<1x520x2x16xf64> -> tensor<8x2x16xf64>
  %dwv = weft.transpose %dwv0 permutation [1, 2, 0] : tensor<8x2x16xf64> -> tensor<2x16x8xf64>
  return %y, %dwk, %dwv, %kr, %dq : tensor<1x2x8x16xf64>, tensor<2x16x8xf64>, tensor<2x16x8xf64>, tensor<1x520x2x16xf64>, tensor<1x2x8x16xf64>
}
func.func @split_keys(%x: tensor<2x600x24xf64>, %w: tensor<2x4x16x24xf64>, %v: tensor<1x4x1200x16xf64>, %q: tensor<1x4x20x16xf64>, %dy: tensor<1x4x20x16xf64>, %reach: tensor<4xf64> {check.value = dense<[380.0, 700.0, 5.0, 380.0]> : tensor<4xf64>})
    -> (tensor<1x4x20x16xf64>, tensor<2x24x4x16xf64>, tensor<1x4x20x16xf64>) attributes {check.kernel} {
  %ks = weft.dot %x, %w batch [0] x [0] contract [2] x [3] : tensor<2x600x24xf64>, tensor<2x4x16x24xf64> -> tensor<2x600x4x16xf64>
  %kr = weft.reshape %ks : tensor<2x600x4x16xf64> -> tensor<1x1200x4x16xf64>
  %k = weft.transpose %kr permutation [0, 2, 1, 3] : tensor<1x1200x4x16xf64> -> tensor<1x4x1200x16xf64>
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<1199> heads(%reach : tensor<4xf64>) before_start masked
      kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x4x20x16xf64>, tensor<1x4x1200x16xf64>, tensor<1x4x1200x16xf64> -> tensor<1x4x20x16xf64>, tensor<1x4x20x3xf64>
  %dq, %dk, %dv = weft.span_attention_grad %q, %k, %v reach 0 to #weft.size<1199> heads(%reach : tensor<4xf64>) before_start masked
      kinds [] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x4x20x16xf64>, tensor<1x4x1200x16xf64>, tensor<1x4x1200x16xf64>, tensor<1x4x20x3xf64>, tensor<1x4x20x16xf64> -> tensor<1x4x20x16xf64>, tensor<1x4x1200x16xf64>, tensor<1x4x1200x16xf64>
  %dkr = weft.transpose %dk permutation [0, 2, 1, 3] : tensor<1x4x1200x16xf64> -> tensor<1x1200x4x16xf64>
  %dks = weft.reshape %dkr : tensor<1x1200x4x16xf64> -> tensor<2x600x4x16xf64>
  %dw = weft.dot %x, %dks batch [0] x [0] contract [1] x [1] : tensor<2x600x24xf64>, tensor<2x600x4x16xf64> -> tensor<2x24x4x16xf64>
  return %y, %dw, %dq : tensor<1x4x20x16xf64>, tensor<2x24x4x16xf64>, tensor<1x4x20x16xf64>
}
func.func @split_heads(%x: tensor<2x600x24xf64>, %w: tensor<4x16x24xf64>, %v: tensor<1x8x600x16xf64>, %q: tensor<1x8x20x16xf64>, %dy: tensor<1x8x20x16xf64>, %reach: tensor<8xf64> {check.value = dense<[0.0, 0.0, 0.0, 0.0, 380.0, 380.0, 380.0, 380.0]> : tensor<8xf64>})
    -> (tensor<1x8x20x16xf64>, tensor<4x16x24xf64>, tensor<1x8x20x16xf64>) attributes {check.kernel} {
  %kr = weft.dot %x, %w batch [] x [] contract [2] x [2] : tensor<2x600x24xf64>, tensor<4x16x24xf64> -> tensor<2x600x4x16xf64>
  %ks = weft.transpose %kr permutation [0, 2, 1, 3] : tensor<2x600x4x16xf64> -> tensor<2x4x600x16xf64>
  %k = weft.reshape %ks : tensor<2x4x600x16xf64> -> tensor<1x8x600x16xf64>
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<599> heads(%reach : tensor<8xf64>) before_start masked
      kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x8x20x16xf64>, tensor<1x8x600x16xf64>, tensor<1x8x600x16xf64> -> tensor<1x8x20x16xf64>, tensor<1x8x20x3xf64>
  %dq, %dk, %dv = weft.span_attention_grad %q, %k, %v reach 0 to #weft.size<599> heads(%reach : tensor<8xf64>) before_start masked
      kinds [] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x8x20x16xf64>, tensor<1x8x600x16xf64>, tensor<1x8x600x16xf64>, tensor<1x8x20x3xf64>, tensor<1x8x20x16xf64> -> tensor<1x8x20x16xf64>, tensor<1x8x600x16xf64>, tensor<1x8x600x16xf64>
  %dks = weft.reshape %dk : tensor<1x8x600x16xf64> -> tensor<2x4x600x16xf64>
  %dkr = weft.transpose %dks permutation [0, 2, 1, 3] : tensor<2x4x600x16xf64> -> tensor<2x600x4x16xf64>
  %dw = weft.dot %dkr, %x batch [] x [] contract [0, 1] x [0, 1] : tensor<2x600x4x16xf64>, tensor<2x600x24xf64> -> tensor<4x16x24xf64>
  return %y, %dw, %dq : tensor<1x8x20x16xf64>, tensor<4x16x24xf64>, tensor<1x8x20x16xf64>
}
