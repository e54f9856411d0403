// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A kernel that takes more shared memory than a block has gets smaller tiles, and a remark says so. With a schedule of its own, or where no tile is
// small enough, the error names the largest buffers.
// RUN: split-file %s %t
// RUN: weft compile %t/wide.mlir --target=sm_80 --emit=ptx -o %t/wide.ptx 2>&1 | FileCheck %s --check-prefix=WIDE
// RUN: weft compile %t/wide.mlir -q --target=sm_80 --until=scheduled -o - | FileCheck %s --check-prefix=TABLE
// RUN: FileCheck %s --check-prefix=PTX < %t/wide.ptx
// RUN: not weft compile %t/own.mlir --target=sm_80 --emit=ptx -o %t/own.ptx 2>&1 | FileCheck %s --check-prefix=OWN
// RUN: not weft compile %t/widest.mlir --target=sm_80 --emit=ptx -o %t/widest.ptx 2>&1 | FileCheck %s --check-prefix=WIDEST

// WIDE: wide.mlir:3: note: its kernel does not fit into the shared memory of a block: tiles are halved 3 times
// WIDE-NOT: note
// WIDE-NOT: error
// What the table says is not changed for those that fit.
// TABLE: schedule = {{.*}}rows = 64
// PTX: .entry
// OWN: own.mlir:3: error: {{.*}}expects its buffers to take at most 166912 bytes of shared memory, got {{[0-9]+}} (nvptx.C1)
// OWN: own.mlir:3: note: {{[0-9]+}} bytes for the left factor of a product, 64 x 512 of 'f32'
// OWN: own.mlir:3: note: {{[0-9]+}} bytes for the right factor of a product, 32 x 512 of 'f32'
// WIDEST: widest.mlir:3: error: {{.*}}expects its buffers to take at most 166912 bytes of shared memory
// WIDEST: note: {{[0-9]+}} bytes for the left factor of a product, 8 x 4096 of 'f32'

//--- wide.mlir
func.func @attend(%q: tensor<1x1x64x512xf32> {weft.name = "q", weft.role = "input"}, %k: tensor<1x1x64x512xf32> {weft.name = "k", weft.role = "input"}, %v: tensor<1x1x64x512xf32> {weft.name = "v", weft.role = "input"})
    -> (tensor<1x1x64x512xf32> {weft.name = "y", weft.role = "output"}) {
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<63> before_start masked kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x1x64x512xf32>, tensor<1x1x64x512xf32>, tensor<1x1x64x512xf32> -> tensor<1x1x64x512xf32>, tensor<1x1x64x3xf32>
  return %y : tensor<1x1x64x512xf32>
}
//--- own.mlir
func.func @attend(%q: tensor<1x1x64x512xf32> {weft.name = "q", weft.role = "input"}, %k: tensor<1x1x64x512xf32> {weft.name = "k", weft.role = "input"}, %v: tensor<1x1x64x512xf32> {weft.name = "v", weft.role = "input"})
    -> (tensor<1x1x64x512xf32> {weft.name = "y", weft.role = "output"}) {
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<63> before_start masked kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } {schedule = {rows = 64 : i64, cols = 32 : i64, depth = 1 : i64}} : tensor<1x1x64x512xf32>, tensor<1x1x64x512xf32>, tensor<1x1x64x512xf32> -> tensor<1x1x64x512xf32>, tensor<1x1x64x3xf32>
  return %y : tensor<1x1x64x512xf32>
}
//--- widest.mlir
func.func @attend(%q: tensor<1x1x64x4096xf32> {weft.name = "q", weft.role = "input"}, %k: tensor<1x1x64x4096xf32> {weft.name = "k", weft.role = "input"}, %v: tensor<1x1x64x4096xf32> {weft.name = "v", weft.role = "input"})
    -> (tensor<1x1x64x4096xf32> {weft.name = "y", weft.role = "output"}) {
  %y, %stats = weft.span_attention %q, %k, %v reach 0 to #weft.size<63> before_start masked kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x1x64x4096xf32>, tensor<1x1x64x4096xf32>, tensor<1x1x64x4096xf32> -> tensor<1x1x64x4096xf32>, tensor<1x1x64x3xf32>
  return %y : tensor<1x1x64x4096xf32>
}
