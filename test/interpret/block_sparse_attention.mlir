// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// Equal scores: y is the mean of the values that a row reaches. The heads take turns with patterns: to itself and the key two before;
// only the last column of each window of two, which the first row does not reach: it gives 0, and so do its statistics.
func.func @heads() {
  %q = weft.constant dense<0.0> : tensor<1x2x3x1xf64>
  %k = weft.constant dense<1.0> : tensor<1x1x3x1xf64>
  %v = weft.constant dense<[[[[10.0], [20.0], [40.0]]]]> : tensor<1x1x3x1xf64>
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [strided(2), columns(2, 1, 0)] heads [0, 1]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x3x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64> -> tensor<1x2x3x1xf64>, tensor<1x2x3x3xf64>
  %expected = weft.constant dense<[[[[10.0], [20.0], [25.0]], [[0.0], [20.0], [20.0]]]]> : tensor<1x2x3x1xf64>
  %numbers = weft.constant dense<[[[[0.0, 1.0, 1.0], [0.0, 1.0, 1.0], [0.0, 2.0, 2.0]], [[0.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 1.0, 1.0]]]]> : tensor<1x2x3x3xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x2x3x1xf64>, tensor<1x2x3x1xf64>
  check.close %stats, %numbers tolerance 1.0e-12 : tensor<1x2x3x3xf64>, tensor<1x2x3x3xf64>
  return
}

