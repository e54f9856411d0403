// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --tile-assign-layouts --tile-place-buffers --tile-to-nvptx --split-input-file --verify-diagnostics

// expected-error @+1 {{'tile.kernel' op expects its buffers to take at most 166912 bytes of shared memory, got 197632 (nvptx.C1)}}
tile.kernel @nvptx_c1 tasks 1 writes [] {
^bb0(%task: index):
  // expected-note @+1 {{197632 bytes for what threads exchange, 256 x 192 of 'f32'}}
  %x = arith.constant dense<1.0> : tensor<256x192xf32>
  %t = tile.transpose %x : tensor<256x192xf32> -> tensor<192x256xf32>
}

// -----

tile.kernel @nvptx_c2 tasks 1 writes [] {
^bb0(%task: index):
  // expected-error @+1 {{'arith.constant' op expects elements to be f64, f32, bf16, f16, i32 or i1 on a GPU, got 'i64' (nvptx.C2)}}
  %x = arith.constant dense<1> : tensor<4xi64>
}

// -----

tile.kernel @nvptx_c4 tasks 1 writes [] {
^bb0(%task: index):
  // expected-error @+1 {{'arith.constant' op expects a tile constant to have one value in all elements, got dense<[[1.000000e+00, 2.000000e+00]]> : tensor<1x2xf32> (nvptx.C4)}}
  %x = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
}
