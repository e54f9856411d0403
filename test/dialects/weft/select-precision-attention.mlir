// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --weft-differentiate=functions=step --weft-select-precision=precision=bf16 --canonicalize --cse | FileCheck %s
// RUN: weft-opt %s --weft-differentiate=functions=step --weft-select-precision=precision=bf16 --canonicalize --cse | weft-opt | FileCheck %s
// RUN: weft-opt %s --weft-select-precision=precision=bf16 --weft-differentiate=functions=step | FileCheck %s --check-prefix=LATER

// All that attention multiplies is rounded, once for both directions; captures and the reach of heads are not. Gradients are f32.
// CHECK-LABEL: func.func @step.grad(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<1x4x8xf32> {{.*}} %[[P:[a-z0-9]+]]: tensor<8x4xf32> {{.*}} %[[K:[a-z0-9]+]]: tensor<1x2x3x4xf32> {{.*}} %[[Z:[a-z0-9]+]]: tensor<2xf32>
// CHECK-DAG: %[[A:.*]] = weft.cast %[[X]] : tensor<1x4x8xf32> -> tensor<1x4x8xbf16>
// CHECK-DAG: %[[H:.*]] = weft.reshape %[[A]] : tensor<1x4x8xbf16> -> tensor<1x4x2x4xbf16>
// CHECK-DAG: %[[Q:.*]] = weft.transpose %[[H]] permutation [0, 2, 1, 3] : tensor<1x4x2x4xbf16> -> tensor<1x2x4x4xbf16>
// CHECK-DAG: %[[RP:.*]] = weft.cast %[[P]] : tensor<8x4xf32> -> tensor<8x4xbf16>
// CHECK-DAG: %[[RK:.*]] = weft.cast %[[K]] : tensor<1x2x3x4xf32> -> tensor<1x2x3x4xbf16>
// CHECK: %[[Y:.*]], %[[S:.*]] = weft.span_attention %[[Q]], %[[Q]], %[[Q]] position(%[[RP]] : tensor<8x4xbf16>) source_keys(%[[RK]] : tensor<1x2x3x4xbf16>) source_values(%[[RK]] : tensor<1x2x3x4xbf16>) reach 0 to <7> heads(%[[Z]] : tensor<2xf32>) before_start masked captures(%[[Z]] : tensor<2xf32>)
// CHECK: ^bb0(%{{.*}}: f32,
// CHECK: } : tensor<1x2x4x4xbf16>, tensor<1x2x4x4xbf16>, tensor<1x2x4x4xbf16> -> tensor<1x2x4x4xf32>, tensor<1x2x4x3xf32>
// CHECK: %[[DY:.*]] = weft.cast %{{.*}} : tensor<1x2x4x4xf32> -> tensor<1x2x4x4xbf16>
// CHECK: weft.span_attention_grad %[[Q]], %[[Q]], %[[Q]] position(%[[RP]] : tensor<8x4xbf16>) {{.*}} given %[[Y]], %[[S]], %[[DY]]
// CHECK: -> tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<8x4xf32>, tensor<1x2x3x4xf32>, tensor<1x2x3x4xf32>, tensor<2xf32>

// Of a graph with roundings in it, gradients have the types of what was rounded.
// LATER-LABEL: func.func @step.grad(
// LATER: %[[DY:.*]] = weft.cast %{{.*}} : tensor<1x2x4x4xf32> -> tensor<1x2x4x4xbf16>
// LATER: weft.span_attention_grad {{.*}} given %{{.*}}, %{{.*}}, %[[DY]]
// LATER: weft.cast %{{.*}} : tensor<1x2x4x4xf32> -> tensor<1x2x4x4xbf16>
func.func @step(%x: tensor<1x4x8xf32> {weft.name = "x", weft.role = "input"}, %p: tensor<8x4xf32> {weft.name = "p", weft.role = "input"},
    %k: tensor<1x2x3x4xf32> {weft.name = "k", weft.role = "input"}, %z: tensor<2xf32> {weft.name = "z", weft.role = "input"})
    -> (tensor<f32> {weft.name = "loss", weft.role = "output"}) {
  %heads = weft.reshape %x : tensor<1x4x8xf32> -> tensor<1x4x2x4xf32>
  %q = weft.transpose %heads permutation [0, 2, 1, 3] : tensor<1x4x2x4xf32> -> tensor<1x2x4x4xf32>
  %y, %stats = weft.span_attention %q, %q, %q position(%p : tensor<8x4xf32>)
      source_keys(%k : tensor<1x2x3x4xf32>) source_values(%k : tensor<1x2x3x4xf32>)
      reach 0 to <7> heads(%z : tensor<2xf32>) before_start masked
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %score = weft.add %content, %relative : f32
    %true = weft.constant true
    weft.yield %score, %true, %zh : f32, i1, f32
  } sources {
  ^bb0(%content: f32, %i: f32, %n: f32, %zh: f32):
    %true = weft.constant true
    weft.yield %content, %true, %zh : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32> -> tensor<1x2x4x4xf32>, tensor<1x2x4x3xf32>
  %squares = weft.mul %y, %y : tensor<1x2x4x4xf32>
  %loss = weft.sum %squares axes [0, 1, 2, 3] : tensor<1x2x4x4xf32> -> tensor<f32>
  return %loss : tensor<f32>
}
