// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-to-tile %s -split-input-file | FileCheck %s

// Three rows of blocks: (0, 0), then (1, 0) and (1, 1), then (2, 1) and (2, 2). A diagonal block has mask 1, the one beside it mask 2;
// 16 rows of the last are beyond the queries, so its masks are its own. A row's tiles are counted from its start to the next one.
// CHECK-LABEL: func.func @forward
// CHECK-DAG: %[[STARTS:.*]] = exec.constant dense<[0, 1, 3, 5]> : tensor<4xi32>
// CHECK-DAG: %[[BLOCKS:.*]] = exec.constant dense<[0, 1, 0, 2, 1, 1, 1, 3, 2, 4]> : tensor<10xi32>
// CHECK-DAG: %[[MASKS:.*]] = exec.constant dense<{{.*}}> : tensor<160x32xi1>
// CHECK: exec.dispatch @forward.0.block_sparse_attention(%arg0, %[[STARTS]], %[[BLOCKS]], %[[MASKS]])
// CHECK: tile.kernel @forward.0.block_sparse_attention tasks 6 writes [4, 5]
// CHECK: ^bb0({{.*}}, %[[S:[^ ]*]]: !tile.array<i32>, %[[B:[^ ]*]]: !tile.array<i32>, %[[M:[^ ]*]]: !tile.array<i1>,
// A number says how far it goes: of five blocks, of three columns of them, of five masks.
// CHECK: tile.extract %{{.*}} {tile.within = array<i64: 0, 5>}
// CHECK: %[[FROM:.*]] = arith.index_cast %{{.*}} : i32 to index
// CHECK: %[[TO:.*]] = arith.index_cast %{{.*}} : i32 to index
// CHECK: scf.for %[[TILE:.*]] = %[[FROM]] to %[[TO]] step %c1
// CHECK: tile.extract %{{.*}} {tile.within = array<i64: 0, 4>}
// CHECK: tile.extract %{{.*}} {tile.within = array<i64: 0, 2>}
// CHECK: tile.view %[[M]]
// CHECK: tile.load %{{.*}} : <2 x i1>, i1 -> tensor<32x32xi1>
func.func @forward(%q: tensor<1x2x80x16xf32>) -> tensor<1x2x80x16xf32> {
  %y, %stats = weft.block_sparse_attention %q, %q, %q layout <32, [local(32)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x2x80x16xf32>, tensor<1x2x80x16xf32>, tensor<1x2x80x16xf32> -> tensor<1x2x80x16xf32>, tensor<1x2x80x3xf32>
  return %y : tensor<1x2x80x16xf32>
}

// -----

// Backwards in kernels of their own, the one for keys walks the same blocks by columns, in tiles of half a block: (0, 0) and (1, 0), ...
// CHECK-LABEL: func.func @backward
// CHECK: exec.dispatch @backward.0.block_sparse_attention_grad_queries
// CHECK-DAG: %[[STARTS:.*]] = exec.constant dense<[0, 2, 4, 5]> : tensor<4xi32>
// CHECK-DAG: %[[BLOCKS:.*]] = exec.constant dense<[0, 1, 1, 2, 1, 1, 2, 3, 2, 4]> : tensor<10xi32>
// CHECK: exec.dispatch @backward.1.block_sparse_attention_grad_keys({{.*}}%[[STARTS]], %[[BLOCKS]]
// CHECK-NOT: exec.dispatch
// CHECK: return
// CHECK: tile.kernel @backward.1.block_sparse_attention_grad_keys tasks 10
func.func @backward(%q: tensor<1x2x80x16xf32>, %y: tensor<1x2x80x16xf32>, %stats: tensor<1x2x80x3xf32>) -> (tensor<1x2x80x16xf32>, tensor<1x2x80x16xf32>, tensor<1x2x80x16xf32>) {
  %dq, %dk, %dv = weft.block_sparse_attention_grad %q, %q, %q layout <32, [local(32)]> kinds [] epsilon 0.0 given %y, %stats, %y {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } {schedule = {apart, cols = 16 : i64, depth = 1 : i64, rows = 16 : i64}} : tensor<1x2x80x16xf32>, tensor<1x2x80x16xf32>, tensor<1x2x80x16xf32>, tensor<1x2x80x3xf32>, tensor<1x2x80x16xf32> -> tensor<1x2x80x16xf32>, tensor<1x2x80x16xf32>, tensor<1x2x80x16xf32>
  return %dq, %dk, %dv : tensor<1x2x80x16xf32>, tensor<1x2x80x16xf32>, tensor<1x2x80x16xf32>
}
