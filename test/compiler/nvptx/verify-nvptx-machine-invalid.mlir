// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --verify-nvptx-machine --split-input-file --verify-diagnostics

// A legal kernel, its memory, and a function of another kind, which this pass leaves alone.
llvm.mlir.global external @weft_shared() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
llvm.func @legal(%x: !llvm.ptr<1>, %n: i64)
    attributes {nvvm.kernel, nvvm.reqntid = array<i32: 1024>, weft.shared = 16 : i64, weft.sizes = array<i64: 4>} {
  %memory = llvm.mlir.addressof @weft_shared : !llvm.ptr<3>
  nvvm.barrier0
  llvm.store %n, %memory : i64, !llvm.ptr<3>
  llvm.return
}
llvm.func @other(%x: !llvm.ptr)

// -----

// expected-error @+1 {{expects a body, no result, arrays as !llvm.ptr<1> and then 0 sizes as i64, got '!llvm.func<void (ptr)>' (nvptx_machine.C1)}}
llvm.func @nvptx_machine_c1(%x: !llvm.ptr) attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>, weft.shared = 0 : i64} {
  llvm.return
}

// -----

// expected-error @+1 {{arrays as !llvm.ptr<1> and then 1 sizes as i64}}
llvm.func @nvptx_machine_c1_size(%x: !llvm.ptr<1>) attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>, weft.shared = 0 : i64, weft.sizes = array<i64: 4>} {
  llvm.return
}

// -----

// expected-error @+1 {{expects nvvm.reqntid to be one multiple of 32 of at most 1024 threads (nvptx_machine.C2)}}
llvm.func @nvptx_machine_c2(%x: !llvm.ptr<1>) attributes {nvvm.kernel, nvvm.reqntid = array<i32: 100>, weft.shared = 0 : i64} {
  llvm.return
}

// -----

// expected-error @+1 {{expects nvvm.reqntid to be one multiple of 32}}
llvm.func @nvptx_machine_c2_two(%x: !llvm.ptr<1>) attributes {nvvm.kernel, nvvm.reqntid = array<i32: 32, 2>, weft.shared = 0 : i64} {
  llvm.return
}

// -----

// expected-error @+1 {{expects weft.shared, the bytes of shared memory of a launch, as an i64 of at least 0 (nvptx_machine.C3)}}
llvm.func @nvptx_machine_c3(%x: !llvm.ptr<1>) attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>} {
  llvm.return
}

// -----

llvm.func @nvptx_machine_c4(%x: !llvm.ptr<1>) attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>, weft.shared = 0 : i64} {
  // expected-error @+1 {{expects to be an llvm or nvvm operation in a GPU kernel (nvptx_machine.C4)}}
  %n = arith.constant 16 : i64
  llvm.return
}

// -----

llvm.func @nvptx_machine_c5(%x: !llvm.ptr<1>) attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>, weft.shared = 0 : i64} {
  // expected-error @+1 {{expects a GPU kernel to call nothing (nvptx_machine.C5)}}
  llvm.call @nvptx_machine_c5(%x) : (!llvm.ptr<1>) -> ()
  llvm.return
}

// -----

// expected-error @+1 {{expects the global of a module to be external shared memory of no elements, @weft_shared (nvptx_machine.C6)}}
llvm.mlir.global external @nvptx_machine_c6() {addr_space = 3 : i32} : !llvm.array<16 x i8>
