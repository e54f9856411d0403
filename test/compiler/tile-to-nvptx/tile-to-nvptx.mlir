// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --tile-to-nvptx %s | FileCheck %s

#row = #tile.layout<threads (32 on 0 step 1, 4 alike) registers ()>

// Arrays, then sizes; a block takes every n-th task; one of four threads that hold the same stores it.
// CHECK: llvm.mlir.global external @weft_shared() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
// CHECK: llvm.func @double(%[[X:.*]]: !llvm.ptr<1>, %[[Y:.*]]: !llvm.ptr<1>, %[[N:.*]]: i64)
// CHECK-SAME: nvvm.kernel, nvvm.minctasm = 1 : i32, nvvm.reqntid = array<i32: 128>
// CHECK-SAME: weft.shared = 128 : i64
// CHECK-DAG: nvvm.read.ptx.sreg.tid.x
// CHECK-DAG: %[[BLOCK:.*]] = nvvm.read.ptx.sreg.ctaid.x
// CHECK-DAG: %[[BLOCKS:.*]] = nvvm.read.ptx.sreg.nctaid.x
// CHECK: scf.for
tile.kernel @double tasks 4 writes [1] sizes [128] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %fill = arith.constant 0.0 : f32
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = tile.size 0
  %from = tile.view %x offset %zero sizes %n strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  %to = tile.view %y offset %zero sizes %n strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  // CHECK: scf.if
  // CHECK: llvm.load %{{.*}} : !llvm.ptr<1> -> f32
  %t = tile.load %from[%task] fill %fill : !tile.view<1 x f32>, f32 -> tensor<32xf32, #row>
  // CHECK: arith.addf
  %d = arith.addf %t, %t : tensor<32xf32, #row>
  %b = tile.buffer 0 : !tile.buffer<32 x 1 x f32 stride 1>
  // CHECK: llvm.store %{{.*}} : f32, !llvm.ptr<3>
  tile.write %d, %b : tensor<32xf32, #row>, !tile.buffer<32 x 1 x f32 stride 1>
  // CHECK: nvvm.barrier
  tile.barrier
  // CHECK: llvm.load %{{.*}} : !llvm.ptr<3> -> f32
  %e = tile.read %b rows [-1, 0, 31] columns [0, 0, 0] : !tile.buffer<32 x 1 x f32 stride 1> -> tensor<32xf32, #row>
  // CHECK-COUNT-5: nvvm.shfl.sync bfly
  // CHECK-NOT: nvvm.shfl
  %s = tile.reduce sum %e axis 0 : tensor<32xf32, #row> -> tensor<f32, #tile.layout<threads (128 alike) registers ()>>
  %total = tile.extract %s[] : tensor<f32, #tile.layout<threads (128 alike) registers ()>> -> f32
  %all = tile.broadcast %total dims [] : f32 -> tensor<32xf32, #row>
  // CHECK: scf.if
  // CHECK: llvm.store %{{.*}} : f32, !llvm.ptr<1>
  tile.store %all, %to[%task] : tensor<32xf32, #row>, !tile.view<1 x f32>
}

