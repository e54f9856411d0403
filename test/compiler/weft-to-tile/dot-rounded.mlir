// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --split-input-file --weft-to-tile %s | FileCheck %s

// Rounded factors are loaded as they are stored, in chunks of whole registers of pairs, and added in f32. What rounds the result
// for the next product is computed before it is stored.
// CHECK-LABEL: func.func @rounded
// CHECK: %[[X:.*]] = exec.dispatch @rounded.0.cast(%{{.*}}) : (tensor<64x1536xf32>) -> tensor<64x1536xbf16>
// CHECK: %[[W:.*]] = exec.dispatch @rounded.1.cast(%{{.*}}) : (tensor<96x1536xf32>) -> tensor<96x1536xbf16>
// CHECK: exec.dispatch @rounded.2.dot_cast(%[[X]], %[[W]], %{{.*}}) {{.*}} -> tensor<64x96xbf16>
// CHECK: tile.kernel @rounded.0.cast
// CHECK: arith.truncf %{{.*}} : tensor<256xf32> to tensor<256xbf16>
// CHECK: tile.kernel @rounded.2.dot_cast
// CHECK: scf.for %{{.*}} = %c0 to %c1536 step %c512 iter_args(%{{.*}}) -> (tensor<64x48xf32>)
// CHECK: %[[A:.*]] = tile.load %{{.*}} : <2 x bf16>, bf16 -> tensor<64x512xbf16>
// CHECK: %[[B:.*]] = tile.load %{{.*}} : <2 x bf16>, bf16 -> tensor<48x512xbf16>
// CHECK: tile.dot %[[A]], %[[B]], %{{.*}} transpose_b : tensor<64x512xbf16>, tensor<48x512xbf16>, tensor<64x48xf32>
// CHECK: arith.maximumf
// CHECK: %[[R:.*]] = arith.truncf %{{.*}} : tensor<64x48xf32> to tensor<64x48xbf16>
// CHECK: tile.store %[[R]]
func.func @rounded(%x: tensor<64x1536xf32>, %w: tensor<96x1536xf32>, %b: tensor<96xf32>) -> tensor<64x96xbf16> {
  %rx = weft.cast %x : tensor<64x1536xf32> -> tensor<64x1536xbf16>
  %rw = weft.cast %w : tensor<96x1536xf32> -> tensor<96x1536xbf16>
  %y = weft.dot %rx, %rw batch [] x [] contract [1] x [1] : tensor<64x1536xbf16>, tensor<96x1536xbf16> -> tensor<64x96xf32>
  %bias = weft.broadcast %b dims [1] : tensor<96xf32> -> tensor<64x96xf32>
  %s = weft.add %y, %bias : tensor<64x96xf32>
  %h = weft.relu %s : tensor<64x96xf32>
  %rh = weft.cast %h : tensor<64x96xf32> -> tensor<64x96xbf16>
  return %rh : tensor<64x96xbf16>
}

// -----

// No chunk of whole registers divides 1088: one of pairs does.
// CHECK: tile.kernel @rounded_pairs.2.dot
// CHECK: tile.dot {{.*}} : tensor<8x272xbf16>, tensor<272x16xbf16>, tensor<8x16xf32>
func.func @rounded_pairs(%x: tensor<8x1088xf32>, %w: tensor<1088x16xf32>) -> tensor<8x16xf32> {
  %rx = weft.cast %x : tensor<8x1088xf32> -> tensor<8x1088xbf16>
  %rw = weft.cast %w : tensor<1088x16xf32> -> tensor<1088x16xbf16>
  %y = weft.dot %rx, %rw batch [] x [] contract [1] x [0] : tensor<8x1088xbf16>, tensor<1088x16xbf16> -> tensor<8x16xf32>
  return %y : tensor<8x16xf32>
}
