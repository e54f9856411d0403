// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s | weft-opt | FileCheck %s
// RUN: weft-opt %s --mlir-print-op-generic | weft-opt | FileCheck %s

// CHECK-DAG: #[[$ROWS:.*]] = #tile.layout<threads (32 on 1 step 1, 4 on 0 step 1) registers (2 on 1 step 32, 4 on 0 step 4)>
#rows = #tile.layout<threads (32 on 1 step 1, 4 on 0 step 1) registers (2 on 1 step 32, 4 on 0 step 4)>
// CHECK-DAG: #[[$COLUMNS:.*]] = #tile.layout<threads (16 on 0 step 1, 8 on 1 step 1) registers (8 on 1 step 8)>
#columns = #tile.layout<threads (16 on 0 step 1, 8 on 1 step 1) registers (8 on 1 step 8)>
// CHECK-DAG: #[[$SUM:.*]] = #tile.layout<threads (64 alike, 2 on 0 step 1) registers ()>
#sum = #tile.layout<threads (64 alike, 2 on 0 step 1) registers ()>

// CHECK-LABEL: tile.kernel @staged
tile.kernel @staged tasks 1 writes [] {
^bb0(%task: index):
  // CHECK: %[[X:.*]] = arith.constant dense<1.000000e+00> : tensor<16x64xf32, #[[$ROWS]]>
  %x = arith.constant dense<1.0> : tensor<16x64xf32, #rows>
  // CHECK: tile.convert %[[X]] : tensor<16x64xf32, #[[$ROWS]]> -> tensor<16x64xf32, #[[$COLUMNS]]>
  %y = tile.convert %x : tensor<16x64xf32, #rows> -> tensor<16x64xf32, #columns>
  // CHECK: %[[B:.*]] = tile.buffer 1024 : <16 x 64 x f32 stride 65>
  %b = tile.buffer 1024 : !tile.buffer<16 x 64 x f32 stride 65>
  // CHECK: tile.write %[[X]], %[[B]] : tensor<16x64xf32, #[[$ROWS]]>, <16 x 64 x f32 stride 65>
  tile.write %x, %b : tensor<16x64xf32, #rows>, !tile.buffer<16 x 64 x f32 stride 65>
  // CHECK: tile.barrier
  tile.barrier
  // CHECK: tile.read %[[B]] rows [0, 1, 0] columns [1, 0, 0] : <16 x 64 x f32 stride 65> -> tensor<64x16xf32, #[[$COLUMNS]]>
  %t = tile.read %b rows [0, 1, 0] columns [1, 0, 0] : !tile.buffer<16 x 64 x f32 stride 65> -> tensor<64x16xf32, #columns>
  %acc = arith.constant dense<0.0> : tensor<16x16xf32, #rows>
  // CHECK: tile.dot %[[B]], %[[B]], %{{.*}} transpose_b : !tile.buffer<16 x 64 x f32 stride 65>, !tile.buffer<16 x 64 x f32 stride 65>, tensor<16x16xf32, #[[$ROWS]]>
  %d = tile.dot %b, %b, %acc transpose_b : !tile.buffer<16 x 64 x f32 stride 65>, !tile.buffer<16 x 64 x f32 stride 65>, tensor<16x16xf32, #rows>
  %s = arith.constant dense<0.0> : tensor<2xf32, #sum>
}

// CHECK-LABEL: tile.kernel @copies
tile.kernel @copies tasks 1 writes [] {
^bb0(%x: !tile.array<bf16>, %task: index):
  %zero = arith.constant 0 : index
  %n = arith.constant 64 : index
  %one = arith.constant 1 : index
  %v = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  // CHECK: %[[RING:.*]] = tile.buffer 1024 stages 3 : <24 x 32 x bf16 stride 32 swizzled>
  %ring = tile.buffer 1024 stages 3 : !tile.buffer<24 x 32 x bf16 stride 32 swizzled>
  // CHECK: %[[STAGE:.*]] = tile.stage %[[RING]][%{{.*}}] : <24 x 32 x bf16 stride 32 swizzled>
  %s = tile.stage %ring[%one] : !tile.buffer<24 x 32 x bf16 stride 32 swizzled>
  // CHECK: tile.copy %{{.*}}[%{{.*}}, %{{.*}}], %[[STAGE]] : <2 x bf16>, <24 x 32 x bf16 stride 32 swizzled>
  tile.copy %v[%zero, %one], %s : !tile.view<2 x bf16>, !tile.buffer<24 x 32 x bf16 stride 32 swizzled>
  // CHECK: tile.commit
  tile.commit
  // CHECK: tile.wait 1
  tile.wait 1
  %acc = arith.constant dense<0.0> : tensor<32x32xf32>
  // CHECK: tile.dot %[[STAGE]], %[[STAGE]], %{{.*}} transpose_a :
  %d = tile.dot %s, %s, %acc transpose_a : !tile.buffer<24 x 32 x bf16 stride 32 swizzled>, !tile.buffer<24 x 32 x bf16 stride 32 swizzled>, tensor<32x32xf32>
}

// CHECK-LABEL: tile.kernel @roles
tile.kernel @roles tasks 1 writes [] attributes {tile.consumers = 1 : i64} {
^bb0(%x: !tile.array<bf16>, %task: index):
  %zero = arith.constant 0 : index
  %n = arith.constant 64 : index
  %one = arith.constant 1 : index
  %v = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  // CHECK: %[[RING:.*]] = tile.buffer 0 stages 3 : <64 x 128 x bf16 stride 64 swizzled>
  %ring = tile.buffer 0 stages 3 : !tile.buffer<64 x 128 x bf16 stride 64 swizzled>
  // CHECK: %[[FULL:.*]] = tile.produce %[[RING]] : !tile.buffer<64 x 128 x bf16 stride 64 swizzled> {
  // CHECK-NEXT: ^bb0(%[[STAGE:.*]]: !tile.buffer<64 x 128 x bf16 stride 64 swizzled>):
  // CHECK-NEXT: tile.copy %{{.*}}[%{{.*}}, %{{.*}}], %[[STAGE]] :
  // CHECK-NEXT: }
  %s = tile.produce %ring : !tile.buffer<64 x 128 x bf16 stride 64 swizzled> {
  ^bb0(%stage: !tile.buffer<64 x 128 x bf16 stride 64 swizzled>):
    tile.copy %v[%zero, %one], %stage : !tile.view<2 x bf16>, !tile.buffer<64 x 128 x bf16 stride 64 swizzled>
  }
  %acc = arith.constant dense<0.0> : tensor<128x128xf32>
  // CHECK: tile.dot %[[FULL]], %[[FULL]], %{{.*}} transpose_a :
  %d = tile.dot %s, %s, %acc transpose_a : !tile.buffer<64 x 128 x bf16 stride 64 swizzled>, !tile.buffer<64 x 128 x bf16 stride 64 swizzled>, tensor<128x128xf32>
  // CHECK: tile.release
  tile.release
}
