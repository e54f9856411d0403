// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --split-input-file --weft-choose-schedule --weft-to-tile --canonicalize --cse --tile-to-x86=vector-bits=512 %s | FileCheck %s

// What only a store reads is computed at it: a block of 6 x 64 sums goes to lines of the first cache (8 x 64 x 4 bytes), and
// what is stored is computed from them before the next block. The product, 48 x 64 x 4 bytes, has no buffer.
// CHECK-LABEL: llvm.func @relu.0.dot_relu
// CHECK: %[[BLOCK:.*]] = llvm.alloca %c2048_i64 x i8
// CHECK-NOT: arith.constant 12288 : i64
// CHECK: scf.for %{{.*}} to %c48_i64{{.*}} step %c6_i64
// CHECK: %[[SUMS:.*]]:24 = scf.for
// CHECK: llvm.store %[[SUMS]]#0, %[[BLOCK]]
// CHECK: scf.for
// CHECK: scf.for
// CHECK: %[[GROUP:.*]] = llvm.load %{{.*}} : !llvm.ptr -> vector<16xf32>
// CHECK: %[[STORED:.*]] = arith.maximumf %[[GROUP]]
// CHECK: llvm.store %[[STORED]]
func.func @relu(%x: tensor<96x128xf32>, %w: tensor<128x64xf32>) -> tensor<96x64xf32> {
  %y = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<96x128xf32>, tensor<128x64xf32> -> tensor<96x64xf32>
  %z = weft.relu %y : tensor<96x64xf32>
  return %z : tensor<96x64xf32>
}

// -----

// CHECK-LABEL: llvm.func @plain.0.dot
// CHECK: llvm.alloca %c2048_i64 x i8
// CHECK-NOT: arith.constant 12288 : i64
func.func @plain(%x: tensor<96x128xf32>, %w: tensor<128x64xf32>) -> tensor<96x64xf32> {
  %y = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<96x128xf32>, tensor<128x64xf32> -> tensor<96x64xf32>
  return %y : tensor<96x64xf32>
}

// -----

// The sums of several chunks wait in a buffer for the next one.
// CHECK-LABEL: llvm.func @chunks.0.dot
// CHECK: %[[BYTES:.*]] = arith.constant 12288 : i64
// CHECK: llvm.alloca %[[BYTES]] x i8
func.func @chunks(%x: tensor<96x1024xf32>, %w: tensor<1024x64xf32>) -> tensor<96x64xf32> {
  %y = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<96x1024xf32>, tensor<1024x64xf32> -> tensor<96x64xf32>
  return %y : tensor<96x64xf32>
}
