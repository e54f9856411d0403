// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{expects digits of at least 1 on axis 0 or 1, got 4 on 2 step 1 (layout.C1)}}
#a = #tile.layout<threads (4 on 2 step 1) registers ()>

// -----

// expected-error @+1 {{expects digits of threads to be powers of two, got 3 (layout.C2)}}
#a = #tile.layout<threads (3 on 1 step 1) registers ()>

// -----

// expected-error @+2 {{expects rows of at least one element and a stride that holds them, got 4 x 8 x 'f32' stride 7 (buffer.C1)}}
tile.kernel @buffer_c1 tasks 1 writes [] {
^bb0(%x: !tile.buffer<4 x 8 x f32 stride 7>, %task: index):
}

// -----

#a = #tile.layout<threads (4 on 0 step 1) registers ()>
tile.kernel @convert_c1 tasks 1 writes [] {
^bb0(%task: index):
  %x = arith.constant dense<1.0> : tensor<4xf32, #a>
  // expected-error @+1 {{'tile.convert' op expects the result to differ in its layout only}}
  %y = tile.convert %x : tensor<4xf32, #a> -> tensor<5xf32, #a> // (convert.C1)
}

// -----

#a = #tile.layout<threads (4 on 0 step 1) registers ()>
tile.kernel @convert_c2 tasks 1 writes [] {
^bb0(%task: index):
  %x = arith.constant dense<1.0> : tensor<4xf32, #a>
  // expected-error @+1 {{'tile.convert' op expects tiles with layouts}}
  %y = tile.convert %x : tensor<4xf32, #a> -> tensor<4xf32>
}

// -----

tile.kernel @buffer_c2 tasks 1 writes [] {
^bb0(%task: index):
  // expected-error @+1 {{'tile.buffer' op expects an offset of whole 16 bytes, got 8 (buffer.C2)}}
  %b = tile.buffer 8 : !tile.buffer<4 x 8 x f32 stride 8>
}

// -----

#a = #tile.layout<threads (4 on 0 step 1) registers ()>
tile.kernel @write_c1 tasks 1 writes [] {
^bb0(%task: index):
  %x = arith.constant dense<1.0> : tensor<4xf32, #a>
  %b = tile.buffer 0 : !tile.buffer<1 x 4 x f32 stride 4>
  // expected-error @+1 {{'tile.write' op expects the buffer to have the tile's rows, columns and elements, got '!tile.buffer<1 x 4 x f32 stride 4>' vs}}
  tile.write %x, %b : tensor<4xf32, #a>, !tile.buffer<1 x 4 x f32 stride 4>
}

// -----

tile.kernel @read_c1 tasks 1 writes [] {
^bb0(%task: index):
  %b = tile.buffer 0 : !tile.buffer<1 x 4 x f32 stride 4>
  // expected-error @+1 {{'tile.read' op expects a tile of rank at most 2 with the buffer's elements, got 'tensor<4xi32>' vs}}
  %y = tile.read %b rows [0, 0, 0] columns [1, 0, 0] : !tile.buffer<1 x 4 x f32 stride 4> -> tensor<4xi32>
}

// -----

tile.kernel @read_c2 tasks 1 writes [] {
^bb0(%task: index):
  %b = tile.buffer 0 : !tile.buffer<1 x 4 x f32 stride 4>
  // expected-error @+1 {{'tile.read' op expects three numbers for rows and for columns, got 1 and 3 (read.C2)}}
  %y = tile.read %b rows [0] columns [1, 0, 0] : !tile.buffer<1 x 4 x f32 stride 4> -> tensor<4xf32>
}

// -----

tile.kernel @buffer_c3 tasks 1 writes [] {
^bb0(%task: index):
  // expected-error @+1 {{expects swizzled rows to hold the columns up to a multiple of 16, in bytes a power of two or a multiple of 128, got 20 x 'bf16' stride 24 (buffer.C3)}}
  %b = tile.buffer 0 : !tile.buffer<16 x 20 x bf16 stride 24 swizzled>
}

// -----

tile.kernel @buffer_c3_line tasks 1 writes [] {
^bb0(%task: index):
  // expected-error @+1 {{got 48 x 'bf16' stride 48 (buffer.C3)}}
  %b = tile.buffer 0 : !tile.buffer<16 x 48 x bf16 stride 48 swizzled>
}

// -----

tile.kernel @buffer_c4 tasks 1 writes [] {
^bb0(%task: index):
  // expected-error @+1 {{'tile.buffer' op expects a swizzled buffer to begin with a line of 128 bytes, got 64 (buffer.C4)}}
  %b = tile.buffer 64 : !tile.buffer<16 x 32 x bf16 stride 32 swizzled>
}

// -----

tile.kernel @buffer_c5 tasks 1 writes [] {
^bb0(%task: index):
  // expected-error @+1 {{'tile.buffer' op expects at least one stage, got 0 (buffer.C5)}}
  %b = tile.buffer 0 stages 0 : !tile.buffer<16 x 32 x bf16 stride 32>
}

