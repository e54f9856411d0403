// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loops that products spend their time in, as the processor sees them: sums stay in registers for the whole depth, each row
// of a block costs one broadcast and each vector of the panel one load, and nothing is called.
// RUN: weft compile %s --target cpu:avx512 --emit=asm -q -o %t.avx512.s
// RUN: %src/test/compiler/machine-code/hot-loops < %t.avx512.s | FileCheck %s
// RUN: weft compile %s --target cpu:avx2 --emit=asm -q -o - | %src/test/compiler/machine-code/hot-loops | FileCheck %s --check-prefix=AVX2
// A value that lies in memory is noticed.
// RUN: %src/test/compiler/machine-code/hot-loops --spill < %t.avx512.s | not FileCheck %s

// Two steps of k: 6 rows x 4 vectors, 2 (6 + 4) reads; the last rows of 512 are blocks of 5.
// The first blocks are loops of their own: they also ask for the next panel, from what registers there are.
// CHECK: in_out.0.dot: loop: 48 fma zmm, 20 loads, 0 stores, 0 spills
// CHECK-NEXT: in_out.0.dot: loop: 48 fma zmm, 20 loads, 0 stores, 0 spills
// CHECK-NEXT: in_out.0.dot: loop: 40 fma zmm, 18 loads, 0 stores, 0 spills
// CHECK-NEXT: in_out.0.dot: 136 fma, 0 calls
// CHECK: out_in.0.dot: loop: 48 fma zmm, 20 loads, 0 stores, 0 spills
// CHECK-NEXT: out_in.0.dot: loop: 48 fma zmm, 20 loads, 0 stores, 0 spills
// CHECK-NEXT: out_in.0.dot: loop: 40 fma zmm, 18 loads, 0 stores, 0 spills
// CHECK-NEXT: out_in.0.dot: 136 fma, 0 calls
// Two panels.
// CHECK: dw.0.dot: loop: 48 fma zmm, 20 loads, 0 stores, 0 spills
// CHECK-NEXT: dw.0.dot: loop: 48 fma zmm, 20 loads, 0 stores, 0 spills
// CHECK-NEXT: dw.0.dot: loop: 40 fma zmm, 18 loads, 0 stores, 0 spills
// CHECK-NEXT: dw.0.dot: loop: 48 fma zmm, 20 loads, 0 stores, 0 spills
// CHECK-NEXT: dw.0.dot: loop: 40 fma zmm, 18 loads, 0 stores, 0 spills
// CHECK-NEXT: dw.0.dot: 224 fma, 0 calls
// 37 rows are blocks of nearly equal height: 2 of 6 and 5 of 5.
// CHECK: tail.0.dot: loop: 48 fma zmm, 20 loads, 0 stores, 0 spills
// CHECK-NEXT: tail.0.dot: loop: 40 fma zmm, 18 loads, 0 stores, 0 spills
// CHECK-NEXT: tail.0.dot: 88 fma, 0 calls

// With 16 registers 6 rows x 2 vectors; the last rows of 256 are blocks of 5.
// AVX2: in_out.0.dot: loop: 24 fma ymm, 16 loads, 0 stores, 0 spills
// AVX2-NEXT: in_out.0.dot: loop: 24 fma ymm, 16 loads, 0 stores, 0 spills
// AVX2-NEXT: in_out.0.dot: loop: 20 fma ymm, 14 loads, 0 stores, 0 spills
// AVX2: in_out.0.dot: {{[0-9]+}} fma, 0 calls
// AVX2: out_in.0.dot: loop: 24 fma ymm, 16 loads, 0 stores, 0 spills
// AVX2-NEXT: out_in.0.dot: loop: 24 fma ymm, 16 loads, 0 stores, 0 spills
// AVX2-NEXT: out_in.0.dot: loop: 20 fma ymm, 14 loads, 0 stores, 0 spills
// AVX2: out_in.0.dot: {{[0-9]+}} fma, 0 calls
// AVX2: dw.0.dot: loop: 24 fma ymm, 16 loads, 0 stores, 0 spills
// AVX2-NEXT: dw.0.dot: loop: 24 fma ymm, 16 loads, 0 stores, 0 spills
// AVX2-NEXT: dw.0.dot: loop: 20 fma ymm, 14 loads, 0 stores, 0 spills
// AVX2: dw.0.dot: {{[0-9]+}} fma, 0 calls
module attributes {weft.model = "products"} {
  func.func @in_out(%x: tensor<512x512xf32> {weft.name = "x", weft.role = "input"}, %w: tensor<512x512xf32> {weft.name = "w", weft.role = "input"}) -> (tensor<512x512xf32> {weft.name = "y", weft.role = "output"}) {
    %y = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<512x512xf32>, tensor<512x512xf32> -> tensor<512x512xf32>
    return %y : tensor<512x512xf32>
  }
  func.func @out_in(%x: tensor<512x512xf32> {weft.name = "x", weft.role = "input"}, %w: tensor<512x512xf32> {weft.name = "w", weft.role = "input"}) -> (tensor<512x512xf32> {weft.name = "y", weft.role = "output"}) {
    %y = weft.dot %x, %w batch [] x [] contract [1] x [1] : tensor<512x512xf32>, tensor<512x512xf32> -> tensor<512x512xf32>
    return %y : tensor<512x512xf32>
  }
  func.func @dw(%x: tensor<512x512xf32> {weft.name = "x", weft.role = "input"}, %w: tensor<512x512xf32> {weft.name = "w", weft.role = "input"}) -> (tensor<512x512xf32> {weft.name = "y", weft.role = "output"}) {
    %y = weft.dot %x, %w batch [] x [] contract [0] x [0] : tensor<512x512xf32>, tensor<512x512xf32> -> tensor<512x512xf32>
    return %y : tensor<512x512xf32>
  }
  func.func @tail(%x: tensor<37x130xf32> {weft.name = "x", weft.role = "input"}, %w: tensor<130x50xf32> {weft.name = "w", weft.role = "input"}) -> (tensor<37x50xf32> {weft.name = "y", weft.role = "output"}) {
    %y = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<37x130xf32>, tensor<130x50xf32> -> tensor<37x50xf32>
    return %y : tensor<37x50xf32>
  }
}
