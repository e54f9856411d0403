// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --tile-pipeline-copies %s | FileCheck %s

#sums = #tile.layout<threads (4 on 1 step 2, 8 on 0 step 1, 4 alike) registers (2 on 1 step 1, 2 on 0 step 8, 2 on 1 step 8)>

// The copies of three rounds are under way before the loop; each round waits for the oldest, begins one more where the
// round before has read, and multiplies. Buffers behind a ring move.
// CHECK-LABEL: tile.kernel @product
tile.kernel @product tasks 1 writes [] {
^bb0(%x: !tile.array<bf16>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %step = arith.constant 16 : index
  %n = arith.constant 256 : index
  %v = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  // CHECK: %[[A:.*]] = tile.buffer 0 stages 4 :
  %a = tile.buffer 0 : !tile.buffer<16 x 16 x bf16 stride 16 swizzled>
  // CHECK: %[[OTHER:.*]] = tile.buffer 2048 :
  %other = tile.buffer 512 : !tile.buffer<16 x 16 x bf16 stride 16 swizzled>
  %none = arith.constant dense<0.0> : tensor<16x16xf32, #sums>
  // CHECK: arith.constant dense
  // CHECK: %[[C0:.*]] = arith.constant 0 : index
  // CHECK: %[[C1:.*]] = arith.constant 1 : index
  // CHECK: %[[LAST:.*]] = arith.constant 3 : index
  // CHECK: scf.for %[[FIRST:.*]] = %[[C0]] to %[[LAST]] step %[[C1]] {
  // CHECK: %[[EARLY:.*]] = tile.stage %[[A]][%[[FIRST]]]
  // CHECK-NEXT: tile.copy %{{.*}}, %[[EARLY]]
  // CHECK-NEXT: tile.commit
  // CHECK-NEXT: }
  // CHECK: scf.for %[[K:.*]] = {{.*}} iter_args(%[[ACC:.*]] = %{{.*}}, %[[NUMBER:.*]] = %[[C0]])
  %sum = scf.for %k = %zero to %n step %step iter_args(%acc = %none) -> (tensor<16x16xf32, #sums>) {
    // CHECK-NEXT: tile.wait 2
    // CHECK: %[[IS_FIRST:.*]] = arith.cmpi eq, %[[NUMBER]], %[[C0]]
    // CHECK: %[[BEFORE:.*]] = arith.select %[[IS_FIRST]], %[[LAST]], %{{.*}}
    // CHECK: %[[AHEAD:.*]] = arith.addi %[[K]],
    // CHECK: %[[PLACE:.*]] = arith.addi %[[AHEAD]], %{{.*}}
    // CHECK: %[[TO:.*]] = tile.stage %[[A]][%[[BEFORE]]]
    // CHECK-NEXT: tile.copy %{{.*}}[%{{.*}}, %[[PLACE]]], %[[TO]]
    // CHECK-NEXT: tile.commit
    %place = arith.addi %k, %one : index
    tile.copy %v[%zero, %place], %a : !tile.view<2 x bf16>, !tile.buffer<16 x 16 x bf16 stride 16 swizzled>
    tile.commit
    tile.wait 0
    // CHECK: %[[AFTER:.*]] = arith.select
    // CHECK: %[[NOW:.*]] = tile.stage %[[A]][%[[NUMBER]]]
    // CHECK-NOT: tile.wait
    // CHECK: tile.dot %[[NOW]], %[[NOW]], %[[ACC]]
    %d = tile.dot %a, %a, %acc : !tile.buffer<16 x 16 x bf16 stride 16 swizzled>, !tile.buffer<16 x 16 x bf16 stride 16 swizzled>, tensor<16x16xf32, #sums>
    // CHECK: scf.yield %{{.*}}, %[[AFTER]]
    scf.yield %d : tensor<16x16xf32, #sums>
  }
  // CHECK: tile.wait 0
  // CHECK: tile.write %{{.*}}, %[[OTHER]]
  %c = arith.truncf %sum : tensor<16x16xf32, #sums> to tensor<16x16xbf16, #sums>
  tile.write %c, %other : tensor<16x16xbf16, #sums>, !tile.buffer<16 x 16 x bf16 stride 16 swizzled>
}

// Where a place depends on what a round computes, nothing runs ahead.
// CHECK-LABEL: tile.kernel @search
tile.kernel @search tasks 1 writes [] {
^bb0(%x: !tile.array<bf16>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 256 : index
  %v = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  // CHECK: tile.buffer 0 :
  %a = tile.buffer 0 : !tile.buffer<16 x 16 x bf16 stride 16 swizzled>
  // CHECK: scf.for
  // CHECK-NEXT: tile.copy
  %last = scf.for %k = %zero to %n step %one iter_args(%at = %zero) -> (index) {
    tile.copy %v[%zero, %at], %a : !tile.view<2 x bf16>, !tile.buffer<16 x 16 x bf16 stride 16 swizzled>
    tile.commit
    // CHECK: tile.wait 0
    tile.wait 0
    %next = arith.addi %at, %one : index
    scf.yield %next : index
  }
}

// What was copied before the loop has arrived with its first round: one wait less.
// CHECK-LABEL: tile.kernel @before
tile.kernel @before tasks 1 writes [] {
^bb0(%x: !tile.array<bf16>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %step = arith.constant 16 : index
  %n = arith.constant 256 : index
  %v = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %a = tile.buffer 0 : !tile.buffer<16 x 16 x bf16 stride 16 swizzled>
  %b = tile.buffer 512 : !tile.buffer<16 x 16 x bf16 stride 16 swizzled>
  %none = arith.constant dense<0.0> : tensor<16x16xf32, #sums>
  // CHECK: tile.copy
  // CHECK-NEXT: tile.commit
  // CHECK-NOT: tile.wait 0
  tile.copy %v[%zero, %zero], %b : !tile.view<2 x bf16>, !tile.buffer<16 x 16 x bf16 stride 16 swizzled>
  tile.commit
  tile.wait 0
  // CHECK: tile.wait 2
  %sum = scf.for %k = %zero to %n step %step iter_args(%acc = %none) -> (tensor<16x16xf32, #sums>) {
    tile.copy %v[%zero, %k], %a : !tile.view<2 x bf16>, !tile.buffer<16 x 16 x bf16 stride 16 swizzled>
    tile.commit
    tile.wait 0
    %d = tile.dot %b, %a, %acc : !tile.buffer<16 x 16 x bf16 stride 16 swizzled>, !tile.buffer<16 x 16 x bf16 stride 16 swizzled>, tensor<16x16xf32, #sums>
    scf.yield %d : tensor<16x16xf32, #sums>
  }
  // CHECK: tile.wait 0
  // CHECK-NOT: tile.wait
}
