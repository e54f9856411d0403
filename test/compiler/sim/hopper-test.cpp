// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whole kernels of sm_90a: right in every schedule, and found when a part of them is missing.
#include "SimKernel.h"
#include "compiler/sim/FloatBits.h"
#include "compiler/sim/TensorMap.h"

#include <functional>
#include <gtest/gtest.h>

using namespace weft::sim;
using Kind = Diagnostic::Kind;

namespace {

const Target hopper{90, true};

/// True where the results are the right ones.
using Workload = std::function<bool(SimKernel &)>;

TensorMap makeMap(TensorElement element, void *base, uint64_t width, uint64_t height,
                  uint64_t bytes, uint32_t boxHeight, Swizzle mode) {
  const uint64_t sizes[] = {width, height}, strides[] = {width * bytes};
  const uint32_t box[] = {64, boxHeight};
  return llvm::cantFail(encodeTiled({element, base, sizes, strides, box, mode}));
}

bool runGemm(SimKernel &kernel) {
  constexpr uint32_t depth = 256;
  auto left = [](uint32_t i, uint32_t k) { return static_cast<float>((i * 3 + k * 5) % 7) - 3; };
  auto right = [](uint32_t k, uint32_t j) { return static_cast<float>((k * 2 + j) % 9) - 4; };
  std::vector<uint16_t> a(64 * depth), b(depth * 64);
  for (uint32_t i = 0; i < 64; ++i)
    for (uint32_t k = 0; k < depth; ++k) {
      a[i * depth + k] = floatToBfloat(left(i, k));
      b[k * 64 + i] = floatToBfloat(right(k, i));
    }
  uint16_t *pa = kernel.upload(a), *pb = kernel.upload(b);
  float *c = kernel.upload(std::vector<float>(64 * 64));
  TensorMap mapA = makeMap(TensorElement::BF16, pa, depth, 64, 2, 64, Swizzle::Bytes128);
  TensorMap mapB = makeMap(TensorElement::BF16, pb, 64, depth, 2, 64, Swizzle::Bytes128);
  TensorMap mapC = makeMap(TensorElement::F32, c, 64, 64, 4, 64, Swizzle::None);
  LaunchConfig config{{1}, {256}, {}, 49152};
  kernel.run("gemm", config, {&mapA, &mapB, &mapC});
  for (uint32_t i = 0; i < 64; ++i)
    for (uint32_t j = 0; j < 64; ++j) {
      float sum = 0;
      for (uint32_t k = 0; k < depth; ++k)
        sum += left(i, k) * right(k, j);
      if (c[i * 64 + j] != sum)
        return false;
    }
  return true;
}

bool runCluster(SimKernel &kernel) {
  std::vector<uint32_t> x(4096), expected(4 * 128);
  for (uint32_t i = 0; i < x.size(); ++i) {
    x[i] = i * i % 1013;
    for (uint32_t block : {i / 2048 * 2, i / 2048 * 2 + 1})
      expected[block * 128 + i % 256 / 2] += x[i];
  }
  uint32_t *in = kernel.upload(x), *out = kernel.upload(std::vector<uint32_t>(4 * 128));
  const uint64_t size[] = {4096};
  const uint32_t box[] = {256};
  TensorMap map = llvm::cantFail(encodeTiled({TensorElement::U32, in, size, {}, box}));
  LaunchConfig config{{4}, {128}, {2}, 8192};
  kernel.run("share", config, {&map, &out});
  return std::equal(expected.begin(), expected.end(), out);
}

bool runGrid(SimKernel &kernel) {
  constexpr uint32_t blocks = 5;
  uint32_t *x = kernel.upload(std::vector<uint32_t>(blocks * 64));
  uint32_t *count = kernel.upload(std::vector<uint32_t>(1));
  uint32_t *out = kernel.upload(std::vector<uint32_t>(blocks * 64));
  LaunchConfig config{{blocks}, {64}, {}, 0, true};
  kernel.run("rotate", config, {&x, &count, &out});
  for (uint32_t i = 0; i < blocks * 64; ++i)
    if (out[i] != ((i / 64 + 1) % blocks * 64 + i % 64) * 3)
      return false;
  return true;
}

struct HopperKernel {
  const char *file;
  Workload run;
  size_t syncSites;
};
const HopperKernel kernels[] = {
    {"gemm-tma.ll", runGemm, 13}, {"cluster.ll", runCluster, 9}, {"grid.ll", runGrid, 4}};

class Hopper : public testing::TestWithParam<HopperKernel> {};
INSTANTIATE_TEST_SUITE_P(Files, Hopper, testing::ValuesIn(kernels));

TEST_P(Hopper, IsRightInEverySchedule) {
  Options all = makeOptions();
  all.globalRaces = true;
  SimKernel kernel(readInput(GetParam().file), all, hopper);
  EXPECT_TRUE(kernel.module->lint().empty());
  for (Schedule schedule : allSchedules)
    for (uint64_t seed = 1; seed <= 6; ++seed) {
      kernel.module->setSchedule(seed, schedule, allCopies[seed % 3]);
      EXPECT_TRUE(GetParam().run(kernel)) << static_cast<int>(schedule) << " seed " << seed;
      EXPECT_EQ(kernel.describe(), "");
    }
}

TEST_P(Hopper, IsRightOptimised) {
  Options options = makeOptions();
  options.optLevel = 2;
  SimKernel kernel(readInput(GetParam().file), options, hopper);
  EXPECT_TRUE(GetParam().run(kernel));
  EXPECT_EQ(kernel.describe(), "");
}

/// What --nvptx-short-ptr makes of the layout.
TEST_P(Hopper, IsRightWithShortPointers) {
  std::string text = readInput(GetParam().file);
  size_t at = text.find("e-p6:32:32");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 10, "e-p3:32:32-p4:32:32-p5:32:32-p6:32:32-p7:32:32");
  SimKernel kernel(text, makeOptions(), hopper);
  EXPECT_TRUE(GetParam().run(kernel));
  EXPECT_EQ(kernel.describe(), "");
}

