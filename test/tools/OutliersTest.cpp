// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Outliers.h"

#include <cmath>

#include <gtest/gtest.h>

using namespace weft;
using namespace weft::driver;

/// Losses 1, 3, 1, 3, ...: the mean is 2, the deviation 1. The norms stay the same.
static Outliers makeFull(double threshold) {
  Outliers outliers(threshold, 4);
  for (double loss : {1, 3, 1, 3})
    EXPECT_EQ(outliers.judge(loss, 7), "");
  return outliers;
}

TEST(Outliers, LieMoreThanTheThresholdAboveTheMean) {
  EXPECT_EQ(makeFull(3).judge(5, 7), "");
  EXPECT_EQ(makeFull(3).judge(5.5, 7),
            "loss 5.5 is 3.5 standard deviations above the mean of 4 steps");
  EXPECT_EQ(makeFull(3).judge(-100, 7), "") << "below is no outlier";
}

TEST(Outliers, AreLookedForInTheGradientToo) {
  Outliers outliers(3, 4);
  for (double norm : {1, 3, 1, 3})
    EXPECT_EQ(outliers.judge(7, norm), "");
  EXPECT_EQ(outliers.judge(7, 6),
            "gradient norm 6 is 4 standard deviations above the mean of 4 steps");
}

TEST(Outliers, NeedAFullWindowThatVaries) {
  Outliers outliers(3, 4);
  for (double loss : {1, 3, 1})
    EXPECT_EQ(outliers.judge(loss, 7), "");
  EXPECT_EQ(outliers.judge(1e6, 7), "") << "three steps are too few";
  Outliers same(3, 4);
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(same.judge(1, 7), "");
  EXPECT_EQ(same.judge(2, 7), "") << "a deviation of zero tells nothing";
}

TEST(Outliers, OfALevelThatLastsAreFew) {
  Outliers outliers(3, 16);
  for (int i = 0; i < 16; ++i)
    outliers.judge(i % 2, 0);
  int skipped = 0;
  for (int i = 0; i < 16; ++i)
    skipped += !outliers.judge(100 + i % 2, 0).empty();
  EXPECT_GT(skipped, 0);
  EXPECT_LT(skipped, 5);
}

TEST(Outliers, AreNotLookedForAtThresholdZero) {
  Outliers outliers = makeFull(0);
  EXPECT_EQ(outliers.judge(1e30, 1e30), "");
  TensorMap states;
  outliers.save(states);
  EXPECT_TRUE(states.empty());
}

TEST(Outliers, TheWindowGoesThroughACheckpoint) {
  Outliers before = makeFull(3), after(3, 4), fresh(3, 4);
  TensorMap states = {{"step.cache", *Tensor::of<float>({1}, {5})}};
  before.save(states);
  EXPECT_EQ(states.size(), 3u);
  ASSERT_TRUE(after.load(states));
  EXPECT_EQ(states.size(), 1u) << "the model's states alone are left";
  ASSERT_TRUE(fresh.load(states)) << "a run that had no window";
  for (double loss : {5.0, 5.5, 1e3}) {
    std::string expected = before.judge(loss, loss);
    EXPECT_EQ(after.judge(loss, loss), expected);
    EXPECT_EQ(fresh.judge(loss, loss), "");
  }
}

TEST(Outliers, AWindowThatShrinksKeepsItsEnd) {
  Outliers before(3, 6), after(3, 4);
  for (double loss : {900, 900, 1, 3, 1, 3})
    before.judge(loss, 7);
  TensorMap states;
  before.save(states);
  ASSERT_TRUE(after.load(states));
  EXPECT_EQ(after.judge(5.5, 7), makeFull(3).judge(5.5, 7));
}

TEST(Outliers, ADamagedWindowIsRefused) {
  auto load = [](const char *name, Result<Tensor> tensor) {
    TensorMap states;
    makeFull(3).save(states);
    states.insert_or_assign(name, *tensor);
    Status status = Outliers(3, 4).load(states);
    EXPECT_EQ(status.code(), ErrorCode::File);
    return status.message();
  };
  EXPECT_EQ(load("#outliers.loss", Tensor::of<float>({1}, {1})),
            "`#outliers.loss` expects finite numbers f64 [n], one a step");
  EXPECT_EQ(load("#outliers.loss", Tensor::of<double>({2, 2}, {1, 2, 3, 4})),
            "`#outliers.loss` expects finite numbers f64 [n], one a step");
  EXPECT_EQ(load("#outliers.grad_norm", Tensor::of<double>({2}, {1, std::nan("")})),
            "`#outliers.grad_norm` expects finite numbers f64 [n], one a step");
  EXPECT_EQ(load("#outliers.grad_norm", Tensor::of<double>({1}, {1})),
            "`#outliers.loss` and `#outliers.grad_norm` expect the same steps, got 4 and 1");
}
