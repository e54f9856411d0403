// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --split-input-file --weft-choose-schedule --weft-to-tile --canonicalize --cse --tile-to-x86=vector-bits=512 %s | FileCheck %s
// RUN: weft-opt --split-input-file --weft-choose-schedule --weft-to-tile --canonicalize --cse --tile-to-x86=vector-bits=256 %s | FileCheck %s
// Tall tiles, packed panels and copied factors of a product fit the stack together, in either orientation and element type: chunks that are no
// whole vectors, that divide nothing, and loops around loops.

// CHECK: llvm.func @along.0.dot(
func.func @along(%a: tensor<1000x1000xf32>, %b: tensor<1000x1000xf32>) -> tensor<1000x1000xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [1] : tensor<1000x1000xf32>, tensor<1000x1000xf32> -> tensor<1000x1000xf32>
  return %y : tensor<1000x1000xf32>
}

// -----

// CHECK: llvm.func @along_wide.0.dot(
func.func @along_wide(%a: tensor<600x512xf64>, %b: tensor<600x512xf64>) -> tensor<600x600xf64> {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [1] : tensor<600x512xf64>, tensor<600x512xf64> -> tensor<600x600xf64>
  return %y : tensor<600x600xf64>
}

// -----

// CHECK: llvm.func @down.0.dot(
func.func @down(%a: tensor<1024x1000xf32>, %b: tensor<1024x600xf32>) -> tensor<1000x600xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [0] x [0] : tensor<1024x1000xf32>, tensor<1024x600xf32> -> tensor<1000x600xf32>
  return %y : tensor<1000x600xf32>
}

// -----

// CHECK: llvm.func @down_turned.0.dot(
func.func @down_turned(%a: tensor<1024x1000xf32>, %b: tensor<600x1024xf32>) -> tensor<1000x600xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [0] x [1] : tensor<1024x1000xf32>, tensor<600x1024xf32> -> tensor<1000x600xf32>
  return %y : tensor<1000x600xf32>
}

// -----

// CHECK: llvm.func @plain.0.dot(
func.func @plain(%a: tensor<1000x2048xf64>, %b: tensor<2048x600xf64>) -> tensor<1000x600xf64> {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<1000x2048xf64>, tensor<2048x600xf64> -> tensor<1000x600xf64>
  return %y : tensor<1000x600xf64>
}

// -----

// CHECK: llvm.func @prime.0.dot(
func.func @prime(%a: tensor<1000x1031xf32>, %b: tensor<600x1031xf32>) -> tensor<1000x600xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [1] : tensor<1000x1031xf32>, tensor<600x1031xf32> -> tensor<1000x600xf32>
  return %y : tensor<1000x600xf32>
}

// -----

// CHECK: llvm.func @nested.0.dot(
func.func @nested(%a: tensor<2x512x600xf32>, %b: tensor<2x8x512x64xf32>) -> tensor<600x8x64xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [0, 1] x [0, 2] : tensor<2x512x600xf32>, tensor<2x8x512x64xf32> -> tensor<600x8x64xf32>
  return %y : tensor<600x8x64xf32>
}

// -----

// CHECK: llvm.func @nested_four_times.0.dot(
func.func @nested_four_times(%a: tensor<1024x2x2x2x512xf32>, %b: tensor<2x2x2x512x64xf32>) -> tensor<1024x64xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [1, 2, 3, 4] x [2, 1, 0, 3] : tensor<1024x2x2x2x512xf32>, tensor<2x2x2x512x64xf32> -> tensor<1024x64xf32>
  return %y : tensor<1024x64xf32>
}
