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
