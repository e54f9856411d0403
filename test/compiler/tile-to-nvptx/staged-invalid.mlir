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