// A copy looks once whether its rows are whole pieces of 16 bytes. Two fragments of 16 x 16 make two products of 16 x 8, for
// each 16 along k; fragments of a factor that lies as it is multiplied come transposed from the right, and the other way round.
// CHECK-LABEL: llvm.func @product
#atoms = #tile.layout<threads (4 on 1 step 2, 8 on 0 step 1, 4 alike) registers (2 on 1 step 1, 2 on 0 step 8, 2 on 1 step 8)>
tile.kernel @product tasks 1 writes [1] {
^bb0(%x: !tile.array<bf16>, %y: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 32 : index
  %from = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %to = tile.view %y offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %a = tile.buffer 0 : !tile.buffer<16 x 32 x bf16 stride 32 swizzled>
  // CHECK: scf.if
  // CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache = cg, %{{.*}}
  // CHECK: } else {
  // CHECK: llvm.store %{{.*}} : i16, !llvm.ptr<3>
  tile.copy %from[%zero, %zero], %a : !tile.view<2 x bf16>, !tile.buffer<16 x 32 x bf16 stride 32 swizzled>
  // CHECK: nvvm.cp.async.commit.group
  tile.commit
  // CHECK: nvvm.cp.async.wait.group 0
  tile.wait 0
  // CHECK: nvvm.barrier
  tile.barrier
  %acc = arith.constant dense<0.0> : tensor<16x16xf32, #atoms>
  // CHECK: nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<row>, num = 4
  // CHECK: nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<row>, num = 4
  // CHECK-COUNT-2: nvvm.mma.sync
  // CHECK-NOT: nvvm.mma.sync
  // CHECK-COUNT-2: nvvm.ldmatrix
  // CHECK-COUNT-2: nvvm.mma.sync
  %d = tile.dot %a, %a, %acc transpose_b : !tile.buffer<16 x 32 x bf16 stride 32 swizzled>, !tile.buffer<16 x 32 x bf16 stride 32 swizzled>, tensor<16x16xf32, #atoms>
  %b = tile.buffer 1024 : !tile.buffer<16 x 16 x bf16 stride 16 swizzled>
  // CHECK: nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<col>, num = 4
  // CHECK: nvvm.ldmatrix {{.*}}layout = #nvvm.mma_layout<col>, num = 4
  // CHECK-COUNT-2: nvvm.mma.sync
  // CHECK-NOT: nvvm.mma.sync
  %e = tile.dot %b, %b, %d transpose_a : !tile.buffer<16 x 16 x bf16 stride 16 swizzled>, !tile.buffer<16 x 16 x bf16 stride 16 swizzled>, tensor<16x16xf32, #atoms>
  // Two neighbours are one store where the tile lies inside the view.
  // CHECK: llvm.store %{{.*}} {alignment = 8 : i64} : vector<2xf32>, !llvm.ptr<1>
  // CHECK: llvm.store %{{.*}} {alignment = 4 : i64} : f32, !llvm.ptr<1>
  tile.store %e, %to[%zero, %zero] : tensor<16x16xf32, #atoms>, !tile.view<2 x f32>
}

// A load whose elements go to a store alone runs where that runs: the size of its own view is no bound. A sum looks at all.
// CHECK-LABEL: llvm.func @stored
// CHECK: %[[SHORT:.*]] = arith.constant 30 : i64
// CHECK: arith.cmpi ult, %{{.*}}, %[[SHORT]]
// CHECK: llvm.load
// CHECK: arith.cmpi ult, %{{.*}}, %[[SHORT]]
// CHECK: llvm.store
tile.kernel @stored tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %fill = arith.constant 0.0 : f32
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %long = arith.constant 31 : index
  %short = arith.constant 30 : index
  %from = tile.view %x offset %zero sizes %long strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  %to = tile.view %y offset %zero sizes %short strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  %t = tile.load %from[%zero] fill %fill : !tile.view<1 x f32>, f32 -> tensor<32xf32, #row>
  tile.store %t, %to[%zero] : tensor<32xf32, #row>, !tile.view<1 x f32>
}
// CHECK-LABEL: llvm.func @summed
// CHECK: scf.for
// CHECK: %[[LONG:.*]] = arith.constant 31 : i64
// CHECK: arith.cmpi ult, %{{.*}}, %[[LONG]]
// CHECK: llvm.load
tile.kernel @summed tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %fill = arith.constant 0.0 : f32
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %long = arith.constant 31 : index
  %from = tile.view %x offset %zero sizes %long strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  %to = tile.view %y offset %zero sizes %one strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  %t = tile.load %from[%zero] fill %fill : !tile.view<1 x f32>, f32 -> tensor<32xf32, #row>
  %s = tile.reduce sum %t axis 0 : tensor<32xf32, #row> -> tensor<f32, #tile.layout<threads (128 alike) registers ()>>
  %total = tile.extract %s[] : tensor<f32, #tile.layout<threads (128 alike) registers ()>> -> f32
  %all = tile.broadcast %total dims [] : f32 -> tensor<1xf32, #tile.layout<threads (128 alike) registers ()>>
  tile.store %all, %to[%zero] : tensor<1xf32, #tile.layout<threads (128 alike) registers ()>>, !tile.view<1 x f32>
}
// Rounds of 32 in a view of a multiple of 32, up to an end that is never beyond it: no bound. Of 100 the last round is cut.
// CHECK-LABEL: llvm.func @rounds
// CHECK: scf.for
// CHECK: scf.for
// CHECK-NOT: arith.cmpi
// CHECK: llvm.load
// CHECK-NOT: arith.cmpi
// CHECK: llvm.store
// CHECK: scf.for
// CHECK: llvm.load
// CHECK: arith.cmpi ult
// CHECK: llvm.store
tile.kernel @rounds tasks 2 writes [1] sizes [64] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %fill = arith.constant 0.0 : f32
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %step = arith.constant 32 : index
  %whole = arith.constant 96 : index
  %cut = arith.constant 100 : index
  %n = tile.size 0
  %end = arith.minsi %n, %whole : index
  %from = tile.view %x offset %zero sizes %whole strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  %to = tile.view %y offset %zero sizes %whole strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  scf.for %i = %zero to %end step %step {
    %t = tile.load %from[%i] fill %fill : !tile.view<1 x f32>, f32 -> tensor<32xf32, #row>
    tile.store %t, %to[%i] : tensor<32xf32, #row>, !tile.view<1 x f32>
  }
  %other = tile.view %y offset %zero sizes %cut strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  scf.for %i = %zero to %cut step %step {
    %t = tile.load %from[%zero] fill %fill : !tile.view<1 x f32>, f32 -> tensor<32xf32, #row>
    tile.store %t, %other[%i] : tensor<32xf32, #row>, !tile.view<1 x f32>
  }
}

