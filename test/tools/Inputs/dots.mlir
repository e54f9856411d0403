// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of which one knows what they cost: of a run-time size, and in a loop.
module attributes {weft.model = "dots"} {
  weft.state @dots.cache : tensor<?x30xf32, #weft.bounded<[cache(40 by 10), 30]>>
  func.func @dots(
      %w: tensor<30x20xf32> {weft.name = "w", weft.role = "input"},
      %steps: tensor<8x6xf32> {weft.name = "steps", weft.role = "input"},
      %v: tensor<6x6xf32> {weft.name = "v", weft.role = "input"},
      %x: tensor<?x30xf32, #weft.bounded<[cache(40 by 10), 30]>> {weft.name = "x", weft.role = "state", weft.state = @dots.cache})
      -> (tensor<?x20xf32, #weft.bounded<[cache(40 by 10), 20]>> {weft.name = "y", weft.role = "output"}, tensor<6xf32> {weft.name = "last", weft.role = "output"}) {
    %y = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<?x30xf32, #weft.bounded<[cache(40 by 10), 30]>>, tensor<30x20xf32> -> tensor<?x20xf32, #weft.bounded<[cache(40 by 10), 20]>>
    %start = weft.sum %steps axes [0] : tensor<8x6xf32> -> tensor<6xf32>
    %last, %path = weft.scan carry(%start) over(%steps) with(%v : tensor<6x6xf32>) {
    ^bb0(%h: tensor<6xf32>, %step: tensor<6xf32>, %m: tensor<6x6xf32>):
      %turned = weft.dot %h, %m batch [] x [] contract [0] x [0] : tensor<6xf32>, tensor<6x6xf32> -> tensor<6xf32>
      %next = weft.add %turned, %step : tensor<6xf32>
      weft.yield %next, %next : tensor<6xf32>, tensor<6xf32>
    } : (tensor<6xf32>) -> tensor<6xf32>, (tensor<8x6xf32>) -> tensor<8x6xf32>
    return %y, %last : tensor<?x20xf32, #weft.bounded<[cache(40 by 10), 20]>>, tensor<6xf32>
  }
}
