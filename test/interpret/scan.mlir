// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @running_sum() {
  %start = weft.constant dense<[10.0, 20.0]> : tensor<2xf64>
  %xs = weft.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf64>
  %last, %all = weft.scan carry(%start) over(%xs) {
  ^bb0(%sum: tensor<2xf64>, %x: tensor<2xf64>):
    %next = weft.add %sum, %x : tensor<2xf64>
    weft.yield %next, %next : tensor<2xf64>, tensor<2xf64>
  } : (tensor<2xf64>) -> tensor<2xf64>, (tensor<3x2xf64>) -> tensor<3x2xf64>
  %last_expected = weft.constant dense<[19.0, 32.0]> : tensor<2xf64>
  %all_expected = weft.constant dense<[[11.0, 22.0], [14.0, 26.0], [19.0, 32.0]]> : tensor<3x2xf64>
  check.equal %last, %last_expected : tensor<2xf64>, tensor<2xf64>
  check.equal %all, %all_expected : tensor<3x2xf64>, tensor<3x2xf64>
  return
}

// In reverse the last slice comes first; outputs stand where their inputs stood. h' = 2 h + x with a captured 2.
func.func @reverse_with_capture() {
  %start = weft.constant dense<0.0> : tensor<f64>
  %xs = weft.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf64>
  %two = weft.constant dense<2.0> : tensor<f64>
  %last, %before = weft.scan carry(%start) over(%xs) with(%two : tensor<f64>) attributes {reverse = true} {
  ^bb0(%h: tensor<f64>, %x: tensor<f64>, %factor: tensor<f64>):
    %grown = weft.mul %h, %factor : tensor<f64>
    %next = weft.add %grown, %x : tensor<f64>
    weft.yield %next, %h : tensor<f64>, tensor<f64>
  } : (tensor<f64>) -> tensor<f64>, (tensor<3xf64>) -> tensor<3xf64>
  %last_expected = weft.constant dense<17.0> : tensor<f64>
  %before_expected = weft.constant dense<[8.0, 3.0, 0.0]> : tensor<3xf64>
  check.equal %last, %last_expected : tensor<f64>, tensor<f64>
  check.equal %before, %before_expected : tensor<3xf64>, tensor<3xf64>
  return
}

// No step: the carried value comes out as it went in.
func.func @no_step() {
  %zero = weft.constant dense<0> : tensor<i32>
  weft.set_size #weft.size<n(3 by 1)> = %zero : tensor<i32>
  %start = weft.constant dense<4.0> : tensor<f64>
  %whole = weft.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf64>
  %xs = weft.tail %whole axis 0 : tensor<3xf64> -> tensor<?xf64, #weft.bounded<[n(3 by 1)]>>
  %last = weft.scan carry(%start) over(%xs) {
  ^bb0(%h: tensor<f64>, %x: tensor<f64>):
    %next = weft.add %h, %x : tensor<f64>
    weft.yield %next : tensor<f64>
  } : (tensor<f64>) -> tensor<f64>, (tensor<?xf64, #weft.bounded<[n(3 by 1)]>>) -> ()
  check.equal %last, %start : tensor<f64>, tensor<f64>
  return
}
