// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --tile-to-nvptx --split-input-file --verify-diagnostics

tile.kernel @nvptx_c3 tasks 1 writes [] {
^bb0(%task: index):
  // expected-error @+1 {{'arith.constant' op expects every tile to have a layout, got 'tensor<4xf32>' (nvptx.C3)}}
  %x = arith.constant dense<1.0> : tensor<4xf32>
}

// -----

#a = #tile.layout<threads (4 on 1 step 1, 32 alike) registers ()>
tile.kernel @nvptx_c5 tasks 1 writes [] {
^bb0(%task: index):
  %x = arith.constant dense<1.0> : tensor<4x4xf32, #a>
  // expected-error @+1 {{'tile.transpose' op expects to be an operation of the staged level (nvptx.C5)}}
  %t = tile.transpose %x : tensor<4x4xf32, #a> -> tensor<4x4xf32, #a>
}

// -----

#rows = #tile.layout<threads (4 on 1 step 4, 16 on 0 step 1, 2 alike) registers (4 on 1 step 1)>
tile.kernel @nvptx_c6 tasks 1 writes [] {
^bb0(%task: index):
  %a = tile.buffer 0 : !tile.buffer<16 x 16 x bf16 stride 16 swizzled>
  %acc = arith.constant dense<0.0> : tensor<16x16xf32, #rows>
  // expected-error @+1 {{'tile.dot' op expects swizzled factors and sums in an accumulator layout, got '!tile.buffer<16 x 16 x bf16 stride 16 swizzled>', '!tile.buffer<16 x 16 x bf16 stride 16 swizzled>'}}
  %d = tile.dot %a, %a, %acc : !tile.buffer<16 x 16 x bf16 stride 16 swizzled>, !tile.buffer<16 x 16 x bf16 stride 16 swizzled>, tensor<16x16xf32, #rows> // (nvptx.C6)
}

// -----

#atoms = #tile.layout<threads (4 on 1 step 2, 8 on 0 step 1, 4 alike) registers (2 on 1 step 1, 2 on 0 step 8, 2 on 1 step 8)>
tile.kernel @nvptx_c6_plain tasks 1 writes [] {
^bb0(%task: index):
  %a = tile.buffer 0 : !tile.buffer<16 x 16 x bf16 stride 16>
  %acc = arith.constant dense<0.0> : tensor<16x16xf32, #atoms>
  // expected-error @+1 {{'tile.dot' op expects swizzled factors and sums in an accumulator layout}}
  %d = tile.dot %a, %a, %acc : !tile.buffer<16 x 16 x bf16 stride 16>, !tile.buffer<16 x 16 x bf16 stride 16>, tensor<16x16xf32, #atoms> // (nvptx.C6)
}

// -----

#group = #tile.layout<threads (4 on 1 step 2, 8 on 0 step 1, 4 on 0 step 16) registers (2 on 1 step 1, 2 on 0 step 8, 8 on 1 step 8)>
tile.kernel @nvptx_c7 tasks 1 writes [] attributes {tile.consumers = 1 : i64} {
^bb0(%task: index):
  %a = tile.buffer 0 : !tile.buffer<64 x 64 x bf16 stride 64 swizzled>
  %acc = arith.constant dense<0.0> : tensor<64x64xf32, #group>
  // expected-error @+1 {{'tile.dot' op expects factors in panels of 128 bytes, in a kernel with consumers stages of a tile.produce, and sums of 64 rows for each of 1 warp groups, got '!tile.buffer<64 x 64 x bf16 stride 64 swizzled>'}}
  %d = tile.dot %a, %a, %acc : !tile.buffer<64 x 64 x bf16 stride 64 swizzled>, !tile.buffer<64 x 64 x bf16 stride 64 swizzled>, tensor<64x64xf32, #group> // (nvptx.C7)
}

// -----

#half = #tile.layout<threads (4 on 1 step 2, 8 on 0 step 1, 4 on 0 step 16) registers (2 on 1 step 1, 2 on 0 step 8, 3 on 1 step 8)>
#sums = #tile.layout<threads (4 on 1 step 2, 8 on 0 step 1, 4 on 0 step 16) registers (2 on 1 step 1, 2 on 0 step 8, 8 on 1 step 8)>
tile.kernel @nvptx_c7_half_a_step tasks 1 writes [] attributes {tile.group_products} {
^bb0(%task: index):
  %a = arith.constant dense<1.0> : tensor<64x24xbf16, #half>
  %b = tile.buffer 0 : !tile.buffer<24 x 64 x bf16 stride 64 swizzled>
  %acc = arith.constant dense<0.0> : tensor<64x64xf32, #sums>
  // expected-error @+1 {{'tile.dot' op expects factors in panels of 128 bytes}}
  %d = tile.dot %a, %b, %acc : tensor<64x24xbf16, #half>, !tile.buffer<24 x 64 x bf16 stride 64 swizzled>, tensor<64x64xf32, #sums> // (nvptx.C7)
}

// -----

tile.kernel @nvptx_c8 tasks 1 writes [] {
^bb0(%task: index):
  %a = tile.buffer 0 : !tile.buffer<64 x 64 x bf16 stride 64 swizzled>
  // expected-error @+1 {{'tile.produce' op expects producers to be in kernels with tile.consumers, and barriers of all threads in others (nvptx.C8)}}
  %s = tile.produce %a : !tile.buffer<64 x 64 x bf16 stride 64 swizzled> {
  ^bb0(%stage: !tile.buffer<64 x 64 x bf16 stride 64 swizzled>):
  }
}

// -----

tile.kernel @nvptx_c8_barrier tasks 1 writes [] attributes {tile.consumers = 1 : i64} {
^bb0(%task: index):
  // expected-error @+1 {{'tile.barrier' op expects producers to be in kernels with tile.consumers, and barriers of all threads in others (nvptx.C8)}}
  tile.barrier
}
