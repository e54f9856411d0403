// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Occupancy as CUDA's own calculator gives it for compute capability 8.0.
#include "tools/weft/Resources.h"

#include <gtest/gtest.h>

using namespace weft;
using namespace weft::driver;

namespace {

Occupancy occupy(int64_t threads, int64_t registers, int64_t shared) {
  GpuKernelSpec kernel{.entry = "kernel",
                       .threads = threads,
                       .sharedBytes = shared,
                       .registers = registers,
                       .spilledBytes = 0};
  return getOccupancy(kernel, *compiler::getGpuTarget("sm_80"));
}

TEST(Resources, RegistersComeInUnitsOfAWarp) {
  // 40 x 32 = 1280 a warp: 51 warps, 12 blocks of 4.
  EXPECT_EQ(occupy(128, 40, 0).blocks, 12);
  EXPECT_EQ(occupy(128, 40, 0).limitedBy, "registers");
  EXPECT_DOUBLE_EQ(occupy(128, 40, 0).threads, 0.75);
  // 33 registers take 1280, too.
  EXPECT_EQ(occupy(128, 33, 0).blocks, 12);
  EXPECT_EQ(occupy(128, 32, 0).blocks, 16);
  EXPECT_EQ(occupy(128, 255, 0).blocks, 2);
}

TEST(Resources, SharedMemoryHasAPartOfTheSystem) {
  EXPECT_EQ(occupy(128, 32, 163 << 10).blocks, 1);
  EXPECT_EQ(occupy(128, 32, 81 << 10).blocks, 2);
  EXPECT_EQ(occupy(128, 32, (81 << 10) + 1).blocks, 1);
  EXPECT_EQ(occupy(128, 32, 81 << 10).limitedBy, "shared memory");
}

TEST(Resources, ThreadsAndBlocksAreLimits) {
  EXPECT_EQ(occupy(1024, 16, 0).blocks, 2);
  EXPECT_EQ(occupy(1024, 16, 0).limitedBy, "threads");
  EXPECT_EQ(occupy(32, 16, 0).blocks, 32);
  EXPECT_EQ(occupy(32, 16, 0).limitedBy, "blocks");
  EXPECT_DOUBLE_EQ(occupy(32, 16, 0).threads, 0.5);
  // Part of a warp takes all of it.
  EXPECT_EQ(occupy(1000, 16, 0).blocks, 2);
}

TEST(Resources, UnknownRegistersAreNotCounted) {
  EXPECT_EQ(occupy(128, -1, 0).blocks, 16);
  EXPECT_EQ(occupy(128, -1, 0).limitedBy, "threads");
}

} // namespace
