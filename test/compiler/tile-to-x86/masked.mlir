// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --tile-to-x86 | FileCheck %s

// Rows outside a view ask for no lane, but at an address within the view: at one that is not mapped, a load without lanes
// takes hundreds of cycles.
// CHECK-LABEL: llvm.func @before
// CHECK: %[[ORIGIN:.*]] = llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
// CHECK: %[[ROW:.*]] = arith.select %{{.*}}, %{{.*}}, %[[ORIGIN]] : !llvm.ptr
// CHECK: llvm.intr.masked.load %[[ROW]]
tile.kernel @before tasks 4 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %rows = arith.constant 40 : index
  %columns = arith.constant 64 : index
  %block = arith.constant 16 : index
  %behind = arith.constant 8 : index
  %fill = arith.constant 0.0 : f32
  %start = arith.muli %task, %block : index
  %first = arith.subi %start, %behind : index
  %input = tile.view %x offset %zero sizes %rows, %columns strides %columns, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %output = tile.view %y offset %zero sizes %rows, %columns strides %columns, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %t = tile.load %input[%first, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<16x64xf32>
  %sum = arith.addf %t, %t : tensor<16x64xf32>
  tile.store %sum, %output[%start, %zero] : tensor<16x64xf32>, !tile.view<2 x f32>
}
