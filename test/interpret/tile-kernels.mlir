// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s
// Plain tile by hand: what each op of a kernel means, and what the edges of views do.

// Two tasks of four elements on an array of six: what lies outside the view is filled on the way in and dropped on the way out.
tile.kernel @double tasks 2 writes [1] {
^bb0(%x: !tile.array<f64>, %y: !tile.array<f64>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  %six = arith.constant 6 : index
  %fill = arith.constant 1.0 : f64
  %source = tile.view %x offset %zero sizes %six strides %one : !tile.array<f64> -> !tile.view<1 x f64>
  %target = tile.view %y offset %zero sizes %six strides %one : !tile.array<f64> -> !tile.view<1 x f64>
  %at = arith.muli %task, %four : index
  %tile = tile.load %source[%at] fill %fill : !tile.view<1 x f64>, f64 -> tensor<4xf64>
  %twice = arith.addf %tile, %tile : tensor<4xf64>
  tile.store %twice, %target[%at] : tensor<4xf64>, !tile.view<1 x f64>
}
func.func @edges() {
  %x = exec.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]> : tensor<6xf64>
  %y = exec.dispatch @double(%x) : (tensor<6xf64>) -> tensor<6xf64>
  %expected = exec.constant dense<[2.0, 4.0, 6.0, 8.0, 10.0, 12.0]> : tensor<6xf64>
  check.equal %y, %expected : tensor<6xf64>, tensor<6xf64>
  return
}

