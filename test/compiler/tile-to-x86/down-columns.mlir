// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --split-input-file --weft-to-tile --tile-to-x86 %s | FileCheck %s
// The left factor of a weight's gradient lies down its columns, and its rows lie a large power of two apart: a copy of the
// task's part keeps their order. The stack holds the sums, the copy with its rows a line longer, and the panel of the right factor.
// CHECK-LABEL: llvm.func @inside.0.dot(
// CHECK-COUNT-3: llvm.alloca
// CHECK-NOT: llvm.alloca
// CHECK: llvm.return
func.func @inside(%dy: tensor<128x512xf32>, %x: tensor<128x64xf32>) -> tensor<512x64xf32> {
  %w = weft.dot %dy, %x batch [] x [] contract [0] x [0] : tensor<128x512xf32>, tensor<128x64xf32> -> tensor<512x64xf32>
  return %w : tensor<512x64xf32>
}

// -----

// So where the last task's rows end beyond the factor, and where those of the contracted axis do.
// CHECK-LABEL: llvm.func @beyond.0.dot(
// CHECK-COUNT-3: llvm.alloca
// CHECK-NOT: llvm.alloca
// CHECK: llvm.return
func.func @beyond(%dy: tensor<200x500xf32>, %x: tensor<200x64xf32>) -> tensor<500x64xf32> {
  %w = weft.dot %dy, %x batch [] x [] contract [0] x [0] : tensor<200x500xf32>, tensor<200x64xf32> -> tensor<500x64xf32>
  return %w : tensor<500x64xf32>
}
