// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// Equal scores: y is the mean of all slots; kept ones count double. The first head keeps two of four, the second none.
func.func @mean() {
  %q = weft.constant dense<0.0> : tensor<1x2x1x1xf64>
  %k = weft.constant dense<1.0> : tensor<1x1x4x1xf64>
  %v = weft.constant dense<[[[[10.0], [20.0], [40.0], [80.0]]]]> : tensor<1x1x4x1xf64>
  %keep = weft.constant dense<[[[[2.0, 0.0, 0.0, 2.0]], [[0.0, 0.0, 0.0, 0.0]]]]> : tensor<1x2x1x4xf64>
  %y, %stats = weft.feedback_attention %q, %k, %v keep(%keep : tensor<1x2x1x4xf64>) kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x1x1xf64>, tensor<1x1x4x1xf64>, tensor<1x1x4x1xf64> -> tensor<1x2x1x1xf64>, tensor<1x2x1x3xf64>
  %expected = weft.constant dense<[[[[45.0]], [[0.0]]]]> : tensor<1x2x1x1xf64>
  %numbers = weft.constant dense<[[[[0.0, 4.0, 4.0]], [[0.0, 4.0, 4.0]]]]> : tensor<1x2x1x3xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x2x1x1xf64>, tensor<1x2x1x1xf64>
  check.close %stats, %numbers tolerance 1.0e-12 : tensor<1x2x1x3xf64>, tensor<1x2x1x3xf64>
  return
}

// The newest slot is at distance 1: a mask that leaves distances 2 and 3 keeps the two in the middle of four.
func.func @distance() {
  %q = weft.constant dense<0.0> : tensor<1x1x1x1xf64>
  %k = weft.constant dense<1.0> : tensor<1x1x4x1xf64>
  %v = weft.constant dense<[[[[10.0], [20.0], [40.0], [80.0]]]]> : tensor<1x1x4x1xf64>
  %y, %stats = weft.feedback_attention %q, %k, %v kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %one = weft.constant 1.0 : f64
    %inner = weft.clamp %d low 1.5 high 3.5 : f64
    %is = weft.compare eq %inner, %d : f64 -> i1
    weft.yield %content, %is, %one : f64, i1, f64
  } : tensor<1x1x1x1xf64>, tensor<1x1x4x1xf64>, tensor<1x1x4x1xf64> -> tensor<1x1x1x1xf64>, tensor<1x1x1x3xf64>
  %expected = weft.constant dense<30.0> : tensor<1x1x1x1xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
  return
}

// A row of position belongs to its slot: only that of the first slot scores, log 3, so its weight is 3 of 5.
func.func @relative() {
  %q = weft.constant dense<1.0986122886681098> : tensor<1x1x1x1xf64>
  %k = weft.constant dense<0.0> : tensor<1x1x3x1xf64>
  %v = weft.constant dense<[[[[10.0], [20.0], [40.0]]]]> : tensor<1x1x3x1xf64>
  %p = weft.constant dense<[[1.0], [0.0], [0.0]]> : tensor<3x1xf64>
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<3x1xf64>) kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %s = weft.add %content, %relative : f64
    weft.yield %s, %true, %one : f64, i1, f64
  } : tensor<1x1x1x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64> -> tensor<1x1x1x1xf64>, tensor<1x1x1x3xf64>
  %expected = weft.constant dense<18.0> : tensor<1x1x1x1xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
  return
}

