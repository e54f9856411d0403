// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --tile-widen-factors | FileCheck %s --implicit-check-not=arith.extf
// RUN: weft-opt %s --tile-widen-factors --tile-widen-factors | FileCheck %s --implicit-check-not=arith.extf

// Once for all products, where they are made: %y before the loop. The transposed tile is the widened one transposed.
// CHECK-LABEL: tile.kernel @halves
// CHECK: %[[X:.*]] = tile.load {{.*}} -> tensor<16x16xf16>
// CHECK-NEXT: %[[WX:.*]] = arith.extf %[[X]] : tensor<16x16xf16> to tensor<16x16xf32>
// CHECK-NEXT: %[[T:.*]] = tile.transpose %[[WX]] : tensor<16x16xf32> -> tensor<16x16xf32>
// CHECK: %[[R:.*]] = arith.truncf
// CHECK-NEXT: %[[WR:.*]] = arith.extf %[[R]]
// CHECK: scf.for
// CHECK: tile.dot %[[WX]], %[[WR]], %{{.*}} transpose_b : tensor<16x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>
// CHECK-NEXT: tile.dot %[[T]], %[[WX]], %{{.*}} : tensor<16x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>
tile.kernel @halves tasks 1 writes [1] {
^bb0(%a: !tile.array<f16>, %c: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 16 : index
  %fill = arith.constant 0.0 : f16
  %in = tile.view %a offset %zero sizes %n, %n strides %n, %one : !tile.array<f16> -> !tile.view<2 x f16>
  %out = tile.view %c offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %x = tile.load %in[%zero, %zero] fill %fill : !tile.view<2 x f16>, f16 -> tensor<16x16xf16>
  %t = tile.transpose %x : tensor<16x16xf16> -> tensor<16x16xf16>
  %third = arith.constant dense<0.333> : tensor<16x16xf32>
  %r = arith.truncf %third : tensor<16x16xf32> to tensor<16x16xf16>
  %none = arith.constant dense<0.0> : tensor<16x16xf32>
  %sum = scf.for %i = %zero to %n step %one iter_args(%acc = %none) -> (tensor<16x16xf32>) {
    %y = tile.dot %x, %r, %acc transpose_b : tensor<16x16xf16>, tensor<16x16xf16>, tensor<16x16xf32>
    %z = tile.dot %t, %x, %y : tensor<16x16xf16>, tensor<16x16xf16>, tensor<16x16xf32>
    scf.yield %z : tensor<16x16xf32>
  }
  tile.store %sum, %out[%zero, %zero] : tensor<16x16xf32>, !tile.view<2 x f32>
}

// Factors of bf16 have instructions of their own.
// CHECK-LABEL: tile.kernel @others
// CHECK: tile.dot %{{.*}} : tensor<8x8xbf16>, tensor<8x8xbf16>, tensor<8x8xf32>
tile.kernel @others tasks 1 writes [] {
^bb0(%task: index):
  %a = arith.constant dense<1.0> : tensor<8x8xbf16>
  %sum = arith.constant dense<0.0> : tensor<8x8xf32>
  %y = tile.dot %a, %a, %sum : tensor<8x8xbf16>, tensor<8x8xbf16>, tensor<8x8xf32>
}
