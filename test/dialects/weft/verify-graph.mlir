// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --weft-verify-graph | FileCheck %s

// Every role in its place, a cache whose size changes within one call, and a size given by weft.set_size.

!cache = tensor<2x?xf32, #weft.bounded<[2, c(8 by 2)]>>
!kept = tensor<2x?xf32, #weft.bounded<[2, kept(8 by 2)]>>

module attributes {weft.model = "m"} {
  weft.param @w : tensor<2xf32> init "zeros" scale 0.0
  weft.state @step.cache : !cache

  // CHECK-LABEL: func.func @step(
  // CHECK: weft.set_size <kept(8 by 2)>
  func.func @step(%x: tensor<2x4xf32> {weft.name = "x", weft.role = "input"},
      %key: tensor<4xi32> {weft.name = "key", weft.role = "key"},
      %cache: !cache {weft.name = "cache", weft.role = "state", weft.state = @step.cache},
      %w: tensor<2xf32> {weft.name = "w", weft.role = "param", weft.param = @w},
      %sum: tensor<2xf32> {weft.name = "w.sum", weft.role = "optimizer"},
      %lr: tensor<f32> {weft.name = "lr", weft.role = "hyper"})
      -> (tensor<2xf32> {weft.name = "y", weft.role = "output"}, !kept {weft.name = "cache", weft.role = "state"},
          tensor<2xf32> {weft.name = "w.sum", weft.role = "optimizer"},
          tensor<2xf32> {weft.name = "w", weft.role = "param"}) {
    %four = weft.constant dense<4> : tensor<i32>
    weft.set_size #weft.size<kept(8 by 2)> = %four : tensor<i32>
    %seen = weft.concat %cache, %x axis 1 : (!cache, tensor<2x4xf32>) -> tensor<2x?xf32, #weft.bounded<[2, c(8 by 2) + 4]>>
    %new = weft.tail %seen axis 1 : tensor<2x?xf32, #weft.bounded<[2, c(8 by 2) + 4]>> -> !kept
    return %w, %new, %sum, %w : tensor<2xf32>, !kept, tensor<2xf32>, tensor<2xf32>
  }

  // A saved value may carry the name of a cotangent.
  // CHECK-LABEL: func.func @step.backward(
  func.func @step.backward(%dy: tensor<2xf32> {weft.name = "y", weft.role = "cotangent"},
      %y: tensor<2xf32> {weft.name = "y", weft.role = "saved"})
      -> (tensor<2xf32> {weft.name = "w", weft.role = "gradient"}) {
    return %dy : tensor<2xf32>
  }
}
