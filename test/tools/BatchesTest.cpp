// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Batches.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

using namespace weft;
using namespace weft::models;
using Ids = std::vector<int32_t>;

/// The numbers from 0 on.
static Ids count(int64_t size) {
  Ids ids(static_cast<size_t>(size));
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}

static Ids toIds(const Tensor &tensor) {
  auto values = tensor.values<int32_t>();
  return {values.begin(), values.end()};
}

class BatchesTest : public testing::Test {
protected:
  Ids ids = count(23);
  Batches batches = *Batches::make(ids, 2, 3, "text"); // streams 0..10 and 11..21
  Tensor tokens = *Tensor::zeros(DType::I32, {2, 3}), targets = *Tensor::zeros(DType::I32, {2, 3});
};

TEST_F(BatchesTest, StreamsAreContiguousParts) {
  batches.read(tokens, targets);
  EXPECT_EQ(toIds(tokens), (Ids{0, 1, 2, 11, 12, 13}));
  EXPECT_EQ(toIds(targets), (Ids{1, 2, 3, 12, 13, 14}));
  batches.read(tokens, targets);
  EXPECT_EQ(toIds(tokens), (Ids{3, 4, 5, 14, 15, 16}));
}

TEST_F(BatchesTest, EndsWhereTargetsWouldEnd) {
  int64_t blocks = 0;
  for (; !batches.atEnd(); ++blocks)
    batches.read(tokens, targets);
  EXPECT_EQ(blocks, batches.blockCount());
  EXPECT_EQ(toIds(targets).back(), 20);
}

TEST_F(BatchesTest, WrapDependsOnSeedAndCount) {
  batches.wrap(7);
  Batches::Place first = batches.place();
  EXPECT_EQ(first.wraps, 1);
  EXPECT_LT(first.position, 3);
  Batches again = *Batches::make(ids, 2, 3, "text");
  again.wrap(7);
  EXPECT_EQ(again.place().position, first.position);
}

TEST_F(BatchesTest, SeekContinuesTheStream) {
  batches.read(tokens, targets);
  Batches again = *Batches::make(ids, 2, 3, "text");
  ASSERT_TRUE(again.seek(batches.place()));
  batches.read(tokens, targets);
  Tensor others = *Tensor::zeros(DType::I32, {2, 3});
  again.read(others, targets);
  EXPECT_EQ(toIds(tokens), toIds(others));
}

TEST_F(BatchesTest, SeekOutsideFails) {
  EXPECT_EQ(batches.seek({11, 0}).code(), ErrorCode::File);
  EXPECT_EQ(batches.seek({-1, 0}).code(), ErrorCode::File);
}

TEST_F(BatchesTest, ShortTextFails) {
  Status status = Batches::make(std::span(ids).first(13), 2, 3, "short.txt").status();
  EXPECT_EQ(status.code(), ErrorCode::File);
  EXPECT_EQ(status.message(),
            "short.txt: expects at least 14 tokens for 2 streams in blocks of 3, got 13");
}

TEST_F(BatchesTest, OverlappingBlocksCountTheirOwnTokens) {
  // Streams of 11 tokens: blocks of 3 that overlap by 1 begin at 0, 2, 4 and 6.
  EXPECT_EQ(batches.blockCount(1), 4);
  EXPECT_EQ(batches.blockCount(), 3);
}

/// Ten images of 3 bytes in two streams.
static Batches makeRecords(const Ids &ids, std::optional<uint64_t> shuffle) {
  return *Batches::make(ids, 2, 3, "images", {.areRecords = true, .shuffle = shuffle});
}

TEST(Records, AreBlocksAndTheirOwnTargets) {
  Ids ids = count(30);
  Batches batches = makeRecords(ids, std::nullopt);
  Tensor tokens = *Tensor::zeros(DType::I32, {2, 3}), targets = *Tensor::zeros(DType::I32, {2, 3});
  EXPECT_EQ(batches.blockCount(), 5);
  batches.read(tokens, targets);
  EXPECT_EQ(toIds(tokens), (Ids{0, 1, 2, 15, 16, 17}));
  EXPECT_EQ(toIds(targets), toIds(tokens));
  for (int i = 1; i < 5; ++i) {
    EXPECT_FALSE(batches.atEnd());
    batches.read(tokens, targets);
  }
  EXPECT_EQ(toIds(tokens), (Ids{12, 13, 14, 27, 28, 29}));
  EXPECT_TRUE(batches.atEnd());
}

TEST(Records, AreReadInAnotherOrderInEveryPassWhichAPlaceRemembers) {
  Ids ids = count(30);
  Batches batches = makeRecords(ids, 7);
  Tensor tokens = *Tensor::zeros(DType::I32, {2, 3}), targets = *Tensor::zeros(DType::I32, {2, 3});
  std::vector<Ids> passes(2);
  Batches::Place place;
  for (Ids &pass : passes) {
    for (int i = 0; i < 5; ++i) {
      if (i == 3)
        place = batches.place();
      batches.read(tokens, targets);
      for (int32_t id : toIds(tokens))
        pass.push_back(id);
    }
    batches.wrap(7);
  }
  EXPECT_NE(passes[0], passes[1]);
  for (const Ids &pass : passes) {
    Ids sorted = pass;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(sorted, ids);
  }
  Batches again = makeRecords(ids, 7);
  ASSERT_TRUE(again.seek(place));
  again.read(tokens, targets);
  EXPECT_EQ(toIds(tokens), Ids(passes[1].begin() + 18, passes[1].begin() + 24));
  EXPECT_FALSE(again.seek({4, 0})); // inside an image
  EXPECT_TRUE(again.seek({15, 0})); // behind the last one
}

TEST(Records, FewerThanStreamsAreRefused) {
  Ids ids = count(5);
  EXPECT_EQ(Batches::make(ids, 2, 3, "images", {.areRecords = true}).status().message(),
            "images: expects an image at least for each of 2 streams, got 1");
}

TEST(Batches, LabelsTakeThePlaceOfTheNextToken) {
  Ids ids = count(20), labels(20, -1);
  labels[1] = 7;
  labels[10] = 8;
  Batches batches = *Batches::make(ids, 2, 3, "text", {.labels = labels});
  Tensor tokens = *Tensor::zeros(DType::I32, {2, 3}), targets = *Tensor::zeros(DType::I32, {2, 3});
  batches.read(tokens, targets);
  EXPECT_EQ(toIds(tokens), (Ids{0, 1, 2, 10, 11, 12}));
  EXPECT_EQ(toIds(targets), (Ids{-1, 7, -1, 8, -1, -1}));
}
