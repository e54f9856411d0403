// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Average.h"
#include "test/runtime/TestModels.h"
#include "weft/Schedule.h"

namespace weft::test {
namespace {

TEST(Average, StartsAtTheParametersWithBytesOfItsOwn) {
  ModelState model;
  model.params["w"] = floats({2}, {3, 4});
  model.params["b"] = floats({1}, {7});
  model.optimizer["w.ema"] = floats({2}, {0, 0});
  model.optimizer["w.sum"] = floats({2}, {0, 0});
  ASSERT_TRUE(startAverages(model));
  EXPECT_EQ(read(model.optimizer["w.ema"]), (std::vector<float>{3, 4}));
  EXPECT_EQ(read(model.optimizer["w.sum"]), (std::vector<float>{0, 0}));
  EXPECT_NE(model.optimizer["w.ema"].identity(), model.params["w"].identity());
  EXPECT_FALSE(model.optimizer.contains("b.ema"));
  EXPECT_EQ(getAverages(model).status().code(), ErrorCode::Usage); // b has none
  model.params.erase("b");
  EXPECT_EQ(read(take(getAverages(model)).at("w")), (std::vector<float>{3, 4}));
}

TEST(Average, MeansAreSummedInF64) {
  ParamMean mean;
  EXPECT_EQ(mean.get().status().code(), ErrorCode::Usage);
  Tensor first = floats({1}, {1e8f});
  ASSERT_TRUE(mean.add({{"w", first}}));
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(mean.add({{"w", floats({1}, {1})}}));
  EXPECT_EQ(mean.count(), 4);
  TensorMap result = take(mean.get());
  EXPECT_EQ(read(result.at("w")), (std::vector<float>{float((1e8 + 3) / 4)}));
  EXPECT_EQ(read(first), (std::vector<float>{1e8f}));
}

TEST(Average, SetsThatDifferAreRefusedAndChangeNothing) {
  ParamMean mean;
  EXPECT_EQ(mean.add({{"i", take(Tensor::scalar<int32_t>(1))}}).code(), ErrorCode::Model);
  ASSERT_TRUE(mean.add({{"w", floats({2}, {1, 2})}}));
  EXPECT_EQ(mean.add({{"v", floats({2}, {1, 2})}}).code(), ErrorCode::Model);
  EXPECT_EQ(mean.add({{"w", floats({1}, {1})}}).message(),
            "parameter `w`: a mean expects 2xf32, got 1xf32");
  EXPECT_EQ(mean.add({}).code(), ErrorCode::Model);
  EXPECT_EQ(mean.add({{"w", take(Tensor::of<double>({2}, {1, 2}))}}).code(), ErrorCode::Model);
  EXPECT_EQ(mean.count(), 1);
  EXPECT_EQ(read(take(mean.get()).at("w")), (std::vector<float>{1, 2}));
}

TEST(Schedule, FallsWithTheInverseSquareRoot) {
  Schedule schedule{.kind = Schedule::Kind::InverseSqrt, .rate = 0.5, .warmup = 4};
  EXPECT_DOUBLE_EQ(schedule.at(1), 0.125);
  EXPECT_DOUBLE_EQ(schedule.at(4), 0.5);
  EXPECT_DOUBLE_EQ(schedule.at(16), 0.25);
  EXPECT_DOUBLE_EQ(schedule.at(400), 0.05);
  schedule.warmup = 0;
  EXPECT_DOUBLE_EQ(schedule.at(1), 0.5);
  EXPECT_DOUBLE_EQ(schedule.at(4), 0.25);
}

TEST(Schedule, FieldsMustFitTogether) {
  using Kind = Schedule::Kind;
  EXPECT_TRUE(checkSchedule({.rate = 0.1, .warmup = 3}));
  EXPECT_TRUE(checkSchedule({Kind::Cosine, 0.1, 3, 4, 0.5}));
  for (const Schedule &wrong :
       {Schedule{.rate = -1}, Schedule{.rate = NAN}, Schedule{Kind::Cosine, 0.1, 3, 3, 0},
        Schedule{Kind::Cosine, 0.1, 0, 3, 1.5}, Schedule{Kind::Cosine, 0.1, 0, 3, NAN},
        Schedule{Kind::Constant, 0.1, 0, 3, 0}, Schedule{Kind::InverseSqrt, 0.1, 0, 0, 0.5}})
    EXPECT_EQ(checkSchedule(wrong).code(), ErrorCode::Usage);
}

} // namespace
} // namespace weft::test
