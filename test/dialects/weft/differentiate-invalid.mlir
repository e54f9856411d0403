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
  func.func @step(%h0: tensor<4xf32>, %xs: tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>) -> tensor<4xf32> {
    // expected-error @+1 {{'weft.scan' op expects a constant trip count to be differentiated, got n (differentiate.C4)}}
    %last = weft.scan carry(%h0) over(%xs) {
    ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
      %next = weft.mul %h, %x : tensor<4xf32>
      weft.yield %next : tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>) -> ()
    return %last : tensor<4xf32>
  }
}

// -----

module @differentiate_c4_length {
  func.func @step(%h0: tensor<4xf32>, %xs: tensor<9223372036854775807x4xf32>) -> tensor<4xf32> {
    // expected-error @+1 {{'weft.scan' op expects to become at most 1000000 ops when it is differentiated, got 3 for each of 9223372036854775807 iterations (differentiate.C4)}}
    %last = weft.scan carry(%h0) over(%xs) {
    ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
      %next = weft.mul %h, %x : tensor<4xf32>
      weft.yield %next : tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<9223372036854775807x4xf32>) -> ()
    return %last : tensor<4xf32>
  }
}

// -----

// A scan in a scan counts as often as it would be unrolled.
module @differentiate_c4_nested {
  func.func @step(%h0: tensor<4xf32>, %xs: tensor<1000x4xf32>) -> tensor<4xf32> {
    // expected-error @+1 {{'weft.scan' op expects to become at most 1000000 ops when it is differentiated, got 4002 for each of 1000 iterations (differentiate.C4)}}
    %last = weft.scan carry(%h0) over(%xs) with(%xs : tensor<1000x4xf32>) {
    ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>, %all: tensor<1000x4xf32>):
      %inner = weft.scan carry(%h) over(%all) {
      ^bb1(%g: tensor<4xf32>, %y: tensor<4xf32>):
        %next = weft.mul %g, %y : tensor<4xf32>
        weft.yield %next : tensor<4xf32>
      } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<1000x4xf32>) -> ()
      weft.yield %inner : tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<1000x4xf32>) -> ()
    return %last : tensor<4xf32>
  }
}

// -----

module @differentiate_c5 {
  func.func @step(%q: tensor<1x1x2x2xf32>) -> tensor<1x1x2x3xf32> {
    // expected-error @+1 {{'weft.span_attention' op expects a gradient only for result 0, got one for result 1 (differentiate.C5)}}
    %y, %stats = weft.span_attention %q, %q, %q reach 0 to #weft.size<1> before_start masked kinds [] epsilon 0.0 {
    ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
      %present = weft.constant true
      %one = weft.constant 1.0 : f32
      weft.yield %content, %present, %one : f32, i1, f32
    } : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x2x2xf32>, tensor<1x1x2x3xf32>
    return %stats : tensor<1x1x2x3xf32>
  }
}
