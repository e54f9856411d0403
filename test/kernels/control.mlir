// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// RUN: weft-check --kernels=barriers %s
// RUN: not weft-check --kernels=needless %s | FileCheck %s
// A barrier that is there twice does no harm, and is not seen.
// CHECK-NOT: pass
// CHECK: 0 passed, {{[1-9]}}
func.func @size(%x: tensor<?xf64, #weft.bounded<[n(20 by 1)]>>) -> tensor<i32> attributes {check.kernel, check.sizes = [{n = 0}, {n = 20}]} {
  %s = weft.size <n(20 by 1) + 5> : tensor<i32>
  return %s : tensor<i32>
}
func.func @set_size(%count: tensor<i32> {check.value = dense<3> : tensor<i32>}, %x: tensor<8xf64>) -> tensor<?xf64, #weft.bounded<[n(8 by 1)]>> attributes {check.kernel} {
  weft.set_size <n(8 by 1)> = %count : tensor<i32>
  %y = weft.tail %x axis 0 : tensor<8xf64> -> tensor<?xf64, #weft.bounded<[n(8 by 1)]>>
  %z = weft.neg %y : tensor<?xf64, #weft.bounded<[n(8 by 1)]>>
  return %z : tensor<?xf64, #weft.bounded<[n(8 by 1)]>>
}
func.func @scan(%h0: tensor<4xf64>, %xs: tensor<5x4xf64>, %w: tensor<4x4xf64>) -> (tensor<4xf64>, tensor<5x4xf64>) attributes {check.kernel} {
  %last, %all = weft.scan carry(%h0) over(%xs) with (%w : tensor<4x4xf64>) {
  ^bb0(%h: tensor<4xf64>, %x: tensor<4xf64>, %weight: tensor<4x4xf64>):
    %wh = weft.dot %weight, %h batch [] x [] contract [1] x [0] : tensor<4x4xf64>, tensor<4xf64> -> tensor<4xf64>
    %s = weft.add %wh, %x : tensor<4xf64>
    %n = weft.tanh %s : tensor<4xf64>
    weft.yield %n, %n : tensor<4xf64>, tensor<4xf64>
  } : (tensor<4xf64>) -> tensor<4xf64>, (tensor<5x4xf64>) -> tensor<5x4xf64>
  return %last, %all : tensor<4xf64>, tensor<5x4xf64>
}
// As the gradient of a scan: the other way, with sums over the steps, several inputs and several outputs.
func.func @scan_backwards(%dlast: tensor<4xf64>, %dall: tensor<5x4xf64>, %all: tensor<5x4xf64>, %w: tensor<4x4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<5x4xf64>) attributes {check.kernel} {
  %zeros = weft.constant dense<0.0> : tensor<4xf64>
  %dh, %sum, %dz = weft.scan carry(%dlast, %zeros) over(%dall, %all) with (%w : tensor<4x4xf64>) attributes {reverse = true} {
  ^bb0(%carried: tensor<4xf64>, %so_far: tensor<4xf64>, %d: tensor<4xf64>, %h: tensor<4xf64>, %weight: tensor<4x4xf64>):
    %both = weft.add %carried, %d : tensor<4xf64>
    %square = weft.mul %h, %h : tensor<4xf64>
    %ones = weft.constant dense<1.0> : tensor<4xf64>
    %slope = weft.sub %ones, %square : tensor<4xf64>
    %g = weft.mul %both, %slope : tensor<4xf64>
    %back = weft.dot %weight, %g batch [] x [] contract [0] x [0] : tensor<4x4xf64>, tensor<4xf64> -> tensor<4xf64>
    %more = weft.add %so_far, %g : tensor<4xf64>
    weft.yield %back, %more, %g : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>
  } : (tensor<4xf64>, tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>), (tensor<5x4xf64>, tensor<5x4xf64>) -> tensor<5x4xf64>
  return %dh, %sum, %dz : tensor<4xf64>, tensor<4xf64>, tensor<5x4xf64>
}
// A memory that a step reads and writes, in place; longer and shorter than the scan. The kernel that makes a slot from the window itself
// stores it apart first.
func.func @scan_memory(%xs: tensor<5x4xf64>, %m: tensor<8x4xf64>, %w: tensor<4x4xf64>) -> (tensor<8x4xf64>, tensor<5x4xf64>) attributes {check.kernel} {
  %all, %written = weft.scan carry() over(%xs) memory(%m) : (tensor<8x4xf64>) -> tensor<8x4xf64> with(%w : tensor<4x4xf64>) {
  ^bb0(%x: tensor<4xf64>, %past: tensor<3x4xf64>, %weight: tensor<4x4xf64>):
    %mix = weft.sum %past axes [0] : tensor<3x4xf64> -> tensor<4xf64>
    %turned = weft.dot %weight, %mix batch [] x [] contract [1] x [0] : tensor<4x4xf64>, tensor<4xf64> -> tensor<4xf64>
    %sum = weft.add %turned, %x : tensor<4xf64>
    %next = weft.tanh %sum : tensor<4xf64>
    weft.yield %mix, %next : tensor<4xf64>, tensor<4xf64>
  } : () -> (), (tensor<5x4xf64>) -> tensor<5x4xf64>
  return %written, %all : tensor<8x4xf64>, tensor<5x4xf64>
}
func.func @scan_long_memory(%xs: tensor<2x4xf64>, %m: tensor<7x4xf64>, %n: tensor<3x4xf64>) -> (tensor<7x4xf64>, tensor<3x4xf64>) attributes {check.kernel} {
  %written, %other = weft.scan carry() over(%xs) memory(%m, %n) : (tensor<7x4xf64>, tensor<3x4xf64>) -> (tensor<7x4xf64>, tensor<3x4xf64>) {
  ^bb0(%x: tensor<4xf64>, %past: tensor<5x4xf64>, %one: tensor<1x4xf64>):
    %sum = weft.sum %past axes [0] : tensor<5x4xf64> -> tensor<4xf64>
    %row = weft.reshape %one : tensor<1x4xf64> -> tensor<4xf64>
    %copy = weft.mul %row, %x : tensor<4xf64>
    weft.yield %sum, %copy : tensor<4xf64>, tensor<4xf64>
  } : () -> (), (tensor<2x4xf64>) -> ()
  return %written, %other : tensor<7x4xf64>, tensor<3x4xf64>
}
// As the gradient of the first: windows of what was written, and sums slot by slot.
func.func @scan_sums(%xs: tensor<5x4xf64>, %k: tensor<8x4xf64>, %s: tensor<8x4xf64>) -> (tensor<8x4xf64>, tensor<5x4xf64>) attributes {check.kernel} {
  %all, %totals = weft.scan carry() over(%xs) windows(%k : tensor<8x4xf64>) sums(%s) : (tensor<8x4xf64>) -> tensor<8x4xf64> attributes {reverse = true} {
  ^bb0(%x: tensor<4xf64>, %past: tensor<3x4xf64>, %slot: tensor<4xf64>):
    %g = weft.mul %slot, %x : tensor<4xf64>
    %rows = weft.broadcast %g dims [1] : tensor<4xf64> -> tensor<3x4xf64>
    %added = weft.mul %rows, %past : tensor<3x4xf64>
    weft.yield %g, %added : tensor<4xf64>, tensor<3x4xf64>
  } : () -> (), (tensor<5x4xf64>) -> tensor<5x4xf64>
  return %totals, %all : tensor<8x4xf64>, tensor<5x4xf64>
}
// A scan in a scan: its windows are of a slice of the outer one, which is copied out first.
func.func @nested_memory(%xs: tensor<2x3x4xf64>, %m: tensor<2x5x4xf64>, %k: tensor<2x4x4xf64>) -> tensor<2x5x4xf64> attributes {check.kernel} {
  %all = weft.scan carry() over(%xs, %m, %k) {
  ^bb0(%rows: tensor<3x4xf64>, %memory: tensor<5x4xf64>, %known: tensor<4x4xf64>):
    %written = weft.scan carry() over(%rows) windows(%known : tensor<4x4xf64>) memory(%memory) : (tensor<5x4xf64>) -> tensor<5x4xf64> {
    ^bb0(%x: tensor<4xf64>, %one: tensor<1x4xf64>, %past: tensor<2x4xf64>):
      %sum = weft.sum %past axes [0] : tensor<2x4xf64> -> tensor<4xf64>
      %row = weft.reshape %one : tensor<1x4xf64> -> tensor<4xf64>
      %both = weft.mul %sum, %row : tensor<4xf64>
      %next = weft.add %both, %x : tensor<4xf64>
      weft.yield %next : tensor<4xf64>
    } : () -> (), (tensor<3x4xf64>) -> ()
    weft.yield %written : tensor<5x4xf64>
  } : () -> (), (tensor<2x3x4xf64>, tensor<2x5x4xf64>, tensor<2x4x4xf64>) -> tensor<2x5x4xf64>
  return %all : tensor<2x5x4xf64>
}
