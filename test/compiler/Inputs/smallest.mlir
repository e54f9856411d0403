// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The smallest graph that meets every part of the compiler: dot, add, sum, one bounded dimension, one scan.
module attributes {weft.model = "smallest", weft.config = {width = "4"}} {
  weft.param @W : tensor<4x4xf32> init "normal" scale 0.5
  weft.state @step.cache : tensor<2x?x4xf32, #weft.bounded<[2, cache0(8 by 2), 4]>>

  func.func @step(
      %x: tensor<2x3x4xf32> {weft.name = "x", weft.role = "input"},
      %steps: tensor<6x4xf32> {weft.name = "steps", weft.role = "input"},
      %cache: tensor<2x?x4xf32, #weft.bounded<[2, cache0(8 by 2), 4]>> {weft.name = "cache", weft.role = "state", weft.state = @step.cache},
      %w: tensor<4x4xf32> {weft.name = "W", weft.role = "param", weft.param = @W})
      -> (tensor<f32> {weft.name = "loss", weft.role = "output"},
          tensor<6x4xf32> {weft.name = "path", weft.role = "output"},
          tensor<2x?x4xf32, #weft.bounded<[2, cache0(8 by 2), 4]>> {weft.name = "cache", weft.role = "state"}) {
    %seen = weft.concat %cache, %x axis 1 : (tensor<2x?x4xf32, #weft.bounded<[2, cache0(8 by 2), 4]>>, tensor<2x3x4xf32>) -> tensor<2x?x4xf32, #weft.bounded<[2, cache0(8 by 2) + 3, 4]>>
    %mixed = weft.dot %seen, %w batch [] x [] contract [2] x [0] : tensor<2x?x4xf32, #weft.bounded<[2, cache0(8 by 2) + 3, 4]>>, tensor<4x4xf32> -> tensor<2x?x4xf32, #weft.bounded<[2, cache0(8 by 2) + 3, 4]>>
    %kept = weft.add %seen, %mixed : tensor<2x?x4xf32, #weft.bounded<[2, cache0(8 by 2) + 3, 4]>>
    %start = weft.sum %kept axes [0, 1] : tensor<2x?x4xf32, #weft.bounded<[2, cache0(8 by 2) + 3, 4]>> -> tensor<4xf32>
    %last, %path = weft.scan carry(%start) over(%steps) with(%w : tensor<4x4xf32>) {
    ^bb0(%h: tensor<4xf32>, %step: tensor<4xf32>, %weight: tensor<4x4xf32>):
      %turned = weft.dot %h, %weight batch [] x [] contract [0] x [0] : tensor<4xf32>, tensor<4x4xf32> -> tensor<4xf32>
      %next = weft.add %turned, %step : tensor<4xf32>
      weft.yield %next, %next : tensor<4xf32>, tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<6x4xf32>) -> tensor<6x4xf32>
    %loss = weft.sum %last axes [0] : tensor<4xf32> -> tensor<f32>
    %new = weft.tail %kept axis 1 : tensor<2x?x4xf32, #weft.bounded<[2, cache0(8 by 2) + 3, 4]>> -> tensor<2x?x4xf32, #weft.bounded<[2, cache0(8 by 2), 4]>>
    return %loss, %path, %new : tensor<f32>, tensor<6x4xf32>, tensor<2x?x4xf32, #weft.bounded<[2, cache0(8 by 2), 4]>>
  }
}
