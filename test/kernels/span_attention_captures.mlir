// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// RUN: weft-check --kernels=barriers %s
// Every kind of capture, masks from the region, no relative keys, a reach into the future, every op of the region.
func.func @all_kinds(%q: tensor<2x2x5x2xf64>, %k: tensor<2x2x9x2xf64>, %v: tensor<2x2x9x3xf64>, %s: tensor<f64>, %bd: tensor<5xf64>, %bq: tensor<5xf64>, %bk: tensor<9xf64>, %bh: tensor<2xf64>, %dy: tensor<2x2x5x3xf64>)
    -> (tensor<2x2x5x3xf64>, tensor<2x2x5x2xf64>, tensor<2x2x9x2xf64>, tensor<2x2x9x3xf64>, tensor<f64>, tensor<5xf64>, tensor<5xf64>, tensor<9xf64>, tensor<2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<4> before_start zeros
      captures(%s, %bd, %bq, %bk, %bh : tensor<f64>, tensor<5xf64>, tensor<5xf64>, tensor<9xf64>, tensor<2xf64>)
      kinds [#weft.capture<scalar>, #weft.capture<by_distance>, #weft.capture<by_query>, #weft.capture<by_key>, #weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %ss: f64, %sd: f64, %sq: f64, %sk: f64, %sh: f64):
    %a = weft.mul %ss, %sd : f64
    %b = weft.add %a, %sq : f64
    %c = weft.mul %sk, %sh : f64
    %e = weft.add %b, %c : f64
    %score = weft.add %content, %e : f64
    %half = weft.constant 0.5 : f64
    %w = weft.maximum %sh, %half : f64
    %true = weft.constant true
    weft.yield %score, %true, %w : f64, i1, f64
  } : tensor<2x2x5x2xf64>, tensor<2x2x9x2xf64>, tensor<2x2x9x3xf64> -> tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64>
  %dq, %dk, %dv, %ds, %dbd, %dbq, %dbk, %dbh = weft.span_attention_grad %q, %k, %v reach 0 to #weft.size<4> before_start zeros
      captures(%s, %bd, %bq, %bk, %bh : tensor<f64>, tensor<5xf64>, tensor<5xf64>, tensor<9xf64>, tensor<2xf64>)
      kinds [#weft.capture<scalar>, #weft.capture<by_distance>, #weft.capture<by_query>, #weft.capture<by_key>, #weft.capture<per_head>] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %ss: f64, %sd: f64, %sq: f64, %sk: f64, %sh: f64):
    %a = weft.mul %ss, %sd : f64
    %b = weft.add %a, %sq : f64
    %c = weft.mul %sk, %sh : f64
    %e = weft.add %b, %c : f64
    %score = weft.add %content, %e : f64
    %half = weft.constant 0.5 : f64
    %w = weft.maximum %sh, %half : f64
    %true = weft.constant true
    weft.yield %score, %true, %w : f64, i1, f64
  } : tensor<2x2x5x2xf64>, tensor<2x2x9x2xf64>, tensor<2x2x9x3xf64>, tensor<2x2x5x3xf64>, tensor<2x2x5x3xf64> -> tensor<2x2x5x2xf64>, tensor<2x2x9x2xf64>, tensor<2x2x9x3xf64>, tensor<f64>, tensor<5xf64>, tensor<5xf64>, tensor<9xf64>, tensor<2xf64>
  return %y, %dq, %dk, %dv, %ds, %dbd, %dbq, %dbk, %dbh : tensor<2x2x5x3xf64>, tensor<2x2x5x2xf64>, tensor<2x2x9x2xf64>, tensor<2x2x9x3xf64>, tensor<f64>, tensor<5xf64>, tensor<5xf64>, tensor<9xf64>, tensor<2xf64>
}
func.func @vocabulary(%q: tensor<1x1x3x2xf64>, %k: tensor<1x1x7x2xf64>, %v: tensor<1x1x7x2xf64>, %dy: tensor<1x1x3x2xf64>)
    -> (tensor<1x1x3x2xf64>, tensor<1x1x3x2xf64>, tensor<1x1x7x2xf64>, tensor<1x1x7x2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v reach -2 to #weft.size<3> before_start masked kinds [] epsilon 1.0e-3 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %one = weft.constant 1.0 : f64
    %present = weft.compare ne %d, %one : f64 -> i1
    %t = weft.tanh %content : f64
    %n = weft.neg %t : f64
    %e = weft.exp %n : f64
    %l = weft.log %e : f64
    %p = weft.add %e, %one : f64
    %s = weft.sqrt %p : f64
    %r = weft.rsqrt %s : f64
    %x = weft.div %l, %r : f64
    %m = weft.minimum %x, %e : f64
    %u = weft.relu %m : f64
    %f = weft.floor %e : f64
    %near = weft.compare lt %i, %j : f64 -> i1
    %score = weft.select %near, %u, %s : i1, f64
    %raw = weft.sub %r, %f : f64
    %stopped = weft.stop_gradient %raw : f64
    %both = weft.mul %stopped, %e : f64
    %w = weft.clamp %both low 0.1 high 0.9 : f64
    weft.yield %score, %present, %w : f64, i1, f64
  } : tensor<1x1x3x2xf64>, tensor<1x1x7x2xf64>, tensor<1x1x7x2xf64> -> tensor<1x1x3x2xf64>, tensor<1x1x3x3xf64>
  %dq, %dk, %dv = weft.span_attention_grad %q, %k, %v reach -2 to #weft.size<3> before_start masked kinds [] epsilon 1.0e-3 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %one = weft.constant 1.0 : f64
    %present = weft.compare ne %d, %one : f64 -> i1
    %t = weft.tanh %content : f64
    %n = weft.neg %t : f64
    %e = weft.exp %n : f64
    %l = weft.log %e : f64
    %p = weft.add %e, %one : f64
    %s = weft.sqrt %p : f64
    %r = weft.rsqrt %s : f64
    %x = weft.div %l, %r : f64
    %m = weft.minimum %x, %e : f64
    %u = weft.relu %m : f64
    %f = weft.floor %e : f64
    %near = weft.compare lt %i, %j : f64 -> i1
    %score = weft.select %near, %u, %s : i1, f64
    %raw = weft.sub %r, %f : f64
    %stopped = weft.stop_gradient %raw : f64
    %both = weft.mul %stopped, %e : f64
    %w = weft.clamp %both low 0.1 high 0.9 : f64
    weft.yield %score, %present, %w : f64, i1, f64
  } : tensor<1x1x3x2xf64>, tensor<1x1x7x2xf64>, tensor<1x1x7x2xf64>, tensor<1x1x3x3xf64>, tensor<1x1x3x2xf64> -> tensor<1x1x3x2xf64>, tensor<1x1x7x2xf64>, tensor<1x1x7x2xf64>
  return %y, %dq, %dk, %dv : tensor<1x1x3x2xf64>, tensor<1x1x3x2xf64>, tensor<1x1x7x2xf64>, tensor<1x1x7x2xf64>
}
func.func @from_projections(%q: tensor<2x5x2x4xf64>, %k: tensor<2x9x2x4xf64>, %v: tensor<2x9x2x4xf64>) -> tensor<2x5x2x4xf64> attributes {check.kernel} {
  %qt = weft.transpose %q permutation [0, 2, 1, 3] : tensor<2x5x2x4xf64> -> tensor<2x2x5x4xf64>
  %kt = weft.transpose %k permutation [0, 2, 1, 3] : tensor<2x9x2x4xf64> -> tensor<2x2x9x4xf64>
  %vt = weft.transpose %v permutation [0, 2, 1, 3] : tensor<2x9x2x4xf64> -> tensor<2x2x9x4xf64>
  %y, %stats = weft.span_attention %qt, %kt, %vt reach 0 to #weft.size<8> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<2x2x5x4xf64>, tensor<2x2x9x4xf64>, tensor<2x2x9x4xf64> -> tensor<2x2x5x4xf64>, tensor<2x2x5x3xf64>
  %yt = weft.transpose %y permutation [0, 2, 1, 3] : tensor<2x2x5x4xf64> -> tensor<2x5x2x4xf64>
  return %yt : tensor<2x5x2x4xf64>
}
