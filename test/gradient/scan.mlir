// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

// A linear recurrence: carried value, inputs and captures all get a gradient.
func.func @recurrence(%h0: tensor<3xf64>, %xs: tensor<5x3xf64>, %w: tensor<3x3xf64>, %b: tensor<3xf64>) -> (tensor<3xf64>, tensor<5x3xf64>) attributes {check.gradient, check.unrolled, check.second} {
  %last, %all = weft.scan carry(%h0) over(%xs) with(%w, %b : tensor<3x3xf64>, tensor<3xf64>) {
  ^bb0(%h: tensor<3xf64>, %x: tensor<3xf64>, %weight: tensor<3x3xf64>, %bias: tensor<3xf64>):
    %turned = weft.dot %weight, %h batch [] x [] contract [1] x [0] : tensor<3x3xf64>, tensor<3xf64> -> tensor<3xf64>
    %sum = weft.add %turned, %x : tensor<3xf64>
    %shifted = weft.add %sum, %bias : tensor<3xf64>
    %next = weft.tanh %shifted : tensor<3xf64>
    weft.yield %next, %turned : tensor<3xf64>, tensor<3xf64>
  } : (tensor<3xf64>) -> tensor<3xf64>, (tensor<5x3xf64>) -> tensor<5x3xf64>
  return %last, %all : tensor<3xf64>, tensor<5x3xf64>
}

func.func @backwards(%h0: tensor<2xf64>, %xs: tensor<3x2xf64>, %ys: tensor<3xf64>) -> (tensor<2xf64>, tensor<3x2xf64>) attributes {check.gradient, check.unrolled, check.second} {
  %last, %all = weft.scan carry(%h0) over(%xs, %ys) attributes {reverse = true} {
  ^bb0(%h: tensor<2xf64>, %x: tensor<2xf64>, %y: tensor<f64>):
    %scale = weft.broadcast %y dims [] : tensor<f64> -> tensor<2xf64>
    %scaled = weft.mul %h, %scale : tensor<2xf64>
    %next = weft.add %scaled, %x : tensor<2xf64>
    weft.yield %next, %next : tensor<2xf64>, tensor<2xf64>
  } : (tensor<2xf64>) -> tensor<2xf64>, (tensor<3x2xf64>, tensor<3xf64>) -> tensor<3x2xf64>
  return %last, %all : tensor<2xf64>, tensor<3x2xf64>
}

func.func @one_step(%h0: tensor<f64>, %xs: tensor<1xf64>) -> tensor<f64> attributes {check.gradient, check.unrolled} {
  %last = weft.scan carry(%h0) over(%xs) {
  ^bb0(%h: tensor<f64>, %x: tensor<f64>):
    %next = weft.mul %h, %x : tensor<f64>
    weft.yield %next : tensor<f64>
  } : (tensor<f64>) -> tensor<f64>, (tensor<1xf64>) -> ()
  return %last : tensor<f64>
}

func.func @no_step(%h0: tensor<2xf64>, %xs: tensor<0x2xf64>, %w: tensor<2x2xf64>) -> (tensor<2xf64>, tensor<0x2xf64>) attributes {check.gradient, check.unrolled} {
  %last, %all = weft.scan carry(%h0) over(%xs) with(%w : tensor<2x2xf64>) {
  ^bb0(%h: tensor<2xf64>, %x: tensor<2xf64>, %weight: tensor<2x2xf64>):
    %turned = weft.dot %weight, %h batch [] x [] contract [1] x [0] : tensor<2x2xf64>, tensor<2xf64> -> tensor<2xf64>
    %next = weft.mul %turned, %x : tensor<2xf64>
    weft.yield %next, %turned : tensor<2xf64>, tensor<2xf64>
  } : (tensor<2xf64>) -> tensor<2xf64>, (tensor<0x2xf64>) -> tensor<0x2xf64>
  return %last, %all : tensor<2xf64>, tensor<0x2xf64>
}

