// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wgmma: every swizzle and order of operands, exact on small integers, and what must be found.
#include "SimKernel.h"
#include "compiler/sim/FloatBits.h"

#include <functional>
#include <gtest/gtest.h>

using namespace weft::sim;
using Kind = Diagnostic::Kind;

namespace {

const Target hopper{90, true};

/// How an operand lies in shared memory: rows as wide as the swizzle (16 bytes without one), along
/// depth or along the outer dimension, 16-byte chunks mixed as a copy of a tile would do it.
struct Place {
  uint32_t span;
  bool isOuterMajor;

  uint64_t mix(uint64_t row, uint64_t chunk) const {
    switch (span) {
    case 128:
      return row * 8 + (chunk ^ row % 8);
    case 64:
      return row * 4 + (chunk ^ row / 2 % 4);
    case 32:
      return row * 2 + (chunk ^ row / 4 % 2);
    }
    return row;
  }
  /// The byte of an element in the operand's bytes.
  uint64_t getByte(uint32_t outer, uint32_t depth) const {
    uint32_t along = isOuterMajor ? outer : depth, across = isOuterMajor ? depth : outer;
    if (span == 16) // 8 x 8 matrices of 128 bytes: along depth one after another
      return (outer / 8 * 2 + depth / 8) * 128 + across % 8 * 16 + along % 8 * 2;
    // Tiles of 16 rows of depth where the outer dimension is wider than the swizzle.
    uint32_t wide = span / 2;
    uint64_t tile = isOuterMajor ? along / wide * 16 * span : 0;
    return tile + mix(across, along % wide / 8) * 16 + along % 8 * 2;
  }
  uint64_t getDescriptor(uint64_t start) const {
    uint64_t layout = span == 128 ? 1 : span == 64 ? 2 : span == 32 ? 3 : 0;
    uint64_t leading = span == 16 ? 128 : 16 * span, stride = span == 16 ? 256 : 8 * span;
    return start >> 4 | leading >> 4 << 16 | stride >> 4 << 32 | layout << 62;
  }
};

float getLeft(uint32_t row, uint32_t k) { return static_cast<float>((row * 3 + k * 5) % 7) - 3; }
float getRight(uint32_t k, uint32_t column) {
  return static_cast<float>((k * 2 + column * 3) % 9) - 4;
}

float getExpected(uint32_t row, uint32_t column, float start, float sign) {
  float sum = 0;
  for (uint32_t k = 0; k < 16; ++k)
    sum += getLeft(row, k) * getRight(k, column);
  return start + sign * sum;
}

constexpr uint32_t rightStart = 8192, imageBytes = 24576;

struct Operands {
  Place left, right;
  int32_t scale = 1;
  /// Where the operands begin in the rows of a wider tile.
  uint32_t step = 0;
};

/// Runs @ssXY or @rsY and returns the registers of 128 threads.
std::vector<float> run(SimKernel &kernel, const Operands &operands, bool isRegisters,
                       uint64_t damage = 0) {
  std::vector<uint8_t> image(imageBytes, 0x7F);
  auto put = [&](uint64_t byte, float value) {
    uint16_t bits = isRegisters ? floatToHalf(value) : floatToBfloat(value);
    std::memcpy(&image[byte], &bits, 2);
  };
  for (uint32_t k = 0; k < 16; ++k) {
    for (uint32_t row = 0; row < 64 && !isRegisters; ++row)
      put(operands.left.getByte(row, k + 16 * operands.step), getLeft(row, k));
    for (uint32_t column = 0; column < 64; ++column)
      put(rightStart + operands.right.getByte(column, k + 16 * operands.step), getRight(k, column));
  }
  // Registers of a thread: rows g, g + 8, then the same 8 columns on.
  for (uint32_t thread = 0; thread < 128 && isRegisters; ++thread)
    for (uint32_t i = 0; i < 8; ++i) {
      uint32_t row = thread / 32 * 16 + thread % 32 / 4 + i / 2 % 2 * 8;
      put(thread * 16 + i * 2, getLeft(row, thread % 4 * 2 + i / 4 * 8 + i % 2));
    }
  uint8_t *in = kernel.upload(image);
  float *out = kernel.upload(std::vector<float>(128 * 32));
  int32_t bytes = imageBytes, scale = operands.scale;
  uint64_t left = operands.left.getDescriptor(32 * operands.step) ^ damage;
  uint64_t right = operands.right.getDescriptor(rightStart + 32 * operands.step);
  std::string name = isRegisters ? "rs" : operands.left.isOuterMajor ? "ss1" : "ss0";
  name += operands.right.isOuterMajor ? "1" : "0";
  LaunchConfig config{{1}, {128}, {}, imageBytes};
  kernel.run(name, config, {&in, &bytes, &left, &right, &scale, &out});
  return std::vector<float>(out, out + 128 * 32);
}

void check(const std::vector<float> &registers, const Operands &operands, float sign) {
  for (uint32_t thread = 0; thread < 128; ++thread)
    for (uint32_t i = 0; i < 32; ++i) {
      uint32_t row = thread / 32 * 16 + thread % 32 / 4 + i / 2 % 2 * 8;
      uint32_t column = i / 4 * 8 + thread % 4 * 2 + i % 2;
      float start = operands.scale ? static_cast<float>(i + 1) : 0;
      ASSERT_EQ(registers[thread * 32 + i], getExpected(row, column, start, sign))
          << "thread " << thread << " register " << i;
    }
}

constexpr uint32_t spans[] = {16, 32, 64, 128};

TEST(Wgmma, EverySwizzleAndOrderIsExact) {
  SimKernel kernel(readInput("wgmma.ll"), makeOptions(), hopper);
  for (uint32_t leftSpan : spans)
    for (uint32_t rightSpan : spans)
      for (int order = 0; order < 4; ++order)
        for (int32_t scale : {0, 1}) {
          Operands operands{{leftSpan, order > 1}, {rightSpan, order % 2 == 1}, scale};
          std::vector<float> registers = run(kernel, operands, false);
          EXPECT_EQ(kernel.describe(), "");
          check(registers, operands, order == 3 ? -1 : 1);
        }
}

TEST(Wgmma, RegistersOnTheLeft) {
  SimKernel kernel(readInput("wgmma.ll"), makeOptions(), hopper);
  for (uint32_t span : spans)
    for (bool isOuterMajor : {false, true}) {
      Operands operands{{16, false}, {span, isOuterMajor}};
      std::vector<float> registers = run(kernel, operands, true);
      EXPECT_EQ(kernel.describe(), "");
      check(registers, operands, 1);
    }
}

TEST(Wgmma, StepsInsideOfWideRows) {
  SimKernel kernel(readInput("wgmma.ll"), makeOptions(), hopper);
  for (uint32_t span : {64u, 128u})
    for (uint32_t step = 0; step < span / 32; ++step) {
      Operands operands{{span, false}, {span, false}, 1, step};
      std::vector<float> registers = run(kernel, operands, false);
      EXPECT_EQ(kernel.describe(), "");
      check(registers, operands, 1);
    }
}

TEST(Wgmma, WrongDescriptorsGiveWrongResults) {
  SimKernel kernel(readInput("wgmma.ll"), makeOptions(), hopper);
  Operands operands{{128, false}, {128, true}};
  std::vector<float> right = run(kernel, operands, false);
  EXPECT_NE(run(kernel, operands, false, uint64_t{3} << 62), right) << "64 instead of 128 bytes";
  EXPECT_NE(run(kernel, operands, false, uint64_t{64 ^ 32} << 32), right) << "stride";
  run(kernel, operands, false, 16);
  EXPECT_TRUE(kernel.has(Kind::Misaligned)) << "begins inside of the pattern";
  run(kernel, operands, false, 0x3C00);
  EXPECT_TRUE(kernel.has(Kind::OutOfBounds)) << kernel.describe();
}

/// Each fence, barrier, commit and wait, in every schedule and with products at every time.
TEST(Wgmma, EveryRemovalIsFound) {
  std::string text = readInput("wgmma.ll");
  SimKernel whole(text, makeOptions(), hopper);
  // Two in @fill, and three in each of six kernels; @ss01 is the second.
  ASSERT_EQ(whole.module->syncSites().size(), 2u + 3 * 6);
  for (int site : {0, 1, 5, 6, 7}) {
    Options options = makeOptions();
    options.removeSync = site;
    SimKernel kernel(text, options, hopper);
    for (Schedule schedule : allSchedules)
      for (AsyncCopies copies : allCopies) {
        kernel.module->setSchedule(1, schedule, copies);
        std::vector<float> registers = run(kernel, {{128, false}, {128, true}}, false);
        EXPECT_TRUE(kernel.has(Kind::Race) || kernel.has(Kind::Protocol))
            << whole.module->syncSites()[static_cast<size_t>(site)].text;
        // What is not waited for is not there either.
        if (site >= 6) {
          EXPECT_NE(registers[0], registers[0]);
        }
      }
  }
}

/// Operands that cp.async brings are written through the generic proxy, too.
TEST(Wgmma, CopiesNeedAFence) {
  std::string text = readInput("wgmma.ll");
  auto replace = [&](const std::string &from, const std::string &to) {
    ASSERT_NE(text.find(from), std::string::npos) << from;
    text.replace(text.find(from), from.size(), to);
  };
  replace("  %v = load <4 x i32>, ptr addrspace(1) %from, align 16\n"
          "  store <4 x i32> %v, ptr addrspace(3) %to, align 16\n",
          "  call void @llvm.nvvm.cp.async.cg.shared.global.16(ptr addrspace(3) %to, "
          "ptr addrspace(1) %from)\n");
  replace("end:\n", "end:\n  call void @llvm.nvvm.cp.async.wait.all()\n");
  replace("declare i32 @llvm.nvvm.read",
          "declare void @llvm.nvvm.cp.async.cg.shared.global.16(ptr addrspace(3), "
          "ptr addrspace(1))\n"
          "declare void @llvm.nvvm.cp.async.wait.all()\n"
          "declare i32 @llvm.nvvm.read");
  SimKernel whole(text, makeOptions(), hopper);
  run(whole, {{128, false}, {128, true}}, false);
  EXPECT_EQ(whole.describe(), "");
  replace("  call void @llvm.nvvm.fence.proxy.async.shared_cta()\n", "");
  for (Schedule schedule : allSchedules)
    for (AsyncCopies copies : allCopies) {
      SimKernel kernel(text, makeOptions(), hopper);
      kernel.module->setSchedule(1, schedule, copies);
      run(kernel, {{128, false}, {128, true}}, false);
      EXPECT_NE(kernel.describe().find("no fence.proxy.async is between"), std::string::npos)
          << kernel.describe();
    }
}

TEST(Wgmma, LintSeesEarlyReads) {
  std::string text = readInput("wgmma.ll");
  SimKernel whole(text, makeOptions(), hopper);
  EXPECT_TRUE(whole.module->lint().empty());
  std::string wait = "  call void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64 0)\n";
  text.erase(text.find(wait), wait.size());
  SimKernel early(text, makeOptions(), hopper);
  ASSERT_EQ(early.module->lint().size(), 1u);
  EXPECT_NE(early.module->lint()[0].text.find("no wgmma.wait_group is between"), std::string::npos);
}

TEST(Wgmma, NeedsItsWarpGroup) {
  std::string text = readInput("wgmma.ll");
  std::string threads = "\"nvvm.reqntid\"=\"128\"";
  text.replace(text.find(threads), threads.size(), "\"nvvm.reqntid\"=\"64\"");
  SimKernel kernel(text, makeOptions(), hopper);
  void *none = nullptr;
  uint8_t *in = kernel.upload(std::vector<uint8_t>(imageBytes));
  int32_t bytes = 2048, scale = 1;
  uint64_t left = 0, right = 0;
  LaunchConfig config{{1}, {64}, {}, imageBytes};
  kernel.run("ss00", config, {&in, &bytes, &left, &right, &scale, &none});
  EXPECT_TRUE(kernel.has(Kind::Divergence)) << kernel.describe();
}

/// Three warp groups of 168 registers each: two want 240, which the first must make room for.
TEST(Registers, AreSharedByABlock) {
  auto make = [](const std::string &low, const std::string &high) {
    std::string name = "llvm.nvvm.setmaxnreg.";
    std::string rest = ".sync.aligned.u32(i32 ";
    return makeKernel("",
                      "%isLow = icmp ult i32 %tid, 128\nbr i1 %isLow, label %low, label %high\n"
                      "low:\ncall void @" +
                          name + "dec" + rest + low + ")\nbr label %end\nhigh:\ncall void @" +
                          name + "inc" + rest + high + ")\nbr label %end\nend:",
                      "declare void @llvm.nvvm.setmaxnreg.inc.sync.aligned.u32(i32)\n"
                      "declare void @llvm.nvvm.setmaxnreg.dec.sync.aligned.u32(i32)\n");
  };
  auto describe = [&](const std::string &low, const std::string &high, Schedule schedule) {
    SimKernel kernel(make(low, high), makeOptions(2, schedule), hopper);
    kernel.run("k", {{1}, {384}, {}}, {});
    return kernel.describe();
  };
  for (Schedule schedule : allSchedules) {
    EXPECT_EQ(describe("24", "240", schedule), "");
    EXPECT_NE(describe("40", "240", schedule).find("threads in setmaxnreg.inc"), std::string::npos);
    EXPECT_NE(describe("20", "240", schedule).find("multiples of 8"), std::string::npos);
  }
}

} // namespace
