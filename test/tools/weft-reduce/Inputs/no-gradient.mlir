// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft.span_attention_grad has no gradient, if something of it reaches a result.
func.func @step(%x: tensor<1x1x2x2xf32>, %stats: tensor<1x1x2x3xf32>) -> tensor<1x1x2x2xf32> {
  %a = weft.add %x, %x : tensor<1x1x2x2xf32>
  %b = weft.relu %a : tensor<1x1x2x2xf32>
  %grads:3 = weft.span_attention_grad %b, %a, %x reach 0 to #weft.size<1> before_start masked kinds [] epsilon 0.0
      given %b, %stats, %b {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    %more = weft.exp %content : f32
    weft.yield %more, %present, %one : f32, i1, f32
  } : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x3xf32>, tensor<1x1x2x2xf32>
    -> tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
  %c = weft.tanh %grads#1 : tensor<1x1x2x2xf32>
  %d = weft.add %c, %grads#0 : tensor<1x1x2x2xf32>
  return %d : tensor<1x1x2x2xf32>
}