// The formula written out, with a soft span, relative keys and a mask; and its gradient for the query by the softmax written out.
func.func @written_out() {
  %q0 = weft.iota axis 0 start 0.3 step 0.7 : tensor<12xf64>
  %q1 = weft.sin %q0 : tensor<12xf64>
  %q = weft.reshape %q1 : tensor<12xf64> -> tensor<2x2x1x3xf64>
  %k0 = weft.iota axis 0 start 1.1 step 1.3 : tensor<84xf64>
  %k1 = weft.sin %k0 : tensor<84xf64>
  %k = weft.reshape %k1 : tensor<84xf64> -> tensor<2x2x7x3xf64>
  %v0 = weft.iota axis 0 start 0.2 step 2.1 : tensor<56xf64>
  %v1 = weft.sin %v0 : tensor<56xf64>
  %v = weft.reshape %v1 : tensor<56xf64> -> tensor<2x2x7x2xf64>
  %p0 = weft.iota axis 0 start 0.9 step 0.4 : tensor<21xf64>
  %p1 = weft.sin %p0 : tensor<21xf64>
  %p = weft.reshape %p1 : tensor<21xf64> -> tensor<7x3xf64>
  %keep0 = weft.iota axis 0 start 0.5 step 0.8 : tensor<28xf64>
  %keep1 = weft.sin %keep0 : tensor<28xf64>
  %keep = weft.reshape %keep1 : tensor<28xf64> -> tensor<2x2x1x7xf64>
  %dy0 = weft.iota axis 0 start 0.1 step 0.6 : tensor<8xf64>
  %dy1 = weft.sin %dy0 : tensor<8xf64>
  %dy = weft.reshape %dy1 : tensor<8xf64> -> tensor<2x2x1x2xf64>
  %z0 = weft.constant dense<[0.1, 0.6]> : tensor<2xf64>
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<7x3xf64>) keep(%keep : tensor<2x2x1x7xf64>) captures(%z0 : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %most = weft.constant 6.0 : f64
    %ramp = weft.constant 2.5 : f64
    %s0 = weft.add %content, %relative : f64
    %scale = weft.constant 0.5 : f64
    %s = weft.mul %s0, %scale : f64
    %near = weft.sub %one, %d : f64
    %zs = weft.mul %c0, %most : f64
    %sum = weft.add %near, %zs : f64
    %part = weft.div %sum, %ramp : f64
    %raw = weft.add %part, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %s, %true, %m : f64, i1, f64
  } : tensor<2x2x1x3xf64>, tensor<2x2x7x3xf64>, tensor<2x2x7x2xf64> -> tensor<2x2x1x2xf64>, tensor<2x2x1x3xf64>
  %dq, %dc, %dr, %w, %g0 = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<7x3xf64>) keep(%keep : tensor<2x2x1x7xf64>) captures(%z0 : tensor<2xf64>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %c0: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %most = weft.constant 6.0 : f64
    %ramp = weft.constant 2.5 : f64
    %s0 = weft.add %content, %relative : f64
    %scale = weft.constant 0.5 : f64
    %s = weft.mul %s0, %scale : f64
    %near = weft.sub %one, %d : f64
    %zs = weft.mul %c0, %most : f64
    %sum = weft.add %near, %zs : f64
    %part = weft.div %sum, %ramp : f64
    %raw = weft.add %part, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %s, %true, %m : f64, i1, f64
  } : tensor<2x2x1x3xf64>, tensor<2x2x7x3xf64>, tensor<2x2x7x2xf64>, tensor<2x2x1x3xf64>, tensor<2x2x1x2xf64> -> tensor<2x2x1x3xf64>, tensor<2x2x1x7xf64>, tensor<2x2x1x7xf64>, tensor<2x2x1x7xf64>, tensor<2x2xf64>
  %content = weft.dot %q, %k batch [0, 1] x [0, 1] contract [3] x [3] : tensor<2x2x1x3xf64>, tensor<2x2x7x3xf64> -> tensor<2x2x1x7xf64>
  %relative = weft.dot %q, %p batch [] x [] contract [3] x [1] : tensor<2x2x1x3xf64>, tensor<7x3xf64> -> tensor<2x2x1x7xf64>
  %both = weft.add %content, %relative : tensor<2x2x1x7xf64>
  %half = weft.constant dense<0.5> : tensor<2x2x1x7xf64>
  %score = weft.mul %both, %half : tensor<2x2x1x7xf64>
  %soft = weft.softmax %score axis 3 : tensor<2x2x1x7xf64>
  %one = weft.constant dense<1.0> : tensor<2x2x1x7xf64>
  %d = weft.iota axis 3 start 7.0 step -1.0 : tensor<2x2x1x7xf64>
  %six = weft.constant dense<6.0> : tensor<2x2x1x7xf64>
  %ramp = weft.constant dense<2.5> : tensor<2x2x1x7xf64>
  %zs = weft.broadcast %z0 dims [1] : tensor<2xf64> -> tensor<2x2x1x7xf64>
  %span = weft.mul %zs, %six : tensor<2x2x1x7xf64>
  %near = weft.sub %one, %d : tensor<2x2x1x7xf64>
  %rest = weft.add %near, %span : tensor<2x2x1x7xf64>
  %part = weft.div %rest, %ramp : tensor<2x2x1x7xf64>
  %raw = weft.add %part, %one : tensor<2x2x1x7xf64>
  %m = weft.clamp %raw low 0.0 high 1.0 : tensor<2x2x1x7xf64>
  %mp = weft.mul %m, %soft : tensor<2x2x1x7xf64>
  %total = weft.sum %mp axes [3] : tensor<2x2x1x7xf64> -> tensor<2x2x1xf64>
  %eps = weft.constant dense<1.0e-8> : tensor<2x2x1xf64>
  %all = weft.add %total, %eps : tensor<2x2x1xf64>
  %n = weft.broadcast %all dims [0, 1, 2] : tensor<2x2x1xf64> -> tensor<2x2x1x7xf64>
  %a = weft.div %mp, %n : tensor<2x2x1x7xf64>
  %kept = weft.mul %a, %keep : tensor<2x2x1x7xf64>
  %expected = weft.dot %kept, %v batch [0, 1] x [0, 1] contract [3] x [2] : tensor<2x2x1x7xf64>, tensor<2x2x7x2xf64> -> tensor<2x2x1x2xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2x2x1x2xf64>, tensor<2x2x1x2xf64>
  check.close %w, %kept tolerance 1.0e-12 : tensor<2x2x1x7xf64>, tensor<2x2x1x7xf64>
  // ds = a (g - gbar) - epsilon gbar p / n; the scale halves it.
  %gv = weft.dot %dy, %v batch [0, 1] x [0, 1] contract [3] x [3] : tensor<2x2x1x2xf64>, tensor<2x2x7x2xf64> -> tensor<2x2x1x7xf64>
  %g = weft.mul %gv, %keep : tensor<2x2x1x7xf64>
  %dyy = weft.mul %dy, %y : tensor<2x2x1x2xf64>
  %gbar = weft.sum %dyy axes [3] : tensor<2x2x1x2xf64> -> tensor<2x2x1xf64>
  %mean = weft.broadcast %gbar dims [0, 1, 2] : tensor<2x2x1xf64> -> tensor<2x2x1x7xf64>
  %centered = weft.sub %g, %mean : tensor<2x2x1x7xf64>
  %first = weft.mul %a, %centered : tensor<2x2x1x7xf64>
  %epsS = weft.constant dense<1.0e-8> : tensor<2x2x1x7xf64>
  %em = weft.mul %mean, %epsS : tensor<2x2x1x7xf64>
  %emp = weft.mul %em, %soft : tensor<2x2x1x7xf64>
  %second = weft.div %emp, %n : tensor<2x2x1x7xf64>
  %ds = weft.sub %first, %second : tensor<2x2x1x7xf64>
  %flow = weft.mul %ds, %half : tensor<2x2x1x7xf64>
  check.close %dc, %flow tolerance 1.0e-12 : tensor<2x2x1x7xf64>, tensor<2x2x1x7xf64>
  check.close %dr, %flow tolerance 1.0e-12 : tensor<2x2x1x7xf64>, tensor<2x2x1x7xf64>
  %dqk = weft.dot %flow, %k batch [0, 1] x [0, 1] contract [3] x [2] : tensor<2x2x1x7xf64>, tensor<2x2x7x3xf64> -> tensor<2x2x1x3xf64>
  %dqp = weft.dot %flow, %p batch [] x [] contract [3] x [0] : tensor<2x2x1x7xf64>, tensor<7x3xf64> -> tensor<2x2x1x3xf64>
  %dqe = weft.add %dqk, %dqp : tensor<2x2x1x3xf64>
  check.close %dq, %dqe tolerance 1.0e-12 : tensor<2x2x1x3xf64>, tensor<2x2x1x3xf64>
  return
}
