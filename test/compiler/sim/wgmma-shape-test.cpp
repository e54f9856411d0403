// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wgmma of every width, and two products in a row where the registers of the first, rounded, are
// the left operand of the second: what attention does.
#include "SimKernel.h"
#include "compiler/sim/FloatBits.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>

using namespace weft::sim;
using Kind = Diagnostic::Kind;

namespace {

const Target hopper{90, true};

std::string repeat(unsigned count, const std::function<std::string(unsigned)> &word) {
  std::string text;
  for (unsigned i = 0; i < count; ++i)
    text += (i ? ", " : "") + word(i);
  return text;
}
std::string number(uint64_t value) { return std::to_string(value); }

std::string getStruct(unsigned columns) {
  return "{ " + repeat(columns / 2, [](unsigned) { return "float"; }) + " }";
}

/// `%result = ` a product added to zeros that it does not read; `left` are one or four operands.
std::string makeProduct(const std::string &result, unsigned columns,
                        const std::vector<std::string> &left, const std::string &right) {
  unsigned count = columns / 2;
  bool isRegisters = left.size() > 1;
  auto name = [&](unsigned i) { return "$" + number(2 * count + i); };
  unsigned words = static_cast<unsigned>(left.size());
  std::string operand = isRegisters ? "{" + repeat(4, name) + "}" : name(0);
  std::string text = "{ .reg .pred p; setp.ne.b32 p, " + name(words + 1) +
                     ", 0; wgmma.mma_async.sync.aligned.m64n" + number(columns) +
                     "k16.f32.bf16.bf16 {" +
                     repeat(count, [](unsigned i) { return "$" + number(i); }) + "}, " + operand +
                     ", " + name(words) + ", p, 1, 1, " + (isRegisters ? "0" : "0, 0") + "; }";
  std::string constraints = repeat(count, [](unsigned) { return "=f"; });
  constraints += ", " + repeat(count, number);
  for (const std::string &each : left)
    constraints += each.substr(0, 3) == "i32" ? ",r" : ",l";
  std::string operands = repeat(count, [](unsigned) { return "float 0.0"; });
  for (const std::string &each : left)
    operands += ", " + each;
  constraints.erase(std::remove(constraints.begin(), constraints.end(), ' '), constraints.end());
  return result + " = call " + getStruct(columns) + " asm sideeffect \"" + text + "\", \"" +
         constraints + ",l,r\"(" + operands + ", " + right + ", i32 0) convergent\n";
}

const std::string declarations = "declare void @llvm.nvvm.fence.proxy.async.shared_cta()\n"
                                 "declare void @llvm.nvvm.wgmma.fence.sync.aligned()\n"
                                 "declare void @llvm.nvvm.wgmma.commit_group.sync.aligned()\n"
                                 "declare void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64)\n";
const std::string fence = "call void @llvm.nvvm.wgmma.fence.sync.aligned()\n";
const std::string finish = "call void @llvm.nvvm.wgmma.commit_group.sync.aligned()\n"
                           "call void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64 0)\n";

constexpr unsigned imageBytes = 16384;

/// Around a body: the image comes to shared memory, the registers of %r go out.
std::string makeAround(const std::string &body, unsigned columns) {
  std::string text = "%first = shl i32 %tid, 4\nbr label %loop\nloop:\n"
                     "%at = phi i32 [ %first, %entry ], [ %next, %loop ]\n"
                     "%from = getelementptr i8, ptr addrspace(1) %image, i32 %at\n"
                     "%to = getelementptr i8, ptr addrspace(3) @s, i32 %at\n"
                     "%v = load <4 x i32>, ptr addrspace(1) %from, align 16\n"
                     "store <4 x i32> %v, ptr addrspace(3) %to, align 16\n"
                     "%next = add i32 %at, 2048\n%more = icmp ult i32 %next, " +
                     number(imageBytes) +
                     "\nbr i1 %more, label %loop, label %filled\nfilled:\n"
                     "call void @llvm.nvvm.fence.proxy.async.shared_cta()\n"
                     "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n" +
                     body + "%place = mul i32 %tid, " + number(columns / 2) + "\n";
  for (unsigned i = 0; i < columns / 2; ++i) {
    std::string n = number(i);
    text += "%e" + n + " = extractvalue " + getStruct(columns) + " %r, " + n + "\n%o" + n +
            " = add i32 %place, " + n + "\n%q" + n + " = getelementptr float, ptr addrspace(1) " +
            "%out, i32 %o" + n + "\nstore float %e" + n + ", ptr addrspace(1) %q" + n + "\n";
  }
  return makeKernel("ptr addrspace(1) %image, ptr addrspace(1) %out, i64 %left, i64 %right", text,
                    declarations, imageBytes);
}

float getLeft(unsigned row, unsigned k) { return static_cast<float>((row * 5 + k * 3) % 5) - 2; }
float getRight(unsigned k, unsigned column) {
  return static_cast<float>((k * 7 + column * 2) % 5) - 2;
}

/// Operands in rows of 32 bytes without a swizzle: matrices of 8 x 16 bytes, two for each 8 rows.
uint64_t getDescriptor(uint64_t start) {
  return start >> 4 | uint64_t{128 >> 4} << 16 | uint64_t{256 >> 4} << 32;
}
void put(std::vector<uint8_t> &image, uint64_t start, unsigned outer, unsigned k, float value) {
  uint16_t bits = floatToBfloat(value);
  uint64_t at = start + (outer / 8 * 2 + k / 8) * 128 + outer % 8 * 16 + k % 8 * 2;
  std::memcpy(&image[at], &bits, 2);
}

constexpr uint64_t rightStart = 2048;

/// Rows of the right operand are `get(k, column)`.
std::vector<float> run(SimKernel &kernel, unsigned columns, unsigned rightColumns) {
  std::vector<uint8_t> image(imageBytes);
  for (unsigned k = 0; k < 16; ++k) {
    for (unsigned row = 0; row < 64; ++row)
      put(image, 0, row, k, getLeft(row, k));
    for (unsigned column = 0; column < rightColumns; ++column)
      put(image, rightStart, column, k, getRight(k, column));
  }
  uint8_t *in = kernel.upload(image);
  float *out = kernel.upload(std::vector<float>(64 * columns));
  uint64_t left = getDescriptor(0), right = getDescriptor(rightStart);
  kernel.run("k", {{1}, {128}, {}}, {&in, &out, &left, &right});
  std::vector<float> result(64 * columns);
  for (unsigned thread = 0; thread < 128; ++thread)
    for (unsigned i = 0; i < columns / 2; ++i) {
      unsigned row = thread / 32 * 16 + thread % 32 / 4 + i / 2 % 2 * 8;
      result[row * columns + i / 4 * 8 + thread % 4 * 2 + i % 2] = out[thread * columns / 2 + i];
    }
  return result;
}

float getProduct(unsigned row, unsigned column) {
  float sum = 0;
  for (unsigned k = 0; k < 16; ++k)
    sum += getLeft(row, k) * getRight(k, column);
  return sum;
}

TEST(WgmmaShape, EveryWidth) {
  for (unsigned columns = 8; columns <= 256; columns += columns < 32 ? 8 : 56) {
    std::string product = makeProduct("%r", columns, {"i64 %left"}, "i64 %right");
    SimKernel kernel(makeAround(fence + product + finish, columns), makeOptions(), hopper);
    std::vector<float> result = run(kernel, columns, columns);
    EXPECT_EQ(kernel.describe(), "");
    for (unsigned i = 0; i < 64 * columns; ++i)
      ASSERT_EQ(result[i], getProduct(i / columns, i % columns)) << columns << " " << i;
  }
}

/// S = A B of 64 x 16, P = S rounded, R = P B.
std::string makeChain(const std::string &between, const std::string &second) {
  std::string body = fence + makeProduct("%s", 16, {"i64 %left"}, "i64 %right") + between;
  for (unsigned i = 0; i < 8; ++i)
    body += "%s" + number(i) + " = extractvalue " + getStruct(16) + " %s, " + number(i) + "\n";
  for (unsigned i = 0; i < 4; ++i) {
    std::string n = number(i), low = number(2 * i), high = number(2 * i + 1);
    body += "%l" + n + " = insertelement <2 x float> poison, float %s" + low + ", i32 0\n%h" + n +
            " = insertelement <2 x float> %l" + n + ", float %s" + high + ", i32 1\n%b" + n +
            " = fptrunc <2 x float> %h" + n + " to <2 x bfloat>\n%p" + n +
            " = bitcast <2 x bfloat> %b" + n + " to i32\n";
  }
  return makeAround(
      body + second +
          makeProduct("%r", 16, {"i32 %p0", "i32 %p1", "i32 %p2", "i32 %p3"}, "i64 %right") +
          finish,
      16);
}

TEST(WgmmaShape, ChainsThroughRegisters) {
  SimKernel right(makeChain(finish, fence), makeOptions(), hopper);
  EXPECT_TRUE(right.module->lint().size() == 1) << "only the block size is missing";
  SimKernel noWait(makeChain("", fence), makeOptions(), hopper);
  EXPECT_EQ(noWait.module->lint().size(), 9u) << "and eight early reads";
  SimKernel noFence(makeChain(finish, ""), makeOptions(), hopper);
  for (Schedule schedule : allSchedules)
    for (AsyncCopies copies : allCopies) {
      for (SimKernel *kernel : {&right, &noWait, &noFence})
        kernel->module->setSchedule(3, schedule, copies);
      std::vector<float> result = run(right, 16, 16);
      EXPECT_EQ(right.describe(), "");
      for (unsigned i = 0; i < 64 * 16; ++i) {
        float sum = 0;
        for (unsigned k = 0; k < 16; ++k)
          sum += getProduct(i / 16, k) * getRight(k, i % 16);
        ASSERT_EQ(result[i], sum) << i;
      }
      result = run(noWait, 16, 16);
      EXPECT_TRUE(noWait.has(Kind::Race)) << noWait.describe();
      EXPECT_NE(result[0], result[0]) << "what is read early is not there";
      run(noFence, 16, 16);
      EXPECT_NE(noFence.describe().find("since the last wgmma.fence"), std::string::npos)
          << noFence.describe();
    }
}

} // namespace
