// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cmath>

#include "test/runtime/TestModels.h"
#include "weft/ParamStore.h"
#include "weft/Random.h"

namespace weft::test {
namespace {

// The vectors of the Random123 distribution (kat_vectors, philox4x32 10).
TEST(Random, PhiloxGivesTheKnownAnswers) {
  using Words = std::array<uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox({ones, ones, ones, ones}, {ones, ones}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, AShorterFillIsAPrefixOfALongerOne) {
  Tensor shorter = take(Tensor::zeros(DType::F32, {7})),
         longer = take(Tensor::zeros(DType::F32, {100}));
  ASSERT_TRUE(fillNormal(shorter, 3, 1, 1.0));
  ASSERT_TRUE(fillNormal(longer, 3, 1, 1.0));
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(shorter.values<float>()[i], longer.values<float>()[i]);
}

TEST(Random, FillsHaveTheirMoments) {
  constexpr int count = 100000;
  Tensor tensor = take(Tensor::zeros(DType::F64, {count}));
  auto getMoments = [&] {
    double mean = 0, square = 0;
    for (double value : tensor.values<double>()) {
      mean += value / count;
      square += value * value / count;
    }
    return std::pair(mean, std::sqrt(square - mean * mean));
  };
  ASSERT_TRUE(fillNormal(tensor, 1, 0, 0.5));
  EXPECT_NEAR(getMoments().first, 0, 0.01);
  EXPECT_NEAR(getMoments().second, 0.5, 0.01);
  ASSERT_TRUE(fillUniform(tensor, 1, 0, -1, 3));
  EXPECT_NEAR(getMoments().first, 1, 0.02);
  EXPECT_NEAR(getMoments().second, 4 / std::sqrt(12.0), 0.02);
  for (double value : tensor.values<double>())
    ASSERT_TRUE(value >= -1 && value < 3);
}

TEST(Random, IntegersAreRefused) {
  Tensor tensor = take(Tensor::zeros(DType::I32, {4}));
  EXPECT_EQ(fillNormal(tensor, 1, 0, 1).code(), ErrorCode::Model);
}

TEST(Random, ParametersStartAsTheManifestSays) {
  Manifest manifest;
  manifest.params = {{"a", DType::F32, {4}, {"ones", 0}, {}, {}},
                     {"b", DType::F32, {4}, {"constant", 0.25}, {}, {}},
                     {"c", DType::F32, {4}, {"normal", 1}, {}, {}},
                     {"d", DType::F32, {4}, {"normal", 1}, {}, {}}};
  TensorMap params = take(initializeParams(manifest, 7)),
            again = take(initializeParams(manifest, 7));
  EXPECT_EQ(read(params["a"]), std::vector<float>(4, 1.0f));
  EXPECT_EQ(read(params["b"]), std::vector<float>(4, 0.25f));
  EXPECT_NE(read(params["c"]), read(params["d"]));
  EXPECT_EQ(read(params["c"]), read(again["c"]));
  EXPECT_NE(read(params["c"]), read(take(initializeParams(manifest, 8))["c"]));
  ASSERT_TRUE(verifyParams(manifest, params));
  params.erase("a");
  params["b"] = floats({2}, {1, 2});
  params["e"] = floats({1}, {1});
  EXPECT_EQ(verifyParams(manifest, params).message(),
            "parameters: `a` (4xf32) is missing; `b` expects 4xf32, got 2xf32; `e` is not a "
            "parameter of the model");
}

} // namespace
} // namespace weft::test