// Tile 0 or 1 of a view of two, by a number of an array: no bound where that is promised. The rest of a division stands at whole tiles, too.
// CHECK-LABEL: llvm.func @promised
// CHECK: scf.for
// CHECK-NOT: arith.cmpi
// CHECK: llvm.store
// CHECK-NOT: arith.cmpi
// CHECK: llvm.store
// CHECK: arith.cmpi ult
// CHECK: llvm.store
tile.kernel @promised tasks 2 writes [1] {
^bb0(%x: !tile.array<i32>, %y: !tile.array<f32>, %task: index):
  %fill = arith.constant 0 : i32
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %tile = arith.constant 32 : index
  %all = arith.constant 64 : index
  %values = arith.constant dense<1.0> : tensor<32xf32, #row>
  %from = tile.view %x offset %zero sizes %one strides %one : !tile.array<i32> -> !tile.view<1 x i32>
  %to = tile.view %y offset %zero sizes %all strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  %t = tile.load %from[%zero] fill %fill : !tile.view<1 x i32>, i32 -> tensor<1xi32, #tile.layout<threads (128 alike) registers ()>>
  %n = tile.extract %t[0] {tile.within = array<i64: 0, 1>} : tensor<1xi32, #tile.layout<threads (128 alike) registers ()>> -> i32
  %number = arith.index_cast %n : i32 to index
  %place = arith.muli %number, %tile : index
  tile.store %values, %to[%place] : tensor<32xf32, #row>, !tile.view<1 x f32>
  %far = arith.muli %place, %tile : index
  %rest = arith.remui %far, %all : index
  tile.store %values, %to[%rest] : tensor<32xf32, #row>, !tile.view<1 x f32>
  %free = tile.extract %t[0] : tensor<1xi32, #tile.layout<threads (128 alike) registers ()>> -> i32
  %other = arith.index_cast %free : i32 to index
  %anywhere = arith.muli %other, %tile : index
  tile.store %values, %to[%anywhere] : tensor<32xf32, #row>, !tile.view<1 x f32>
}
