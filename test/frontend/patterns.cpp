// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Patterns cut into blocks: counts of the layouts of openai/sparse_attention, and the op that
// attend makes of them.
// RUN: %dsl %s -o %t && %t | FileCheck %s
#include <iostream>

#include "weft/dsl.h"

using namespace weft::dsl;

static void print(const char *name, const BlockLayout &layout) {
  std::cout << name << ":";
  for (int64_t head = 0; head < layout.getPatternCount(); ++head)
    std::cout << " " << layout.countBlocks(head) << " / " << layout.countPairs(head);
  std::cout << "\n";
}

int main() {
  // CHECK: all: 528 / 524800
  print("all", Pattern::all().blocks(1024, 32));
  // CHECK-NEXT: local 32: 63 / 32272
  print("local 32", Pattern::local(32).blocks(1024, 32));
  // CHECK-NEXT: local 128: 150 / 122944
  print("local 128", Pattern::local(128).blocks(1024, 32));
  // Strided attention of stride 32 in the order of its permutation: 32 chunks of 32, each causal.
  // CHECK-NEXT: strided 32, permuted: 32 / 16896
  print("strided 32, permuted",
        pattern([](int64_t i, int64_t j) { return j <= i && i / 32 == j / 32; }).blocks(1024, 32));
  // The same pairs where the positions are: a diagonal in every block.
  // CHECK-NEXT: strided 32: 528 / 16896
  print("strided 32", Pattern::strided(32).blocks(1024, 32));
  std::vector<BlockLayout> four, two, small;
  for (int64_t group = 0; group < 4; ++group)
    four.push_back(Pattern::fixed(128, 32, group).blocks(1024, 32));
  for (int64_t group = 0; group < 2; ++group) {
    two.push_back(Pattern::fixed(128, 64, group).blocks(1024, 32));
    small.push_back(Pattern::fixed(64, 16, group).blocks(256, 8));
  }
  // CHECK-NEXT: fixed 128, 4 x 1: 192 / 180736 192 / 180736 192 / 180736 192 / 180736
  print("fixed 128, 4 x 1", BlockLayout::heads(four));
  // CHECK-NEXT: fixed 128, 2 x 2: 304 / 295424 304 / 295424
  print("fixed 128, 2 x 2", BlockLayout::heads(two));
  // CHECK-NEXT: fixed 64, 2 x 2: 240 / 14464 240 / 14464
  print("fixed 64, 2 x 2", BlockLayout::heads(small));

  // The parts of fixed; both are what fixed is.
  // CHECK-NEXT: window 128: 80 / 66048
  print("window 128", Pattern::window(128).blocks(1024, 32));
  // CHECK-NEXT: columns 128 32: 120 / 118912
  print("columns 128 32", Pattern::columns(128, 32).blocks(1024, 32));
  // CHECK-NEXT: parts: 192 / 180736
  print("parts", (Pattern::window(128) | Pattern::columns(128, 32)).blocks(1024, 32));

  // A union counts a pair once; a rule and its closed form are the same blocks; queries may be the
  // newest of the keys.
  // CHECK-NEXT: union: 150 / 122944
  print("union", (Pattern::local(32) | Pattern::local(128)).blocks(1024, 32));
  // CHECK-NEXT: rule: 150 / 122944
  print("rule", pattern([](int i, int j) { return j <= i && i - j < 128; }).blocks(1024, 32));
  // CHECK-NEXT: newest: 6 / 480
  print("newest", Pattern::local(16).blocks(30, 100, 16));
  // CHECK-NEXT: prefix: 1 / 20
  print("prefix", Pattern::prefix(2).blocks(10, 32, 16));

  Axis b("batch", 2), t("time", 100), h("head", 4), k("key", 16);
  Graph g("patterns");
  // CHECK-LABEL: func.func @union(
  // CHECK: weft.block_sparse_attention {{.*}} layout <32, [local(32) | strided(8)]> kinds [] epsilon 0.000000e+00 dropout 2.500000e-01 id 0(%{{.*}} : tensor<4xi32>) {
  // CHECK-NEXT: ^bb0(%[[QK:.*]]: f32 {{.*}}, %{{.*}}: f32 {{.*}}, %{{.*}}: f32 {{.*}}, %{{.*}}: f32 {{.*}}, %{{.*}}: f32
  // CHECK-DAG: %[[SCALE:.*]] = weft.constant 2.500000e-01 : f32
  // CHECK: %[[SCORE:.*]] = weft.mul %[[QK]], %[[SCALE]] : f32
  // CHECK: weft.yield %[[SCORE]], %{{.*}}, %{{.*}} : f32, i1, f32
  // CHECK: } : tensor<2x4x100x16xf32>, tensor<2x4x100x16xf32>, tensor<2x4x100x16xf32> -> tensor<2x4x100x16xf32>, tensor<2x4x100x3xf32>
  g.function("union", [&](Function &f) {
    Tensor q = f.input("q", DType::f32, {b, h, t, k}), K = f.input("K", DType::f32, {b, h, t, k});
    BlockLayout S = (Pattern::local(32) | Pattern::strided(8)).blocks(100, 32);
    f.output("y", attend({.query = t, .keys = t, .over = k}, q, K, K, S, {.dropout = 0.25}));
  });
  // Heads take turns; equal layouts are one. Without a batch the only axis that rides along is that
  // of the heads.
  // CHECK-LABEL: func.func @heads(
  // CHECK: layout <16, [window(32) | columns(32, 8, 0), window(32) | columns(32, 8, 1)] heads [0, 1, 0, 1]> kinds
  // CHECK: } : tensor<1x4x100x16xf32>
  // CHECK: layout <16, [all]> kinds
  g.function("heads", [&](Function &f) {
    Tensor q = f.input("q", DType::f32, {h, t, k}), K = f.input("K", DType::f32, {h, t, k});
    BlockLayout S = BlockLayout::heads(
        {Pattern::fixed(32, 8, 0).blocks(100, 16), Pattern::fixed(32, 8, 1).blocks(100, 16)});
    BlockLayout all = Pattern::all().blocks(100, 16);
    AttendAxes axes{.query = t, .keys = t, .over = k};
    Tensor y = attend(axes, q, K, K, S);
    f.output("y", attend(axes, y, K, K, BlockLayout::heads({all, all})));
  });
  // A rule becomes a list of blocks; a whole one has no mask.
  // CHECK-LABEL: func.func @rule(
  // CHECK: layout <16, [local(2) | listed [0, 0, 0, 1, 0, -1, 1, 1, 0] masks [1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535]]>
  g.function("rule", [&](Function &f) {
    Axis u("position", 32);
    Tensor q = f.input("q", DType::f32, {b, u, k});
    BlockLayout S =
        (Pattern::local(2) | pattern([](int i, int j) { return j <= i; })).blocks(32, 16);
    f.output("y", attend({.query = u, .keys = u, .over = k}, q, q, q, S));
  });
  // A stride alone that divides the length is causal attention in the order of remainders; one that
  // does not, a layout.
  // CHECK-LABEL: func.func @strided(
  // CHECK: weft.transpose {{.*}} permutation [0, 3, 1, 2, 4] : tensor<4x1x10x10x16xf32> -> tensor<4x10x1x10x16xf32>
  // CHECK: weft.span_attention {{.*}} reach 0 to <9> before_start masked kinds []
  // CHECK: } {weft.stride = 10 : i64} : tensor<40x1x10x16xf32>, tensor<40x1x10x16xf32>, tensor<40x1x10x16xf32>
  // CHECK: weft.transpose {{.*}} permutation [0, 2, 3, 1, 4] : tensor<4x10x1x10x16xf32> -> tensor<4x1x10x10x16xf32>
  // CHECK: weft.block_sparse_attention {{.*}} layout <16, [strided(8)]>
  g.function("strided", [&](Function &f) {
    Tensor q = f.input("q", DType::f32, {h, t, k});
    AttendAxes axes{.query = t, .keys = t, .over = k};
    Tensor y = attend(axes, q, q, q, Pattern::strided(10).blocks(100, 16));
    f.output("y", attend(axes, y, y, y, Pattern::strided(8).blocks(100, 16)));
  });
  return g.write(std::cout, std::cerr);
}
