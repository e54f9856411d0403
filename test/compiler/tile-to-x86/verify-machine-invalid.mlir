// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --x86-verify-machine --split-input-file --verify-diagnostics

// A legal kernel: arithmetic, stack memory of constant size, an intrinsic that is an instruction.
llvm.func @legal(%arrays: !llvm.ptr, %sizes: !llvm.ptr, %task: i64) {
  %n = llvm.mlir.constant(16 : i64) : i64
  %tile = llvm.alloca %n x f32 {alignment = 64 : i64} : (i64) -> !llvm.ptr
  %x = llvm.load %tile : !llvm.ptr -> f32
  %y = llvm.intr.sqrt(%x) : (f32) -> f32
  llvm.store %y, %tile : f32, !llvm.ptr
  llvm.return
}

// -----

// expected-error @+1 {{expects a body and the type of a kernel, '!llvm.func<void (ptr, ptr, i64)>', got '!llvm.func<void (ptr)>' (machine.C1)}}
llvm.func @machine_c1(%arrays: !llvm.ptr) {
  llvm.return
}

// -----

// expected-error @+1 {{expects a body and the type of a kernel}}
llvm.func @machine_c1_body(!llvm.ptr, !llvm.ptr, i64)

// -----

llvm.func @machine_c2(%arrays: !llvm.ptr, %sizes: !llvm.ptr, %task: i64) {
  // expected-error @+1 {{expects to be an llvm operation in a lowered kernel (machine.C2)}}
  %n = arith.constant 16 : i64
  llvm.return
}

// -----

llvm.func @machine_c3(%arrays: !llvm.ptr, %sizes: !llvm.ptr, %task: i64) {
  // expected-error @+1 {{expects a kernel to call nothing and to keep nothing (machine.C3)}}
  llvm.call @machine_c3(%arrays, %sizes, %task) : (!llvm.ptr, !llvm.ptr, i64) -> ()
  llvm.return
}

// -----

llvm.func @machine_c3_libm(%arrays: !llvm.ptr, %sizes: !llvm.ptr, %task: i64) {
  %x = llvm.load %arrays : !llvm.ptr -> f32
  // expected-error @+1 {{expects an intrinsic that becomes an instruction, not a call of libm or libc (machine.C3)}}
  %y = llvm.intr.exp(%x) : (f32) -> f32
  llvm.return
}

// -----

llvm.func @machine_c3_libc(%arrays: !llvm.ptr, %sizes: !llvm.ptr, %task: i64) {
  // expected-error @+1 {{expects an intrinsic that becomes an instruction, not a call of libm or libc (machine.C3)}}
  "llvm.intr.memcpy"(%arrays, %sizes, %task) <{isVolatile = false}> : (!llvm.ptr, !llvm.ptr, i64) -> ()
  llvm.return
}

// -----

llvm.func @machine_c4(%arrays: !llvm.ptr, %sizes: !llvm.ptr, %task: i64) {
  // expected-error @+1 {{expects stack memory of constant size, taken where the kernel begins (machine.C4)}}
  %tile = llvm.alloca %task x f32 : (i64) -> !llvm.ptr
  llvm.return
}

// -----

// expected-error @+1 {{expects at most 245760 bytes of stack, got 262144 (machine.C4)}}
llvm.func @machine_c4_bytes(%arrays: !llvm.ptr, %sizes: !llvm.ptr, %task: i64) {
  %n = llvm.mlir.constant(65536 : i64) : i64
  %tile = llvm.alloca %n x f32 : (i64) -> !llvm.ptr
  llvm.return
}

// -----

exec.program @machine_c5 arena 0 attributes {weft.arguments = [{}], weft.results = []} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  // expected-error @+1 {{expects its kernel to be lowered, got @copy (machine.C5)}}
  exec.launch @copy(%x) tasks 1 : !exec.buffer<tensor<4xf32>>
}
tile.kernel @copy tasks 1 writes [] {
^bb0(%x: !tile.array<f32>, %task: index):
}

// -----

// A kernel knows its sizes by number; what a launch gives must be inside the bounds that it was compiled for.
module attributes {weft.symbols = [#weft.size<n(64 by 8)>]} {
  llvm.func @fill(%arrays: !llvm.ptr, %sizes: !llvm.ptr, %task: i64) attributes {weft.sizes = array<i64: 64>} {
    llvm.return
  }
  exec.program @machine_c7 arena 0 attributes {weft.arguments = [{}], weft.results = []} {
    %x = exec.buffer argument at 0 : <tensor<4xf32>>
    exec.launch @fill(%x) tasks 1 sizes [#weft.size<n(64 by 8)>] : !exec.buffer<tensor<4xf32>>
    // expected-error @+1 {{expects as many sizes as its kernel has, got 0 vs 1 (machine.C7)}}
    exec.launch @fill(%x) tasks 1 : !exec.buffer<tensor<4xf32>>
  }
}

// -----

llvm.func @fill(%arrays: !llvm.ptr, %sizes: !llvm.ptr, %task: i64) attributes {weft.sizes = array<i64: 64>} {
  llvm.return
}
exec.program @machine_c7_bound arena 0 attributes {weft.arguments = [{}], weft.results = []} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  // expected-error @+1 {{expects size 0 to be a constant or a symbol of weft.symbols and inside [0, 64], got #weft.size<65> (machine.C7)}}
  exec.launch @fill(%x) tasks 1 sizes [#weft.size<65>] : !exec.buffer<tensor<4xf32>>
}

// -----

// expected-error @+1 {{expects an llvm.func, an exec.program, a weft.param or a weft.state at the top of the module (machine.C6)}}
func.func @machine_c6() {
  return
}
