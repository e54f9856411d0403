// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s
// What a step sees of other steps without carrying it: windows, memories and sums, each the gradient of another.

// A step reads what the three before it wrote; more steps than slots, so that what is read was written by steps.
func.func @memory(%xs: tensor<5x2xf64>, %m: tensor<8x2xf64>, %w: tensor<2x2xf64>, %v: tensor<3xf64>) -> (tensor<8x2xf64>, tensor<5x2xf64>) attributes {check.gradient, check.unrolled, check.second} {
  %all, %written = weft.scan carry() over(%xs) memory(%m) : (tensor<8x2xf64>) -> tensor<8x2xf64> with(%w, %v : tensor<2x2xf64>, tensor<3xf64>) {
  ^bb0(%x: tensor<2xf64>, %past: tensor<3x2xf64>, %weight: tensor<2x2xf64>, %shares: tensor<3xf64>):
    %mix = weft.dot %shares, %past batch [] x [] contract [0] x [0] : tensor<3xf64>, tensor<3x2xf64> -> tensor<2xf64>
    %turned = weft.dot %weight, %mix batch [] x [] contract [1] x [0] : tensor<2x2xf64>, tensor<2xf64> -> tensor<2xf64>
    %sum = weft.add %turned, %x : tensor<2xf64>
    %next = weft.tanh %sum : tensor<2xf64>
    weft.yield %mix, %next : tensor<2xf64>, tensor<2xf64>
  } : () -> (), (tensor<5x2xf64>) -> tensor<5x2xf64>
  return %written, %all : tensor<8x2xf64>, tensor<5x2xf64>
}

// A window longer than the scan; a carried value beside it; the memory itself is not asked for.
func.func @long(%xs: tensor<2x2xf64>, %h0: tensor<2xf64>, %m: tensor<7x2xf64>) -> tensor<2xf64> attributes {check.gradient, check.unrolled, check.second} {
  %last, %written = weft.scan carry(%h0) over(%xs) memory(%m) : (tensor<7x2xf64>) -> tensor<7x2xf64> {
  ^bb0(%h: tensor<2xf64>, %x: tensor<2xf64>, %past: tensor<5x2xf64>):
    %sum = weft.sum %past axes [0] : tensor<5x2xf64> -> tensor<2xf64>
    %product = weft.mul %sum, %h : tensor<2xf64>
    %next = weft.add %product, %x : tensor<2xf64>
    %slot = weft.mul %next, %h : tensor<2xf64>
    weft.yield %next, %slot : tensor<2xf64>, tensor<2xf64>
  } : (tensor<2xf64>) -> tensor<2xf64>, (tensor<2x2xf64>) -> ()
  return %last : tensor<2xf64>
}

// Two memories, one of which only the other reads, and nothing of the first one's past has a gradient.
func.func @two(%xs: tensor<4xf64>, %m: tensor<6xf64>) -> tensor<5xf64> attributes {check.gradient, check.unrolled} {
  %zeros = weft.constant dense<0.5> : tensor<5xf64>
  %a, %b = weft.scan carry() over(%xs) memory(%zeros, %m) : (tensor<5xf64>, tensor<6xf64>) -> (tensor<5xf64>, tensor<6xf64>) {
  ^bb0(%x: tensor<f64>, %one: tensor<1xf64>, %two: tensor<2xf64>):
    %product = weft.sum %two axes [0] : tensor<2xf64> -> tensor<f64>
    %before = weft.sum %one axes [0] : tensor<1xf64> -> tensor<f64>
    %slot = weft.mul %product, %x : tensor<f64>
    %other = weft.mul %slot, %before : tensor<f64>
    weft.yield %other, %slot : tensor<f64>, tensor<f64>
  } : () -> (), (tensor<4xf64>) -> ()
  return %a : tensor<5xf64>
}

// Windows of what is known before, forwards and in reverse.
func.func @windows(%xs: tensor<4x2xf64>, %k: tensor<6x2xf64>) -> tensor<4x2xf64> attributes {check.gradient, check.unrolled, check.second} {
  %all = weft.scan carry() over(%xs) windows(%k : tensor<6x2xf64>) {
  ^bb0(%x: tensor<2xf64>, %two: tensor<2x2xf64>):
    %y = weft.dot %two, %x batch [] x [] contract [1] x [0] : tensor<2x2xf64>, tensor<2xf64> -> tensor<2xf64>
    weft.yield %y : tensor<2xf64>
  } : () -> (), (tensor<4x2xf64>) -> tensor<4x2xf64>
  return %all : tensor<4x2xf64>
}
func.func @windows_in_reverse(%h0: tensor<2xf64>, %xs: tensor<4x2xf64>, %k: tensor<5x2xf64>) -> tensor<2xf64> attributes {check.gradient, check.unrolled, check.second} {
  %last = weft.scan carry(%h0) over(%xs) windows(%k : tensor<5x2xf64>) attributes {reverse = true} {
  ^bb0(%h: tensor<2xf64>, %x: tensor<2xf64>, %one: tensor<1x2xf64>):
    %row = weft.reshape %one : tensor<1x2xf64> -> tensor<2xf64>
    %product = weft.mul %row, %h : tensor<2xf64>
    %next = weft.add %product, %x : tensor<2xf64>
    weft.yield %next : tensor<2xf64>
  } : (tensor<2xf64>) -> tensor<2xf64>, (tensor<4x2xf64>) -> ()
  return %last : tensor<2xf64>
}

// Sums in reverse: a slot is complete when it is seen. Forwards it is what the sums began with.
func.func @sums(%xs: tensor<4x2xf64>, %s: tensor<7x2xf64>, %w: tensor<3x2xf64>) -> (tensor<4x2xf64>, tensor<7x2xf64>) attributes {check.gradient, check.unrolled, check.second} {
  %all, %totals = weft.scan carry() over(%xs) sums(%s) : (tensor<7x2xf64>) -> tensor<7x2xf64> with(%w : tensor<3x2xf64>) attributes {reverse = true} {
  ^bb0(%x: tensor<2xf64>, %slot: tensor<2xf64>, %weight: tensor<3x2xf64>):
    %y = weft.mul %slot, %x : tensor<2xf64>
    %rows = weft.broadcast %y dims [1] : tensor<2xf64> -> tensor<3x2xf64>
    %added = weft.mul %rows, %weight : tensor<3x2xf64>
    weft.yield %y, %added : tensor<2xf64>, tensor<3x2xf64>
  } : () -> (), (tensor<4x2xf64>) -> tensor<4x2xf64>
  return %all, %totals : tensor<4x2xf64>, tensor<7x2xf64>
}
func.func @sums_forwards(%xs: tensor<4x2xf64>, %s: tensor<6x2xf64>) -> (tensor<4x2xf64>, tensor<6x2xf64>) attributes {check.gradient, check.unrolled, check.second} {
  %all, %totals = weft.scan carry() over(%xs) sums(%s) : (tensor<6x2xf64>) -> tensor<6x2xf64> {
  ^bb0(%x: tensor<2xf64>, %slot: tensor<2xf64>):
    %y = weft.mul %slot, %x : tensor<2xf64>
    %added = weft.broadcast %y dims [1] : tensor<2xf64> -> tensor<2x2xf64>
    weft.yield %y, %added : tensor<2xf64>, tensor<2x2xf64>
  } : () -> (), (tensor<4x2xf64>) -> tensor<4x2xf64>
  return %all, %totals : tensor<4x2xf64>, tensor<6x2xf64>
}
