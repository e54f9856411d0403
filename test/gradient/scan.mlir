// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

// A linear recurrence: carried value, inputs and captures all get a gradient.
func.func @recurrence(%h0: tensor<3xf64>, %xs: tensor<5x3xf64>, %w: tensor<3x3xf64>) -> (tensor<3xf64>, tensor<5x3xf64>) attributes {check.gradient} {
  %last, %all = weft.scan carry(%h0) over(%xs) with(%w : tensor<3x3xf64>) {
  ^bb0(%h: tensor<3xf64>, %x: tensor<3xf64>, %weight: tensor<3x3xf64>):
    %turned = weft.dot %weight, %h batch [] x [] contract [1] x [0] : tensor<3x3xf64>, tensor<3xf64> -> tensor<3xf64>
    %sum = weft.add %turned, %x : tensor<3xf64>
    %next = weft.tanh %sum : tensor<3xf64>
    weft.yield %next, %turned : tensor<3xf64>, tensor<3xf64>
  } : (tensor<3xf64>) -> tensor<3xf64>, (tensor<5x3xf64>) -> tensor<5x3xf64>
  return %last, %all : tensor<3xf64>, tensor<5x3xf64>
}

func.func @backwards(%h0: tensor<2xf64>, %xs: tensor<3x2xf64>, %ys: tensor<3xf64>) -> (tensor<2xf64>, tensor<3x2xf64>) attributes {check.gradient} {
  %last, %all = weft.scan carry(%h0) over(%xs, %ys) attributes {reverse = true} {
  ^bb0(%h: tensor<2xf64>, %x: tensor<2xf64>, %y: tensor<f64>):
    %scale = weft.broadcast %y dims [] : tensor<f64> -> tensor<2xf64>
    %scaled = weft.mul %h, %scale : tensor<2xf64>
    %next = weft.add %scaled, %x : tensor<2xf64>
    weft.yield %next, %next : tensor<2xf64>, tensor<2xf64>
  } : (tensor<2xf64>) -> tensor<2xf64>, (tensor<3x2xf64>, tensor<3xf64>) -> tensor<3x2xf64>
  return %last, %all : tensor<2xf64>, tensor<3x2xf64>
}

func.func @one_step(%h0: tensor<f64>, %xs: tensor<1xf64>) -> tensor<f64> attributes {check.gradient} {
  %last = weft.scan carry(%h0) over(%xs) {
  ^bb0(%h: tensor<f64>, %x: tensor<f64>):
    %next = weft.mul %h, %x : tensor<f64>
    weft.yield %next : tensor<f64>
  } : (tensor<f64>) -> tensor<f64>, (tensor<1xf64>) -> ()
  return %last : tensor<f64>
}

func.func @nested(%h0: tensor<2xf64>, %xs: tensor<2x3x2xf64>) -> tensor<2xf64> attributes {check.gradient} {
  %last = weft.scan carry(%h0) over(%xs) {
  ^bb0(%h: tensor<2xf64>, %rows: tensor<3x2xf64>):
    %inner = weft.scan carry(%h) over(%rows) {
    ^bb0(%g: tensor<2xf64>, %row: tensor<2xf64>):
      %product = weft.mul %g, %row : tensor<2xf64>
      %next = weft.add %product, %row : tensor<2xf64>
      weft.yield %next : tensor<2xf64>
    } : (tensor<2xf64>) -> tensor<2xf64>, (tensor<3x2xf64>) -> ()
    weft.yield %inner : tensor<2xf64>
  } : (tensor<2xf64>) -> tensor<2xf64>, (tensor<2x3x2xf64>) -> ()
  return %last : tensor<2xf64>
}
