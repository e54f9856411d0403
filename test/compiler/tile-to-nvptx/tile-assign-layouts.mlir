// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --tile-assign-layouts %s | FileCheck %s

// A matrix has neighbouring threads along its rows, each with four columns side by side if none is left without; a sum of a
// row is left in all threads of the row, and what a sum is added to lies the same way. Sums of tensor cores lie in atoms, and
// those whose rows are reduced in whole rows of a warp.
// CHECK-DAG: #[[$ROWS:.*]] = #tile.layout<threads (8 on 1 step 4, 16 on 0 step 1) registers (4 on 1 step 1)>
// CHECK-DAG: #[[$SUM:.*]] = #tile.layout<threads (8 alike, 16 on 0 step 1) registers ()>
// CHECK-DAG: #[[$PRODUCT:.*]] = #tile.layout<threads (8 on 1 step 1, 16 on 0 step 1) registers ()>
// CHECK-DAG: #[[$APART:.*]] = #tile.layout<threads (16 on 1 step 1, 8 on 0 step 1) registers (4 on 1 step 16, 8 on 0 step 8)>
// CHECK-DAG: #[[$ATOMS:.*]] = #tile.layout<threads (4 on 1 step 2, 8 on 0 step 1, 2 on 0 step 16, 2 on 1 step 16) registers (2 on 1 step 1, 2 on 0 step 8, 2 on 1 step 8, 2 on 1 step 32, 2 on 0 step 32)>
// CHECK-DAG: #[[$WHOLE:.*]] = #tile.layout<threads (4 on 1 step 2, 8 on 0 step 1, 4 on 0 step 16) registers (2 on 1 step 1, 2 on 0 step 8, 2 on 1 step 8, 4 on 1 step 16)>
// CHECK-DAG: #[[$ACROSS:.*]] = #tile.layout<threads (32 on 1 step 1, 4 alike) registers (4 on 1 step 32)>
// CHECK-DAG: #[[$LONG:.*]] = #tile.layout<threads (128 on 1 step 1) registers ()>
// CHECK-DAG: #[[$DOWN:.*]] = #tile.layout<threads (32 on 1 step 1, 4 alike) registers (16 on 0 step 1)>

// CHECK-LABEL: tile.kernel @sums
tile.kernel @sums tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %zero = arith.constant 0.0 : f32
  %origin = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 32 : index
  // CHECK: %[[NONE:.*]] = arith.constant dense<0.000000e+00> : tensor<16xf32, #[[$SUM]]>
  %none = arith.constant dense<0.0> : tensor<16xf32>
  %view = tile.view %x offset %origin sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  // CHECK: tile.load {{.*}} -> tensor<16x32xf32, #[[$ROWS]]>
  %t = tile.load %view[%origin, %origin] fill %zero : !tile.view<2 x f32>, f32 -> tensor<16x32xf32>
  // CHECK: scf.for {{.*}} iter_args(%{{.*}} = %[[NONE]]) -> (tensor<16xf32, #[[$SUM]]>)
  %total = scf.for %i = %origin to %n step %one iter_args(%carried = %none) -> (tensor<16xf32>) {
    // CHECK: tile.reduce sum %{{.*}} axis 1 : tensor<16x32xf32, #[[$ROWS]]> -> tensor<16xf32, #[[$SUM]]>
    %s = tile.reduce sum %t axis 1 : tensor<16x32xf32> -> tensor<16xf32>
    // CHECK-NOT: tile.convert
    %next = arith.addf %carried, %s : tensor<16xf32>
    scf.yield %next : tensor<16xf32>
  }
  // The rows of a column lie in four warps: they are brought into one.
  // CHECK: %[[DOWN:.*]] = tile.convert %{{.*}} : tensor<16x32xf32, #[[$ROWS]]> -> tensor<16x32xf32, #[[$DOWN]]>
  // CHECK: tile.reduce max %[[DOWN]] axis 0
  %m = tile.reduce max %t axis 0 : tensor<16x32xf32> -> tensor<32xf32>
  // CHECK: tile.broadcast %{{.*}} dims [0] : tensor<16xf32, #[[$SUM]]> -> tensor<16x32xf32, #[[$ROWS]]>
  %wide = tile.broadcast %total dims [0] : tensor<16xf32> -> tensor<16x32xf32>
  %out = tile.view %y offset %origin sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  tile.store %wide, %out[%origin, %origin] : tensor<16x32xf32>, !tile.view<2 x f32>
  %line = tile.view %y offset %origin sizes %n strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  tile.store %m, %line[%origin] : tensor<32xf32>, !tile.view<1 x f32>
}

// CHECK-LABEL: tile.kernel @product
tile.kernel @product tasks 1 writes [] {
^bb0(%task: index):
  %a = arith.constant dense<1.0> : tensor<16x32xf32>
  %b = arith.constant dense<1.0> : tensor<32x8xf32>
  %acc = arith.constant dense<0.0> : tensor<16x8xf32>
  // CHECK: tile.dot %{{.*}}, tensor<16x8xf32, #[[$PRODUCT]]>
  %d = tile.dot %a, %b, %acc : tensor<16x32xf32>, tensor<32x8xf32>, tensor<16x8xf32>
  // Rows of a transposed factor that neighbouring threads read are neighbours.
  %c = arith.constant dense<1.0> : tensor<64x32xf32>
  %sums = arith.constant dense<0.0> : tensor<64x64xf32>
  // CHECK: tile.dot %{{.*}} transpose_b : {{.*}}, tensor<64x64xf32, #[[$APART]]>
  %e = tile.dot %c, %c, %sums transpose_b : tensor<64x32xf32>, tensor<64x32xf32>, tensor<64x64xf32>
}

// CHECK-LABEL: tile.kernel @atoms
tile.kernel @atoms tasks 1 writes [] {
^bb0(%task: index):
  %a = arith.constant dense<1.0> : tensor<64x64xbf16>
  %acc = arith.constant dense<0.0> : tensor<64x64xf32>
  // CHECK: tile.dot %{{.*}}, tensor<64x64xf32, #[[$ATOMS]]>
  %d = tile.dot %a, %a, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
}

// CHECK-LABEL: tile.kernel @whole_rows
tile.kernel @whole_rows tasks 1 writes [] {
^bb0(%task: index):
  %a = arith.constant dense<1.0> : tensor<64x64xbf16>
  %acc = arith.constant dense<0.0> : tensor<64x64xf32>
  // CHECK: tile.dot %{{.*}}, tensor<64x64xf32, #[[$WHOLE]]>
  %d = tile.dot %a, %a, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
  // CHECK-NOT: tile.convert
  %m = tile.reduce max %d axis 1 : tensor<64x64xf32> -> tensor<64xf32>
}

// A row of 128 threads is longer than a warp.
// CHECK-LABEL: tile.kernel @long
tile.kernel @long tasks 1 writes [] {
^bb0(%task: index):
  %x = arith.constant dense<1.0> : tensor<1x128xf32>
  // CHECK: %[[X:.*]] = tile.convert %{{.*}} : tensor<1x128xf32, #[[$LONG]]> -> tensor<1x128xf32, #[[$ACROSS]]>
  // CHECK: tile.reduce sum %[[X]]
  %s = tile.reduce sum %x axis 1 : tensor<1x128xf32> -> tensor<1xf32>
}
