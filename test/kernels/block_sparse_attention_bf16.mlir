// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// Factors of bf16, blocks that one product of tensor cores fills and that several do.
func.func @fixed(%q: tensor<1x2x70x16xbf16>, %k: tensor<1x2x70x16xbf16>, %v: tensor<1x2x70x16xbf16>, %dy: tensor<1x2x70x16xbf16>)
    -> (tensor<1x2x70x16xf32>, tensor<1x2x70x3xf32>, tensor<1x2x70x16xf32>, tensor<1x2x70x16xf32>, tensor<1x2x70x16xf32>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <32, [window(32) | columns(32, 8, 0)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x2x70x16xbf16>, tensor<1x2x70x16xbf16>, tensor<1x2x70x16xbf16> -> tensor<1x2x70x16xf32>, tensor<1x2x70x3xf32>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <32, [window(32) | columns(32, 8, 0)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x2x70x16xbf16>, tensor<1x2x70x16xbf16>, tensor<1x2x70x16xbf16>, tensor<1x2x70x3xf32>, tensor<1x2x70x16xbf16> -> tensor<1x2x70x16xf32>, tensor<1x2x70x16xf32>, tensor<1x2x70x16xf32>
  return %y, %stats, %dq, %dk, %dv : tensor<1x2x70x16xf32>, tensor<1x2x70x3xf32>, tensor<1x2x70x16xf32>, tensor<1x2x70x16xf32>, tensor<1x2x70x16xf32>
}
func.func @local(%q: tensor<1x2x20x24xbf16>, %k: tensor<1x2x50x24xbf16>, %v: tensor<1x2x50x16xbf16>, %dy: tensor<1x2x20x16xbf16>)
    -> (tensor<1x2x20x16xf32>, tensor<1x2x20x3xf32>, tensor<1x2x20x24xf32>, tensor<1x2x50x24xf32>, tensor<1x2x50x16xf32>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(18)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x2x20x24xbf16>, tensor<1x2x50x24xbf16>, tensor<1x2x50x16xbf16> -> tensor<1x2x20x16xf32>, tensor<1x2x20x3xf32>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [local(18)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x2x20x24xbf16>, tensor<1x2x50x24xbf16>, tensor<1x2x50x16xbf16>, tensor<1x2x20x3xf32>, tensor<1x2x20x16xbf16> -> tensor<1x2x20x24xf32>, tensor<1x2x50x24xf32>, tensor<1x2x50x16xf32>
  return %y, %stats, %dq, %dk, %dv : tensor<1x2x20x16xf32>, tensor<1x2x20x3xf32>, tensor<1x2x20x24xf32>, tensor<1x2x50x24xf32>, tensor<1x2x50x16xf32>
}
