// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --tile-assign-layouts --tile-place-buffers %s | FileCheck %s

// A tile is written to its buffer where it is made, once for all who read it there; rows are an odd number of words apart,
// of a factor of pieces of 16 bytes.
// CHECK-LABEL: tile.kernel @moves
tile.kernel @moves tasks 1 writes [] {
^bb0(%task: index):
  // CHECK-DAG: %[[B:.*]] = tile.buffer 0 : <16 x 32 x f32 stride 36>
  // CHECK-DAG: %[[I:.*]] = tile.buffer 2304 : <4 x 1 x i32 stride 1>
  // CHECK-DAG: %[[Y:.*]] = tile.buffer 2320 : <16 x 32 x f32 stride 33>
  // CHECK: %[[X:.*]] = arith.constant dense<1.000000e+00>
  // CHECK-NEXT: tile.write %[[X]], %[[B]]
  %x = arith.constant dense<1.0> : tensor<16x32xf32>
  // CHECK: tile.read %[[B]] rows [0, 1, 0] columns [1, 0, 0] : {{.*}} -> tensor<32x16xf32
  %t = tile.transpose %x : tensor<16x32xf32> -> tensor<32x16xf32>
  // CHECK: tile.read %[[B]] rows [1, 0, 0] columns [-1, 1, 15] : {{.*}} -> tensor<16x8xf32
  %s = tile.shear %x : tensor<16x32xf32> -> tensor<16x8xf32>
  // CHECK: tile.read %[[B]] rows [1, 0, 0] columns [1, 1, -15] : {{.*}} -> tensor<16x48xf32
  %u = tile.unshear %x : tensor<16x32xf32> -> tensor<16x48xf32>
  %ids = arith.constant dense<3> : tensor<4xi32>
  // CHECK: %[[ID:.*]] = tile.read %[[I]] rows [0, 0, 2] columns [0, 0, 0] : {{.*}} -> tensor<i32
  // CHECK: tile.extract %[[ID]][]
  %id = tile.extract %ids[2] : tensor<4xi32> -> i32
  // What all threads hold needs no buffer.
  // CHECK: tile.extract %{{.*}}[0] : tensor<1xi32
  %one = arith.constant dense<3> : tensor<1xi32>
  %same = tile.extract %one[0] : tensor<1xi32> -> i32
  %acc = arith.constant dense<0.0> : tensor<16x16xf32>
  // CHECK: tile.dot %[[B]], %[[B]], %{{.*}} transpose_b : !tile.buffer<16 x 32 x f32 stride 36>, !tile.buffer<16 x 32 x f32 stride 36>
  %d = tile.dot %x, %x, %acc transpose_b : tensor<16x32xf32>, tensor<16x32xf32>, tensor<16x16xf32>
  %y = arith.constant dense<2.0> : tensor<16x32xf32>
  // CHECK: tile.write %{{.*}}, %[[Y]]
  %v = tile.transpose %y : tensor<16x32xf32> -> tensor<32x16xf32>
  // Factors of one element are in all threads, too.
  // CHECK: arith.extf
  // CHECK: %[[P:.*]] = arith.mulf
  // CHECK-NEXT: arith.addf %{{.*}}, %[[P]]
  %single = arith.constant dense<2.0> : tensor<1x1xbf16>
  %zero = arith.constant dense<0.0> : tensor<1x1xf32>
  %square = tile.dot %single, %single, %zero : tensor<1x1xbf16>, tensor<1x1xbf16>, tensor<1x1xf32>
}

