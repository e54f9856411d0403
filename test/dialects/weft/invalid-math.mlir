// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s -split-input-file -verify-diagnostics
// One function for each label of docs/spec/weft.md, named after it.

func.func @iota_c1() {
  // expected-error @below {{'weft.iota' op expects axis to be less than the rank, got 1 vs 1 (iota.C1)}}
  %0 = weft.iota axis 1 start 0.0 step 1.0 : tensor<4xf32>
  return
}

// -----

func.func @clamp_c1(%x: tensor<4xf32>) {
  // expected-error @below {{'weft.clamp' op expects low to be at most high, got 2.000000e+00 vs 1.000000e+00 (clamp.C1)}}
  %0 = weft.clamp %x low 2.0 high 1.0 : tensor<4xf32>
  return
}

// -----

func.func @select_c1(%condition: i1, %x: tensor<4xf32>) {
  // expected-error @below {{'weft.select' op expects condition to have the shape of the values, got 'i1' vs 'tensor<4xf32>' (select.C1)}}
  %0 = weft.select %condition, %x, %x : i1, tensor<4xf32>
  return
}

// -----

func.func @cast_c1(%x: tensor<?xf32, #weft.bounded<[a(8 by 1)]>>) {
  // expected-error @below {{'weft.cast' op expects the result to have the shape of the input, got [b] vs [a] (cast.C1)}}
  %0 = weft.cast %x : tensor<?xf32, #weft.bounded<[a(8 by 1)]>> -> tensor<?xi32, #weft.bounded<[b(8 by 1)]>>
  return
}

// -----

func.func @dot_c1(%x: tensor<2x4xf32>, %w: tensor<3x4xf64>) {
  // expected-error @below {{'weft.dot' op expects lhs and rhs to have one element type, got 'f32' vs 'f64' (dot.C1)}}
  // expected-error @below {{'weft.dot' op failed to infer returned types}}
  %0 = weft.dot %x, %w batch [] x [] contract [1] x [1] : tensor<2x4xf32>, tensor<3x4xf64> -> tensor<2x3xf32>
  return
}

// -----

