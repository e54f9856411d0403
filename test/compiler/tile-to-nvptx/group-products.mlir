// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --tile-assign-layouts=warp-groups --tile-place-buffers --tile-specialise --tile-pipeline-copies --tile-insert-barriers %s | FileCheck %s
// RUN: weft-opt --tile-assign-layouts --tile-place-buffers --tile-specialise --tile-pipeline-copies --tile-insert-barriers %s | FileCheck %s --check-prefix=PLAIN

// Two products of which the second takes the first one's sums: one warp group computes both, the left factor of the second stays in registers.
// The barrier before the first product has a fence; the second finds what it needs behind the same.
// CHECK-DAG: #[[$SUMS:.*]] = #tile.layout<threads (4 on 1 step 2, 8 on 0 step 1, 4 on 0 step 16) registers (2 on 1 step 1, 2 on 0 step 8, 4 on 1 step 8)>
// CHECK-LABEL: tile.kernel @chain
// CHECK-SAME: tile.group_products
// PLAIN-LABEL: tile.kernel @chain
// PLAIN-NOT: tile.group_products
// PLAIN-NOT: tile.fence
tile.kernel @chain tasks 4 writes [3] {
^bb0(%x: !tile.array<bf16>, %y: !tile.array<bf16>, %z: !tile.array<bf16>, %o: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %step = arith.constant 32 : index
  %n = arith.constant 256 : index
  %width = arith.constant 128 : index
  %fill = arith.constant 0.0 : bf16
  %q = tile.view %x offset %zero sizes %n, %width strides %width, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %k = tile.view %y offset %zero sizes %n, %width strides %width, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %v = tile.view %z offset %zero sizes %n, %width strides %width, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %r = tile.view %o offset %zero sizes %n, %width strides %width, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %rows = tile.load %q[%task, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x128xbf16>
  %none = arith.constant dense<0.0> : tensor<64x128xf32>
  %scores = arith.constant dense<0.0> : tensor<64x32xf32>
  // Two panels of 64 columns.
  // CHECK: tile.buffer {{.*}} : <64 x 128 x bf16 stride 64 swizzled>
  // CHECK: scf.for
  // CHECK: tile.barrier {tile.fence}
  // CHECK: %[[S:.*]] = tile.dot %{{.*}}, %{{.*}}, %{{.*}} transpose_b : !tile.buffer<64 x 128 x bf16 stride 64 swizzled>, !tile.buffer<32 x 128 x bf16 stride 64 swizzled>, tensor<64x32xf32, #[[$SUMS]]>
  // CHECK-NEXT: %[[P:.*]] = arith.truncf %[[S]]
  // CHECK-NEXT: tile.dot %[[P]], %{{.*}} : tensor<64x32xbf16, #[[$SUMS]]>, !tile.buffer<32 x 128 x bf16 stride 64 swizzled>
  // CHECK-NOT: tile.barrier
  // CHECK: tile.store
  %sum = scf.for %i = %zero to %n step %step iter_args(%acc = %none) -> (tensor<64x128xf32>) {
    %b = tile.load %k[%i, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<32x128xbf16>
    %s = tile.dot %rows, %b, %scores transpose_b : tensor<64x128xbf16>, tensor<32x128xbf16>, tensor<64x32xf32>
    %p = arith.truncf %s : tensor<64x32xf32> to tensor<64x32xbf16>
    %c = tile.load %v[%i, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<32x128xbf16>
    %d = tile.dot %p, %c, %acc : tensor<64x32xbf16>, tensor<32x128xbf16>, tensor<64x128xf32>
    scf.yield %d : tensor<64x128xf32>
  }
  tile.store %sum, %r[%task, %zero] : tensor<64x128xf32>, !tile.view<2 x f32>
}

// Half the rows: as on sm_80, and the kernel says why.
// CHECK-LABEL: tile.kernel @few_rows
// CHECK-SAME: tile.why_no_groups = "tiles of 32 rows, a warp group has 64"
// CHECK-NOT: tile.group_products
tile.kernel @few_rows tasks 1 writes [1] {
^bb0(%x: !tile.array<bf16>, %o: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 64 : index
  %fill = arith.constant 0.0 : bf16
  %q = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %r = tile.view %o offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %none = arith.constant dense<0.0> : tensor<32x64xf32>
  %a = tile.load %q[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<32x64xbf16>
  %b = tile.load %q[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x64xbf16>
  %d = tile.dot %a, %b, %none : tensor<32x64xbf16>, tensor<64x64xbf16>, tensor<32x64xf32>
  tile.store %d, %r[%zero, %zero] : tensor<32x64xf32>, !tile.view<2 x f32>
}