// One block, row r of its mask is its word: keys 0; 0 and 1; 2, which lies ahead of nothing else.
func.func @listed() {
  %q = weft.constant dense<0.0> : tensor<1x1x3x1xf64>
  %k = weft.constant dense<1.0> : tensor<1x1x3x1xf64>
  %v = weft.constant dense<[[[[10.0], [20.0], [40.0]]]]> : tensor<1x1x3x1xf64>
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [listed [0, 0, 0] masks [1, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64> -> tensor<1x1x3x1xf64>, tensor<1x1x3x3xf64>
  %expected = weft.constant dense<[[[[10.0], [15.0], [40.0]]]]> : tensor<1x1x3x1xf64>
  %numbers = weft.constant dense<[[[[0.0, 1.0, 1.0], [0.0, 2.0, 2.0], [0.0, 1.0, 1.0]]]]> : tensor<1x1x3x3xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>
  check.close %stats, %numbers tolerance 1.0e-12 : tensor<1x1x3x3xf64>, tensor<1x1x3x3xf64>
  return
}

// The paper's form, dense and masked: softmax over 0 <= p - j < 5 and (p - j) mod 7 = 0, the queries being the last 21 of 37.
func.func @local_or_strided() {
  %q0 = weft.iota axis 0 start 0.3 step 0.7 : tensor<63xf64>
  %q1 = weft.sin %q0 : tensor<63xf64>
  %q = weft.reshape %q1 : tensor<63xf64> -> tensor<1x1x21x3xf64>
  %k0 = weft.iota axis 0 start 1.1 step 1.3 : tensor<111xf64>
  %k1 = weft.sin %k0 : tensor<111xf64>
  %k = weft.reshape %k1 : tensor<111xf64> -> tensor<1x1x37x3xf64>
  %v0 = weft.iota axis 0 start 0.2 step 2.1 : tensor<74xf64>
  %v1 = weft.sin %v0 : tensor<74xf64>
  %v = weft.reshape %v1 : tensor<74xf64> -> tensor<1x1x37x2xf64>
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(5) | strided(7)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x21x3xf64>, tensor<1x1x37x3xf64>, tensor<1x1x37x2xf64> -> tensor<1x1x21x2xf64>, tensor<1x1x21x3xf64>
  %scores = weft.dot %q, %k batch [0, 1] x [0, 1] contract [3] x [3] : tensor<1x1x21x3xf64>, tensor<1x1x37x3xf64> -> tensor<1x1x21x37xf64>
  %p = weft.iota axis 2 start 16.0 step 1.0 : tensor<1x1x21x37xf64>
  %j = weft.iota axis 3 start 0.0 step 1.0 : tensor<1x1x21x37xf64>
  %d = weft.sub %p, %j : tensor<1x1x21x37xf64>
  %none = weft.constant dense<0.0> : tensor<1x1x21x37xf64>
  %causal = weft.compare ge %d, %none : tensor<1x1x21x37xf64> -> tensor<1x1x21x37xi1>
  %far = weft.constant dense<-1.0e9> : tensor<1x1x21x37xf64>
  %five = weft.constant dense<5.0> : tensor<1x1x21x37xf64>
  %near = weft.compare lt %d, %five : tensor<1x1x21x37xf64> -> tensor<1x1x21x37xi1>
  %nrest = weft.constant dense<7.0> : tensor<1x1x21x37xf64>
  %qrest = weft.div %d, %nrest : tensor<1x1x21x37xf64>
  %frest = weft.floor %qrest : tensor<1x1x21x37xf64>
  %brest = weft.mul %frest, %nrest : tensor<1x1x21x37xf64>
  %rest = weft.sub %d, %brest : tensor<1x1x21x37xf64>
  %step = weft.compare eq %rest, %none : tensor<1x1x21x37xf64> -> tensor<1x1x21x37xi1>
  %stepped = weft.select %step, %scores, %far : tensor<1x1x21x37xi1>, tensor<1x1x21x37xf64>
  %either = weft.select %near, %scores, %stepped : tensor<1x1x21x37xi1>, tensor<1x1x21x37xf64>
  %masked = weft.select %causal, %either, %far : tensor<1x1x21x37xi1>, tensor<1x1x21x37xf64>
  %a = weft.softmax %masked axis 3 : tensor<1x1x21x37xf64>
  %dense = weft.dot %a, %v batch [0, 1] x [0, 1] contract [3] x [2] : tensor<1x1x21x37xf64>, tensor<1x1x37x2xf64> -> tensor<1x1x21x2xf64>
  check.close %y, %dense tolerance 1.0e-12 : tensor<1x1x21x2xf64>, tensor<1x1x21x2xf64>
  return
}

// The same window of 8, or one of the last 2 columns of a window.
func.func @fixed() {
  %q0 = weft.iota axis 0 start 0.3 step 0.7 : tensor<120xf64>
  %q1 = weft.sin %q0 : tensor<120xf64>
  %q = weft.reshape %q1 : tensor<120xf64> -> tensor<1x1x40x3xf64>
  %k0 = weft.iota axis 0 start 1.1 step 1.3 : tensor<120xf64>
  %k1 = weft.sin %k0 : tensor<120xf64>
  %k = weft.reshape %k1 : tensor<120xf64> -> tensor<1x1x40x3xf64>
  %v0 = weft.iota axis 0 start 0.2 step 2.1 : tensor<80xf64>
  %v1 = weft.sin %v0 : tensor<80xf64>
  %v = weft.reshape %v1 : tensor<80xf64> -> tensor<1x1x40x2xf64>
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [window(8) | columns(8, 2, 0)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x40x3xf64>, tensor<1x1x40x3xf64>, tensor<1x1x40x2xf64> -> tensor<1x1x40x2xf64>, tensor<1x1x40x3xf64>
  %scores = weft.dot %q, %k batch [0, 1] x [0, 1] contract [3] x [3] : tensor<1x1x40x3xf64>, tensor<1x1x40x3xf64> -> tensor<1x1x40x40xf64>
  %p = weft.iota axis 2 start 0.0 step 1.0 : tensor<1x1x40x40xf64>
  %j = weft.iota axis 3 start 0.0 step 1.0 : tensor<1x1x40x40xf64>
  %d = weft.sub %p, %j : tensor<1x1x40x40xf64>
  %none = weft.constant dense<0.0> : tensor<1x1x40x40xf64>
  %causal = weft.compare ge %d, %none : tensor<1x1x40x40xf64> -> tensor<1x1x40x40xi1>
  %far = weft.constant dense<-1.0e9> : tensor<1x1x40x40xf64>
  %npin = weft.constant dense<8.0> : tensor<1x1x40x40xf64>
  %qpin = weft.div %p, %npin : tensor<1x1x40x40xf64>
  %fpin = weft.floor %qpin : tensor<1x1x40x40xf64>
  %bpin = weft.mul %fpin, %npin : tensor<1x1x40x40xf64>
  %pin = weft.sub %p, %bpin : tensor<1x1x40x40xf64>
  %njin = weft.constant dense<8.0> : tensor<1x1x40x40xf64>
  %qjin = weft.div %j, %njin : tensor<1x1x40x40xf64>
  %fjin = weft.floor %qjin : tensor<1x1x40x40xf64>
  %bjin = weft.mul %fjin, %njin : tensor<1x1x40x40xf64>
  %jin = weft.sub %j, %bjin : tensor<1x1x40x40xf64>
  %pwindow = weft.sub %p, %pin : tensor<1x1x40x40xf64>
  %jwindow = weft.sub %j, %jin : tensor<1x1x40x40xf64>
  %same = weft.compare eq %pwindow, %jwindow : tensor<1x1x40x40xf64> -> tensor<1x1x40x40xi1>
  %six = weft.constant dense<6.0> : tensor<1x1x40x40xf64>
  %summary = weft.compare ge %jin, %six : tensor<1x1x40x40xf64> -> tensor<1x1x40x40xi1>
  %summed = weft.select %summary, %scores, %far : tensor<1x1x40x40xi1>, tensor<1x1x40x40xf64>
  %either = weft.select %same, %scores, %summed : tensor<1x1x40x40xi1>, tensor<1x1x40x40xf64>
  %masked = weft.select %causal, %either, %far : tensor<1x1x40x40xi1>, tensor<1x1x40x40xf64>
  %a = weft.softmax %masked axis 3 : tensor<1x1x40x40xf64>
  %dense = weft.dot %a, %v batch [0, 1] x [0, 1] contract [3] x [2] : tensor<1x1x40x40xf64>, tensor<1x1x40x2xf64> -> tensor<1x1x40x2xf64>
  check.close %y, %dense tolerance 1.0e-12 : tensor<1x1x40x2xf64>, tensor<1x1x40x2xf64>
  return
}

// The first 4 keys are seen by all.
func.func @prefix() {
  %q0 = weft.iota axis 0 start 0.3 step 0.7 : tensor<60xf64>
  %q1 = weft.sin %q0 : tensor<60xf64>
  %q = weft.reshape %q1 : tensor<60xf64> -> tensor<1x1x20x3xf64>
  %k0 = weft.iota axis 0 start 1.1 step 1.3 : tensor<99xf64>
  %k1 = weft.sin %k0 : tensor<99xf64>
  %k = weft.reshape %k1 : tensor<99xf64> -> tensor<1x1x33x3xf64>
  %v0 = weft.iota axis 0 start 0.2 step 2.1 : tensor<66xf64>
  %v1 = weft.sin %v0 : tensor<66xf64>
  %v = weft.reshape %v1 : tensor<66xf64> -> tensor<1x1x33x2xf64>
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <32, [local(2) | prefix(4)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x20x3xf64>, tensor<1x1x33x3xf64>, tensor<1x1x33x2xf64> -> tensor<1x1x20x2xf64>, tensor<1x1x20x3xf64>
  %scores = weft.dot %q, %k batch [0, 1] x [0, 1] contract [3] x [3] : tensor<1x1x20x3xf64>, tensor<1x1x33x3xf64> -> tensor<1x1x20x33xf64>
  %p = weft.iota axis 2 start 13.0 step 1.0 : tensor<1x1x20x33xf64>
  %j = weft.iota axis 3 start 0.0 step 1.0 : tensor<1x1x20x33xf64>
  %d = weft.sub %p, %j : tensor<1x1x20x33xf64>
  %none = weft.constant dense<0.0> : tensor<1x1x20x33xf64>
  %causal = weft.compare ge %d, %none : tensor<1x1x20x33xf64> -> tensor<1x1x20x33xi1>
  %far = weft.constant dense<-1.0e9> : tensor<1x1x20x33xf64>
  %four = weft.constant dense<4.0> : tensor<1x1x20x33xf64>
  %first = weft.compare lt %j, %four : tensor<1x1x20x33xf64> -> tensor<1x1x20x33xi1>
  %two = weft.constant dense<2.0> : tensor<1x1x20x33xf64>
  %near = weft.compare lt %d, %two : tensor<1x1x20x33xf64> -> tensor<1x1x20x33xi1>
  %within = weft.select %near, %scores, %far : tensor<1x1x20x33xi1>, tensor<1x1x20x33xf64>
  %local = weft.select %causal, %within, %far : tensor<1x1x20x33xi1>, tensor<1x1x20x33xf64>
  %masked = weft.select %first, %scores, %local : tensor<1x1x20x33xi1>, tensor<1x1x20x33xf64>
  %a = weft.softmax %masked axis 3 : tensor<1x1x20x33xf64>
  %dense = weft.dot %a, %v batch [0, 1] x [0, 1] contract [3] x [2] : tensor<1x1x20x33xf64>, tensor<1x1x33x2xf64> -> tensor<1x1x20x2xf64>
  check.close %y, %dense tolerance 1.0e-12 : tensor<1x1x20x2xf64>, tensor<1x1x20x2xf64>
  return
}

// In the order of remainders a stride is plain causal attention: 4 batches of 9 positions.
func.func @strided_permuted() {
  %q0 = weft.iota axis 0 start 0.3 step 0.7 : tensor<108xf64>
  %q1 = weft.sin %q0 : tensor<108xf64>
  %q = weft.reshape %q1 : tensor<108xf64> -> tensor<1x1x36x3xf64>
  %k0 = weft.iota axis 0 start 1.1 step 1.3 : tensor<108xf64>
  %k1 = weft.sin %k0 : tensor<108xf64>
  %k = weft.reshape %k1 : tensor<108xf64> -> tensor<1x1x36x3xf64>
  %v0 = weft.iota axis 0 start 0.2 step 2.1 : tensor<108xf64>
  %v1 = weft.sin %v0 : tensor<108xf64>
  %v = weft.reshape %v1 : tensor<108xf64> -> tensor<1x1x36x3xf64>
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [strided(4)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x36x3xf64>, tensor<1x1x36x3xf64>, tensor<1x1x36x3xf64> -> tensor<1x1x36x3xf64>, tensor<1x1x36x3xf64>
  %qa = weft.reshape %q : tensor<1x1x36x3xf64> -> tensor<1x1x9x4x3xf64>
  %qb = weft.transpose %qa permutation [0, 3, 1, 2, 4] : tensor<1x1x9x4x3xf64> -> tensor<1x4x1x9x3xf64>
  %qc = weft.reshape %qb : tensor<1x4x1x9x3xf64> -> tensor<4x1x9x3xf64>
  %ka = weft.reshape %k : tensor<1x1x36x3xf64> -> tensor<1x1x9x4x3xf64>
  %kb = weft.transpose %ka permutation [0, 3, 1, 2, 4] : tensor<1x1x9x4x3xf64> -> tensor<1x4x1x9x3xf64>
  %kc = weft.reshape %kb : tensor<1x4x1x9x3xf64> -> tensor<4x1x9x3xf64>
  %va = weft.reshape %v : tensor<1x1x36x3xf64> -> tensor<1x1x9x4x3xf64>
  %vb = weft.transpose %va permutation [0, 3, 1, 2, 4] : tensor<1x1x9x4x3xf64> -> tensor<1x4x1x9x3xf64>
  %vc = weft.reshape %vb : tensor<1x4x1x9x3xf64> -> tensor<4x1x9x3xf64>
  %yc, %statsc = weft.span_attention %qc, %kc, %vc reach 0 to <8> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<4x1x9x3xf64>, tensor<4x1x9x3xf64>, tensor<4x1x9x3xf64> -> tensor<4x1x9x3xf64>, tensor<4x1x9x3xf64>
  %yb = weft.reshape %yc : tensor<4x1x9x3xf64> -> tensor<1x4x1x9x3xf64>
  %ya = weft.transpose %yb permutation [0, 2, 3, 1, 4] : tensor<1x4x1x9x3xf64> -> tensor<1x1x9x4x3xf64>
  %permuted = weft.reshape %ya : tensor<1x1x9x4x3xf64> -> tensor<1x1x36x3xf64>
  check.close %y, %permuted tolerance 1.0e-12 : tensor<1x1x36x3xf64>, tensor<1x1x36x3xf64>
  return
}

// Rows 0 and 2 reach one key each, row 1 none. Where one key has all the weight, a change of scores changes nothing: dv is dy of the
// rows that reach a key, dq and dk are 0; row 1 gives nothing.
func.func @gradient() {
  %q = weft.constant dense<[[[[1.0], [2.0], [3.0]]]]> : tensor<1x1x3x1xf64>
  %k = weft.constant dense<[[[[0.5], [0.25], [2.0]]]]> : tensor<1x1x3x1xf64>
  %v = weft.constant dense<[[[[10.0], [20.0], [40.0]]]]> : tensor<1x1x3x1xf64>
  %dy = weft.constant dense<[[[[1.0], [5.0], [7.0]]]]> : tensor<1x1x3x1xf64>
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [listed [0, 0, 0] masks [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64> -> tensor<1x1x3x1xf64>, tensor<1x1x3x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [listed [0, 0, 0] masks [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x3x3xf64>, tensor<1x1x3x1xf64> -> tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>
  %none = weft.constant dense<0.0> : tensor<1x1x3x1xf64>
  %expected = weft.constant dense<[[[[8.0], [0.0], [0.0]]]]> : tensor<1x1x3x1xf64>
  check.close %dv, %expected tolerance 1.0e-12 : tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>
  check.close %dq, %none tolerance 1.0e-12 : tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>
  check.close %dk, %none tolerance 1.0e-12 : tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>
  return
}
