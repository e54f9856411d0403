// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wgmma's arithmetic, and which thread holds what.
#include <cstring>

#include "compiler/sim/Fiber.h"
#include "compiler/sim/FloatBits.h"
#include "compiler/sim/Wgmma.h"

namespace weft::sim {

MatrixDescriptor::MatrixDescriptor(uint64_t word)
    : start(static_cast<uint32_t>(word & 0x3FFF) << 4),
      leading(static_cast<uint32_t>(word >> 16 & 0x3FFF) << 4),
      stride(static_cast<uint32_t>(word >> 32 & 0x3FFF) << 4),
      baseOffset(static_cast<uint32_t>(word >> 49 & 7)) {
  static constexpr uint32_t spans[] = {16, 128, 64, 32};
  span = spans[word >> 62];
}

/// Elements of 2 bytes; T of them are 16 bytes, `wide` of them span the swizzle.
uint32_t MatrixDescriptor::getOffset(uint32_t outer, uint32_t depth, bool isOuterMajor) const {
  constexpr uint32_t T = 8;
  uint32_t offset, wide = span / 2;
  if (!isOuterMajor)
    offset = outer / 8 * stride + outer % 8 * span +
             (span == 16 ? depth / T * leading + depth % T * 2 : depth * 2);
  else if (span == 16)
    offset = outer / T * stride + outer % T * 2 + depth / 8 * leading + depth % 8 * 16;
  else
    offset = outer / wide * leading + outer % wide * 2 + depth / 8 * stride + depth % 8 * span;
  uint32_t address = (start + offset) & (windowBytes - 1);
  // The address bits themselves are mixed: 3 of them under 128 bytes, 2 under 64, 1 under 32.
  return address ^ ((address >> 7 & (span / 16 - 1)) << 4);
}

static float decode(uint16_t bits, bool isHalf) {
  return isHalf ? halfToFloat(bits) : bfloatToFloat(bits);
}

/// to[outer * outerStep + depth * depthStep], sixteen bytes at a time.
static void readOperand(const char *shared, uint64_t word, uint32_t count, bool isOuterMajor,
                        bool isHalf, float sign, float *to, uint32_t outerStep,
                        uint32_t depthStep) {
  MatrixDescriptor descriptor(word);
  for (uint32_t outer = 0; outer < count; outer += isOuterMajor ? 8 : 1)
    for (uint32_t depth = 0; depth < productDepth; depth += isOuterMajor ? 1 : 8) {
      uint16_t bits[8];
      std::memcpy(bits, shared + descriptor.getOffset(outer, depth, isOuterMajor), 16);
      for (uint32_t i = 0; i < 8; ++i)
        to[(outer + (isOuterMajor ? i : 0)) * outerStep +
           (depth + (isOuterMajor ? 0 : i)) * depthStep] = sign * decode(bits[i], isHalf);
    }
}

/// As the left operand of mma.m16n8k16, on rows 16 (warp % 4) on.
static void readRegisters(const Product &product, float sign, float *to) {
  for (uint32_t thread = 0; thread < groupThreads; ++thread) {
    uint32_t g = thread % 32 / 4, q = thread % 4;
    for (uint32_t i = 0; i < 4; ++i)
      for (uint32_t e = 0; e < 2; ++e) {
        uint32_t row = 16 * (thread / 32) + g + 8 * (i % 2), depth = 2 * q + 8 * (i / 2) + e;
        auto bits = static_cast<uint16_t>(product.registers[4 * thread + i] >> 16 * e);
        to[row * productDepth + depth] = sign * decode(bits, product.isHalf);
      }
  }
}

void runProduct(const Product &product, const char *shared) {
  uint32_t columns = product.columns, each = columns / 2;
  std::vector<float> left(productRows * productDepth), right(productDepth * columns);
  float leftSign = product.negatesLeft ? -1.0f : 1.0f;
  if (product.leftIsRegisters)
    readRegisters(product, leftSign, left.data());
  else
    readOperand(shared, product.left, productRows, product.leftIsOuterMajor, product.isHalf,
                leftSign, left.data(), productDepth, 1);
  readOperand(shared, product.right, columns, product.rightIsOuterMajor, product.isHalf,
              product.negatesRight ? -1.0f : 1.0f, right.data(), 1, columns);
  std::vector<float> sums(productRows * columns);
  for (uint32_t row = 0; row < productRows; ++row) {
    float *sum = sums.data() + row * columns;
    for (uint32_t k = 0; k < productDepth; ++k) {
      float a = left[row * productDepth + k];
      const float *b = right.data() + k * columns;
      for (uint32_t column = 0; column < columns; ++column)
        sum[column] += a * b[column];
    }
  }
  std::vector<float> &result = *product.result;
  for (uint32_t thread = 0; thread < groupThreads; ++thread)
    for (uint32_t i = 0; i < each; ++i) {
      uint32_t row = 16 * (thread / 32) + thread % 32 / 4 + 8 * (i / 2 % 2);
      uint32_t column = 8 * (i / 4) + 2 * (thread % 4) + i % 2;
      float before = product.start ? (*product.start)[thread * each + i] : 0;
      result[thread * each + i] = before + sums[row * columns + column];
    }
}

} // namespace weft::sim
