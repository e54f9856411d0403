// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// A region that masks every slot: y, its gradients and statistics are 0. For a CPU: of a GPU it needs no barrier.
func.func @nothing(%q: tensor<1x2x1x4xf64>, %k: tensor<1x2x12x4xf64>, %v: tensor<1x2x12x4xf64>, %p: tensor<12x4xf64>, %keep: tensor<1x2x1x12xf64>, %dy: tensor<1x2x1x4xf64>)
    -> (tensor<1x2x1x4xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x4xf64>, tensor<1x2x1x12xf64>, tensor<1x2x1x12xf64>, tensor<1x2x1x12xf64>) attributes {check.kernel} {
  %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<12x4xf64>) keep(%keep : tensor<1x2x1x12xf64>) kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %half = weft.constant 100.5 : f64
    %far = weft.compare gt %d, %half : f64 -> i1
    %s = weft.add %content, %relative : f64
    weft.yield %s, %far, %one : f64, i1, f64
  } : tensor<1x2x1x4xf64>, tensor<1x2x12x4xf64>, tensor<1x2x12x4xf64> -> tensor<1x2x1x4xf64>, tensor<1x2x1x3xf64>
  %dq, %dc, %dr, %w = weft.feedback_attention_grad %q, %k, %v position(%p : tensor<12x4xf64>) keep(%keep : tensor<1x2x1x12xf64>) kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    %half = weft.constant 100.5 : f64
    %far = weft.compare gt %d, %half : f64 -> i1
    %s = weft.add %content, %relative : f64
    weft.yield %s, %far, %one : f64, i1, f64
  } : tensor<1x2x1x4xf64>, tensor<1x2x12x4xf64>, tensor<1x2x12x4xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x4xf64> -> tensor<1x2x1x4xf64>, tensor<1x2x1x12xf64>, tensor<1x2x1x12xf64>, tensor<1x2x1x12xf64>
  return %y, %stats, %dq, %dc, %dr, %w : tensor<1x2x1x4xf64>, tensor<1x2x1x3xf64>, tensor<1x2x1x4xf64>, tensor<1x2x1x12xf64>, tensor<1x2x1x12xf64>, tensor<1x2x1x12xf64>
}
