// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What calls every function of the driver: a product, an argument that is a result (a copy on the card), and a weight
// that does not fit into the pinned memory at once.
module attributes {weft.model = "every-call"} {
  weft.param @W : tensor<2x3xf32> init "normal" scale 1.0
  weft.param @large : tensor<1572864x2xf32> init "zeros" scale 0.0
  func.func @step(%x: tensor<3xf32> {weft.name = "x", weft.role = "input"},
                  %W: tensor<2x3xf32> {weft.name = "W", weft.param = @W, weft.role = "param"},
                  %large: tensor<1572864x2xf32> {weft.name = "large", weft.param = @large, weft.role = "param"})
      -> (tensor<f32> {weft.name = "loss", weft.role = "output"},
          tensor<3xf32> {weft.name = "same", weft.role = "output"}) {
    %Wx = weft.dot %W, %x batch [] x [] contract [1] x [0] : tensor<2x3xf32>, tensor<3xf32> -> tensor<2xf32>
    %square = weft.mul %Wx, %Wx : tensor<2xf32>
    %loss = weft.sum %square axes [0] : tensor<2xf32> -> tensor<f32>
    return %loss, %x : tensor<f32>, tensor<3xf32>
  }
}
