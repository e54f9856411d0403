// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Spans.h"

#include <gtest/gtest.h>

using namespace weft;
using namespace weft::driver;

/// A manifest with the heads of one layer, and their z.
static std::vector<LayerSpans> measure(std::initializer_list<float> z) {
  Manifest manifest;
  manifest.config = {{"span", "64"}, {"ramp", "8"}};
  manifest.params = {{"layer0.Wq", DType::F32, {2}, {}, {}, {}},
                     {"layer0.z", DType::F32, {int64_t(z.size())}, {}, {}, {}}};
  return measureSpans(manifest, {{"layer0.z", *Tensor::of<float>({int64_t(z.size())}, z)}});
}

TEST(Spans, AreTheCeilingPlusTheRamp) {
  std::vector<LayerSpans> spans = measure({0, 0.25, 0.26, 1});
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0].layer, "layer0");
  EXPECT_EQ(spans[0].heads, (std::vector<double>{8, 24, 25, 64}));
}

TEST(Spans, MeanAndMaximum) {
  EXPECT_EQ(summarise(measure({0, 0.25})), (std::pair<double, double>(16, 24)));
  EXPECT_EQ(summarise({}), std::nullopt);
}
