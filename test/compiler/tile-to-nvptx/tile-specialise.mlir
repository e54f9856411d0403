// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --tile-assign-layouts=warp-groups --tile-place-buffers --tile-specialise --tile-pipeline-copies --tile-insert-barriers %s | FileCheck %s
// RUN: weft-opt --tile-assign-layouts --tile-place-buffers --tile-specialise --tile-pipeline-copies --tile-insert-barriers %s | FileCheck %s --check-prefix=PLAIN

// The copies are the producers', into rings of four stages in panels of 64 columns; the second factor's rows run across the depth. Sums lie as
// wgmma leaves them, with the second warp group 64 rows further down. No barrier of all threads is left.
// CHECK-DAG: #[[$SUMS:.*]] = #tile.layout<threads (4 on 1 step 2, 8 on 0 step 1, 4 on 0 step 16, 2 on 0 step 64) registers (2 on 1 step 1, 2 on 0 step 8, 32 on 1 step 8)>
// CHECK-LABEL: tile.kernel @product
// CHECK-SAME: tile.consumers = 2
// PLAIN-LABEL: tile.kernel @product
// PLAIN-NOT: tile.consumers
// PLAIN-NOT: tile.produce
tile.kernel @product tasks 4 writes [2] {
^bb0(%x: !tile.array<bf16>, %y: !tile.array<bf16>, %z: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %step = arith.constant 64 : index
  %n = arith.constant 256 : index
  %fill = arith.constant 0.0 : bf16
  // CHECK: %[[A:.*]] = tile.buffer 0 stages 4 : <128 x 64 x bf16 stride 64 swizzled>
  // CHECK: %[[B:.*]] = tile.buffer 65536 stages 4 : <64 x 256 x bf16 stride 64 swizzled>
  %a = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %b = tile.view %y offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %c = tile.view %z offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %none = arith.constant dense<0.0> : tensor<128x256xf32>
  %sum = scf.for %k = %zero to %n step %step iter_args(%acc = %none) -> (tensor<128x256xf32>) {
    // CHECK: %[[FULL:.*]]:2 = tile.produce %[[A]], %[[B]] : {{.*}} {
    // CHECK-NEXT: ^bb0(%[[TO:.*]]: {{.*}}, %[[OTHER:.*]]: {{.*}}):
    // CHECK-NEXT: tile.copy %{{.*}}[%{{.*}}, %[[K:.*]]], %[[TO]]
    // CHECK-NEXT: tile.copy %{{.*}}[%[[K]], %{{.*}}], %[[OTHER]]
    // CHECK-NEXT: }
    // CHECK-NEXT: tile.dot %[[FULL]]#0, %[[FULL]]#1, %{{.*}}, tensor<128x256xf32, #[[$SUMS]]>
    // CHECK-NEXT: tile.release
    %l = tile.load %a[%task, %k] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<128x64xbf16>
    %r = tile.load %b[%k, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x256xbf16>
    %d = tile.dot %l, %r, %acc : tensor<128x64xbf16>, tensor<64x256xbf16>, tensor<128x256xf32>
    scf.yield %d : tensor<128x256xf32>
  }
  // CHECK-NOT: tile.barrier
  // CHECK-NOT: tile.wait
  // CHECK: tile.store
  tile.store %sum, %c[%task, %zero] : tensor<128x256xf32>, !tile.view<2 x f32>
}

// One warp group has half a processor: of 40 KiB a stage two fit.
// CHECK-LABEL: tile.kernel @one_group
// CHECK-SAME: tile.consumers = 1
// CHECK: tile.buffer 0 stages 2 : <64 x 64 x f16 stride 64 swizzled>
// CHECK: tile.buffer 16384 stages 2 : <256 x 64 x f16 stride 64 swizzled>
// CHECK: tile.dot {{.*}} transpose_b
tile.kernel @one_group tasks 1 writes [1] {
^bb0(%x: !tile.array<f16>, %z: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %step = arith.constant 64 : index
  %n = arith.constant 256 : index
  %fill = arith.constant 0.0 : f16
  %a = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<f16> -> !tile.view<2 x f16>
  %c = tile.view %z offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %none = arith.constant dense<0.0> : tensor<64x256xf32>
  %sum = scf.for %k = %zero to %n step %step iter_args(%acc = %none) -> (tensor<64x256xf32>) {
    %l = tile.load %a[%zero, %k] fill %fill : !tile.view<2 x f16>, f16 -> tensor<64x64xf16>
    %r = tile.load %a[%zero, %k] fill %fill : !tile.view<2 x f16>, f16 -> tensor<256x64xf16>
    %d = tile.dot %l, %r, %acc transpose_b : tensor<64x64xf16>, tensor<256x64xf16>, tensor<64x256xf32>
    scf.yield %d : tensor<64x256xf32>
  }
  tile.store %sum, %c[%zero, %zero] : tensor<64x256xf32>, !tile.view<2 x f32>
}

// What warp groups do not compute: 32 rows, a depth of 8, a factor that is computed, one whose rows are no whole pieces, elements that threads exchange.
// CHECK-LABEL: tile.kernel @few_rows
// CHECK-NOT: tile.consumers
// CHECK: tile.store
tile.kernel @few_rows tasks 1 writes [1] {
^bb0(%x: !tile.array<bf16>, %z: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %step = arith.constant 64 : index
  %n = arith.constant 256 : index
  %fill = arith.constant 0.0 : bf16
  %a = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %c = tile.view %z offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %none = arith.constant dense<0.0> : tensor<32x64xf32>
  %sum = scf.for %k = %zero to %n step %step iter_args(%acc = %none) -> (tensor<32x64xf32>) {
    %l = tile.load %a[%zero, %k] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<32x64xbf16>
    %r = tile.load %a[%zero, %k] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x64xbf16>
    %d = tile.dot %l, %r, %acc transpose_b : tensor<32x64xbf16>, tensor<64x64xbf16>, tensor<32x64xf32>
    scf.yield %d : tensor<32x64xf32>
  }
  tile.store %sum, %c[%zero, %zero] : tensor<32x64xf32>, !tile.view<2 x f32>
  tile.return
}
// CHECK-LABEL: tile.kernel @shallow
// CHECK-NOT: tile.consumers
// CHECK: tile.store
tile.kernel @shallow tasks 1 writes [1] {
^bb0(%x: !tile.array<bf16>, %z: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %step = arith.constant 8 : index
  %n = arith.constant 256 : index
  %fill = arith.constant 0.0 : bf16
  %a = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %c = tile.view %z offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %none = arith.constant dense<0.0> : tensor<64x64xf32>
  %sum = scf.for %k = %zero to %n step %step iter_args(%acc = %none) -> (tensor<64x64xf32>) {
    %l = tile.load %a[%zero, %k] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x8xbf16>
    %r = tile.load %a[%one, %k] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x8xbf16>
    %d = tile.dot %l, %r, %acc transpose_b : tensor<64x8xbf16>, tensor<64x8xbf16>, tensor<64x64xf32>
    scf.yield %d : tensor<64x64xf32>
  }
  tile.store %sum, %c[%zero, %zero] : tensor<64x64xf32>, !tile.view<2 x f32>
  tile.return
}
// CHECK-LABEL: tile.kernel @computed
// CHECK-NOT: tile.consumers
// CHECK: tile.store
tile.kernel @computed tasks 1 writes [1] {
^bb0(%x: !tile.array<bf16>, %z: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %step = arith.constant 64 : index
  %n = arith.constant 256 : index
  %fill = arith.constant 0.0 : bf16
  %a = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %c = tile.view %z offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %none = arith.constant dense<0.0> : tensor<64x64xf32>
  %sum = scf.for %k = %zero to %n step %step iter_args(%acc = %none) -> (tensor<64x64xf32>) {
    %l = tile.load %a[%zero, %k] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x64xbf16>
    %r = tile.load %a[%one, %k] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x64xbf16>
    %m = arith.negf %r : tensor<64x64xbf16>
    %d = tile.dot %l, %m, %acc transpose_b : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    scf.yield %d : tensor<64x64xf32>
  }
  tile.store %sum, %c[%zero, %zero] : tensor<64x64xf32>, !tile.view<2 x f32>
  tile.return
}
// CHECK-LABEL: tile.kernel @odd_rows
// CHECK-NOT: tile.consumers
// CHECK: tile.store
tile.kernel @odd_rows tasks 1 writes [1] {
^bb0(%x: !tile.array<bf16>, %z: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %step = arith.constant 64 : index
  %n = arith.constant 255 : index
  %fill = arith.constant 0.0 : bf16
  %a = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %c = tile.view %z offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %none = arith.constant dense<0.0> : tensor<64x64xf32>
  %sum = scf.for %k = %zero to %n step %step iter_args(%acc = %none) -> (tensor<64x64xf32>) {
    %l = tile.load %a[%zero, %k] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x64xbf16>
    %r = tile.load %a[%one, %k] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x64xbf16>
    %d = tile.dot %l, %r, %acc transpose_b : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    scf.yield %d : tensor<64x64xf32>
  }
  tile.store %sum, %c[%zero, %zero] : tensor<64x64xf32>, !tile.view<2 x f32>
  tile.return
}
// CHECK-LABEL: tile.kernel @reduced
// CHECK-NOT: tile.consumers
// CHECK: tile.store
tile.kernel @reduced tasks 1 writes [1] {
^bb0(%x: !tile.array<bf16>, %z: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %step = arith.constant 64 : index
  %n = arith.constant 256 : index
  %fill = arith.constant 0.0 : bf16
  %a = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %c = tile.view %z offset %zero sizes %n strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  %none = arith.constant dense<0.0> : tensor<64x64xf32>
  %sum = scf.for %k = %zero to %n step %step iter_args(%acc = %none) -> (tensor<64x64xf32>) {
    %l = tile.load %a[%zero, %k] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x64xbf16>
    %r = tile.load %a[%one, %k] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x64xbf16>
    %d = tile.dot %l, %r, %acc transpose_b : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32>
    scf.yield %d : tensor<64x64xf32>
  }
  %m = tile.reduce max %sum axis 1 : tensor<64x64xf32> -> tensor<64xf32>
  tile.store %m, %c[%zero] : tensor<64xf32>, !tile.view<1 x f32>
  tile.return
}
