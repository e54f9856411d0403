// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-to-tile %s | FileCheck %s

// Keys that no head of the columns reaches are not projected: a block of rows that ends before the first of them is stored as
// zeros. The reach comes from the kernel that computes it, written before its first reader.
// CHECK: %[[REACH:.*]] = exec.dispatch @projections.{{.*}}.mul(
// CHECK: %[[KEYS:.*]] = exec.dispatch @projections.{{.*}}.dot(%{{.*}}, %{{.*}}, %[[REACH]])
// CHECK: exec.dispatch @projections.{{.*}}.span_attention(%{{.*}}, %[[KEYS]]
// CHECK: exec.dispatch @projections.{{.*}}.dot({{.*}}%[[REACH]])
// CHECK: tile.kernel @projections.{{.*}}.dot
// CHECK: %[[HEAD:.*]] = arith.divui %{{.*}}, %c64
// CHECK: tile.math floor
// CHECK: %[[FIRST:.*]] = arith.subi %c480, %{{.*}}
// CHECK: %[[END:.*]] = arith.addi %{{.*}}, %c88
// CHECK: %[[REACHED:.*]] = arith.cmpi sgt, %[[END]], %[[FIRST]]
// CHECK: scf.if %[[REACHED]]
// CHECK: tile.dot
// CHECK: tile.store
// CHECK: else
// CHECK: tile.store %cst

// The gradient of their weights begins with the chunk in which the first of them lies.
// CHECK: tile.kernel @projections.5.dot tasks
// CHECK: %[[SOME:.*]] = arith.subi %c480, %{{.*}}
// CHECK: %[[LEAST:.*]] = arith.maxsi %[[SOME]], %c0
// CHECK: %[[CHUNK:.*]] = arith.divui %[[LEAST]], %[[SIZE:.*]] : index
// CHECK: %[[BEGIN:.*]] = arith.muli %[[CHUNK]], %[[SIZE]] : index
// CHECK: scf.for %{{.*}} = %[[BEGIN]] to %c520 step %[[SIZE]]
func.func @projections(%x: tensor<1x520x16xf32>, %wk: tensor<2x64x16xf32>, %wv: tensor<2x64x16xf32>, %q: tensor<1x2x40x64xf32>, %dy: tensor<1x2x40x64xf32>, %z: tensor<2xf32>)
    -> (tensor<1x2x40x64xf32>, tensor<2x64x16xf32>, tensor<2x64x16xf32>) {
  %kr = weft.dot %x, %wk batch [] x [] contract [2] x [2] : tensor<1x520x16xf32>, tensor<2x64x16xf32> -> tensor<1x520x2x64xf32>
  %vr = weft.dot %x, %wv batch [] x [] contract [2] x [2] : tensor<1x520x16xf32>, tensor<2x64x16xf32> -> tensor<1x520x2x64xf32>
  %k = weft.transpose %kr permutation [0, 2, 1, 3] : tensor<1x520x2x64xf32> -> tensor<1x2x520x64xf32>
  %v = weft.transpose %vr permutation [0, 2, 1, 3] : tensor<1x520x2x64xf32> -> tensor<1x2x520x64xf32>
  %span = weft.constant dense<64.0> : tensor<2xf32>
  %reach = weft.mul %z, %span : tensor<2xf32>
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<519> heads(%reach : tensor<2xf32>) before_start masked
      kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x2x40x64xf32>, tensor<1x2x520x64xf32>, tensor<1x2x520x64xf32> -> tensor<1x2x40x64xf32>, tensor<1x2x40x3xf32>
  %dq, %dk, %dv = weft.span_attention_grad %q, %k, %v reach 0 to #weft.size<519> heads(%reach : tensor<2xf32>) before_start masked
      kinds [] epsilon 1.0e-8 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x2x40x64xf32>, tensor<1x2x520x64xf32>, tensor<1x2x520x64xf32>, tensor<1x2x40x3xf32>, tensor<1x2x40x64xf32> -> tensor<1x2x40x64xf32>, tensor<1x2x520x64xf32>, tensor<1x2x520x64xf32>
  %dkr = weft.transpose %dk permutation [0, 2, 1, 3] : tensor<1x2x520x64xf32> -> tensor<1x520x2x64xf32>
  %dvr = weft.transpose %dv permutation [0, 2, 1, 3] : tensor<1x2x520x64xf32> -> tensor<1x520x2x64xf32>
  %dwk = weft.dot %dkr, %x batch [] x [] contract [0, 1] x [0, 1] : tensor<1x520x2x64xf32>, tensor<1x520x16xf32> -> tensor<2x64x16xf32>
  %dwv0 = weft.dot %x, %dvr batch [] x [] contract [0, 1] x [0, 1] : tensor<1x520x16xf32>, tensor<1x520x2x64xf32> -> tensor<16x2x64xf32>
  %dwv = weft.transpose %dwv0 permutation [1, 2, 0] : tensor<16x2x64xf32> -> tensor<2x64x16xf32>
  return %y, %dwk, %dwv : tensor<1x2x40x64xf32>, tensor<2x64x16xf32>, tensor<2x64x16xf32>
}