func.func @nested(%h0: tensor<2xf64>, %xs: tensor<2x3x2xf64>) -> tensor<2xf64> attributes {check.gradient, check.unrolled, check.second} {
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

// The carried values change places, so the second becomes active in the second step only; a counter has no gradient.
func.func @late(%a: tensor<2xf64>, %w: tensor<2xf64>) -> (tensor<2xf64>, tensor<2xf64>) attributes {check.gradient, check.unrolled} {
  %zeros = weft.constant dense<0.5> : tensor<2xf64>
  %none = weft.constant dense<0> : tensor<i32>
  %steps = weft.constant dense<1> : tensor<4xi32>
  %x, %y, %n = weft.scan carry(%a, %zeros, %none) over(%steps) with(%w : tensor<2xf64>) {
  ^bb0(%p: tensor<2xf64>, %q: tensor<2xf64>, %i: tensor<i32>, %one: tensor<i32>, %weight: tensor<2xf64>):
    %next = weft.add %i, %one : tensor<i32>
    %count = weft.cast %next : tensor<i32> -> tensor<f64>
    %times = weft.broadcast %count dims [] : tensor<f64> -> tensor<2xf64>
    %scaled = weft.mul %q, %times : tensor<2xf64>
    %turned = weft.mul %scaled, %weight : tensor<2xf64>
    weft.yield %turned, %p, %next : tensor<2xf64>, tensor<2xf64>, tensor<i32>
  } : (tensor<2xf64>, tensor<2xf64>, tensor<i32>) -> (tensor<2xf64>, tensor<2xf64>, tensor<i32>), (tensor<4xi32>) -> ()
  return %x, %y : tensor<2xf64>, tensor<2xf64>
}

// Products of a step's input and of its state; with a batch axis, a transposed weight, one used twice, and one given as input and as capture.
func.func @products(%h0: tensor<2x3xf64>, %xs: tensor<4x2x3xf64>, %w: tensor<3x3xf64>, %v: tensor<2x3x3xf64>, %b: tensor<3xf64>) -> tensor<4x2x3xf64> attributes {check.gradient, check.unrolled, check.second} {
  %last, %all = weft.scan carry(%h0) over(%xs) with(%w, %v, %b, %xs : tensor<3x3xf64>, tensor<2x3x3xf64>, tensor<3xf64>, tensor<4x2x3xf64>) {
  ^bb0(%h: tensor<2x3xf64>, %x: tensor<2x3xf64>, %weight: tensor<3x3xf64>, %each: tensor<2x3x3xf64>, %bias: tensor<3xf64>, %whole: tensor<4x2x3xf64>):
    %in = weft.dot %x, %weight batch [] x [] contract [1] x [1] : tensor<2x3xf64>, tensor<3x3xf64> -> tensor<2x3xf64>
    %again = weft.dot %h, %weight batch [] x [] contract [1] x [0] : tensor<2x3xf64>, tensor<3x3xf64> -> tensor<2x3xf64>
    %own = weft.dot %h, %each batch [0] x [0] contract [1] x [2] : tensor<2x3xf64>, tensor<2x3x3xf64> -> tensor<2x3xf64>
    %rows = weft.broadcast %bias dims [1] : tensor<3xf64> -> tensor<2x3xf64>
    %mean = weft.sum %whole axes [0] : tensor<4x2x3xf64> -> tensor<2x3xf64>
    %s0 = weft.add %in, %again : tensor<2x3xf64>
    %s1 = weft.mul %s0, %own : tensor<2x3xf64>
    %s2 = weft.add %s1, %rows : tensor<2x3xf64>
    %s3 = weft.mul %s2, %mean : tensor<2x3xf64>
    %next = weft.tanh %s3 : tensor<2x3xf64>
    weft.yield %next, %s2 : tensor<2x3xf64>, tensor<2x3xf64>
  } : (tensor<2x3xf64>) -> tensor<2x3xf64>, (tensor<4x2x3xf64>) -> tensor<4x2x3xf64>
  return %all : tensor<4x2x3xf64>
}

// Only the last state, and of an input nothing, has a gradient: the steps are counted all the same.
func.func @counted(%h0: tensor<2xf64>, %xs: tensor<3x2xi32>) -> tensor<2xf64> attributes {check.gradient, check.unrolled} {
  %last = weft.scan carry(%h0) over(%xs) {
  ^bb0(%h: tensor<2xf64>, %x: tensor<2xi32>):
    %twice = weft.add %h, %h : tensor<2xf64>
    weft.yield %twice : tensor<2xf64>
  } : (tensor<2xf64>) -> tensor<2xf64>, (tensor<3x2xi32>) -> ()
  return %last : tensor<2xf64>
}
