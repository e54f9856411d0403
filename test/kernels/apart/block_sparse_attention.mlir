// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// Backwards in kernels of their own for queries and keys, in tiles that are parts of a block or a block, which walk the lists by rows
// and by columns. It is not beside the other files for the reason that span_attention.mlir here gives.
func.func @small_tiles(%q: tensor<1x2x37x4xf64>, %k: tensor<1x2x53x4xf64>, %v: tensor<1x2x53x3xf64>, %dy: tensor<1x2x37x3xf64>)
    -> (tensor<1x2x37x3xf64>, tensor<1x2x37x3xf64>, tensor<1x2x37x4xf64>, tensor<1x2x53x4xf64>, tensor<1x2x53x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(9) | strided(7)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, rows = 8 : i64}} : tensor<1x2x37x4xf64>, tensor<1x2x53x4xf64>, tensor<1x2x53x3xf64> -> tensor<1x2x37x3xf64>, tensor<1x2x37x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [local(9) | strided(7)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, rows = 8 : i64}} : tensor<1x2x37x4xf64>, tensor<1x2x53x4xf64>, tensor<1x2x53x3xf64>, tensor<1x2x37x3xf64>, tensor<1x2x37x3xf64> -> tensor<1x2x37x4xf64>, tensor<1x2x53x4xf64>, tensor<1x2x53x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x2x37x3xf64>, tensor<1x2x37x3xf64>, tensor<1x2x37x4xf64>, tensor<1x2x53x4xf64>, tensor<1x2x53x3xf64>
}
func.func @more_rows(%q: tensor<2x2x40x4xf64>, %k: tensor<2x1x40x4xf64>, %v: tensor<2x1x40x3xf64>, %dy: tensor<2x2x40x3xf64>)
    -> (tensor<2x2x40x3xf64>, tensor<2x2x40x3xf64>, tensor<2x2x40x4xf64>, tensor<2x1x40x4xf64>, tensor<2x1x40x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <32, [window(16) | columns(16, 4, 0), all] heads [0, 1]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, rows = 32 : i64}} : tensor<2x2x40x4xf64>, tensor<2x1x40x4xf64>, tensor<2x1x40x3xf64> -> tensor<2x2x40x3xf64>, tensor<2x2x40x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <32, [window(16) | columns(16, 4, 0), all] heads [0, 1]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, rows = 32 : i64}} : tensor<2x2x40x4xf64>, tensor<2x1x40x4xf64>, tensor<2x1x40x3xf64>, tensor<2x2x40x3xf64>, tensor<2x2x40x3xf64> -> tensor<2x2x40x4xf64>, tensor<2x1x40x4xf64>, tensor<2x1x40x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<2x2x40x3xf64>, tensor<2x2x40x3xf64>, tensor<2x2x40x4xf64>, tensor<2x1x40x4xf64>, tensor<2x1x40x3xf64>
}
func.func @more_columns(%q: tensor<1x1x70x4xf64>, %k: tensor<1x1x90x4xf64>, %v: tensor<1x1x90x3xf64>, %dy: tensor<1x1x70x3xf64>)
    -> (tensor<1x1x70x3xf64>, tensor<1x1x70x3xf64>, tensor<1x1x70x4xf64>, tensor<1x1x90x4xf64>, tensor<1x1x90x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <64, [columns(24, 8, 1) | prefix(3)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 32 : i64, depth = 1 : i64, rows = 8 : i64}} : tensor<1x1x70x4xf64>, tensor<1x1x90x4xf64>, tensor<1x1x90x3xf64> -> tensor<1x1x70x3xf64>, tensor<1x1x70x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <64, [columns(24, 8, 1) | prefix(3)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 32 : i64, depth = 1 : i64, rows = 8 : i64}} : tensor<1x1x70x4xf64>, tensor<1x1x90x4xf64>, tensor<1x1x90x3xf64>, tensor<1x1x70x3xf64>, tensor<1x1x70x3xf64> -> tensor<1x1x70x4xf64>, tensor<1x1x90x4xf64>, tensor<1x1x90x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x1x70x3xf64>, tensor<1x1x70x3xf64>, tensor<1x1x70x4xf64>, tensor<1x1x90x4xf64>, tensor<1x1x90x3xf64>
}
func.func @whole_blocks(%q: tensor<1x1x33x4xf64>, %k: tensor<1x1x33x4xf64>, %v: tensor<1x1x33x3xf64>, %dy: tensor<1x1x33x3xf64>)
    -> (tensor<1x1x33x3xf64>, tensor<1x1x33x3xf64>, tensor<1x1x33x4xf64>, tensor<1x1x33x4xf64>, tensor<1x1x33x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [listed [0, 0, 0, 1, 0, -1, 1, 1, 1, 2, 0, 0] masks [1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535, 1, 2, 4, 8, 16, 0, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 40000]]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 16 : i64, depth = 1 : i64, rows = 16 : i64}} : tensor<1x1x33x4xf64>, tensor<1x1x33x4xf64>, tensor<1x1x33x3xf64> -> tensor<1x1x33x3xf64>, tensor<1x1x33x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [listed [0, 0, 0, 1, 0, -1, 1, 1, 1, 2, 0, 0] masks [1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535, 1, 2, 4, 8, 16, 0, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 40000]]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 16 : i64, depth = 1 : i64, rows = 16 : i64}} : tensor<1x1x33x4xf64>, tensor<1x1x33x4xf64>, tensor<1x1x33x3xf64>, tensor<1x1x33x3xf64>, tensor<1x1x33x3xf64> -> tensor<1x1x33x4xf64>, tensor<1x1x33x4xf64>, tensor<1x1x33x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x1x33x3xf64>, tensor<1x1x33x3xf64>, tensor<1x1x33x4xf64>, tensor<1x1x33x4xf64>, tensor<1x1x33x3xf64>
}
func.func @nothing(%q: tensor<1x1x20x4xf64>, %k: tensor<1x1x20x4xf64>, %v: tensor<1x1x20x3xf64>, %dy: tensor<1x1x20x3xf64>)
    -> (tensor<1x1x20x3xf64>, tensor<1x1x20x3xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [prefix(0)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 16 : i64, depth = 1 : i64, rows = 16 : i64}} : tensor<1x1x20x4xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x3xf64> -> tensor<1x1x20x3xf64>, tensor<1x1x20x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [prefix(0)]> kinds [] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 16 : i64, depth = 1 : i64, rows = 16 : i64}} : tensor<1x1x20x4xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x3xf64>, tensor<1x1x20x3xf64>, tensor<1x1x20x3xf64> -> tensor<1x1x20x4xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x3xf64>
  return %y, %stats, %dq, %dk, %dv : tensor<1x1x20x3xf64>, tensor<1x1x20x3xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x4xf64>, tensor<1x1x20x3xf64>
}
func.func @dropped(%q: tensor<1x2x20x4xf64>, %k: tensor<1x2x35x4xf64>, %v: tensor<1x2x35x3xf64>, %dy: tensor<1x2x20x3xf64>, %key: tensor<4xi32> {check.value = dense<[1, 2, 3, 4]> : tensor<4xi32>})
    -> (tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>, tensor<1x2x20x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64>) attributes {check.kernel} {
  %y, %stats = weft.block_sparse_attention %q, %k, %v layout <16, [local(12)]> kinds [] epsilon 0.0 dropout 0.3 id 5 (%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, rows = 16 : i64}} : tensor<1x2x20x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64> -> tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %k, %v layout <16, [local(12)]> kinds [] epsilon 0.0 dropout 0.3 id 5 (%key : tensor<4xi32>) given %y, %stats, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, rows = 16 : i64}} : tensor<1x2x20x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64>, tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64> -> tensor<1x2x20x4xf64>, tensor<1x2x35x4xf64>, tensor<1x2x35x3xf64>
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
  } {schedule = {apart, cols = 8 : i64, depth = 1 : i64, rows = 16 : i64}}: tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64>, tensor<1x2x20x3xf64>, tensor<1x2x20x3xf64>
    -> tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64>, tensor<2xf64>, tensor<20xf64>, tensor<40xf64>
  return %y, %dq, %dk, %dv, %dp, %dw, %dz, %dbq, %dbk : tensor<1x2x20x3xf64>, tensor<1x2x20x4xf64>, tensor<1x2x40x4xf64>, tensor<1x2x40x3xf64>, tensor<1x2x5x4xf64>, tensor<1x2x5x3xf64>, tensor<2xf64>, tensor<20xf64>, tensor<40xf64>
}
