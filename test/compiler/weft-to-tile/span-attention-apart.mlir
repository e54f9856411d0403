// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-to-tile --canonicalize --cse %s | FileCheck %s

// Attention backwards in kernels of its own, in tiles of 32 rows and 32 keys for 2 heads, 96 queries, 160 keys, 64 distances and 40
// further keys. No kernel reads what it writes: all sums are carried, and stored once.
// CHECK-LABEL: func.func @backward
// CHECK: %[[QUERIES:.*]]:2 = exec.dispatch @backward.0.span_attention_grad_queries({{.*}}weft.flops{{.*}} -> (tensor<1x2x96x16xf32>, tensor<1x2x96xf32>)
// CHECK: exec.dispatch @backward.1.span_attention_grad(%[[QUERIES]]#1)
// CHECK: exec.dispatch @backward.2.span_attention_grad(
// CHECK: %[[KEYS:.*]]:5 = exec.dispatch @backward.3.span_attention_grad_keys(
// CHECK-NOT: weft.flops
// CHECK: exec.dispatch @backward.4.span_attention_grad(%[[KEYS]]#4)
// CHECK: %[[DISTANCES:.*]] = exec.dispatch @backward.5.span_attention_grad_distances({{.*}} -> tensor<1x2x2x64x16xf32>
// CHECK: exec.dispatch @backward.6.span_attention_grad(%[[DISTANCES]])
// CHECK: return %[[QUERIES]]#0, %[[KEYS]]#0, %[[KEYS]]#1

// 2 heads of 3 blocks of rows. The query's gradient and the head's own sum are carried along the keys of the band, then of the source.
// CHECK-LABEL: tile.kernel @backward.0.span_attention_grad_queries tasks 6 writes [11, 12]
// CHECK: %[[BAND:.*]]:2 = scf.for {{.*}} -> (tensor<32x16xf32>, tensor<32xf32>)
// CHECK-NOT: tile.transpose
// CHECK: %[[ALL:.*]] = scf.for {{.*}} = %c0 to %c40 step %c32 iter_args(%{{.*}} = %[[BAND]]#0)
// CHECK-NOT: tile.store
// CHECK: tile.store %[[ALL]],
// CHECK: tile.store %[[BAND]]#1,
// CHECK-NOT: tile.store
// CHECK: tile.kernel @backward.1.span_attention_grad

// A section for 2 heads of 5 blocks of keys, one for 2 heads of 2 blocks of the source. Keys and values are loaded once, before the
// loop over rows: of the band those that reach the block, of a source all.
// CHECK-LABEL: tile.kernel @backward.3.span_attention_grad_keys tasks 14 writes [11, 12, 13, 14, 15]
// CHECK: scf.if
// CHECK: tile.load {{.*}} -> tensor<32x16xf32>
// CHECK: tile.load {{.*}} -> tensor<32x8xf32>
// CHECK: %[[FROM:.*]] = arith.muli
// CHECK: %[[TO:.*]] = arith.minsi {{.*}}, %c96
// CHECK: %[[OWN:.*]]:3 = scf.for %{{.*}} = %[[FROM]] to %[[TO]] step %c32 {{.*}} -> (tensor<32x16xf32>, tensor<32x8xf32>, tensor<32xf32>)
// CHECK-NOT: tile.store
// CHECK-NOT: tile.unshear
// CHECK: tile.store %[[OWN]]#0,
// CHECK: tile.store %[[OWN]]#1,
// CHECK: tile.store %[[OWN]]#2,
// CHECK: scf.if
// CHECK: %[[FURTHER:.*]]:2 = scf.for %{{.*}} = %c0 to %c96 step %c32
// CHECK-NOT: tile.shear
// CHECK: tile.store %[[FURTHER]]#0,
// CHECK: tile.store %[[FURTHER]]#1,

// 2 heads of 2 blocks of distances, and one more, since a window is as far as two. Its relative keys are loaded once, its sums are
// those of the same 64 distances in every row block, and every other window goes to the same slice.
// CHECK-LABEL: tile.kernel @backward.5.span_attention_grad_distances tasks 6 writes [11]
// CHECK: %[[POSITION:.*]] = tile.load {{.*}} -> tensor<64x16xf32>
// CHECK: %[[WINDOW:.*]] = scf.for {{.*}} -> (tensor<64x16xf32>)
// CHECK: tile.dot %{{.*}}, %[[POSITION]], %{{.*}} transpose_b
// CHECK: tile.unshear
// CHECK: tile.transpose {{.*}} -> tensor<64x32xf32>
// CHECK: scf.yield
// CHECK: tile.store %[[WINDOW]],
// CHECK-NOT: tile.store
// CHECK: tile.kernel
func.func @backward(%q: tensor<1x2x96x16xf32>, %k: tensor<1x2x160x16xf32>, %v: tensor<1x2x160x8xf32>, %p: tensor<64x16xf32>, %sk: tensor<1x2x40x16xf32>, %sv: tensor<1x2x40x8xf32>,
    %c: tensor<2xf32>, %b: tensor<160xf32>, %y: tensor<1x2x96x8xf32>, %stats: tensor<1x2x96x3xf32>, %dy: tensor<1x2x96x8xf32>)
    -> (tensor<1x2x96x16xf32>, tensor<1x2x160x16xf32>, tensor<1x2x160x8xf32>, tensor<64x16xf32>, tensor<1x2x40x16xf32>, tensor<1x2x40x8xf32>, tensor<2xf32>, tensor<160xf32>) {
  %grads:8 = weft.span_attention_grad %q, %k, %v position(%p : tensor<64x16xf32>)
      source_keys(%sk : tensor<1x2x40x16xf32>) source_values(%sv : tensor<1x2x40x8xf32>) reach 1 to #weft.size<64> before_start masked
      captures(%c, %b : tensor<2xf32>, tensor<160xf32>) kinds [#weft.capture<per_head>, #weft.capture<by_key>] epsilon 0.0 given %y, %stats, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %ch: f32, %bj: f32):
    %true = weft.constant true
    %sum = weft.add %content, %relative : f32
    %score = weft.add %sum, %bj : f32
    weft.yield %score, %true, %ch : f32, i1, f32
  } sources {
  ^bb0(%content: f32, %i: f32, %n: f32, %ch: f32, %bj: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } {schedule = {apart, cols = 32 : i64, depth = 1 : i64, rows = 32 : i64}}
    : tensor<1x2x96x16xf32>, tensor<1x2x160x16xf32>, tensor<1x2x160x8xf32>, tensor<1x2x96x3xf32>, tensor<1x2x96x8xf32>
    -> tensor<1x2x96x16xf32>, tensor<1x2x160x16xf32>, tensor<1x2x160x8xf32>, tensor<64x16xf32>, tensor<1x2x40x16xf32>, tensor<1x2x40x8xf32>, tensor<2xf32>, tensor<160xf32>
  return %grads#0, %grads#1, %grads#2, %grads#3, %grads#4, %grads#5, %grads#6, %grads#7 : tensor<1x2x96x16xf32>, tensor<1x2x160x16xf32>, tensor<1x2x160x8xf32>, tensor<64x16xf32>, tensor<1x2x40x16xf32>, tensor<1x2x40x8xf32>, tensor<2xf32>, tensor<160xf32>
}
