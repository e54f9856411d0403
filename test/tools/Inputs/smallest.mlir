// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// y = sum((W x + b)^2): dot, add, mul and sum, with a weight, an input and an output.
module attributes {weft.model = "smallest"} {
  weft.param @W : tensor<2x3xf32> init "normal" scale 1.0
  weft.param @b : tensor<2xf32> init "zeros" scale 0.0
  func.func @step(%x: tensor<3xf32> {weft.name = "x", weft.role = "input"},
                  %W: tensor<2x3xf32> {weft.name = "W", weft.param = @W, weft.role = "param"},
                  %b: tensor<2xf32> {weft.name = "b", weft.param = @b, weft.role = "param"})
      -> (tensor<f32> {weft.name = "loss", weft.role = "output"}) {
    %Wx = weft.dot %W, %x batch [] x [] contract [1] x [0] : tensor<2x3xf32>, tensor<3xf32> -> tensor<2xf32>
    %y = weft.add %Wx, %b : tensor<2xf32>
    %square = weft.mul %y, %y : tensor<2xf32>
    %loss = weft.sum %square axes [0] : tensor<2xf32> -> tensor<f32>
    return %loss : tensor<f32>
  }
}