// A factor that is only loaded is copied; where the rows of the view are neighbours, so are the columns of the buffer. What
// tensor cores read is swizzled. A factor that something else reads, too, or whose array is written, goes through registers.
// CHECK-LABEL: tile.kernel @copies
tile.kernel @copies tasks 1 writes [1] {
^bb0(%x: !tile.array<bf16>, %z: !tile.array<bf16>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 64 : index
  %fill = arith.constant 0.0 : bf16
  // CHECK-DAG: %[[A:.*]] = tile.buffer 0 : <16 x 40 x bf16 stride 64 swizzled>
  // CHECK-DAG: %[[C:.*]] = tile.buffer {{.*}} : <16 x 32 x bf16 stride 32 swizzled>
  // CHECK-DAG: %[[DOWN:.*]] = tile.view %{{.*}} offset %{{.*}} sizes %{{.*}}, %{{.*}} strides %{{.*}}, %[[ONE:.*]] :
  %rows = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %columns = tile.view %x offset %zero sizes %n, %n strides %one, %n : !tile.array<bf16> -> !tile.view<2 x bf16>
  %written = tile.view %z offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  // CHECK: tile.copy %{{.*}}[%{{.*}}, %[[TASK:.*]]], %[[A]]
  // CHECK-NEXT: tile.commit
  // CHECK-NEXT: tile.wait 0
  // CHECK-NOT: tile.load {{.*}} -> tensor<40x16xbf16
  %a = tile.load %columns[%task, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<40x16xbf16>
  // CHECK: tile.load {{.*}} -> tensor<16x24xbf16
  // CHECK: tile.write
  %b = tile.load %written[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<16x24xbf16>
  %none = arith.constant dense<0.0> : tensor<40x24xf32>
  // CHECK: tile.dot %[[A]], %{{.*}}, %{{.*}} transpose_a :
  %d = tile.dot %a, %b, %none : tensor<40x16xbf16>, tensor<16x24xbf16>, tensor<40x24xf32>
  // CHECK: tile.load {{.*}} -> tensor<16x32xbf16
  %c = tile.load %rows[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<16x32xbf16>
  // CHECK: tile.write %{{.*}}, %[[C]]
  %wide = arith.extf %c : tensor<16x32xbf16> to tensor<16x32xf32>
  %more = arith.constant dense<0.0> : tensor<16x16xf32>
  %e = tile.dot %c, %c, %more transpose_b : tensor<16x32xbf16>, tensor<16x32xbf16>, tensor<16x16xf32>
}

// Rows of 9 elements of 8 bytes are no pieces, whatever the array: nothing is copied that could not be on its way.
// CHECK-LABEL: tile.kernel @odd
tile.kernel @odd tasks 1 writes [] {
^bb0(%x: !tile.array<f64>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %nine = arith.constant 9 : index
  %ten = arith.constant 10 : index
  %fill = arith.constant 0.0 : f64
  %odd = tile.view %x offset %zero sizes %nine, %nine strides %nine, %one : !tile.array<f64> -> !tile.view<2 x f64>
  %even = tile.view %x offset %zero sizes %nine, %nine strides %ten, %one : !tile.array<f64> -> !tile.view<2 x f64>
  // CHECK: tile.load
  // CHECK: tile.write
  // CHECK: tile.copy
  // CHECK-NOT: tile.copy
  %a = tile.load %odd[%zero, %zero] fill %fill : !tile.view<2 x f64>, f64 -> tensor<8x8xf64>
  %b = tile.load %even[%zero, %zero] fill %fill : !tile.view<2 x f64>, f64 -> tensor<8x8xf64>
  %none = arith.constant dense<0.0> : tensor<8x8xf64>
  %d = tile.dot %a, %b, %none transpose_b : tensor<8x8xf64>, tensor<8x8xf64>, tensor<8x8xf64>
}

// Sums whose rows lie whole in one warp, since they are reduced, are the next product's left factor where they are: in
// registers, and its sums lie in the same warps. Not where the depth ends within an atom, whose rest holds anything.
// CHECK-LABEL: tile.kernel @held
tile.kernel @held tasks 1 writes [2] {
^bb0(%x: !tile.array<bf16>, %y: !tile.array<bf16>, %z: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 64 : index
  %fill = arith.constant 0.0 : bf16
  %left = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %right = tile.view %y offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %result = tile.view %z offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %ends = tile.view %z offset %zero sizes %n strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  %a = tile.load %left[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x16xbf16>
  %b = tile.load %right[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<32x16xbf16>
  %c = tile.load %right[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<32x48xbf16>
  %none = arith.constant dense<0.0> : tensor<64x32xf32>
  %further = arith.constant dense<0.0> : tensor<64x48xf32>
  %scores = tile.dot %a, %b, %none transpose_b : tensor<64x16xbf16>, tensor<32x16xbf16>, tensor<64x32xf32>
  %most = tile.reduce max %scores axis 1 : tensor<64x32xf32> -> tensor<64xf32>
  tile.store %most, %ends[%zero] : tensor<64xf32>, !tile.view<1 x f32>
  // CHECK: %[[P:.*]] = arith.truncf
  // CHECK-NOT: tile.write
  // CHECK: tile.dot %[[P]], %{{.*}}, %{{.*}} : tensor<64x32xbf16, #[[$A:.*]]>, !tile.buffer<32 x 48 x bf16 stride 64 swizzled>, tensor<64x48xf32, #[[$B:.*]]>
  %p = arith.truncf %scores : tensor<64x32xf32> to tensor<64x32xbf16>
  %sums = tile.dot %p, %c, %further : tensor<64x32xbf16>, tensor<32x48xbf16>, tensor<64x48xf32>
  tile.store %sums, %result[%zero, %zero] : tensor<64x48xf32>, !tile.view<2 x f32>
}

// CHECK-LABEL: tile.kernel @not_held
tile.kernel @not_held tasks 1 writes [2] {
^bb0(%x: !tile.array<bf16>, %y: !tile.array<bf16>, %z: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 64 : index
  %fill = arith.constant 0.0 : bf16
  %left = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %right = tile.view %y offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %result = tile.view %z offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %ends = tile.view %z offset %zero sizes %n strides %one : !tile.array<f32> -> !tile.view<1 x f32>
  %a = tile.load %left[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x16xbf16>
  %b = tile.load %right[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<24x16xbf16>
  %c = tile.load %right[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<24x48xbf16>
  %none = arith.constant dense<0.0> : tensor<64x24xf32>
  %further = arith.constant dense<0.0> : tensor<64x48xf32>
  %scores = tile.dot %a, %b, %none transpose_b : tensor<64x16xbf16>, tensor<24x16xbf16>, tensor<64x24xf32>
  %most = tile.reduce max %scores axis 1 : tensor<64x24xf32> -> tensor<64xf32>
  tile.store %most, %ends[%zero] : tensor<64xf32>, !tile.view<1 x f32>
  // CHECK: %[[P:.*]] = arith.truncf
  // CHECK-NEXT: tile.write %[[P]]
  // CHECK: tile.dot %{{.*}}, %{{.*}}, %{{.*}} : !tile.buffer<64 x 24 x bf16 stride 32 swizzled>, !tile.buffer<24 x 48 x bf16 stride 64 swizzled>
  %p = arith.truncf %scores : tensor<64x24xf32> to tensor<64x24xbf16>
  %sums = tile.dot %p, %c, %further : tensor<64x24xbf16>, tensor<24x48xbf16>, tensor<64x48xf32>
  tile.store %sums, %result[%zero, %zero] : tensor<64x48xf32>, !tile.view<2 x f32>
}