/// Every barrier, arrival, wait, fence and commit, one at a time.
TEST_P(Hopper, EveryRemovalIsFoundInEverySchedule) {
  SimKernel whole(readInput(GetParam().file), makeOptions(), hopper);
  ASSERT_EQ(whole.module->syncSites().size(), GetParam().syncSites);
  for (size_t site = 0; site < GetParam().syncSites; ++site) {
    Options options = makeOptions();
    options.removeSync = static_cast<int>(site);
    options.livelockYields = 50000;
    options.globalRaces = true;
    SimKernel kernel(readInput(GetParam().file), options, hopper);
    for (Schedule schedule : allSchedules)
      for (AsyncCopies copies : allCopies) {
        // What threads of one block do with device memory is compared by blocks alone: without this
        // barrier the last warp may come first by luck.
        if (GetParam().file == std::string("grid.ll") && site == 0 && schedule == Schedule::Reverse)
          continue;
        kernel.module->setSchedule(1, schedule, copies);
        GetParam().run(kernel);
        EXPECT_NE(kernel.describe(), "")
            << whole.module->syncSites()[site].text << ", schedule " << static_cast<int>(schedule)
            << ", copies " << static_cast<int>(copies);
      }
  }
}

/// One place of a kernel made wrong.
struct Mistake {
  const char *file, *from, *to;
};
const Mistake mistakes[] = {
    // The consumer looks at the phase before, and at the phase after.
    {"gemm-tma.ll", "%parity = and i32 %round, 1", "%parity = xor i32 1, 1"},
    {"gemm-tma.ll", "%parity = and i32 %round, 1",
     "%bit = and i32 %round, 1\n  %parity = xor i32 %bit, 1"},
    // The producer does not look whether a stage is free.
    {"gemm-tma.ll", "%pParity = xor i32 %pRoundBit, 1", "%pParity = and i32 %pRoundBit, 1"},
    // Too many and too few bytes.
    {"gemm-tma.ll", "@full, i32 1)", "@full, i32 2)"},
    {"gemm-tma.ll", "%pFull, i32 16384)", "%pFull, i32 16400)"},
    {"gemm-tma.ll", "%pFull, i32 16384)", "%pFull, i32 8192)"},
    // All threads initialise.
    {"gemm-tma.ll", "br i1 %isFirst, label %init, label %begin", "br label %init"},
    // A stage waits for five warps, of which there are four.
    {"gemm-tma.ll", "i32 8), i32 4)", "i32 8), i32 5)"},
    // Both stages are one.
    {"gemm-tma.ll", "%pOffset = shl i32 %pStage, 14", "%pOffset = and i32 %pStage, 0"},
    // The result is sent by a thread that no barrier orders behind the stores.
    {"gemm-tma.ll", "aligned.count(i32 1, i32 128)\n  %isSender",
     "aligned.count(i32 1, i32 96)\n"
     "  %isSender"},
    // Each block announces only its own half, or sends to itself alone.
    {"cluster.ll", "@bar, i32 8192)", "@bar, i32 4096)"},
    {"cluster.ll", "i16 3, i64 0", "i16 1, i64 0"},
    {"cluster.ll", "%other = xor i32 %rank, 1", "%other = xor i32 %rank, 2"},
};

TEST(HopperMistakes, AreFoundInEverySchedule) {
  for (const Mistake &mistake : mistakes) {
    std::string text = readInput(mistake.file), from = mistake.from;
    size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), mistake.to);
    Options options = makeOptions();
    options.livelockYields = 50000;
    options.globalRaces = true;
    SimKernel kernel(text, options, hopper);
    Workload workload;
    for (const HopperKernel &each : kernels)
      if (each.file == std::string(mistake.file))
        workload = each.run;
    for (Schedule schedule : allSchedules)
      for (uint64_t seed = 1; seed <= 3; ++seed) {
        kernel.module->setSchedule(seed, schedule, allCopies[seed % 3]);
        workload(kernel);
        EXPECT_NE(kernel.describe(), "")
            << mistake.to << ", schedule " << static_cast<int>(schedule) << ", seed " << seed;
      }
  }
}

/// A grid barrier needs all blocks at once.
TEST(HopperMistakes, GridThatIsNotResident) {
  Options options = makeOptions();
  options.livelockYields = 10000;
  SimKernel kernel(readInput("grid.ll"), options, hopper);
  uint32_t *x = kernel.upload(std::vector<uint32_t>(256)), *y = x;
  uint32_t *count = kernel.upload(std::vector<uint32_t>(1));
  kernel.run("rotate", {{4}, {64}, {}}, {&x, &count, &y});
  EXPECT_TRUE(kernel.has(Kind::Livelock)) << kernel.describe();
}

} // namespace
