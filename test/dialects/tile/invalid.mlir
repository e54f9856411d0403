// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{'tile.kernel' op expects the number of tasks to be at least 1, got 0 (kernel.C1)}}
tile.kernel @kernel_c1 tasks 0 writes [] {
^bb0(%task: index):
}

// -----

// expected-error @+1 {{'tile.kernel' op expects the last block argument to be the task of type index, got '!tile.array<f32>' (kernel.C2)}}
tile.kernel @kernel_c2_task tasks 1 writes [] {
^bb0(%x: !tile.array<f32>):
}

// -----

// expected-error @+1 {{'tile.kernel' op expects block argument 0 to be a !tile.array, got 'f32' (kernel.C2)}}
tile.kernel @kernel_c2_array tasks 1 writes [] {
^bb0(%x: f32, %task: index):
}

// -----

// expected-error @+1 {{'tile.kernel' op expects writes to be ascending numbers of its 1 arrays, got [1] (kernel.C3)}}
tile.kernel @kernel_c3 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %task: index):
}

// -----

// expected-error @+1 {{'tile.kernel' op expects the bounds of its sizes to be at least 0, got -1 (kernel.C4)}}
tile.kernel @kernel_c4 tasks 1 writes [] sizes [0, -1] {
^bb0(%task: index):
}

// -----

tile.kernel @nothing tasks 1 writes [] {
^bb0(%x: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %fill = arith.constant 0.0 : f32
  %view = tile.view %x offset %zero sizes %one, %one strides %one, %one : !tile.array<f32> -> !tile.view<2 x f32>
  // expected-error @+1 {{'tile.load' op expects a tile to have at least one element along each axis, got 'tensor<4x0xf32>' (kernel.C5)}}
  %tile = tile.load %view[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<4x0xf32>
}

// -----

tile.kernel @size_c1 tasks 1 writes [1] sizes [64, 8] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %last = tile.size 1
  // expected-error @+1 {{'tile.size' op expects the number of one of its kernel's 2 sizes, got 2 (size.C1)}}
  %n = tile.size 2
}

// -----

tile.kernel @size_c1_negative tasks 1 writes [] sizes [64] {
^bb0(%task: index):
  // expected-error @+1 {{'tile.size' op expects the number of one of its kernel's 1 sizes, got -1 (size.C1)}}
  %n = tile.size -1
}

// -----

tile.kernel @view_c1 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  // expected-error @+1 {{'tile.view' op expects the element type of the view to equal the array's, got 'f64' vs 'f32' (view.C1)}}
  %v = tile.view %x offset %task sizes %task strides %task : !tile.array<f32> -> !tile.view<1 x f64>
}

// -----

tile.kernel @view_c2 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  // expected-error @+1 {{'tile.view' op expects one size and one stride an axis, got 1 of each for rank 2 (view.C2)}}
  %v = tile.view %x offset %task sizes %task strides %task : !tile.array<f32> -> !tile.view<2 x f32>
}

// -----

tile.kernel @load_c1 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %v = tile.view %x offset %task sizes %task, %task strides %task, %task : !tile.array<f32> -> !tile.view<2 x f32>
  %zero = arith.constant 0.0 : f32
  // expected-error @+1 {{'tile.load' op expects one index an axis of the view, got 1 for rank 2 (load.C1)}}
  %t = tile.load %v[%task] fill %zero : !tile.view<2 x f32>, f32 -> tensor<8x16xf32>
}

// -----

tile.kernel @load_c2 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %v = tile.view %x offset %task sizes %task, %task strides %task, %task : !tile.array<f32> -> !tile.view<2 x f32>
  %zero = arith.constant 0.0 : f32
  // expected-error @+1 {{'tile.load' op expects the tile's element type to equal the view's, got 'f64' vs 'f32' (load.C2)}}
  %t = tile.load %v[%task, %task] fill %zero : !tile.view<2 x f32>, f32 -> tensor<8x16xf64>
}

// -----

tile.kernel @load_c3 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %v = tile.view %x offset %task sizes %task, %task strides %task, %task : !tile.array<f32> -> !tile.view<2 x f32>
  %zero = arith.constant 0.0 : f32
  // expected-error @+1 {{'tile.load' op expects the tile's rank to equal the view's and to be at most 2, or to be 0 in a view of rank 1, got 1 vs 2 (load.C3)}}
  %t = tile.load %v[%task, %task] fill %zero : !tile.view<2 x f32>, f32 -> tensor<16xf32>
}

// -----

tile.kernel @load_c4 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %v = tile.view %x offset %task sizes %task strides %task : !tile.array<f32> -> !tile.view<1 x f32>
  %zero = arith.constant 0.0 : f64
  // expected-error @+1 {{'tile.load' op expects the type of fill to equal the view's element type, got 'f64' vs 'f32' (load.C4)}}
  %t = tile.load %v[%task] fill %zero : !tile.view<1 x f32>, f64 -> tensor<16xf32>
}

