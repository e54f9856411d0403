// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --split-input-file --weft-choose-schedule --weft-to-tile --canonicalize --cse --tile-to-x86="vector-bits=256 bf16=widened" %s | FileCheck %s
// RUN: weft-opt --split-input-file --weft-choose-schedule --weft-to-tile --canonicalize --cse --tile-to-x86="vector-bits=512 bf16=pairs" %s | FileCheck %s
// RUN: weft-opt --split-input-file --weft-choose-schedule --weft-to-tile --canonicalize --cse --tile-to-x86="vector-bits=512 bf16=tiles" %s | FileCheck %s
// Factors of bf16, packed in pairs or turned, and the sums of a tile fit the stack together, however they are multiplied.

// CHECK: llvm.func @along.0.dot(
func.func @along(%a: tensor<1000x1000xbf16>, %b: tensor<1000x1000xbf16>) -> tensor<1000x1000xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [1] : tensor<1000x1000xbf16>, tensor<1000x1000xbf16> -> tensor<1000x1000xf32>
  return %y : tensor<1000x1000xf32>
}

// -----

// CHECK: llvm.func @down.0.dot(
func.func @down(%a: tensor<1024x1000xbf16>, %b: tensor<1024x600xbf16>) -> tensor<1000x600xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [0] x [0] : tensor<1024x1000xbf16>, tensor<1024x600xbf16> -> tensor<1000x600xf32>
  return %y : tensor<1000x600xf32>
}

// -----

// CHECK: llvm.func @down_turned.0.dot(
func.func @down_turned(%a: tensor<1024x1000xbf16>, %b: tensor<600x1024xbf16>) -> tensor<1000x600xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [0] x [1] : tensor<1024x1000xbf16>, tensor<600x1024xbf16> -> tensor<1000x600xf32>
  return %y : tensor<1000x600xf32>
}

// -----

// CHECK: llvm.func @plain.0.dot(
func.func @plain(%a: tensor<1000x2048xbf16>, %b: tensor<2048x600xbf16>) -> tensor<1000x600xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<1000x2048xbf16>, tensor<2048x600xbf16> -> tensor<1000x600xf32>
  return %y : tensor<1000x600xf32>
}

// -----

// CHECK: llvm.func @prime.0.dot(
func.func @prime(%a: tensor<1000x1031xbf16>, %b: tensor<600x1031xbf16>) -> tensor<1000x600xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [1] : tensor<1000x1031xbf16>, tensor<600x1031xbf16> -> tensor<1000x600xf32>
  return %y : tensor<1000x600xf32>
}

// -----

// CHECK: llvm.func @nested.0.dot(
func.func @nested(%a: tensor<2x512x600xbf16>, %b: tensor<2x8x512x64xbf16>) -> tensor<600x8x64xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [0, 1] x [0, 2] : tensor<2x512x600xbf16>, tensor<2x8x512x64xbf16> -> tensor<600x8x64xf32>
  return %y : tensor<600x8x64xf32>
}

// -----

// CHECK: llvm.func @tail.0.dot(
func.func @tail(%a: tensor<37x1030xbf16>, %b: tensor<1030x70xbf16>) -> tensor<37x70xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<37x1030xbf16>, tensor<1030x70xbf16> -> tensor<37x70xf32>
  return %y : tensor<37x70xf32>
}

// -----

// CHECK: llvm.func @narrow.0.dot(
func.func @narrow(%a: tensor<300x1030xbf16>, %b: tensor<1030x7xbf16>) -> tensor<300x7xf32> {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<300x1030xbf16>, tensor<1030x7xbf16> -> tensor<300x7xf32>
  return %y : tensor<300x7xf32>
}
