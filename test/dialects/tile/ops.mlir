// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s | weft-opt | FileCheck %s
// RUN: weft-opt %s --mlir-print-op-generic | weft-opt | FileCheck %s

// CHECK-LABEL: tile.kernel @memory tasks 4 writes [1] sizes [1024, 64]
tile.kernel @memory tasks 4 writes [1] sizes [1024, 64] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %zero = arith.constant 0.0 : f32
  %origin = arith.constant 0 : index
  %one = arith.constant 1 : index
  // CHECK: %[[ROWS:.*]] = tile.size 1
  %rows = tile.size 1
  // CHECK: %[[INPUT:.*]] = tile.view %{{.*}} offset %{{.*}} sizes %[[ROWS]], %{{.*}} strides %{{.*}}, %{{.*}} : <f32> -> <2 x f32>
  %input = tile.view %x offset %origin sizes %rows, %rows strides %rows, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %output = tile.view %y offset %origin sizes %rows, %rows strides %one, %rows : !tile.array<f32> -> !tile.view<2 x f32>
  // CHECK: tile.load %[[INPUT]][%{{.*}}, %{{.*}}] fill %{{.*}} : <2 x f32>, f32 -> tensor<8x16xf32>
  %t = tile.load %input[%task, %origin] fill %zero : !tile.view<2 x f32>, f32 -> tensor<8x16xf32>
  // CHECK: tile.store %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : tensor<8x16xf32>, <2 x f32>
  tile.store %t, %output[%task, %origin] : tensor<8x16xf32>, !tile.view<2 x f32>
  %element = tile.view %x offset %origin sizes %rows strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  // CHECK: tile.load %{{.*}}[%{{.*}}] fill %{{.*}} : <1 x f32>, f32 -> tensor<f32>
  %single = tile.load %element[%task] fill %zero : !tile.view<1 x f32>, f32 -> tensor<f32>
}

// CHECK-LABEL: tile.kernel @compute tasks 1 writes [] {
tile.kernel @compute tasks 1 writes [] {
^bb0(%task: index):
  %key = arith.constant 7 : i32
  %half = arith.constant 0.5 : f32
  %weights = arith.constant dense<1.0> : tensor<32x16xf32>
  %rows = arith.constant dense<1.0> : tensor<16x32xf32>
  %x = arith.constant dense<2.0> : tensor<8x32xf32>
  %none = arith.constant dense<0.0> : tensor<8x16xf32>
  // CHECK: tile.dot %{{.*}}, %{{.*}}, %{{.*}} : tensor<8x32xf32>, tensor<32x16xf32>, tensor<8x16xf32>
  %a = tile.dot %x, %weights, %none : tensor<8x32xf32>, tensor<32x16xf32>, tensor<8x16xf32>
  // CHECK: %[[SCORES:.*]] = tile.dot %{{.*}}, %{{.*}}, %{{.*}} transpose_b : tensor<8x32xf32>, tensor<16x32xf32>, tensor<8x16xf32>
  %scores = tile.dot %x, %rows, %a transpose_b : tensor<8x32xf32>, tensor<16x32xf32>, tensor<8x16xf32>
  %rounded = arith.truncf %x : tensor<8x32xf32> to tensor<8x32xbf16>
  %factor = arith.truncf %rows : tensor<16x32xf32> to tensor<16x32xbf16>
  // CHECK: tile.dot %{{.*}}, %{{.*}}, %{{.*}} transpose_b : tensor<8x32xbf16>, tensor<16x32xbf16>, tensor<8x16xf32>
  %sums = tile.dot %rounded, %factor, %none transpose_b : tensor<8x32xbf16>, tensor<16x32xbf16>, tensor<8x16xf32>
  // CHECK: %[[MAX:.*]] = tile.reduce max %[[SCORES]] axis 1 : tensor<8x16xf32> -> tensor<8xf32>
  %max = tile.reduce max %scores axis 1 : tensor<8x16xf32> -> tensor<8xf32>
  // CHECK: tile.reduce sum %[[MAX]] axis 0 : tensor<8xf32> -> tensor<f32>
  %sum = tile.reduce sum %max axis 0 : tensor<8xf32> -> tensor<f32>
  // CHECK: tile.broadcast %[[MAX]] dims [0] : tensor<8xf32> -> tensor<8x16xf32>
  %maxes = tile.broadcast %max dims [0] : tensor<8xf32> -> tensor<8x16xf32>
  // CHECK: tile.broadcast %{{.*}} dims [] : f32 -> tensor<8x16xf32>
  %halves = tile.broadcast %half dims [] : f32 -> tensor<8x16xf32>
  // CHECK: tile.transpose %[[SCORES]] : tensor<8x16xf32> -> tensor<16x8xf32>
  %exchanged = tile.transpose %scores : tensor<8x16xf32> -> tensor<16x8xf32>
  // CHECK: %[[SHEARED:.*]] = tile.shear %[[SCORES]] : tensor<8x16xf32> -> tensor<8x9xf32>
  %sheared = tile.shear %scores : tensor<8x16xf32> -> tensor<8x9xf32>
  // CHECK: tile.unshear %[[SHEARED]] : tensor<8x9xf32> -> tensor<8x16xf32>
  %window = tile.unshear %sheared : tensor<8x9xf32> -> tensor<8x16xf32>
  // CHECK: tile.extract %{{.*}}[] : tensor<f32> -> f32
  %total = tile.extract %sum[] : tensor<f32> -> f32
  // CHECK: tile.extract %[[SCORES]][7, 15] : tensor<8x16xf32> -> f32
  %last = tile.extract %scores[7, 15] : tensor<8x16xf32> -> f32
  // CHECK: %[[INDEX:.*]] = tile.iota axis 0 start %{{.*}} : tensor<64xi32>
  %index = tile.iota axis 0 start %task : tensor<64xi32>
  // CHECK: tile.math exp2 %[[SCORES]] : tensor<8x16xf32>
  %powers = tile.math exp2 %scores : tensor<8x16xf32>
  // CHECK: tile.math rsqrt %{{.*}} : f32
  %root = tile.math rsqrt %total : f32
  // CHECK: tile.philox %[[INDEX]] key %{{.*}}, %{{.*}} step %{{.*}}, %{{.*}} id %{{.*}} : tensor<64xi32>
  %words = tile.philox %index key %key, %key step %key, %key id %key : tensor<64xi32>
}
