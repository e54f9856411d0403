// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --split-input-file --tile-to-x86 | FileCheck %s
// RUN: weft-opt %s --split-input-file --tile-to-x86=vector-bits=256 | FileCheck %s --check-prefix=AVX2
// RUN: weft-opt %s --split-input-file --pass-pipeline="builtin.module(tile-to-x86,llvm.func(convert-kernels-to-llvm))" \
// RUN:   | FileCheck %s --check-prefix=LLVM

// A chain of elementwise ops is one loop that loads, computes and stores 16 elements at a time.

// CHECK-LABEL: llvm.func @chain
// CHECK-SAME: (%[[ARRAYS:.*]]: !llvm.ptr, %[[SIZES:.*]]: !llvm.ptr, %[[TASK:.*]]: i64)
// CHECK: scf.for
// CHECK: %[[X:.*]] = llvm.load %{{.*}} : !llvm.ptr -> vector<16xf32>
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[X]], %[[X]] : vector<16xf32>
// CHECK-NEXT: %[[PRODUCT:.*]] = arith.mulf %[[SUM]], %[[X]] : vector<16xf32>
// CHECK: llvm.store %[[PRODUCT]]
// LLVM-LABEL: llvm.func @chain
// LLVM-NOT: {{arith|scf|cf}}.
// LLVM: llvm.return
tile.kernel @chain tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 256 : index
  %fill = arith.constant 0.0 : f32
  %input = tile.view %x offset %zero sizes %n strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  %output = tile.view %y offset %zero sizes %n strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  %t = tile.load %input[%zero] fill %fill : !tile.view<1 x f32>, f32 -> tensor<64xf32>
  %sum = arith.addf %t, %t : tensor<64xf32>
  %product = arith.mulf %sum, %t : tensor<64xf32>
  tile.store %product, %output[%zero] : tensor<64xf32>, !tile.view<1 x f32>
}

// -----

// Accumulators are carried by the loop over k: 2 rows of 3 vectors, or of 2 + 2 + 2 in half as wide registers.

// CHECK-LABEL: llvm.func @accumulators
// CHECK: scf.for %{{.*}} to %{{.*}} step %{{.*}} iter_args({{.*}}) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>)
// CHECK: llvm.intr.fma
// AVX2-LABEL: llvm.func @accumulators
// AVX2-COUNT-3: iter_args({{.*}}) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
tile.kernel @accumulators tasks 1 writes [2] {
^bb0(%a: !tile.array<f32>, %b: !tile.array<f32>, %c: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %rows = arith.constant 2 : index
  %k = arith.constant 32 : index
  %columns = arith.constant 48 : index
  %fill = arith.constant 0.0 : f32
  %none = arith.constant dense<0.0> : tensor<2x48xf32>
  %left = tile.view %a offset %zero sizes %rows, %k strides %k, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %right = tile.view %b offset %zero sizes %k, %columns strides %columns, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %out = tile.view %c offset %zero sizes %rows, %columns strides %columns, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %x = tile.load %left[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<2x32xf32>
  %y = tile.load %right[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<32x48xf32>
  %r = tile.dot %x, %y, %none : tensor<2x32xf32>, tensor<32x48xf32>, tensor<2x48xf32>
  tile.store %r, %out[%zero, %zero] : tensor<2x48xf32>, !tile.view<2 x f32>
}

// -----

// What a loop carries is updated in its own buffer: one buffer, written twice (start and step), no copy at the end of a round.

// CHECK-LABEL: llvm.func @carried
// CHECK-COUNT-1: llvm.alloca
// CHECK-NOT: llvm.alloca
// CHECK: %[[START:.*]] = arith.constant dense<1.000000e+00> : vector<16xf32>
// CHECK: llvm.store %[[START]], %[[BUFFER:.*]] {
// CHECK: scf.for
// CHECK: %[[OLD:.*]] = llvm.load %[[BUFFER]] {{.*}} -> vector<16xf32>
// CHECK: %[[NEW:.*]] = arith.addf %[[OLD]], %{{.*}} : vector<16xf32>
// CHECK: llvm.store %[[NEW]], %[[BUFFER]] {
// CHECK-NOT: llvm.store
// CHECK: }
tile.kernel @carried tasks 1 writes [0] {
^bb0(%y: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 16 : index
  %start = arith.constant dense<1.0> : tensor<16xf32>
  %step = arith.constant dense<0.5> : tensor<16xf32>
  %output = tile.view %y offset %zero sizes %n strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  %sum = scf.for %i = %zero to %task step %one iter_args(%s = %start) -> (tensor<16xf32>) {
    %next = arith.addf %s, %step : tensor<16xf32>
    scf.yield %next : tensor<16xf32>
  }
  tile.store %sum, %output[%zero] : tensor<16xf32>, !tile.view<1 x f32>
}
