// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// 25 ops in @large; two functions, a weight and a state beside it.
weft.param @weight : tensor<4x8xf32> init "zeros" scale 0.0 {low = -1.0 : f64, high = 1.0 : f64}
weft.state @kept : tensor<4x8xf32>

func.func @other(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %bent = weft.tanh %x : tensor<4x8xf32>
  return %bent : tensor<4x8xf32>
}

func.func @caller(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = call @other(%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

func.func @large(%x: tensor<4x8xf32> {weft.name = "x"}, %weight: tensor<4x8xf32> {weft.param = @weight}, %steps: tensor<3x8xf32>)
    -> (tensor<4x8xf32> {weft.name = "y"}, tensor<4x5xf32>, tensor<8xf32>) attributes {notes = ["long", "unused"]} {
  %half = weft.constant dense<0.5> : tensor<4x8xf32>
  %a = weft.add %x, %weight : tensor<4x8xf32>
  %b = weft.mul %a, %half : tensor<4x8xf32>
  %c = weft.relu %b : tensor<4x8xf32>
  %d = weft.exp %c : tensor<4x8xf32>
  %e = weft.maximum %d, %b : tensor<4x8xf32>
  %soft = weft.softmax %e axis 1 : tensor<4x8xf32>
  %between = weft.floor %d : tensor<4x8xf32>
  %f = weft.log %between : tensor<4x8xf32>
  %g = weft.sub %f, %soft : tensor<4x8xf32>
  %square = weft.dot %g, %soft batch [] x [] contract [1] x [1] : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x4xf32>
  %h = weft.tanh %square : tensor<4x4xf32>
  %wide = weft.pad %h axis 1 start 1 {unused} : tensor<4x4xf32> -> tensor<4x5xf32>
  %sum = weft.sum %g axes [0] : tensor<4x8xf32> -> tensor<8xf32>
  %first = weft.exp %sum : tensor<8xf32>
  %last, %all = weft.scan carry(%first) over(%steps) {
  ^bb0(%state: tensor<8xf32>, %step: tensor<8xf32>):
    %scaled = weft.sin %state : tensor<8xf32>
    %next = weft.minimum %scaled, %step : tensor<8xf32>
    weft.yield %next, %next : tensor<8xf32>, tensor<8xf32>
  } : (tensor<8xf32>) -> tensor<8xf32>, (tensor<3x8xf32>) -> tensor<3x8xf32>
  %i = weft.neg %last : tensor<8xf32>
  %j = weft.cos %i : tensor<8xf32>
  %k = weft.sigmoid %g : tensor<4x8xf32>
  %l = weft.add %k, %x : tensor<4x8xf32>
  %m = weft.erf %l : tensor<4x8xf32>
  return %m, %wide, %j : tensor<4x8xf32>, tensor<4x5xf32>, tensor<8xf32>
}
