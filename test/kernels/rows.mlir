// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// RUN: weft-check --kernels=barriers %s
func.func @softmax_last(%x: tensor<3x9x65xf64> {check.range = array<f64: -5.0, 5.0>}) -> tensor<3x9x65xf64> attributes {check.kernel} {
  %y = weft.softmax %x axis 2 : tensor<3x9x65xf64>
  return %y : tensor<3x9x65xf64>
}
func.func @softmax_middle(%x: tensor<3x9x5xf32>) -> tensor<3x9x5xf32> attributes {check.kernel} {
  %y = weft.softmax %x axis 1 : tensor<3x9x5xf32>
  return %y : tensor<3x9x5xf32>
}
func.func @softmax_one(%x: tensor<1xf64>) -> tensor<1xf64> attributes {check.kernel} {
  %y = weft.softmax %x axis 0 : tensor<1xf64>
  return %y : tensor<1xf64>
}
func.func @softmax_bounded(%x: tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>) -> tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>
    attributes {check.kernel, check.sizes = [{m = 0, n = 3}, {m = 9, n = 1}, {m = 20, n = 65}, {m = 3, n = 80}]} {
  %y = weft.softmax %x axis 1 : tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>
  return %y : tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>
}
func.func @layer_norm(%x: tensor<2x7x70xf64>, %scale: tensor<70xf64>, %shift: tensor<70xf64>) -> tensor<2x7x70xf64> attributes {check.kernel} {
  %y = weft.layer_norm %x, %scale, %shift epsilon 1.0e-5 : tensor<2x7x70xf64>, tensor<70xf64>
  return %y : tensor<2x7x70xf64>
}
func.func @layer_norm_row(%x: tensor<64xf32>, %scale: tensor<64xf32>, %shift: tensor<64xf32>) -> tensor<64xf32> attributes {check.kernel} {
  %y = weft.layer_norm %x, %scale, %shift epsilon 1.0e-5 : tensor<64xf32>, tensor<64xf32>
  return %y : tensor<64xf32>
}
func.func @cross_entropy(%logits: tensor<2x9x65xf64> {check.range = array<f64: -5.0, 5.0>}, %targets: tensor<2x9xi32> {check.range = array<f64: 0.0, 65.0>}) -> tensor<2x9xf64> attributes {check.kernel} {
  %nll = weft.cross_entropy %logits, %targets : tensor<2x9x65xf64>, tensor<2x9xi32> -> tensor<2x9xf64>
  return %nll : tensor<2x9xf64>
}
func.func @cross_entropy_row(%logits: tensor<64xf32>, %target: tensor<i32> {check.range = array<f64: 0.0, 64.0>}) -> tensor<f32> attributes {check.kernel} {
  %nll = weft.cross_entropy %logits, %target : tensor<64xf32>, tensor<i32> -> tensor<f32>
  return %nll : tensor<f32>
}
func.func @log_softmax_last(%x: tensor<3x9x65xf64> {check.range = array<f64: -50.0, 50.0>}) -> tensor<3x9x65xf64> attributes {check.kernel} {
  %y = weft.log_softmax %x axis 2 : tensor<3x9x65xf64>
  return %y : tensor<3x9x65xf64>
}
func.func @log_softmax_first(%x: tensor<9x5xf32>) -> tensor<9x5xf32> attributes {check.kernel} {
  %y = weft.log_softmax %x axis 0 : tensor<9x5xf32>
  return %y : tensor<9x5xf32>
}
func.func @log_softmax_bounded(%x: tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>) -> tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>
    attributes {check.kernel, check.sizes = [{m = 0, n = 3}, {m = 9, n = 1}, {m = 20, n = 65}, {m = 3, n = 80}]} {
  %y = weft.log_softmax %x axis 1 : tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>
  return %y : tensor<?x?xf64, #weft.bounded<[m(20 by 1), n(80 by 1)]>>
}
func.func @layer_norm_without_shift(%x: tensor<2x7x70xf64>, %scale: tensor<70xf64>) -> tensor<2x7x70xf64> attributes {check.kernel} {
  %none = weft.constant dense<0.0> : tensor<70xf64>
  %y = weft.layer_norm %x, %scale, %none epsilon 1.0e-5 : tensor<2x7x70xf64>, tensor<70xf64>
  return %y : tensor<2x7x70xf64>
}
func.func @layer_norm_of_numbers(%x: tensor<3x?xf32, #weft.bounded<[3, n(80 by 1)]>>) -> tensor<3x?xf32, #weft.bounded<[3, n(80 by 1)]>>
    attributes {check.kernel, check.sizes = [{n = 1}, {n = 65}]} {
  %two = weft.constant dense<2.0> : tensor<f32>
  %scale = weft.broadcast %two dims [] : tensor<f32> -> tensor<?xf32, #weft.bounded<[n(80 by 1)]>>
  %shift = weft.iota axis 0 start 1.0 step 0.5 : tensor<?xf32, #weft.bounded<[n(80 by 1)]>>
  %y = weft.layer_norm %x, %scale, %shift epsilon 1.0e-2 : tensor<3x?xf32, #weft.bounded<[3, n(80 by 1)]>>, tensor<?xf32, #weft.bounded<[n(80 by 1)]>>
  return %y : tensor<3x?xf32, #weft.bounded<[3, n(80 by 1)]>>
}
func.func @rms_norm(%x: tensor<2x7x70xf64>, %scale: tensor<70xf64>) -> tensor<2x7x70xf64> attributes {check.kernel} {
  %y = weft.rms_norm %x, %scale epsilon 1.0e-6 : tensor<2x7x70xf64>, tensor<70xf64>
  return %y : tensor<2x7x70xf64>
}
func.func @rms_norm_row(%x: tensor<64xf32>) -> tensor<64xf32> attributes {check.kernel} {
  %one = weft.constant dense<1.0> : tensor<64xf32>
  %y = weft.rms_norm %x, %one epsilon 1.0e-6 : tensor<64xf32>, tensor<64xf32>
  return %y : tensor<64xf32>
}
// Rounded to bf16 beside, for products that read it.
func.func @layer_norm_rounded(%x: tensor<6x70xf32>, %scale: tensor<70xf32>, %shift: tensor<70xf32>) -> (tensor<6x70xf32>, tensor<6x70xbf16>) attributes {check.kernel} {
  %y = weft.layer_norm %x, %scale, %shift epsilon 1.0e-5 : tensor<6x70xf32>, tensor<70xf32>
  %r = weft.cast %y : tensor<6x70xf32> -> tensor<6x70xbf16>
  return %y, %r : tensor<6x70xf32>, tensor<6x70xbf16>
}
