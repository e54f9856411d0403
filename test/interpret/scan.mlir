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

// A step adds its input to the mean of the two slots before its own and writes that; the slots behind the first two do not matter.
func.func @memory() {
  %xs = weft.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf64>
  %m = weft.constant dense<[4.0, 8.0, 77.0, 77.0, 77.0]> : tensor<5xf64>
  %half = weft.constant dense<0.5> : tensor<2xf64>
  %all, %written = weft.scan carry() over(%xs) memory(%m) : (tensor<5xf64>) -> tensor<5xf64> with(%half : tensor<2xf64>) {
  ^bb0(%x: tensor<f64>, %two: tensor<2xf64>, %share: tensor<2xf64>):
    %mean = weft.dot %two, %share batch [] x [] contract [0] x [0] : tensor<2xf64>, tensor<2xf64> -> tensor<f64>
    %slot = weft.add %mean, %x : tensor<f64>
    weft.yield %mean, %slot : tensor<f64>, tensor<f64>
  } : () -> (), (tensor<3xf64>) -> tensor<3xf64>
  %all_expected = weft.constant dense<[6.0, 7.5, 8.25]> : tensor<3xf64>
  %written_expected = weft.constant dense<[4.0, 8.0, 7.0, 9.5, 11.25]> : tensor<5xf64>
  check.equal %all, %all_expected : tensor<3xf64>, tensor<3xf64>
  check.equal %written, %written_expected : tensor<5xf64>, tensor<5xf64>
  return
}

// Windows of the same place, and sums: step t sees slot 2 + t, which in reverse has all that later steps added to it.
func.func @windows_and_sums() {
  %xs = weft.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf64>
  %k = weft.constant dense<[1.0, 10.0, 100.0, 1000.0, 10000.0]> : tensor<5xf64>
  %s = weft.constant dense<[0.0, 0.0, 0.0, 0.0, 5.0]> : tensor<5xf64>
  %seen, %slots, %totals = weft.scan carry() over(%xs) windows(%k : tensor<5xf64>) sums(%s) : (tensor<5xf64>) -> tensor<5xf64> attributes {reverse = true} {
  ^bb0(%x: tensor<f64>, %pair: tensor<2xf64>, %slot: tensor<f64>):
    %sum = weft.sum %pair axes [0] : tensor<2xf64> -> tensor<f64>
    %added = weft.add %slot, %x : tensor<f64>
    %both = weft.broadcast %added dims [] : tensor<f64> -> tensor<2xf64>
    weft.yield %sum, %slot, %both : tensor<f64>, tensor<f64>, tensor<2xf64>
  } : () -> (), (tensor<3xf64>) -> (tensor<3xf64>, tensor<3xf64>)
  %seen_expected = weft.constant dense<[11.0, 110.0, 1100.0]> : tensor<3xf64>
  %slots_expected = weft.constant dense<[18.0, 8.0, 5.0]> : tensor<3xf64>
  %totals_expected = weft.constant dense<[19.0, 29.0, 18.0, 8.0, 5.0]> : tensor<5xf64>
  check.equal %seen, %seen_expected : tensor<3xf64>, tensor<3xf64>
  check.equal %slots, %slots_expected : tensor<3xf64>, tensor<3xf64>
  check.equal %totals, %totals_expected : tensor<5xf64>, tensor<5xf64>
  return
}
