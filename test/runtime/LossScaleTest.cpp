// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the loss scale moves, and what it takes back from a file.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "weft/LossScale.h"

using namespace weft;

TEST(LossScale, HalvesAtOnceAndDoublesAfterPatience) {
  LossScale scale(65536, 3);
  EXPECT_EQ(scale.value(), 65536);
  EXPECT_TRUE(scale.judge(true));
  EXPECT_TRUE(scale.judge(true));
  EXPECT_TRUE(scale.judge(false)); // the two good steps before it count no more
  EXPECT_EQ(scale.value(), 32768);
  EXPECT_EQ(scale.skippedSteps(), 1u);
  for (int i = 0; i < 2; ++i)
    EXPECT_TRUE(scale.judge(true));
  EXPECT_EQ(scale.value(), 32768);
  EXPECT_EQ(scale.goodSteps(), 2u);
  EXPECT_TRUE(scale.judge(true));
  EXPECT_EQ(scale.value(), 65536);
  EXPECT_EQ(scale.goodSteps(), 0u);
  EXPECT_EQ(scale.skippedSteps(), 1u);
}

TEST(LossScale, StopsAtOneAndBelowTheEndOfF32) {
  LossScale least(2, 1);
  EXPECT_TRUE(least.judge(false));
  EXPECT_FALSE(least.judge(false));
  EXPECT_EQ(least.value(), 1);
  EXPECT_EQ(least.skippedSteps(), 1u);
  LossScale most(0x1p100, 1);
  EXPECT_TRUE(most.judge(true));
  EXPECT_EQ(most.value(), 0x1p100);
}

TEST(LossScale, IsAPowerOfTwo) {
  EXPECT_EQ(LossScale(1000).value(), 512);
  EXPECT_EQ(LossScale(0.1).value(), 1);
  EXPECT_EQ(LossScale(1e300).value(), 0x1p100);
  EXPECT_EQ(LossScale(std::nan("")).value(), 1);
}

TEST(LossScale, GoesOnFromSavedNumbers) {
  LossScale scale(65536, 4), again(8, 4);
  for (bool isFinite : {false, true, true})
    scale.judge(isFinite);
  ASSERT_TRUE(
      again.restore(scale.value(), double(scale.goodSteps()), double(scale.skippedSteps())));
  for (bool isFinite : {true, true, false, true}) {
    scale.judge(isFinite);
    again.judge(isFinite);
    EXPECT_EQ(again.value(), scale.value());
    EXPECT_EQ(again.goodSteps(), scale.goodSteps());
    EXPECT_EQ(again.skippedSteps(), scale.skippedSteps());
  }
}

TEST(LossScale, RefusesOtherNumbers) {
  LossScale scale;
  double nan = std::numeric_limits<double>::quiet_NaN();
  for (double value : {0.0, 0.5, 3.0, -2.0, nan, 0x1p101})
    EXPECT_EQ(scale.restore(value, 0, 0).code(), ErrorCode::File) << value;
  EXPECT_FALSE(scale.restore(2, -1, 0));
  EXPECT_FALSE(scale.restore(2, 0, 0.5));
  EXPECT_EQ(scale.value(), 65536);
  EXPECT_EQ(scale.restore(3, 1, 2).message(),
            "a loss scale expects a power of two from 1 to 2^100 and two counts, got 3, 1 and 2");
}
