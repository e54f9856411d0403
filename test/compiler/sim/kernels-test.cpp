// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Right kernels are right in every schedule, and nothing is reported.
#include "Workloads.h"

#include <gtest/gtest.h>

using namespace weft::sim;

namespace {

class Kernels : public testing::TestWithParam<NamedWorkload> {};
INSTANTIATE_TEST_SUITE_P(Files, Kernels, testing::ValuesIn(workloads));

TEST_P(Kernels, AreRightInEverySchedule) {
  SimKernel kernel(readInput(GetParam().file));
  for (Schedule schedule : allSchedules)
    for (uint64_t seed = 1; seed <= 16; ++seed) {
      kernel.module->setSchedule(seed, schedule, allCopies[seed % 3]);
      EXPECT_TRUE(GetParam().run(kernel)) << static_cast<int>(schedule) << " seed " << seed;
      EXPECT_EQ(kernel.describe(), "");
    }
}

TEST_P(Kernels, AreRightOptimised) {
  Options options = makeOptions();
  options.optLevel = 2;
  options.globalRaces = true;
  SimKernel kernel(readInput(GetParam().file), options);
  EXPECT_TRUE(GetParam().run(kernel));
  EXPECT_EQ(kernel.describe(), "");
}

/// What --nvptx-short-ptr makes of the layout.
TEST_P(Kernels, AreRightWithShortPointers) {
  std::string text = readInput(GetParam().file);
  size_t at = text.find("e-p6:32:32");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 10, "e-p3:32:32-p4:32:32-p5:32:32-p6:32:32-p7:32:32");
  SimKernel kernel(text);
  EXPECT_TRUE(GetParam().run(kernel));
  EXPECT_EQ(kernel.describe(), "");
}

TEST(Launch, SameSeedSameSteps) {
  SimKernel kernel(readInput("matmul.ll"));
  runMatmul(kernel);
  uint16_t *a = kernel.upload(std::vector<uint16_t>(128 * 128)), *b = a;
  float *c = kernel.upload(std::vector<float>(128 * 128));
  auto count = [&](uint64_t seed) {
    kernel.module->setSchedule(seed, Schedule::Priority, AsyncCopies::Mixed);
    return kernel.run("matmul", {{2, 2}, {128}, {}}, {&a, &b, &c}).resumes;
  };
  uint64_t first = count(5);
  EXPECT_EQ(count(5), first);
  LaunchStats stats = kernel.run("matmul", {{2, 2}, {128}, {}}, {&a, &b, &c});
  EXPECT_EQ(stats.products, 4u * 4 * 4 * 16); // blocks, warps, chunks, products
  EXPECT_EQ(stats.asyncCopies, 4u * 128 * 4 * 4);
}

TEST(Launch, LoopsWhereNobodyWaits) {
  std::string text = makeKernel("ptr addrspace(1) %out", R"(
  %index = shl i32 %block, 5
  %at = add i32 %index, %tid
  %address = getelementptr i32, ptr addrspace(1) %out, i32 %at
  store i32 %at, ptr addrspace(1) %address)");
  SimKernel kernel(text);
  EXPECT_FALSE(kernel.module->kernelInfo("k")->blocks);
  uint32_t *out = kernel.upload(std::vector<uint32_t>(128));
  kernel.run("k", {{4}, {32}, {}}, {&out});
  for (uint32_t i = 0; i < 128; ++i)
    EXPECT_EQ(out[i], i);
  SimKernel waiting(readInput("reduce.ll"));
  EXPECT_TRUE(waiting.module->kernelInfo("reduce")->blocks);
}

/// vector.contract on f16, lowered by MLIR itself: the file says how.
TEST(Upstream, VectorToGpuIsExact) {
  SimKernel kernel(readInput("vector-to-gpu.ll"));
  std::vector<uint16_t> a(256), b(256), c(256);
  auto get = [](unsigned i, unsigned j, unsigned salt) {
    return static_cast<float>((i * 5 + j * salt) % 9) - 4;
  };
  for (unsigned i = 0; i < 16; ++i)
    for (unsigned j = 0; j < 16; ++j) {
      a[16 * i + j] = floatToHalf(get(i, j, 3));
      b[16 * i + j] = floatToHalf(get(i, j, 7));
      c[16 * i + j] = floatToHalf(get(i, j, 2));
    }
  uint16_t *pa = kernel.upload(a), *pb = kernel.upload(b), *pc = kernel.upload(c);
  uint16_t *out = kernel.upload(std::vector<uint16_t>(256));
  kernel.run("contract", {{1}, {32}, {}}, {&pa, &pb, &pc, &out});
  EXPECT_EQ(kernel.describe(), "");
  for (unsigned i = 0; i < 16; ++i)
    for (unsigned j = 0; j < 16; ++j) {
      float sum = get(i, j, 2);
      for (unsigned k = 0; k < 16; ++k)
        sum += get(i, k, 3) * get(k, j, 7);
      EXPECT_EQ(halfToFloat(out[16 * i + j]), sum) << i << " " << j;
    }
}

} // namespace
