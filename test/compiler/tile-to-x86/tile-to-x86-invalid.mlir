// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --split-input-file --verify-diagnostics --tile-to-x86

tile.kernel @x86_c1 tasks 1 writes [] {
^bb0(%task: index):
  // expected-error @+1 {{'arith.constant' op expects elements to be f64, f32, bf16, f16, i32 or i1 on x86, got 'i64' (x86.C1)}}
  %t = arith.constant dense<1> : tensor<4xi64>
}

// -----

tile.kernel @x86_c6 tasks 1 writes [] {
^bb0(%task: index):
  %a = arith.constant dense<1.0> : tensor<4x4xf16>
  %sum = arith.constant dense<0.0> : tensor<4x4xf32>
  // expected-error @+1 {{'tile.dot' op expects factors of f16 to be widened by tile-widen-factors (x86.C6)}}
  %t = tile.dot %a, %a, %sum : tensor<4x4xf16>, tensor<4x4xf16>, tensor<4x4xf32>
}

// -----

tile.kernel @x86_c5 tasks 1 writes [] {
^bb0(%x: !tile.array<bf16>, %task: index):
  %t = arith.constant dense<1.0> : tensor<4x4xbf16>
  // expected-error @+1 {{'tile.reduce' op expects sums to be of f64 or f32 on x86, got 'bf16' (x86.C5)}}
  %s = tile.reduce sum %t axis 1 : tensor<4x4xbf16> -> tensor<4xbf16>
}

// -----

tile.kernel @x86_c2 tasks 1 writes [] {
^bb0(%task: index):
  // expected-error @+1 {{'arith.constant' op expects a tile constant to have one value in all elements, got dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32> (x86.C2)}}
  %t = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
}

// -----

tile.kernel @x86_c3 tasks 1 writes [] {
^bb0(%task: index):
  %t = arith.constant dense<1.0> : tensor<2xf32>
  // expected-error @+1 {{'tensor.extract' op expects to be an operation of plain tile, arith, scf.for or scf.if (x86.C3)}}
  %s = tensor.extract %t[%task] : tensor<2xf32>
}

// -----

// expected-error @+1 {{'tile.kernel' op expects its tiles to take at most 245760 bytes at once, got 262144 (x86.C4)}}
tile.kernel @x86_c4 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %n = arith.constant 256 : index
  %fill = arith.constant 0.0 : f32
  %input = tile.view %x offset %zero sizes %n, %n strides %n, %n : !tile.array<f32> -> !tile.view<2 x f32>
  %output = tile.view %y offset %zero sizes %n, %n strides %n, %n : !tile.array<f32> -> !tile.view<2 x f32>
  %t = tile.load %input[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<256x256xf32>
  tile.store %t, %output[%zero, %zero] : tensor<256x256xf32>, !tile.view<2 x f32>
}

// -----

// A tile that would take hours to lower.
// expected-error @+1 {{'tile.kernel' op expects its tiles to take at most 245760 bytes at once, got 18446744073709551615 (x86.C4)}}
tile.kernel @x86_c4_one_tile tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %n = arith.constant 9223372036854775807 : index
  %fill = arith.constant 0.0 : f32
  %input = tile.view %x offset %zero sizes %n strides %n : !tile.array<f32> -> !tile.view<1 x f32>
  %output = tile.view %y offset %zero sizes %n strides %n : !tile.array<f32> -> !tile.view<1 x f32>
  %t = tile.load %input[%zero] fill %fill : !tile.view<1 x f32>, f32 -> tensor<9223372036854775807xf32>
  tile.store %t, %output[%zero] : tensor<9223372036854775807xf32>, !tile.view<1 x f32>
}

// -----

tile.kernel @staged tasks 1 writes [] {
^bb0(%task: index):
  // expected-error @+1 {{'tile.barrier' op expects to be an operation of plain tile, arith, scf.for or scf.if (x86.C3)}}
  tile.barrier
}
