// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --tile-assign-layouts --tile-place-buffers %s | FileCheck %s

// A tile is written to its buffer where it is made, once for all who read it there; rows are an odd number of words apart.
// CHECK-LABEL: tile.kernel @moves
tile.kernel @moves tasks 1 writes [] {
^bb0(%task: index):
  // CHECK-DAG: %[[B:.*]] = tile.buffer 0 : <16 x 32 x f32 stride 33>
  // CHECK-DAG: %[[I:.*]] = tile.buffer 2112 : <4 x 1 x i32 stride 1>
  // CHECK: %[[X:.*]] = arith.constant dense<1.000000e+00>
  // CHECK-NEXT: tile.write %[[X]], %[[B]]
  %x = arith.constant dense<1.0> : tensor<16x32xf32>
  // CHECK: tile.read %[[B]] rows [0, 1, 0] columns [1, 0, 0] : {{.*}} -> tensor<32x16xf32
  %t = tile.transpose %x : tensor<16x32xf32> -> tensor<32x16xf32>
  // CHECK: tile.read %[[B]] rows [1, 0, 0] columns [-1, 1, 15] : {{.*}} -> tensor<16x8xf32
  %s = tile.shear %x : tensor<16x32xf32> -> tensor<16x8xf32>
  // CHECK: tile.read %[[B]] rows [1, 0, 0] columns [1, 1, -15] : {{.*}} -> tensor<16x48xf32
  %u = tile.unshear %x : tensor<16x32xf32> -> tensor<16x48xf32>
  %ids = arith.constant dense<3> : tensor<4xi32>
  // CHECK: %[[ID:.*]] = tile.read %[[I]] rows [0, 0, 2] columns [0, 0, 0] : {{.*}} -> tensor<i32
  // CHECK: tile.extract %[[ID]][]
  %id = tile.extract %ids[2] : tensor<4xi32> -> i32
  // What all threads hold needs no buffer.
  // CHECK: tile.extract %{{.*}}[0] : tensor<1xi32
  %one = arith.constant dense<3> : tensor<1xi32>
  %same = tile.extract %one[0] : tensor<1xi32> -> i32
  %acc = arith.constant dense<0.0> : tensor<16x16xf32>
  // CHECK: tile.dot %[[B]], %[[B]], %{{.*}} transpose_b : !tile.buffer<16 x 32 x f32 stride 33>, !tile.buffer<16 x 32 x f32 stride 33>
  %d = tile.dot %x, %x, %acc transpose_b : tensor<16x32xf32>, tensor<16x32xf32>, tensor<16x16xf32>
}
