// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// Block-sparse attention forwards and backwards: every closed form and listed blocks, lengths around a block and of queries and keys
// that differ, rows and layouts that reach nothing, heads that differ, dropout, captures and sources.
// A block that is nearly empty.
func.func @one(%q: tensor<1x1x1x4xf64>, %k: tensor<1x1x1x4xf64>, %v: tensor<1x1x1x3xf64>, %dy: tensor<1x1x1x3xf64>)
    -> (tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>, tensor<1x1x1x4xf64>, tensor<1x1x1x4xf64>, tensor<1x1x1x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(1)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x1x4xf64>, tensor<1x1x1x4xf64>, tensor<1x1x1x3xf64> -> tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [local(1)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x1x4xf64>, tensor<1x1x1x4xf64>, tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64> -> tensor<1x1x1x4xf64>, tensor<1x1x1x4xf64>, tensor<1x1x1x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>, tensor<1x1x1x4xf64>, tensor<1x1x1x4xf64>, tensor<1x1x1x3xf64>
}
func.func @less(%q: tensor<1x2x15x4xf64>, %k: tensor<1x2x15x4xf64>, %v: tensor<1x2x15x3xf64>, %dy: tensor<1x2x15x3xf64>)
    -> (tensor<1x2x15x3xf64>, tensor<1x2x15x3xf64>, tensor<1x2x15x4xf64>, tensor<1x2x15x4xf64>, tensor<1x2x15x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(4) | strided(6)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x15x4xf64>, tensor<1x2x15x4xf64>, tensor<1x2x15x3xf64> -> tensor<1x2x15x3xf64>, tensor<1x2x15x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [local(4) | strided(6)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x15x4xf64>, tensor<1x2x15x4xf64>, tensor<1x2x15x3xf64>, tensor<1x2x15x3xf64>, tensor<1x2x15x3xf64> -> tensor<1x2x15x4xf64>, tensor<1x2x15x4xf64>, tensor<1x2x15x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x2x15x3xf64>, tensor<1x2x15x3xf64>, tensor<1x2x15x4xf64>, tensor<1x2x15x4xf64>, tensor<1x2x15x3xf64>
}
func.func @whole(%q: tensor<2x2x16x4xf64>, %k: tensor<2x2x16x4xf64>, %v: tensor<2x2x16x3xf64>, %dy: tensor<2x2x16x3xf64>)
    -> (tensor<2x2x16x3xf64>, tensor<2x2x16x3xf64>, tensor<2x2x16x4xf64>, tensor<2x2x16x4xf64>, tensor<2x2x16x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [window(8)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<2x2x16x4xf64>, tensor<2x2x16x4xf64>, tensor<2x2x16x3xf64> -> tensor<2x2x16x3xf64>, tensor<2x2x16x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [window(8)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<2x2x16x4xf64>, tensor<2x2x16x4xf64>, tensor<2x2x16x3xf64>, tensor<2x2x16x3xf64>, tensor<2x2x16x3xf64> -> tensor<2x2x16x4xf64>, tensor<2x2x16x4xf64>, tensor<2x2x16x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<2x2x16x3xf64>, tensor<2x2x16x3xf64>, tensor<2x2x16x4xf64>, tensor<2x2x16x4xf64>, tensor<2x2x16x3xf64>
}
func.func @more(%q: tensor<1x2x17x4xf64>, %k: tensor<1x2x17x4xf64>, %v: tensor<1x2x17x3xf64>, %dy: tensor<1x2x17x3xf64>)
    -> (tensor<1x2x17x3xf64>, tensor<1x2x17x3xf64>, tensor<1x2x17x4xf64>, tensor<1x2x17x4xf64>, tensor<1x2x17x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [strided(3)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x17x4xf64>, tensor<1x2x17x4xf64>, tensor<1x2x17x3xf64> -> tensor<1x2x17x3xf64>, tensor<1x2x17x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [strided(3)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x17x4xf64>, tensor<1x2x17x4xf64>, tensor<1x2x17x3xf64>, tensor<1x2x17x3xf64>, tensor<1x2x17x3xf64> -> tensor<1x2x17x4xf64>, tensor<1x2x17x4xf64>, tensor<1x2x17x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x2x17x3xf64>, tensor<1x2x17x3xf64>, tensor<1x2x17x4xf64>, tensor<1x2x17x4xf64>, tensor<1x2x17x3xf64>
}
// Heads that share keys and differ in their columns; the length ends inside a block.
func.func @fixed_heads(%q: tensor<2x4x70x4xf64>, %k: tensor<2x1x70x4xf64>, %v: tensor<2x1x70x6xf64>, %dy: tensor<2x4x70x6xf64>)
    -> (tensor<2x4x70x6xf64>, tensor<2x4x70x3xf64>, tensor<2x4x70x4xf64>, tensor<2x1x70x4xf64>, tensor<2x1x70x6xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <32, [window(32) | columns(32, 8, 0), window(32) | columns(32, 8, 1)] heads [0, 1, 1, 0]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<2x4x70x4xf64>, tensor<2x1x70x4xf64>, tensor<2x1x70x6xf64> -> tensor<2x4x70x6xf64>, tensor<2x4x70x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <32, [window(32) | columns(32, 8, 0), window(32) | columns(32, 8, 1)] heads [0, 1, 1, 0]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<2x4x70x4xf64>, tensor<2x1x70x4xf64>, tensor<2x1x70x6xf64>, tensor<2x4x70x3xf64>, tensor<2x4x70x6xf64> -> tensor<2x4x70x4xf64>, tensor<2x1x70x4xf64>, tensor<2x1x70x6xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<2x4x70x6xf64>, tensor<2x4x70x3xf64>, tensor<2x4x70x4xf64>, tensor<2x1x70x4xf64>, tensor<2x1x70x6xf64>
}
// The queries are the newest 37 of 91 positions, so blocks do not lie on the diagonal.
func.func @newest(%q: tensor<1x2x37x4xf64>, %k: tensor<1x2x91x4xf64>, %v: tensor<1x2x91x3xf64>, %dy: tensor<1x2x37x3xf64>)
    -> (tensor<1x2x37x3xf64>, tensor<1x2x37x3xf64>, tensor<1x2x37x4xf64>, tensor<1x2x91x4xf64>, tensor<1x2x91x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(20) | strided(16) | prefix(5)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x37x4xf64>, tensor<1x2x91x4xf64>, tensor<1x2x91x3xf64> -> tensor<1x2x37x3xf64>, tensor<1x2x37x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [local(20) | strided(16) | prefix(5)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x37x4xf64>, tensor<1x2x91x4xf64>, tensor<1x2x91x3xf64>, tensor<1x2x37x3xf64>, tensor<1x2x37x3xf64> -> tensor<1x2x37x4xf64>, tensor<1x2x91x4xf64>, tensor<1x2x91x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x2x37x3xf64>, tensor<1x2x37x3xf64>, tensor<1x2x37x4xf64>, tensor<1x2x91x4xf64>, tensor<1x2x91x3xf64>
}
// The first 16 queries reach nothing.
func.func @empty_rows(%q: tensor<1x1x40x4xf64>, %k: tensor<1x1x40x4xf64>, %v: tensor<1x1x40x3xf64>, %dy: tensor<1x1x40x3xf64>)
    -> (tensor<1x1x40x3xf64>, tensor<1x1x40x3xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [columns(20, 4, 0)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x40x4xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x3xf64> -> tensor<1x1x40x3xf64>, tensor<1x1x40x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [columns(20, 4, 0)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x40x4xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x3xf64>, tensor<1x1x40x3xf64>, tensor<1x1x40x3xf64> -> tensor<1x1x40x4xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x1x40x3xf64>, tensor<1x1x40x3xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x3xf64>
}
// No block is active.
func.func @nothing(%q: tensor<1x1x20x4xf64>, %k: tensor<1x1x20x4xf64>, %v: tensor<1x1x20x3xf64>, %dy: tensor<1x1x20x3xf64>)
    -> (tensor<1x1x20x3xf64>, tensor<1x1x20x3xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [prefix(0)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x20x4xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x3xf64> -> tensor<1x1x20x3xf64>, tensor<1x1x20x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [prefix(0)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x20x4xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x3xf64>, tensor<1x1x20x3xf64>, tensor<1x1x20x3xf64> -> tensor<1x1x20x4xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x1x20x3xf64>, tensor<1x1x20x3xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x3xf64>
}
func.func @listed(%q: tensor<1x1x40x4xf64>, %k: tensor<1x1x40x4xf64>, %v: tensor<1x1x40x3xf64>, %dy: tensor<1x1x40x3xf64>)
    -> (tensor<1x1x40x3xf64>, tensor<1x1x40x3xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [listed [0, 0, 0, 1, 0, -1, 1, 1, 1, 2, 2, 0] masks [1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535, 1, 2, 4, 8, 16, 0, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 40000]]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x40x4xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x3xf64> -> tensor<1x1x40x3xf64>, tensor<1x1x40x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [listed [0, 0, 0, 1, 0, -1, 1, 1, 1, 2, 2, 0] masks [1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535, 1, 2, 4, 8, 16, 0, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 40000]]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x40x4xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x3xf64>, tensor<1x1x40x3xf64>, tensor<1x1x40x3xf64> -> tensor<1x1x40x4xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x1x40x3xf64>, tensor<1x1x40x3xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x4xf64>, tensor<1x1x40x3xf64>
}
func.func @block_64(%q: tensor<1x1x65x4xf64>, %k: tensor<1x1x65x4xf64>, %v: tensor<1x1x65x3xf64>, %dy: tensor<1x1x65x3xf64>)
    -> (tensor<1x1x65x3xf64>, tensor<1x1x65x3xf64>, tensor<1x1x65x4xf64>, tensor<1x1x65x4xf64>, tensor<1x1x65x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <64, [local(50) | columns(16, 2, 0)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x65x4xf64>, tensor<1x1x65x4xf64>, tensor<1x1x65x3xf64> -> tensor<1x1x65x3xf64>, tensor<1x1x65x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <64, [local(50) | columns(16, 2, 0)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x65x4xf64>, tensor<1x1x65x4xf64>, tensor<1x1x65x3xf64>, tensor<1x1x65x3xf64>, tensor<1x1x65x3xf64> -> tensor<1x1x65x4xf64>, tensor<1x1x65x4xf64>, tensor<1x1x65x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x1x65x3xf64>, tensor<1x1x65x3xf64>, tensor<1x1x65x4xf64>, tensor<1x1x65x4xf64>, tensor<1x1x65x3xf64>
}
func.func @block_128(%q: tensor<1x1x129x4xf64>, %k: tensor<1x1x140x4xf64>, %v: tensor<1x1x140x3xf64>, %dy: tensor<1x1x129x3xf64>)
    -> (tensor<1x1x129x3xf64>, tensor<1x1x129x3xf64>, tensor<1x1x129x4xf64>, tensor<1x1x140x4xf64>, tensor<1x1x140x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <128, [strided(9) | local(16)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x129x4xf64>, tensor<1x1x140x4xf64>, tensor<1x1x140x3xf64> -> tensor<1x1x129x3xf64>, tensor<1x1x129x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <128, [strided(9) | local(16)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x129x4xf64>, tensor<1x1x140x4xf64>, tensor<1x1x140x3xf64>, tensor<1x1x129x3xf64>, tensor<1x1x129x3xf64> -> tensor<1x1x129x4xf64>, tensor<1x1x140x4xf64>, tensor<1x1x140x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x1x129x3xf64>, tensor<1x1x129x3xf64>, tensor<1x1x129x4xf64>, tensor<1x1x140x4xf64>, tensor<1x1x140x3xf64>
}
func.func @dropped(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x35x4xf64>, %v: tensor<1x2x35x3xf64>, %dy: tensor<1x2x20x3xf64>, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 4]> : tensor<4xi32>})
    -> (tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>, tensor<1x2x20x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(12)]> kinds [] epsilon 0.0 dropout 0.3 id 5 (%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [local(12)]> kinds [] epsilon 0.0 dropout 0.3 id 5 (%key : tensor<4xi32>) given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64>, tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64> -> tensor<1x2x20x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>, tensor<1x2x20x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64>
}
// A weight of each head, scores by query and by key, a source.
func.func @captures(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x40x4xf64>, %v: tensor<1x2x40x3xf64>, %p: tensor<1x2x5x4xf64>, %w: tensor<1x2x5x3xf64>, %z: tensor<2xf64> {check.range = array<f64: 0.3, 0.9>}, %bq: tensor<20xf64>, %bk: tensor<40xf64>, %dy: tensor<1x2x20x3xf64>)
    -> (tensor<1x2x20x3xf64>, tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64>, tensor<2xf64>, tensor<20xf64>, tensor<40xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v source_keys(%p : tensor<1x2x5x4xf64>) source_values(%w : tensor<1x2x5x3xf64>) layout <16, [local(7) | strided(8), all] heads [1, 0]>
      captures(%z, %bq, %bk : tensor<2xf64>, tensor<20xf64>, tensor<40xf64>) kinds [#weft.capture<per_head>, #weft.capture<by_query>, #weft.capture<by_key>] epsilon 1.0e-2 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64, %b: f64, %c: f64):
    %two = weft.constant 2.0 : f64
    %true = weft.compare ne %d, %two : f64 -> i1
    %bc = weft.mul %b, %c : f64
    %score = weft.add %content, %bc : f64
    weft.yield %score, %true, %zh : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64, %zh: f64, %b: f64, %c: f64):
    %true = weft.constant true
    %score = weft.add %content, %b : f64
    weft.yield %score, %true, %zh : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  %dq, %dk, %dv, %dp, %dw, %dz, %dbq, %dbk = weft.block_sparse_attention_grad %q, %k, %v source_keys(%p : tensor<1x2x5x4xf64>) source_values(%w : tensor<1x2x5x3xf64>) layout <16, [local(7) | strided(8), all] heads [1, 0]>
      captures(%z, %bq, %bk : tensor<2xf64>, tensor<20xf64>, tensor<40xf64>) kinds [#weft.capture<per_head>, #weft.capture<by_query>, #weft.capture<by_key>] epsilon 1.0e-2 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64, %b: f64, %c: f64):
    %two = weft.constant 2.0 : f64
    %true = weft.compare ne %d, %two : f64 -> i1
    %bc = weft.mul %b, %c : f64
    %score = weft.add %content, %bc : f64
    weft.yield %score, %true, %zh : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64, %zh: f64, %b: f64, %c: f64):
    %true = weft.constant true
    %score = weft.add %content, %b : f64
    weft.yield %score, %true, %zh : f64, i1, f64
  } : tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64>, tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
    -> tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64>, tensor<2xf64>, tensor<20xf64>, tensor<40xf64>
  return %y, %dq, %dk, %dv, %dp, %dw, %dz, %dbq, %dbk : tensor<1x2x20x3xf64>, tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64>, tensor<2xf64>, tensor<20xf64>, tensor<40xf64>
}
