// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --exec-verify-program --split-input-file --verify-diagnostics

tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
exec.program @program_c4 arena 128 attributes {weft.arguments = [{}], weft.results = [{}]} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-error @+1 {{expects its 16 bytes to lie inside the arena of 128 bytes, got offset 128 (program.C4)}}
  %a = exec.buffer arena at 128 : <tensor<4xf32>>
  exec.copy %x to %y : <tensor<4xf32>> to <tensor<4xf32>>
}

// -----

tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
// expected-error @+1 {{expects weft.arguments to describe each argument buffer, got 2 vs 1 (program.C5)}}
exec.program @program_c5 arena 128 attributes {weft.arguments = [{}, {}], weft.results = [{}]} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  exec.copy %x to %y : <tensor<4xf32>> to <tensor<4xf32>>
}

// -----

tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
exec.program @program_c6 arena 128 attributes {weft.arguments = [{}], weft.results = [{}]} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  // expected-error @+1 {{expects every result to be written (program.C6)}}
  %y = exec.buffer result at 0 : <tensor<4xf32>>
}

// -----

tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
exec.program @program_c7 arena 128 attributes {weft.arguments = [{}], weft.results = [{}]} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-note @+1 {{the buffer is declared here}}
  %a = exec.buffer arena at 0 : <tensor<4xf32>>
  // expected-error @+1 {{expects operand 1 to be written before it is read (program.C7)}}
  exec.launch @add(%x, %a, %y) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
}

// -----

tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
exec.program @program_c8 arena 128 attributes {weft.arguments = [{}], weft.results = [{}]} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-note @+1 {{the buffer that is read, at 0}}
  %a = exec.buffer arena at 0 : <tensor<4xf32>>
  // expected-note @+1 {{the buffer that was written since, at 0}}
  %b = exec.buffer arena at 0 : <tensor<4xf32>>
  exec.copy %x to %a : <tensor<4xf32>> to <tensor<4xf32>>
  exec.copy %x to %b : <tensor<4xf32>> to <tensor<4xf32>>
  // expected-error @+1 {{expects operand 1 to still hold its values, got the bytes of another buffer (program.C8)}}
  exec.launch @add(%x, %a, %y) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
}

// -----

tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
exec.program @program_c8_second_iteration arena 128 attributes {weft.arguments = [{}], weft.results = [{}]} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-note @+1 {{the buffer that is read, at 0}}
  %a = exec.buffer arena at 0 : <tensor<4xf32>>
  // expected-note @+1 {{the buffer that was written since, at 0}}
  %b = exec.buffer arena at 0 : <tensor<4xf32>>
  exec.copy %x to %a : <tensor<4xf32>> to <tensor<4xf32>>
  exec.for "" + 3 {
    // expected-error @+1 {{expects operand 0 to still hold its values, got the bytes of another buffer (program.C8)}}
    exec.copy %a to %y : <tensor<4xf32>> to <tensor<4xf32>>
    exec.copy %x to %b : <tensor<4xf32>> to <tensor<4xf32>>
  }
}

// -----

tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
exec.program @program_c9 arena 128 attributes {weft.arguments = [{}], weft.results = [{}]} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  exec.copy %x to %y : <tensor<4xf32>> to <tensor<4xf32>>
  // expected-error @+1 {{expects to write only results and the arena, got argument buffer as operand 1 (program.C9)}}
  exec.copy %y to %x : <tensor<4xf32>> to <tensor<4xf32>>
}

// -----

func.func private @kernel(%x: tensor<4xf32>) {
  return
}
exec.program @program_c10 arena 128 attributes {weft.arguments = [{}], weft.results = [{}]} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-error @+1 {{expects the kernel to be a tile.kernel, got @kernel (program.C10)}}
  exec.launch @kernel(%x, %y) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
}

// -----

tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
exec.program @program_c11 arena 128 attributes {weft.arguments = [{}], weft.results = [{}]} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  %a = exec.buffer arena at 0 : <tensor<4xf32>>
  exec.copy %x to %a : <tensor<4xf32>> to <tensor<4xf32>>
  // expected-error @+1 {{expects the arrays it writes to share no bytes with its others, got operands 2 and 1 (program.C11)}}
  exec.launch @add(%x, %a, %a) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
}

// -----

exec.program @program_c12 arena 0 attributes {weft.arguments = [], weft.results = []} {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
exec.for "" + 1 {
// expected-error @+1 {{expects to lie in fewer than 16 loops, got 16 (program.C12)}}
exec.for "" + 1 {
}}}}}}}}}}}}}}}}}
}

// -----

