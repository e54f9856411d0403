// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/ReachCount.h"

#include <gtest/gtest.h>

using namespace weft::driver;

static const char *graph = R"(
#loc7 = loc("layer0"("Model.h":8:0))
module {
  func.func @step(%arg0: tensor<2x4x40x16xf32>) {
    %0:2 = weft.block_sparse_attention %arg0, %arg0, %arg0 layout <16, [local(4) | strided(8), listed [0, 0, 0, 1, 1, -1] masks [1, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]] heads [0, 1, 0, 1]> kinds [] epsilon 0.0 {
    ^bb0(%arg1: f32 loc("x":1:0)):
      weft.yield %arg1 : f32 loc("x":1:0)
    } : tensor<2x4x40x16xf32>, tensor<2x4x40x16xf32>, tensor<2x4x40x16xf32> -> tensor<2x4x40x16xf32>, tensor<2x4x40x3xf32> loc(#loc7)
    return
  }
  func.func @eval(%arg0: tensor<2x4x40x16xf32>) {
    %0:2 = weft.span_attention %arg0, %arg0, %arg0 reach 1 to <eval.span0(64 by 64)> before_start zeros kinds [] epsilon 0.0 {
    ^bb0(%arg1: f32):
    } {weft.stride = 2 : i64} : tensor<4x1x8x16xf32>, tensor<4x1x?x16xf32, #weft.bounded<[4, 1, eval.cache0(24 by 8) + 8, 16]>>, tensor<4x1x8x16xf32> -> tensor<4x1x8x16xf32> loc("Model.h":9:0)
  }
}
)";

TEST(Attentions, LayoutsOfBlocksAreRead) {
  std::vector<Attention> all = readAttentions(graph, "step");
  ASSERT_EQ(all.size(), 1u);
  const Attention &one = all.front();
  EXPECT_EQ(one.op, "block_sparse_attention");
  EXPECT_EQ(one.scope, "layer0");
  EXPECT_EQ(one.batch, 2);
  EXPECT_EQ(one.shape, (AttentionShape{40, 40, 16}));
  EXPECT_EQ(one.reachOf, (std::vector<int64_t>{0, 1, 0, 1}));
  ASSERT_EQ(one.reaches.size(), 2u);

  ReachCount near = countReach(one.reaches[0], one.shape);
  int64_t pairs = 0;
  for (int64_t i = 0; i < 40; ++i)
    for (int64_t j = 0; j <= i; ++j)
      pairs += i - j < 4 || (i - j) % 8 == 0;
  EXPECT_EQ(near.pairs, pairs);
  EXPECT_EQ(near.causalPairs, 820);
  EXPECT_EQ(near.blocks, 6);
  EXPECT_EQ(near.causalBlocks, 6);

  // Four bits of one block, and all of another.
  ReachCount listed = countReach(one.reaches[1], one.shape, 40);
  EXPECT_EQ(listed.pairs, 4 + 256);
  EXPECT_EQ(listed.blocks, 2);
  EXPECT_EQ(listed.cells[1][1], 1); // bit 1 of row 1
  EXPECT_EQ(listed.cells[1][0], 0); // computed, and not seen
  EXPECT_EQ(listed.cells[1][20], -1);
}

TEST(Attentions, BandsAreReadAtTheirBoundsWhereTheirKeysAre) {
  std::vector<Attention> all = readAttentions(graph, "eval");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all.front().scope, "");
  EXPECT_EQ(all.front().batch, 2);
  EXPECT_EQ(all.front().shape, (AttentionShape{16, 64, 0}));
  // Even distances from 2 on; query i stands at 48 + i.
  EXPECT_EQ(countReach(all.front().reaches[0], all.front().shape).pairs, 8 * 24 + 8 * 24 + 2 * 28);
  EXPECT_TRUE(readAttentions(graph, "none").empty());
}

TEST(Attentions, CellsHoldThePartThatIsSeen) {
  using Kind = Reach::Kind;
  auto count = [](Kind kind, std::array<int64_t, 3> numbers) {
    return countReach({{{kind, numbers}}, {}}, {256, 256, 32}, 8);
  };
  ReachCount window = count(Kind::window, {64, 0, 0});
  EXPECT_EQ(window.cell, 32);
  EXPECT_DOUBLE_EQ(window.cells[1][0], 1);
  EXPECT_DOUBLE_EQ(window.cells[1][1], 33.0 / 64);
  EXPECT_EQ(window.cells[2][1], -1);
  ReachCount columns = count(Kind::columns, {64, 16, 1});
  EXPECT_DOUBLE_EQ(columns.cells[3][1], 0.5);
  EXPECT_EQ(count(Kind::prefix, {10, 0, 0}).pairs, 2560);
  EXPECT_EQ(count(Kind::all, {}).pairs, 256 * 257 / 2);
}
