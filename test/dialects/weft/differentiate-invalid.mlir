// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --split-input-file --verify-diagnostics --weft-differentiate=functions=step

// expected-error @+1 {{'weft-differentiate' expects functions to name a function with a body, got 'step' (differentiate.C1)}}
module @differentiate_c1 {
}

// -----

module @differentiate_c2 {
  func.func @step(%q: tensor<1x1x2x2xf32>, %stats: tensor<1x1x2x3xf32>) -> tensor<1x1x2x2xf32> {
    // expected-error @+1 {{'weft.span_attention_grad' op expects a gradient to find a rule, got none: the op is not differentiable (differentiate.C2)}}
    %grads:3 = weft.span_attention_grad %q, %q, %q reach 0 to #weft.size<1> before_start masked kinds [] epsilon 0.0
        given %q, %stats, %q {
    ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
      %present = weft.constant true
      %one = weft.constant 1.0 : f32
      weft.yield %content, %present, %one : f32, i1, f32
    } : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x3xf32>, tensor<1x1x2x2xf32>
      -> tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
    return %grads#0 : tensor<1x1x2x2xf32>
  }
}

// -----

module @differentiate_c3 {
  // expected-error @+1 {{'func.func' op expects the result 'loss' to be a float scalar, got 'tensor<2xf32>' (differentiate.C3)}}
  func.func @step(%x: tensor<2xf32> {weft.name = "x", weft.role = "input"})
      -> (tensor<2xf32> {weft.name = "loss", weft.role = "output"}) {
    return %x : tensor<2xf32>
  }
}

// -----

module @differentiate_c4 {
  func.func @step(%q: tensor<1x1x2x2xf32>) -> tensor<1x1x2x3xf32> {
    // expected-error @+1 {{'weft.span_attention' op expects a gradient only for result 0, got one for result 1 (differentiate.C4)}}
    %y, %stats = weft.span_attention %q, %q, %q reach 0 to #weft.size<1> before_start masked kinds [] epsilon 0.0 {
    ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
      %present = weft.constant true
      %one = weft.constant 1.0 : f32
      weft.yield %content, %present, %one : f32, i1, f32
    } : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>, tensor<1x1x2x3xf32>
    return %stats : tensor<1x1x2x3xf32>
  }
}
