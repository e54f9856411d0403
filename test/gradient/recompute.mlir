// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

// A block of a model: what comes in is used within and behind the region, weights within.
func.func @block(%x: tensor<3x4xf64>, %w: tensor<4x4xf64>) -> tensor<3x4xf64> attributes {check.gradient, check.second} {
  %y = weft.recompute(%x, %w) {
  ^bb0(%a: tensor<3x4xf64>, %b: tensor<4x4xf64>):
    %p = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<3x4xf64>, tensor<4x4xf64> -> tensor<3x4xf64>
    %t = weft.tanh %p : tensor<3x4xf64>
    %s = weft.add %t, %a : tensor<3x4xf64>
    weft.yield %s : tensor<3x4xf64>
  } : (tensor<3x4xf64>, tensor<4x4xf64>) -> tensor<3x4xf64>
  %z = weft.mul %y, %x : tensor<3x4xf64>
  return %z : tensor<3x4xf64>
}

// The same mask in the copy.
func.func @dropout(%x: tensor<5x7xf64>, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 0]> : tensor<4xi32>}) -> tensor<5x7xf64> attributes {check.gradient} {
  %y = weft.recompute(%x, %key) {
  ^bb0(%a: tensor<5x7xf64>, %k: tensor<4xi32>):
    %t = weft.tanh %a : tensor<5x7xf64>
    %dropped = weft.dropout %t, %k rate 0.5 id 7 : tensor<5x7xf64>, tensor<4xi32>
    %e = weft.exp %dropped : tensor<5x7xf64>
    weft.yield %e : tensor<5x7xf64>
  } : (tensor<5x7xf64>, tensor<4xi32>) -> tensor<5x7xf64>
  return %y : tensor<5x7xf64>
}

// One value twice, an input that is yielded as it came, and a result that nobody uses.
func.func @twice(%x: tensor<3xf64>) -> (tensor<3xf64>, tensor<3xf64>) attributes {check.gradient, check.second} {
  %y:3 = weft.recompute(%x, %x) {
  ^bb0(%a: tensor<3xf64>, %b: tensor<3xf64>):
    %p = weft.mul %a, %b : tensor<3xf64>
    %e = weft.exp %p : tensor<3xf64>
    weft.yield %e, %a, %p : tensor<3xf64>, tensor<3xf64>, tensor<3xf64>
  } : (tensor<3xf64>, tensor<3xf64>) -> (tensor<3xf64>, tensor<3xf64>, tensor<3xf64>)
  return %y#0, %y#1 : tensor<3xf64>, tensor<3xf64>
}

func.func @nested(%x: tensor<3xf64>, %w: tensor<3xf64>) -> tensor<3xf64> attributes {check.gradient, check.second} {
  %y = weft.recompute(%x, %w) {
  ^bb0(%a: tensor<3xf64>, %v: tensor<3xf64>):
    %inner = weft.recompute(%a, %v) {
    ^bb1(%b: tensor<3xf64>, %u: tensor<3xf64>):
      %p = weft.mul %b, %u : tensor<3xf64>
      %t = weft.tanh %p : tensor<3xf64>
      weft.yield %t : tensor<3xf64>
    } : (tensor<3xf64>, tensor<3xf64>) -> tensor<3xf64>
    %e = weft.exp %inner : tensor<3xf64>
    %s = weft.mul %e, %a : tensor<3xf64>
    weft.yield %s : tensor<3xf64>
  } : (tensor<3xf64>, tensor<3xf64>) -> tensor<3xf64>
  return %y : tensor<3xf64>
}

// Each step computes its own region again.
func.func @in_a_scan(%h0: tensor<2xf64>, %xs: tensor<3x2xf64>, %w: tensor<2x2xf64>) -> tensor<2xf64> attributes {check.gradient, check.unrolled, check.second} {
  %last = weft.scan carry(%h0) over(%xs) with(%w : tensor<2x2xf64>) {
  ^bb0(%h: tensor<2xf64>, %x: tensor<2xf64>, %v: tensor<2x2xf64>):
    %next = weft.recompute(%h, %x, %v) {
    ^bb1(%a: tensor<2xf64>, %b: tensor<2xf64>, %u: tensor<2x2xf64>):
      %p = weft.dot %u, %a batch [] x [] contract [1] x [0] : tensor<2x2xf64>, tensor<2xf64> -> tensor<2xf64>
      %s = weft.add %p, %b : tensor<2xf64>
      %t = weft.tanh %s : tensor<2xf64>
      weft.yield %t : tensor<2xf64>
    } : (tensor<2xf64>, tensor<2xf64>, tensor<2x2xf64>) -> tensor<2xf64>
    weft.yield %next : tensor<2xf64>
  } : (tensor<2xf64>) -> tensor<2xf64>, (tensor<3x2xf64>) -> ()
  return %last : tensor<2xf64>
}

func.func @of_a_scan(%h0: tensor<2xf64>, %xs: tensor<3x2xf64>) -> tensor<2xf64> attributes {check.gradient, check.unrolled, check.second} {
  %y = weft.recompute(%h0, %xs) {
  ^bb0(%a: tensor<2xf64>, %b: tensor<3x2xf64>):
    %last = weft.scan carry(%a) over(%b) {
    ^bb1(%h: tensor<2xf64>, %x: tensor<2xf64>):
      %p = weft.mul %h, %x : tensor<2xf64>
      %t = weft.tanh %p : tensor<2xf64>
      weft.yield %t : tensor<2xf64>
    } : (tensor<2xf64>) -> tensor<2xf64>, (tensor<3x2xf64>) -> ()
    weft.yield %last : tensor<2xf64>
  } : (tensor<2xf64>, tensor<3x2xf64>) -> tensor<2xf64>
  return %y : tensor<2xf64>
}