// -----

tile.kernel @store_c1 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %v = tile.view %y offset %task sizes %task, %task strides %task, %task : !tile.array<f32> -> !tile.view<2 x f32>
  %t = arith.constant dense<0.0> : tensor<8x16xf32>
  // expected-error @+1 {{'tile.store' op expects one index an axis of the view, got 1 for rank 2 (store.C1)}}
  tile.store %t, %v[%task] : tensor<8x16xf32>, !tile.view<2 x f32>
}

// -----

tile.kernel @store_c2 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %v = tile.view %y offset %task sizes %task, %task strides %task, %task : !tile.array<f32> -> !tile.view<2 x f32>
  %t = arith.constant dense<0> : tensor<8x16xi32>
  // expected-error @+1 {{'tile.store' op expects the tile's element type to equal the view's, got 'i32' vs 'f32' (store.C2)}}
  tile.store %t, %v[%task, %task] : tensor<8x16xi32>, !tile.view<2 x f32>
}

// -----

tile.kernel @store_c3 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %v = tile.view %y offset %task sizes %task, %task strides %task, %task : !tile.array<f32> -> !tile.view<2 x f32>
  %t = arith.constant dense<0.0> : tensor<8xf32>
  // expected-error @+1 {{'tile.store' op expects the tile's rank to equal the view's and to be at most 2, or to be 0 in a view of rank 1, got 1 vs 2 (store.C3)}}
  tile.store %t, %v[%task, %task] : tensor<8xf32>, !tile.view<2 x f32>
}

// -----

tile.kernel @store_c4 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %v = tile.view %x offset %task sizes %task, %task strides %task, %task : !tile.array<f32> -> !tile.view<2 x f32>
  %t = arith.constant dense<0.0> : tensor<8x16xf32>
  // expected-error @+1 {{'tile.store' op expects the array it writes to be listed in the kernel's writes, got array 0 vs [1] (store.C4)}}
  tile.store %t, %v[%task, %task] : tensor<8x16xf32>, !tile.view<2 x f32>
}

// -----

tile.kernel @dot_c1 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %a = arith.constant dense<0.0> : tensor<8xf32>
  %b = arith.constant dense<0.0> : tensor<8x4xf32>
  %acc = arith.constant dense<0.0> : tensor<1x4xf32>
  // expected-error @+1 {{'tile.dot' op expects tiles of rank 2, got 'tensor<8xf32>', 'tensor<8x4xf32>', 'tensor<1x4xf32>' (dot.C1)}}
  %c = tile.dot %a, %b, %acc : tensor<8xf32>, tensor<8x4xf32>, tensor<1x4xf32>
}

// -----

tile.kernel @dot_c2 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %a = arith.constant dense<0.0> : tensor<2x8xf32>
  %b = arith.constant dense<0.0> : tensor<8x4xf64>
  %acc = arith.constant dense<0.0> : tensor<2x4xf32>
  // expected-error @+1 {{'tile.dot' op expects one element type, or bf16 or f16 factors and an f32 sum, got 'f32', 'f64', 'f32' (dot.C2)}}
  %c = tile.dot %a, %b, %acc : tensor<2x8xf32>, tensor<8x4xf64>, tensor<2x4xf32>
}

// -----

tile.kernel @dot_c2_narrow tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %a = arith.constant dense<0.0> : tensor<2x8xbf16>
  %b = arith.constant dense<0.0> : tensor<8x4xbf16>
  %acc = arith.constant dense<0.0> : tensor<2x4xf32>
  %c = tile.dot %a, %b, %acc : tensor<2x8xbf16>, tensor<8x4xbf16>, tensor<2x4xf32>
  %wide = arith.constant dense<0.0> : tensor<2x4xf64>
  // expected-error @+1 {{'tile.dot' op expects one element type, or bf16 or f16 factors and an f32 sum, got 'bf16', 'bf16', 'f64' (dot.C2)}}
  %d = tile.dot %a, %b, %wide : tensor<2x8xbf16>, tensor<8x4xbf16>, tensor<2x4xf64>
}

// -----

tile.kernel @dot_c2_of_both tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %a = arith.constant dense<0.0> : tensor<2x8xf16>
  %b = arith.constant dense<0.0> : tensor<8x4xf16>
  %acc = arith.constant dense<0.0> : tensor<2x4xf32>
  %c = tile.dot %a, %b, %acc : tensor<2x8xf16>, tensor<8x4xf16>, tensor<2x4xf32>
  %other = arith.constant dense<0.0> : tensor<8x4xbf16>
  // expected-error @+1 {{'tile.dot' op expects one element type, or bf16 or f16 factors and an f32 sum, got 'f16', 'bf16', 'f32' (dot.C2)}}
  %d = tile.dot %a, %other, %acc : tensor<2x8xf16>, tensor<8x4xbf16>, tensor<2x4xf32>
}

