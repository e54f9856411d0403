// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// RUN: weft-check --kernels=barriers %s
// The functions of a score region, in score and weight.
func.func @functions(%q: tensor<1x1x3x2xf64>, %k: tensor<1x1x7x2xf64>, %v: tensor<1x1x7x2xf64>, %dy: tensor<1x1x3x2xf64>)
    -> (tensor<1x1x3x2xf64>, tensor<1x1x3x2xf64>, tensor<1x1x7x2xf64>, tensor<1x1x7x2xf64>) attributes {check.kernel} {
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<3> before_start masked kinds [] epsilon 1.0e-3 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %s = weft.sin %content : f64
    %e = weft.erf %content : f64
    %score = weft.add %s, %e : f64
    %c = weft.cos %content : f64
    %w = weft.sigmoid %c : f64
    %true = weft.constant true
    weft.yield %score, %true, %w : f64, i1, f64
  } : tensor<1x1x3x2xf64>, tensor<1x1x7x2xf64>, tensor<1x1x7x2xf64> -> tensor<1x1x3x2xf64>, tensor<1x1x3x3xf64>
  %dq, %dk, %dv = weft.span_attention_grad %q, %k, %v reach 0 to #weft.size<3> before_start masked kinds [] epsilon 1.0e-3 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %s = weft.sin %content : f64
    %e = weft.erf %content : f64
    %score = weft.add %s, %e : f64
    %c = weft.cos %content : f64
    %w = weft.sigmoid %c : f64
    %true = weft.constant true
    weft.yield %score, %true, %w : f64, i1, f64
  } : tensor<1x1x3x2xf64>, tensor<1x1x7x2xf64>, tensor<1x1x7x2xf64>, tensor<1x1x3x3xf64>, tensor<1x1x3x2xf64> -> tensor<1x1x3x2xf64>, tensor<1x1x7x2xf64>, tensor<1x1x7x2xf64>
  return %y, %dq, %dk, %dv : tensor<1x1x3x2xf64>, tensor<1x1x3x2xf64>, tensor<1x1x7x2xf64>, tensor<1x1x7x2xf64>
}
