// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// Elementwise trees: every op, every shape op below them, tiles of 256 and one less or more, run-time sizes.
func.func @arithmetic(%a: tensor<257xf64>, %b: tensor<257xf64> {check.range = array<f64: 0.5, 2.0>}) -> (tensor<257xf64>, tensor<257xf64>)
    attributes {check.kernel} {
  %sum = weft.add %a, %b : tensor<257xf64>
  %difference = weft.sub %sum, %b : tensor<257xf64>
  %product = weft.mul %difference, %a : tensor<257xf64>
  %quotient = weft.div %product, %b : tensor<257xf64>
  %negated = weft.neg %quotient : tensor<257xf64>
  %larger = weft.maximum %negated, %a : tensor<257xf64>
  %smaller = weft.minimum %a, %b : tensor<257xf64>
  return %larger, %smaller : tensor<257xf64>, tensor<257xf64>
}
func.func @functions(%x: tensor<3x85xf64> {check.range = array<f64: 0.1, 3.0>}) -> (tensor<3x85xf64>, tensor<3x85xf64>)
    attributes {check.kernel} {
  %e = weft.exp %x : tensor<3x85xf64>
  %l = weft.log %e : tensor<3x85xf64>
  %s = weft.sqrt %l : tensor<3x85xf64>
  %r = weft.rsqrt %s : tensor<3x85xf64>
  %t = weft.tanh %r : tensor<3x85xf64>
  %f = weft.floor %x : tensor<3x85xf64>
  %z = weft.relu %f : tensor<3x85xf64>
  return %t, %z : tensor<3x85xf64>, tensor<3x85xf64>
}
func.func @more_functions(%x: tensor<3x85xf64> {check.range = array<f64: -9.0, 9.0>}, %z: tensor<3x85xf32> {check.range = array<f64: -9.0, 9.0>}) -> (tensor<3x85xf64>, tensor<3x85xf64>, tensor<3x85xf64>, tensor<3x85xf64>, tensor<3x85xf32>)
    attributes {check.kernel} {
  %e = weft.erf %x : tensor<3x85xf64>
  %g = weft.sigmoid %x : tensor<3x85xf64>
  %s = weft.sin %x : tensor<3x85xf64>
  %c = weft.cos %x : tensor<3x85xf64>
  %e32 = weft.erf %z : tensor<3x85xf32>
  %g32 = weft.sigmoid %z : tensor<3x85xf32>
  %s32 = weft.sin %z : tensor<3x85xf32>
  %c32 = weft.cos %z : tensor<3x85xf32>
  %eg = weft.mul %e32, %g32 : tensor<3x85xf32>
  %sc = weft.mul %s32, %c32 : tensor<3x85xf32>
  %all = weft.add %eg, %sc : tensor<3x85xf32>
  return %e, %g, %s, %c, %all : tensor<3x85xf64>, tensor<3x85xf64>, tensor<3x85xf64>, tensor<3x85xf64>, tensor<3x85xf32>
}
func.func @choices(%a: tensor<256xf32>, %b: tensor<256xf32>) -> (tensor<256xf32>, tensor<256xi32>, tensor<256xf32>)
    attributes {check.kernel} {
  %clamped = weft.clamp %a low -0.5 high 0.5 : tensor<256xf32>
  %less = weft.compare lt %a, %b : tensor<256xf32> -> tensor<256xi1>
  %chosen = weft.select %less, %clamped, %b : tensor<256xi1>, tensor<256xf32>
  %count = weft.cast %less : tensor<256xi1> -> tensor<256xi32>
  %back = weft.cast %count : tensor<256xi32> -> tensor<256xf32>
  return %chosen, %count, %back : tensor<256xf32>, tensor<256xi32>, tensor<256xf32>
}
func.func @one_element(%x: tensor<1xf32>) -> tensor<1xf32> attributes {check.kernel} {
  %y = weft.neg %x : tensor<1xf32>
  return %y : tensor<1xf32>
}
func.func @scalar(%x: tensor<f64>) -> tensor<f64> attributes {check.kernel} {
  %y = weft.mul %x, %x : tensor<f64>
  return %y : tensor<f64>
}
func.func @several_tasks(%x: tensor<9x700xf32>, %bias: tensor<700xf32>) -> tensor<9x700xf32> attributes {check.kernel} {
  %wide = weft.broadcast %bias dims [1] : tensor<700xf32> -> tensor<9x700xf32>
  %y = weft.add %x, %wide : tensor<9x700xf32>
  return %y : tensor<9x700xf32>
}
func.func @views(%x: tensor<4x6x5xf32>) -> (tensor<5x3x4xf32>, tensor<4x3x2x5xf32>, tensor<10x12xf32>) attributes {check.kernel} {
  %t = weft.transpose %x permutation [2, 1, 0] : tensor<4x6x5xf32> -> tensor<5x6x4xf32>
  %s = weft.slice %t axis 1 start 2 length 3 : tensor<5x6x4xf32> -> tensor<5x3x4xf32>
  %n = weft.neg %s : tensor<5x3x4xf32>
  %r = weft.reshape %x : tensor<4x6x5xf32> -> tensor<4x3x2x5xf32>
  %d = weft.add %r, %r : tensor<4x3x2x5xf32>
  %flat = weft.reshape %t : tensor<5x6x4xf32> -> tensor<10x12xf32>
  %m = weft.neg %flat : tensor<10x12xf32>
  return %n, %d, %m : tensor<5x3x4xf32>, tensor<4x3x2x5xf32>, tensor<10x12xf32>
}
func.func @window(%x: tensor<2x8xf64>) -> (tensor<2x6x3xf64>, tensor<2x6x3xf64>) attributes {check.kernel} {
  %w = weft.window %x axis 1 length 3 : tensor<2x8xf64> -> tensor<2x6x3xf64>
  %y = weft.exp %w : tensor<2x6x3xf64>
  return %w, %y : tensor<2x6x3xf64>, tensor<2x6x3xf64>
}
func.func @computed(%ids: tensor<2x3xi32> {check.range = array<f64: 0.0, 5.0>}) -> (tensor<4x6xf32>, tensor<2x3x5xf32>, tensor<6x4xi32>) attributes {check.kernel} {
  %i = weft.iota axis 0 start 1.0 step 0.5 : tensor<4xf32>
  %wide = weft.broadcast %i dims [0] : tensor<4xf32> -> tensor<4x6xf32>
  %two = weft.constant dense<2.0> : tensor<4x6xf32>
  %y = weft.mul %wide, %two : tensor<4x6xf32>
  %hot = weft.one_hot %ids : tensor<2x3xi32> -> tensor<2x3x5xf32>
  %n = weft.iota axis 1 start 3.0 step 2.0 : tensor<6x4xi32>
  return %y, %hot, %n : tensor<4x6xf32>, tensor<2x3x5xf32>, tensor<6x4xi32>
}
func.func @constant() -> (tensor<3xf32>, tensor<2x2xf64>) attributes {check.kernel} {
  %c = weft.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf32>
  %y = weft.add %c, %c : tensor<3xf32>
  %s = weft.constant dense<7.0> : tensor<2x2xf64>
  return %y, %s : tensor<3xf32>, tensor<2x2xf64>
}
func.func @dropout(%x: tensor<3x70xf64>, %key: tensor<4xi32> {check.value = dense<[5, 6, 7, 8]> : tensor<4xi32>}) -> (tensor<3x70xf64>, tensor<3x70xf64>) attributes {check.kernel} {
  %y = weft.dropout %x, %key rate 0.25 id 3 : tensor<3x70xf64>, tensor<4xi32>
  %z = weft.dropout %x, %key rate 0.0 id 3 : tensor<3x70xf64>, tensor<4xi32>
  return %y, %z : tensor<3x70xf64>, tensor<3x70xf64>
}
func.func @bounded(%cache: tensor<2x?x3xf64, #weft.bounded<[2, n(300 by 1), 3]>>, %bias: tensor<3xf64>) -> (tensor<2x?x3xf64, #weft.bounded<[2, n(300 by 1), 3]>>, tensor<?x2xf64, #weft.bounded<[n(300 by 1), 2]>>)
    attributes {check.kernel, check.sizes = [{n = 0}, {n = 1}, {n = 85}, {n = 300}]} {
  %wide = weft.broadcast %bias dims [2] : tensor<3xf64> -> tensor<2x?x3xf64, #weft.bounded<[2, n(300 by 1), 3]>>
  %y = weft.add %cache, %wide : tensor<2x?x3xf64, #weft.bounded<[2, n(300 by 1), 3]>>
  %row = weft.slice %cache axis 2 start 1 length 1 : tensor<2x?x3xf64, #weft.bounded<[2, n(300 by 1), 3]>> -> tensor<2x?x1xf64, #weft.bounded<[2, n(300 by 1), 1]>>
  %flat = weft.reshape %row : tensor<2x?x1xf64, #weft.bounded<[2, n(300 by 1), 1]>> -> tensor<2x?xf64, #weft.bounded<[2, n(300 by 1)]>>
  %t = weft.transpose %flat permutation [1, 0] : tensor<2x?xf64, #weft.bounded<[2, n(300 by 1)]>> -> tensor<?x2xf64, #weft.bounded<[n(300 by 1), 2]>>
  return %y, %t : tensor<2x?x3xf64, #weft.bounded<[2, n(300 by 1), 3]>>, tensor<?x2xf64, #weft.bounded<[n(300 by 1), 2]>>
}
// Rounded to bf16 beside, for products that read it.
func.func @rounded(%x: tensor<6x70xf32>) -> (tensor<6x70xf32>, tensor<6x70xbf16>) attributes {check.kernel} {
  %y = weft.exp %x : tensor<6x70xf32>
  %r = weft.cast %y : tensor<6x70xf32> -> tensor<6x70xbf16>
  return %y, %r : tensor<6x70xf32>, tensor<6x70xbf16>
}