// -----

tile.kernel @dot_c3 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %a = arith.constant dense<0.0> : tensor<2x8xf32>
  %b = arith.constant dense<0.0> : tensor<8x4xf32>
  %acc = arith.constant dense<0.0> : tensor<2x8xf32>
  // expected-error @+1 {{'tile.dot' op expects a and b to agree on the summed size, got 8 vs 4 (dot.C3)}}
  %c = tile.dot %a, %b, %acc transpose_b : tensor<2x8xf32>, tensor<8x4xf32>, tensor<2x8xf32>
}

// -----

tile.kernel @dot_c4 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %a = arith.constant dense<0.0> : tensor<2x8xf32>
  %b = arith.constant dense<0.0> : tensor<8x4xf32>
  %acc = arith.constant dense<0.0> : tensor<3x4xf32>
  // expected-error @+1 {{'tile.dot' op expects acc to have the rows of a and the columns of b, got 'tensor<3x4xf32>' vs [2, 4] (dot.C4)}}
  %c = tile.dot %a, %b, %acc : tensor<2x8xf32>, tensor<8x4xf32>, tensor<3x4xf32>
}

// -----

tile.kernel @reduce_c1 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %t = arith.constant dense<0.0> : tensor<2x8xf32>
  // expected-error @+1 {{'tile.reduce' op expects a tile of rank 1 or 2 and one of its axes, got rank 2 and axis 2 (reduce.C1)}}
  %s = tile.reduce sum %t axis 2 : tensor<2x8xf32> -> tensor<2xf32>
}

// -----

tile.kernel @reduce_c2 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %t = arith.constant dense<0.0> : tensor<2x8xf32>
  // expected-error @+1 {{'tile.reduce' op expects the result to be the input without axis 1, got 'tensor<8xf32>' vs 'tensor<2x8xf32>' (reduce.C2)}}
  %s = tile.reduce sum %t axis 1 : tensor<2x8xf32> -> tensor<8xf32>
}

// -----

tile.kernel @broadcast_c1 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %m = arith.constant dense<0.0> : tensor<8xf32>
  // expected-error @+1 {{'tile.broadcast' op expects the result's element type to equal the input's, got 'f64' vs 'f32' (broadcast.C1)}}
  %s = tile.broadcast %m dims [0] : tensor<8xf32> -> tensor<8x4xf64>
}

// -----

tile.kernel @broadcast_c2 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %m = arith.constant dense<0.0> : tensor<8x4xf32>
  // expected-error @+1 {{'tile.broadcast' op expects an input of rank at most 1 and a result of rank at most 2, got 2 and 2 (broadcast.C2)}}
  %s = tile.broadcast %m dims [0, 1] : tensor<8x4xf32> -> tensor<8x4xf32>
}

// -----

tile.kernel @broadcast_c3 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %m = arith.constant dense<0.0> : tensor<8xf32>
  // expected-error @+1 {{'tile.broadcast' op expects dims to name one result axis for each input axis, got [2] for ranks 1 and 2 (broadcast.C3)}}
  %s = tile.broadcast %m dims [2] : tensor<8xf32> -> tensor<8x4xf32>
}

// -----

tile.kernel @broadcast_c4 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %m = arith.constant dense<0.0> : tensor<8xf32>
  // expected-error @+1 {{'tile.broadcast' op expects axis 1 of the result to have the input's size, got 4 vs 8 (broadcast.C4)}}
  %s = tile.broadcast %m dims [1] : tensor<8xf32> -> tensor<8x4xf32>
}

// -----

tile.kernel @extract_c1 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %t = arith.constant dense<0.0> : tensor<2x8xf32>
  // expected-error @+1 {{'tile.extract' op expects one index an axis, got 1 for rank 2 (extract.C1)}}
  %s = tile.extract %t[1] : tensor<2x8xf32> -> f32
}

// -----

tile.kernel @extract_c2 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %t = arith.constant dense<0.0> : tensor<8xf32>
  // expected-error @+1 {{'tile.extract' op expects index 0 to be inside the tile, got 8 vs size 8 (extract.C2)}}
  %s = tile.extract %t[8] : tensor<8xf32> -> f32
}

// -----

tile.kernel @extract_c3 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %t = arith.constant dense<0.0> : tensor<8xf32>
  // expected-error @+1 {{'tile.extract' op expects the result's type to be the tile's element type, got 'f64' vs 'f32' (extract.C3)}}
  %s = tile.extract %t[0] : tensor<8xf32> -> f64
}