module attributes {weft.symbols = [#weft.size<n(8 by 2)>]} {
  tile.kernel @look tasks 1 writes [] sizes [7] {
  ^bb0(%x: !tile.array<f32>, %task: index):
  }
  exec.program @program_c13 arena 0 attributes {weft.arguments = [{}], weft.results = []} {
    %x = exec.buffer argument at 0 : <tensor<4xf32>>
    exec.launch @look(%x) tasks 1 sizes [#weft.size<7>] : !exec.buffer<tensor<4xf32>>
    // expected-error @+1 {{expects size 0 to be a constant or a symbol of weft.symbols and inside [0, 7], got #weft.size<n(8 by 2)> (program.C13)}}
    exec.launch @look(%x) tasks 1 sizes [#weft.size<n(8 by 2)>] : !exec.buffer<tensor<4xf32>>
  }
}

// -----

exec.program @program_c14 arena 0 attributes {weft.arguments = [{}], weft.results = [{weft.takes = 1 : i64}]} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  // expected-error @+1 {{expects weft.takes to be the number of an argument of the same type, of constant sizes, that no other result takes, got 1 (program.C14)}}
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  exec.copy %x to %y : <tensor<4xf32>> to <tensor<4xf32>>
}

// -----

exec.program @program_c14_twice arena 0 attributes {weft.arguments = [{}], weft.results = [{weft.takes = 0 : i64}, {weft.takes = 0 : i64}]} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-error @+1 {{that no other result takes, got 0 (program.C14)}}
  %z = exec.buffer result at 0 : <tensor<4xf32>>
  exec.copy %x to %y : <tensor<4xf32>> to <tensor<4xf32>>
  exec.copy %x to %z : <tensor<4xf32>> to <tensor<4xf32>>
}

// -----

tile.kernel @one tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
}
exec.program @program_c14_kernel arena 0 attributes {weft.arguments = [{}], weft.results = [{weft.takes = 0 : i64}]} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-error @+1 {{expects a kernel that works in place, since operand 1 may take the bytes of operand 0 (program.C14)}}
  exec.launch @one(%x, %y) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
}

// -----

tile.kernel @one tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
}
exec.program @program_c14_later arena 64 attributes {weft.arguments = [{}, {}], weft.results = [{weft.takes = 0 : i64}]} {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %g = exec.buffer argument at 0 : <tensor<4xf32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  %a = exec.buffer arena at 0 : <tensor<4xf32>>
  exec.launch @one(%g, %y) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
  // expected-error @+1 {{expects operand 0 to be read before the result that takes its bytes is written (program.C14)}}
  exec.launch @one(%x, %a) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
}

// -----

tile.kernel @one tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
}
exec.program @program_c15 arena 64 attributes {weft.arguments = [{}], weft.results = [{}]} {
  %x = exec.buffer argument at 0 : <tensor<8x4xf32>>
  %y = exec.buffer result at 0 : <tensor<8x4xf32>>
  // expected-note @+1 {{the buffer is declared here}}
  %a = exec.buffer arena at 0 : <tensor<4xf32>>
  exec.for "" + 8 attributes {weft.parallel} {
    %s = exec.window %x depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xf32>>
    %t = exec.window %y depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xf32>>
    // expected-error @+1 {{expects a turn of a parallel loop to have a part of what turns write for itself (program.C15)}}
    exec.launch @one(%s, %a) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
    exec.launch @one(%a, %t) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
  }
}

// -----

// A turn would read the slice of the next one.
tile.kernel @one tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
}
exec.program @program_c15_next arena 128 attributes {weft.arguments = [{}], weft.results = [{}]} {
  %x = exec.buffer argument at 0 : <tensor<8x4xf32>>
  // expected-note @+1 {{the buffer is declared here}}
  %y = exec.buffer result at 0 : <tensor<8x4xf32>>
  %a = exec.buffer arena at 0 : <tensor<8x4xf32>>
  exec.for "" + 8 attributes {weft.parallel} {
    %s = exec.window %x depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xf32>>
    %t = exec.window %y depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xf32>>
    %u = exec.window %y depth 0 stride 16 offset 16 : <tensor<8x4xf32>> -> <tensor<4xf32>>
    %v = exec.window %a depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xf32>>
    // expected-error @+1 {{expects a turn of a parallel loop to have a part of what turns write for itself (program.C15)}}
    exec.launch @one(%s, %t) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
    exec.launch @one(%u, %v) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
  }
}

// -----

// Two buffers of a turn share bytes that are another turn's part of the one.
tile.kernel @one tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
}
exec.program @program_c15_bytes arena 192 attributes {weft.arguments = [{}], weft.results = [{}]} {
  %x = exec.buffer argument at 0 : <tensor<8x4xf32>>
  %y = exec.buffer result at 0 : <tensor<8x4xf32>>
  // expected-note @+1 {{the buffer is declared here}}
  %a = exec.buffer arena at 0 : <tensor<8x4xf32>>
  %b = exec.buffer arena at 64 : <tensor<8x4xf32>>
  exec.for "" + 8 attributes {weft.parallel} {
    %s = exec.window %x depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xf32>>
    %t = exec.window %y depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xf32>>
    %u = exec.window %a depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xf32>>
    %v = exec.window %b depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xf32>>
    // expected-error @+1 {{expects buffers of a parallel loop that share bytes to begin at one offset and to have one stride, got 0 by 16 and 64 by 16 (program.C15)}}
    exec.launch @one(%s, %u) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
    exec.launch @one(%u, %t) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
    exec.launch @one(%s, %v) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
    exec.launch @one(%v, %t) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
  }
}