func.func @dot_c1_one_rounded(%x: tensor<2x4xbf16>, %w: tensor<3x4xf32>) {
  // expected-error @below {{'weft.dot' op expects lhs and rhs to have one element type, got 'bf16' vs 'f32' (dot.C1)}}
  // expected-error @below {{'weft.dot' op failed to infer returned types}}
  %0 = weft.dot %x, %w batch [] x [] contract [1] x [1] : tensor<2x4xbf16>, tensor<3x4xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @dot_c1_rounded_apart(%x: tensor<2x4xbf16>, %w: tensor<3x4xf16>) {
  // expected-error @below {{'weft.dot' op expects lhs and rhs to have one element type, got 'bf16' vs 'f16' (dot.C1)}}
  // expected-error @below {{'weft.dot' op failed to infer returned types}}
  %0 = weft.dot %x, %w batch [] x [] contract [1] x [1] : tensor<2x4xbf16>, tensor<3x4xf16> -> tensor<2x3xf32>
  return
}

// -----

func.func @dot_of_halves_is_f32(%x: tensor<2x4xf16>, %w: tensor<3x4xf16>) {
  // expected-error @below {{'weft.dot' op inferred type(s) 'tensor<2x3xf32>' are incompatible with return type(s) of operation 'tensor<2x3xf16>'}}
  // expected-error @below {{'weft.dot' op failed to infer returned types}}
  %0 = weft.dot %x, %w batch [] x [] contract [1] x [1] : tensor<2x4xf16>, tensor<3x4xf16> -> tensor<2x3xf16>
  return
}

// -----

func.func @dot_of_rounded_is_f32(%x: tensor<2x4xbf16>, %w: tensor<3x4xbf16>) {
  // expected-error @below {{'weft.dot' op inferred type(s) 'tensor<2x3xf32>' are incompatible with return type(s) of operation 'tensor<2x3xbf16>'}}
  // expected-error @below {{'weft.dot' op failed to infer returned types}}
  %0 = weft.dot %x, %w batch [] x [] contract [1] x [1] : tensor<2x4xbf16>, tensor<3x4xbf16> -> tensor<2x3xbf16>
  return
}

// -----

func.func @dot_c2(%x: tensor<2x4xf32>, %w: tensor<3x4xf32>) {
  // expected-error @below {{'weft.dot' op expects batch and contract to be distinct axes of their operand, got [2] of rank 2 and [1] of rank 2 (dot.C2)}}
  // expected-error @below {{'weft.dot' op failed to infer returned types}}
  %0 = weft.dot %x, %w batch [] x [] contract [2] x [1] : tensor<2x4xf32>, tensor<3x4xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @dot_c3(%x: tensor<2x4xf32>, %w: tensor<3x4xf32>) {
  // expected-error @below {{'weft.dot' op expects as many batch and contract axes of lhs as of rhs, got [0] x [] and [1] x [1] (dot.C3)}}
  // expected-error @below {{'weft.dot' op failed to infer returned types}}
  %0 = weft.dot %x, %w batch [0] x [] contract [1] x [1] : tensor<2x4xf32>, tensor<3x4xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @dot_c4(%x: tensor<2x4xf32>, %w: tensor<3x5xf32>) {
  // expected-error @below {{'weft.dot' op expects paired axes to have one size, got 4 (lhs axis 1) vs 5 (rhs axis 1) (dot.C4)}}
  // expected-error @below {{'weft.dot' op failed to infer returned types}}
  %0 = weft.dot %x, %w batch [] x [] contract [1] x [1] : tensor<2x4xf32>, tensor<3x5xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @dot_c4_bounded(%x: tensor<?xf32, #weft.bounded<[a(8 by 1)]>>, %w: tensor<?xf32, #weft.bounded<[b(8 by 1)]>>) {
  // expected-error @below {{'weft.dot' op expects paired axes to have one size, got a (lhs axis 0) vs b (rhs axis 0) (dot.C4)}}
  // expected-error @below {{'weft.dot' op failed to infer returned types}}
  %0 = weft.dot %x, %w batch [] x [] contract [0] x [0] : tensor<?xf32, #weft.bounded<[a(8 by 1)]>>, tensor<?xf32, #weft.bounded<[b(8 by 1)]>> -> tensor<f32>
  return
}

// -----

func.func @sum_c1(%x: tensor<2x4xf32>) {
  // expected-error @below {{'weft.sum' op expects axes to be distinct and less than the rank, got [1, 1] of rank 2 (sum.C1)}}
  // expected-error @below {{'weft.sum' op failed to infer returned types}}
  %0 = weft.sum %x axes [1, 1] : tensor<2x4xf32> -> tensor<2xf32>
  return
}

// -----

func.func @max_c1(%x: tensor<2x4xf32>) {
  // expected-error @below {{'weft.max' op expects axes to be distinct and less than the rank, got [2] of rank 2 (max.C1)}}
  // expected-error @below {{'weft.max' op failed to infer returned types}}
  %0 = weft.max %x axes [2] : tensor<2x4xf32> -> tensor<2xf32>
  return
}

// -----

func.func @softmax_c1(%x: tensor<2x4xf32>) {
  // expected-error @below {{'weft.softmax' op expects axis to be less than the rank, got 2 vs 2 (softmax.C1)}}
  %0 = weft.softmax %x axis 2 : tensor<2x4xf32>
  return
}

// -----

func.func @layer_norm_c1(%x: tensor<f32>, %g: tensor<8xf32>) {
  // expected-error @below {{'weft.layer_norm' op expects input to have at least one axis, got 'tensor<f32>' (layer_norm.C1)}}
  %0 = weft.layer_norm %x, %g, %g epsilon 1.0e-5 : tensor<f32>, tensor<8xf32>
  return
}

// -----

func.func @layer_norm_c2(%x: tensor<2x4xf32>, %g: tensor<8xf32>) {
  // expected-error @below {{'weft.layer_norm' op expects scale and shift to have the size of the last axis of input, got 'tensor<8xf32>' vs 'tensor<2x4xf32>' (layer_norm.C2)}}
  %0 = weft.layer_norm %x, %g, %g epsilon 1.0e-5 : tensor<2x4xf32>, tensor<8xf32>
  return
}

// -----

func.func @layer_norm_c3(%x: tensor<2x8xf32>, %g: tensor<8xf32>) {
  // expected-error @below {{'weft.layer_norm' op expects epsilon to be at least 0, got -1.000000e+00 (layer_norm.C3)}}
  %0 = weft.layer_norm %x, %g, %g epsilon -1.0 : tensor<2x8xf32>, tensor<8xf32>
  return
}

// -----

func.func @embedding_c1(%table: tensor<8xf32>, %ids: tensor<2xi32>) {
  // expected-error @below {{'weft.embedding' op expects table to be [ids, features], got [8] (embedding.C1)}}
  // expected-error @below {{'weft.embedding' op failed to infer returned types}}
  %0 = weft.embedding %table, %ids : tensor<8xf32>, tensor<2xi32> -> tensor<2x8xf32>
  return
}

// -----

func.func @embedding_grad_c1(%rows: tensor<2x4xf32>, %ids: tensor<2xi32>) {
  // expected-error @below {{'weft.embedding_grad' op expects the result to be [ids, features], got 'tensor<8xf32>' (embedding_grad.C1)}}
  %0 = weft.embedding_grad %rows, %ids : tensor<2x4xf32>, tensor<2xi32> -> tensor<8xf32>
  return
}

// -----

func.func @embedding_grad_c2(%rows: tensor<3x4xf32>, %ids: tensor<2xi32>) {
  // expected-error @below {{'weft.embedding_grad' op expects rows to have the shape of ids plus one axis of features, got 'tensor<3x4xf32>' vs 'tensor<2xi32>' and 'tensor<8x4xf32>' (embedding_grad.C2)}}
  %0 = weft.embedding_grad %rows, %ids : tensor<3x4xf32>, tensor<2xi32> -> tensor<8x4xf32>
  return
}

// -----

func.func @cross_entropy_c1(%logits: tensor<f32>, %targets: tensor<i32>) {
  // expected-error @below {{'weft.cross_entropy' op expects logits to have an axis of classes, got [] (cross_entropy.C1)}}
  // expected-error @below {{'weft.cross_entropy' op failed to infer returned types}}
  %0 = weft.cross_entropy %logits, %targets : tensor<f32>, tensor<i32> -> tensor<f32>
  return
}

// -----

func.func @cross_entropy_c2(%logits: tensor<2x8xf32>, %targets: tensor<3xi32>) {
  // expected-error @below {{'weft.cross_entropy' op expects targets to have the shape of logits without classes, got [3] vs [2, 8] (cross_entropy.C2)}}
  // expected-error @below {{'weft.cross_entropy' op failed to infer returned types}}
  %0 = weft.cross_entropy %logits, %targets : tensor<2x8xf32>, tensor<3xi32> -> tensor<2xf32>
  return
}

// -----

func.func @one_hot_c1(%ids: tensor<2xi32>) {
  // expected-error @below {{'weft.one_hot' op expects the result to have the shape of ids plus one axis of classes, got 'tensor<3x8xf32>' vs 'tensor<2xi32>' (one_hot.C1)}}
  %0 = weft.one_hot %ids : tensor<2xi32> -> tensor<3x8xf32>
  return
}

// -----

func.func @dropout_c1(%x: tensor<2xf32>, %key: tensor<4xi32>) {
  // expected-error @below {{'weft.dropout' op expects rate to be in [0, 1), got 1.000000e+00 (dropout.C1)}}
  %0 = weft.dropout %x, %key rate 1.0 id 0 : tensor<2xf32>, tensor<4xi32>
  return
}

// -----

func.func @dropout_c2(%x: tensor<2xf32>, %key: tensor<2xi32>) {
  // expected-error @below {{'weft.dropout' op expects key to be [seed low, seed high, step low, step high], got 'tensor<2xi32>' (dropout.C2)}}
  %0 = weft.dropout %x, %key rate 0.5 id 0 : tensor<2xf32>, tensor<2xi32>
  return
}

// -----

func.func @constant_c1() {
  // expected-error @below {{'weft.constant' op expects a dense value for a tensor, got sparse<0, 1.000000e+00> : tensor<4xf32> (constant.C1)}}
  %0 = weft.constant sparse<[[0]], 1.0> : tensor<4xf32>
  return
}

// -----

func.func @log_softmax_c1(%x: tensor<2x4xf32>) {
  // expected-error @below {{'weft.log_softmax' op expects axis to be less than the rank, got 2 vs 2 (log_softmax.C1)}}
  %0 = weft.log_softmax %x axis 2 : tensor<2x4xf32>
  return
}

// -----

func.func @cumsum_c1(%x: tensor<2x4xf32>) {
  // expected-error @below {{'weft.cumsum' op expects axis to be less than the rank, got 2 vs 2 (cumsum.C1)}}
  %0 = weft.cumsum %x axis 2 reverse : tensor<2x4xf32>
  return
}

// -----

func.func @top_k_c1(%x: tensor<f32>) {
  // expected-error @below {{'weft.top_k' op expects input to have at least one axis, got [] (top_k.C1)}}
  // expected-error @below {{'weft.top_k' op failed to infer returned types}}
  %0, %1 = weft.top_k %x k 1 : tensor<f32> -> tensor<f32>, tensor<i32>
  return
}

// -----

func.func @top_k_c2(%x: tensor<2x4xf32>) {
  // expected-error @below {{'weft.top_k' op expects k to be from 1 to the least size of the last axis, got 5 vs 4 (top_k.C2)}}
  // expected-error @below {{'weft.top_k' op failed to infer returned types}}
  %0, %1 = weft.top_k %x k 5 : tensor<2x4xf32> -> tensor<2x5xf32>, tensor<2x5xi32>
  return
}

// -----

func.func @top_k_c2_bounded(%x: tensor<?xf32, #weft.bounded<[a(8 by 1) + 2]>>) {
  // expected-error @below {{'weft.top_k' op expects k to be from 1 to the least size of the last axis, got 3 vs a + 2 (top_k.C2)}}
  // expected-error @below {{'weft.top_k' op failed to infer returned types}}
  %0, %1 = weft.top_k %x k 3 : tensor<?xf32, #weft.bounded<[a(8 by 1) + 2]>> -> tensor<3xf32>, tensor<3xi32>
  return
}

// -----

func.func @rms_norm_c1(%x: tensor<f32>, %scale: tensor<4xf32>) {
  // expected-error @below {{'weft.rms_norm' op expects input to have at least one axis, got 'tensor<f32>' (rms_norm.C1)}}
  %0 = weft.rms_norm %x, %scale epsilon 0.0 : tensor<f32>, tensor<4xf32>
  return
}

// -----

func.func @rms_norm_c2(%x: tensor<2x4xf32>, %scale: tensor<2xf32>) {
  // expected-error @below {{'weft.rms_norm' op expects scale to have the size of the last axis of input, got 'tensor<2xf32>' vs 'tensor<2x4xf32>' (rms_norm.C2)}}
  %0 = weft.rms_norm %x, %scale epsilon 0.0 : tensor<2x4xf32>, tensor<2xf32>
  return
}

// -----

func.func @rms_norm_c3(%x: tensor<2x4xf32>, %scale: tensor<4xf32>) {
  // expected-error @below {{'weft.rms_norm' op expects epsilon to be at least 0, got -1.000000e+00 (rms_norm.C3)}}
  %0 = weft.rms_norm %x, %scale epsilon -1.0 : tensor<2x4xf32>, tensor<4xf32>
  return
}