// -----

tile.kernel @extract_c4 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %t = arith.constant dense<0> : tensor<8xi32>
  // expected-error @+1 {{'tile.extract' op expects an i32 within two numbers, the smaller first, got 'i32' within array<i64: 7, 0> (extract.C4)}}
  %s = tile.extract %t[0] {tile.within = array<i64: 7, 0>} : tensor<8xi32> -> i32
}

// -----

tile.kernel @extract_c4_of_floats tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %t = arith.constant dense<0.0> : tensor<8xf32>
  // expected-error @+1 {{'tile.extract' op expects an i32 within two numbers, the smaller first, got 'f32' within array<i64: 0, 7> (extract.C4)}}
  %s = tile.extract %t[0] {tile.within = array<i64: 0, 7>} : tensor<8xf32> -> f32
}

// -----

tile.kernel @transpose_c1 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %m = arith.constant dense<0.0> : tensor<8xf32>
  // expected-error @+1 {{'tile.transpose' op expects a tile of rank 2, got rank 1 (transpose.C1)}}
  %s = tile.transpose %m : tensor<8xf32> -> tensor<8xf32>
}

// -----

tile.kernel @transpose_c2 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %m = arith.constant dense<0.0> : tensor<8x4xf32>
  // expected-error @+1 {{'tile.transpose' op expects the result to be the input with its axes exchanged, got 'tensor<8x4xf32>' vs 'tensor<8x4xf32>' (transpose.C2)}}
  %s = tile.transpose %m : tensor<8x4xf32> -> tensor<8x4xf32>
}

// -----

tile.kernel @shear_c1 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %m = arith.constant dense<0.0> : tensor<4x16xf32>
  // expected-error @+1 {{'tile.shear' op expects two tiles of rank 2 with one element type and as many rows, got 'tensor<4x16xf32>' vs 'tensor<8x4xf32>' (shear.C1)}}
  %s = tile.shear %m : tensor<4x16xf32> -> tensor<8x4xf32>
}

// -----

tile.kernel @shear_c2 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %m = arith.constant dense<0.0> : tensor<8x16xf32>
  // expected-error @+1 {{'tile.shear' op expects the wide tile to have a column for each diagonal, got 16 vs 17 (shear.C2)}}
  %s = tile.shear %m : tensor<8x16xf32> -> tensor<8x10xf32>
}

// -----

tile.kernel @unshear_c1 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %m = arith.constant dense<0.0> : tensor<8xf32>
  // expected-error @+1 {{'tile.unshear' op expects two tiles of rank 2 with one element type and as many rows, got 'tensor<8x16xf32>' vs 'tensor<8xf32>' (unshear.C1)}}
  %s = tile.unshear %m : tensor<8xf32> -> tensor<8x16xf32>
}

// -----

tile.kernel @unshear_c2 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %m = arith.constant dense<0.0> : tensor<8x10xf32>
  // expected-error @+1 {{'tile.unshear' op expects the wide tile to have a column for each diagonal, got 16 vs 17 (unshear.C2)}}
  %s = tile.unshear %m : tensor<8x10xf32> -> tensor<8x16xf32>
}

// -----

tile.kernel @iota_c1 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  // expected-error @+1 {{'tile.iota' op expects a tile of rank 1 or 2 and one of its axes, got rank 1 and axis 1 (iota.C1)}}
  %s = tile.iota axis 1 start %task : tensor<8xi32>
}

// -----

tile.kernel @iota_c2 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  // expected-error @+1 {{'tile.iota' op expects elements of type i32, got 'f32' (iota.C2)}}
  %s = tile.iota axis 0 start %task : tensor<8xf32>
}

// -----

tile.kernel @philox_c1 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %k = arith.constant 1 : i32
  %t = arith.constant dense<0.0> : tensor<8xf32>
  // expected-error @+1 {{'tile.philox' op expects indices of type i32, got 'f32' (philox.C1)}}
  %s = tile.philox %t key %k, %k step %k, %k id %k : tensor<8xf32>
}

// -----

tile.kernel @dot_c2_one_rounded tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %a = arith.constant dense<0.0> : tensor<2x8xbf16>
  %b = arith.constant dense<0.0> : tensor<8x4xf32>
  %acc = arith.constant dense<0.0> : tensor<2x4xf32>
  // expected-error @+1 {{'tile.dot' op expects one element type, or bf16 or f16 factors and an f32 sum, got 'bf16', 'f32', 'f32' (dot.C2)}}
  %c = tile.dot %a, %b, %acc : tensor<2x8xbf16>, tensor<8x4xf32>, tensor<2x4xf32>
}
