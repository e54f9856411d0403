// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is ordinary code in the actor-critic; what it learns is in agent.test.
#include "tools/weft/ActorCritic.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

TEST(ActorCritic, ReturnsAreDiscountedSumsOfEachRowToItsEnd) {
  std::vector<double> rewards = {1, 0, 2, /**/ 0, 0, 0}, after = {8, 16};
  EXPECT_EQ(sumReturns(rewards, after, 0.5),
            (std::vector<double>{1 + 0.5 * (0.5 * (2 + 0.5 * 8)), 0.5 * (2 + 0.5 * 8), 2 + 0.5 * 8,
                                 2, 4, 8}));
  EXPECT_EQ(sumReturns(rewards, std::vector<double>{0, 0}, 1),
            (std::vector<double>{3, 2, 2, 0, 0, 0}));
}

TEST(ActorCritic, ActionsAreDrawnFromTheSoftmaxOfTheirRow) {
  // Rows of chances 1/2, 1/4, 1/4 and 0, 0, 1; a large logit does not overflow.
  Result<Tensor> logits = Tensor::of<float>({2, 3}, {float(std::log(2)), 0, 0, -2000, -2000, 1000});
  ASSERT_TRUE(logits);
  int counts[2][3] = {};
  for (uint64_t stream = 0; stream < 4000; ++stream) {
    std::vector<int32_t> actions = drawActions(*logits, 1, stream);
    ASSERT_EQ(actions, drawActions(*logits, 1, stream));
    for (size_t row = 0; row < 2; ++row)
      ++counts[row][actions[row]];
  }
  EXPECT_NEAR(counts[0][0], 2000, 130);
  EXPECT_NEAR(counts[0][1], 1000, 110);
  EXPECT_NEAR(counts[0][2], 1000, 110);
  EXPECT_EQ(counts[1][2], 4000);
}

TEST(ActorCritic, LogitsThatAreNoNumbersEndTheRun) {
  Result<Tensor> logits = Tensor::of<float>({1, 2}, {0, NAN});
  ASSERT_TRUE(logits);
  try {
    drawActions(*logits, 1, 0);
    FAIL();
  } catch (const Failure &failure) {
    EXPECT_EQ(failure.status.code(), ErrorCode::Numeric);
  }
}

TEST(ActorCritic, EpisodesRunSideBySideAndEndTogether) {
  Episodes episodes("corridor", 3);
  episodes.begin(models::TaskPart::Valid, 10);
  std::unique_ptr<models::World> alone = models::makeWorld("corridor");
  alone->begin(models::TaskPart::Valid, 11);
  Score score;
  while (!episodes.atEnd()) {
    Tensor seen = episodes.observe();
    ASSERT_EQ(seen.shape(), (Shape{3, 1, 2}));
    int32_t expected[2];
    alone->observe(expected);
    EXPECT_EQ(seen.values<int32_t>()[2], expected[0]);
    EXPECT_EQ(seen.values<int32_t>()[3], expected[1]);
    int32_t action = int32_t(episodes.place() % 2);
    alone->act(action);
    for (const models::World::Outcome &outcome : episodes.act(std::vector<int32_t>(3, action)))
      score.add(outcome);
  }
  EXPECT_EQ(episodes.place(), alone->facts().steps);
  EXPECT_GT(score.choices, 6);
  EXPECT_EQ(double(score.rightChoices), score.reward);
}