// A transposed view (strides swapped) times the plain one, summed over a loop of two chunks of K = 1; then row sums.
tile.kernel @gram tasks 1 writes [1, 2] {
^bb0(%x: !tile.array<f64>, %product: !tile.array<f64>, %sums: !tile.array<f64>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %fill = arith.constant 0.0 : f64
  %plain = tile.view %x offset %zero sizes %two, %two strides %two, %one : !tile.array<f64> -> !tile.view<2 x f64>
  %transposed = tile.view %x offset %zero sizes %two, %two strides %one, %two : !tile.array<f64> -> !tile.view<2 x f64>
  %start = arith.constant dense<0.0> : tensor<2x2xf64>
  %total = scf.for %k = %zero to %two step %one iter_args(%acc = %start) -> tensor<2x2xf64> {
    %a = tile.load %transposed[%zero, %k] fill %fill : !tile.view<2 x f64>, f64 -> tensor<2x1xf64>
    %b = tile.load %plain[%k, %zero] fill %fill : !tile.view<2 x f64>, f64 -> tensor<1x2xf64>
    %next = tile.dot %a, %b, %acc : tensor<2x1xf64>, tensor<1x2xf64>, tensor<2x2xf64>
    scf.yield %next : tensor<2x2xf64>
  }
  %out = tile.view %product offset %zero sizes %two, %two strides %two, %one : !tile.array<f64> -> !tile.view<2 x f64>
  tile.store %total, %out[%zero, %zero] : tensor<2x2xf64>, !tile.view<2 x f64>
  %rows = tile.reduce sum %total axis 1 : tensor<2x2xf64> -> tensor<2xf64>
  %row_view = tile.view %sums offset %zero sizes %two strides %one : !tile.array<f64> -> !tile.view<1 x f64>
  tile.store %rows, %row_view[%zero] : tensor<2xf64>, !tile.view<1 x f64>
}
func.func @transposed_product() {
  %x = exec.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf64>
  %product, %sums = exec.dispatch @gram(%x) : (tensor<2x2xf64>) -> (tensor<2x2xf64>, tensor<2xf64>)
  %product_expected = exec.constant dense<[[10.0, 14.0], [14.0, 20.0]]> : tensor<2x2xf64>
  %sums_expected = exec.constant dense<[24.0, 34.0]> : tensor<2xf64>
  check.equal %product, %product_expected : tensor<2x2xf64>, tensor<2x2xf64>
  check.equal %sums, %sums_expected : tensor<2xf64>, tensor<2xf64>
  return
}

// Products of bf16 are exact in the f32 of their sums: 1.0078125^2 has twice the digits of its factors, and 2^-30 beside it is lost.
tile.kernel @widening tasks 1 writes [2] {
^bb0(%x: !tile.array<bf16>, %w: !tile.array<bf16>, %product: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %fill = arith.constant 0.0 : bf16
  %left = tile.view %x offset %zero sizes %two, %two strides %two, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %right = tile.view %w offset %zero sizes %two, %two strides %two, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %start = arith.constant dense<1.0> : tensor<2x2xf32>
  %a = tile.load %left[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<2x2xbf16>
  %b = tile.load %right[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<2x2xbf16>
  %sum = tile.dot %a, %b, %start transpose_b : tensor<2x2xbf16>, tensor<2x2xbf16>, tensor<2x2xf32>
  %out = tile.view %product offset %zero sizes %two, %two strides %two, %one : !tile.array<f32> -> !tile.view<2 x f32>
  tile.store %sum, %out[%zero, %zero] : tensor<2x2xf32>, !tile.view<2 x f32>
}
func.func @widening_product() {
  %x = exec.constant dense<[[1.0078125, 0.0], [3.0, 4.0]]> : tensor<2x2xbf16>
  %w = exec.constant dense<[[1.0078125, 1.0], [2.0, 9.31322574615478515625e-10]]> : tensor<2x2xbf16>
  %product = exec.dispatch @widening(%x, %w) : (tensor<2x2xbf16>, tensor<2x2xbf16>) -> tensor<2x2xf32>
  %expected = exec.constant dense<[[2.01568603515625, 3.015625], [8.0234375, 7.0]]> : tensor<2x2xf32>
  check.equal %product, %expected : tensor<2x2xf32>, tensor<2x2xf32>
  return
}

// Scalars, integers and the smaller tile ops: iota, compare, select with one condition, extract, math, if.
tile.kernel @small tasks 1 writes [0, 1] {
^bb0(%floats: !tile.array<f64>, %ints: !tile.array<i32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %three = arith.constant 3 : index
  %iota = tile.iota axis 0 start %one : tensor<3xi32>
  %two = arith.constant dense<2> : tensor<3xi32>
  %past = arith.cmpi sge, %iota, %two : tensor<3xi32>
  %x = arith.sitofp %iota : tensor<3xi32> to tensor<3xf64>
  %log = tile.math log2 %x : tensor<3xf64>
  %chosen = arith.select %past, %x, %log : tensor<3xi1>, tensor<3xf64>
  %last = tile.extract %chosen[2] : tensor<3xf64> -> f64
  %spread = tile.broadcast %last dims [] : f64 -> tensor<3xf64>
  %sum = arith.addf %chosen, %spread : tensor<3xf64>
  %is_first = arith.cmpi eq, %task, %zero : index
  %scaled = scf.if %is_first -> tensor<3xf64> {
    scf.yield %sum : tensor<3xf64>
  } else {
    scf.yield %x : tensor<3xf64>
  }
  %out = tile.view %floats offset %zero sizes %three strides %one : !tile.array<f64> -> !tile.view<1 x f64>
  tile.store %scaled, %out[%zero] : tensor<3xf64>, !tile.view<1 x f64>
  %minus = arith.constant dense<[-7, 7, -7]> : tensor<3xi32>
  %quotient = arith.ceildivsi %minus, %two : tensor<3xi32>
  %ints_out = tile.view %ints offset %zero sizes %three strides %one : !tile.array<i32> -> !tile.view<1 x i32>
  tile.store %quotient, %ints_out[%zero] : tensor<3xi32>, !tile.view<1 x i32>
}
func.func @small_ops() {
  %y, %n = exec.dispatch @small() : () -> (tensor<3xf64>, tensor<3xi32>)
  %y_expected = exec.constant dense<[3.0, 5.0, 6.0]> : tensor<3xf64>
  %n_expected = exec.constant dense<[-3, 4, -3]> : tensor<3xi32>
  check.equal %y, %y_expected : tensor<3xf64>, tensor<3xf64>
  check.equal %n, %n_expected : tensor<3xi32>, tensor<3xi32>
  return
}

// f32 is rounded after every op: 1 + 2^-30 is 1.
tile.kernel @tiny tasks 1 writes [0] {
^bb0(%y: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %tiny = arith.constant dense<9.31322574615478515625e-10> : tensor<1xf32>
  %unit = arith.constant dense<1.0> : tensor<1xf32>
  %sum = arith.addf %unit, %tiny : tensor<1xf32>
  %rest = arith.subf %sum, %unit : tensor<1xf32>
  %out = tile.view %y offset %zero sizes %one strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  tile.store %rest, %out[%zero] : tensor<1xf32>, !tile.view<1 x f32>
}
func.func @single_precision() {
  %y = exec.dispatch @tiny() : () -> tensor<1xf32>
  %expected = exec.constant dense<0.0> : tensor<1xf32>
  check.equal %y, %expected : tensor<1xf32>, tensor<1xf32>
  return
}

// One kernel, two dispatches: each gives the kernel's sizes its own values.
tile.kernel @ramp tasks 1 writes [0] sizes [4, 8] {
^bb0(%y: !tile.array<i32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %length = tile.size 0
  %start = tile.size 1
  %values = tile.iota axis 0 start %start : tensor<4xi32>
  %out = tile.view %y offset %zero sizes %length strides %one : !tile.array<i32> -> !tile.view<1 x i32>
  tile.store %values, %out[%zero] : tensor<4xi32>, !tile.view<1 x i32>
}
func.func @sizes_of_a_dispatch() {
  %two = exec.dispatch @ramp() sizes [#weft.size<2>, #weft.size<8>] : () -> tensor<2xi32>
  %three = exec.dispatch @ramp() sizes [#weft.size<3>, #weft.size<0>] : () -> tensor<3xi32>
  %two_expected = exec.constant dense<[8, 9]> : tensor<2xi32>
  %three_expected = exec.constant dense<[0, 1, 2]> : tensor<3xi32>
  check.equal %two, %two_expected : tensor<2xi32>, tensor<2xi32>
  check.equal %three, %three_expected : tensor<3xi32>, tensor<3xi32>
  return
}