// -----

tile.kernel @stage_c1 tasks 1 writes [] {
^bb0(%task: index):
  %b = tile.buffer 0 stages 2 : !tile.buffer<16 x 32 x bf16 stride 32>
  %s = tile.stage %b[%task] : !tile.buffer<16 x 32 x bf16 stride 32>
  // expected-error @+1 {{'tile.stage' op expects the ring of a tile.buffer (stage.C1)}}
  %t = tile.stage %s[%task] : !tile.buffer<16 x 32 x bf16 stride 32>
}

// -----

tile.kernel @copy_c1 tasks 1 writes [] {
^bb0(%x: !tile.array<f32>, %task: index):
  %v = tile.view %x offset %task sizes %task, %task strides %task, %task : !tile.array<f32> -> !tile.view<2 x f32>
  %b = tile.buffer 0 : !tile.buffer<16 x 32 x bf16 stride 32>
  // expected-error @+1 {{'tile.copy' op expects a view of rank 2 with the buffer's elements, got '!tile.view<2 x f32>' vs '!tile.buffer<16 x 32 x bf16 stride 32>' (copy.C1)}}
  tile.copy %v[%task, %task], %b : !tile.view<2 x f32>, !tile.buffer<16 x 32 x bf16 stride 32>
}

// -----

tile.kernel @copy_c2 tasks 1 writes [] {
^bb0(%x: !tile.array<f32>, %task: index):
  %v = tile.view %x offset %task sizes %task, %task strides %task, %task : !tile.array<f32> -> !tile.view<2 x f32>
  %b = tile.buffer 0 : !tile.buffer<16 x 32 x f32 stride 32>
  // expected-error @+1 {{'tile.copy' op expects two indices, got 1 (copy.C2)}}
  tile.copy %v[%task], %b : !tile.view<2 x f32>, !tile.buffer<16 x 32 x f32 stride 32>
}

// -----

tile.kernel @dot_c5 tasks 1 writes [] {
^bb0(%task: index):
  %x = arith.constant dense<0.0> : tensor<8x8xf32>
  // expected-error @+1 {{'tile.dot' op expects a buffer that holds a transposed, got 'tensor<8x8xf32>' (dot.C5)}}
  %d = tile.dot %x, %x, %x transpose_a : tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>
}

// -----

// expected-error @+2 {{expects rows of at least one element and a stride that holds them, got 16 x 128 x 'bf16' stride 32 (buffer.C1)}}
tile.kernel @buffer_c1_panels tasks 1 writes [] {
^bb0(%x: !tile.buffer<16 x 128 x bf16 stride 32 swizzled>, %task: index):
}

// -----

tile.kernel @produce_c1 tasks 1 writes [] {
^bb0(%task: index):
  %a = tile.buffer 0 stages 2 : !tile.buffer<16 x 64 x bf16 stride 64 swizzled>
  %b = tile.buffer 4096 stages 3 : !tile.buffer<16 x 64 x bf16 stride 64 swizzled>
  // expected-error @+1 {{'tile.produce' op expects rings of tile.buffer with as many stages each (produce.C1)}}
  %s:2 = tile.produce %a, %b : !tile.buffer<16 x 64 x bf16 stride 64 swizzled>, !tile.buffer<16 x 64 x bf16 stride 64 swizzled> {
  ^bb0(%x: !tile.buffer<16 x 64 x bf16 stride 64 swizzled>, %y: !tile.buffer<16 x 64 x bf16 stride 64 swizzled>):
  }
}

// -----

tile.kernel @produce_c2 tasks 1 writes [] {
^bb0(%task: index):
  %a = tile.buffer 0 : !tile.buffer<16 x 64 x bf16 stride 64 swizzled>
  // expected-error @+1 {{'tile.produce' op expects a region with one stage of each ring as its arguments (produce.C2)}}
  %s = tile.produce %a : !tile.buffer<16 x 64 x bf16 stride 64 swizzled> {
  ^bb0(%x: !tile.buffer<16 x 32 x bf16 stride 64 swizzled>):
  }
}

// -----

tile.kernel @produce_c3 tasks 1 writes [] {
^bb0(%array: !tile.array<bf16>, %i: index):
  %v = tile.view %array offset %i sizes %i, %i strides %i, %i : !tile.array<bf16> -> !tile.view<2 x bf16>
  %a = tile.buffer 0 : !tile.buffer<16 x 64 x bf16 stride 64 swizzled>
  %s = tile.produce %a : !tile.buffer<16 x 64 x bf16 stride 64 swizzled> {
  ^bb0(%x: !tile.buffer<16 x 64 x bf16 stride 64 swizzled>):
    // expected-error @+1 {{'tile.copy' op expects a tile.produce to hold copies to its stages alone (produce.C3)}}
    tile.copy %v[%i, %i], %a : !tile.view<2 x bf16>, !tile.buffer<16 x 64 x bf16 stride 64 swizzled>
  }
}
