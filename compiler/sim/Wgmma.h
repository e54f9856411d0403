// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of a warp group that run on their own.
#ifndef COMPILER_SIM_WGMMA_H
#define COMPILER_SIM_WGMMA_H

#include "compiler/sim/Engine.h"

namespace weft::sim {

constexpr uint32_t groupThreads = 128, groupWarps = 4, productRows = 64, productDepth = 16;

/// What a word of 64 bits says of an operand in shared memory.
struct MatrixDescriptor {
  uint32_t start, leading, stride, baseOffset;
  /// Bytes that a swizzle spans; 16 where nothing is mixed.
  uint32_t span;
  explicit MatrixDescriptor(uint64_t word);
  /// Where the 16 bytes lie that begin with element (outer, depth), of 16 bits each. Along depth
  /// they follow each other where the operand is K-major, else along the outer dimension.
  uint32_t getOffset(uint32_t outer, uint32_t depth, bool isOuterMajor) const;
};

struct Product {
  uint32_t site = 0, group = 0, columns = 0;
  bool isHalf = false, leftIsRegisters = false, leftIsOuterMajor = false, rightIsOuterMajor = false;
  bool negatesLeft = false, negatesRight = false;
  uint64_t left = 0, right = 0;
  /// The left operand's registers, four of each thread.
  std::vector<uint32_t> registers;
  /// What the product is added to, empty for zeros, and its result: columns / 2 of each thread.
  std::shared_ptr<std::vector<float>> start, result;
};

/// Reads the operands and multiplies.
void runProduct(const Product &product, const char *shared);

/// A result that threads hold by its number, see makeToken().
struct Accumulators {
  uint32_t group = 0;
  std::shared_ptr<std::vector<float>> values;
};

struct WarpGroup {
  uint32_t engine = 0, arrived = 0, site = 0;
  /// Products that have not run, in their order.
  std::deque<Product> waiting;
  uint32_t nextNumber = 1;
  std::map<uint32_t, Accumulators> results;
  std::deque<uint32_t> oldest;
};

/// A register that a product will write holds a signalling NaN that no arithmetic makes: it names
/// the result and the element. What reads it goes through readRegister().
constexpr uint32_t tokenMark = 0xFF800000, tokenMask = 0xFFC00000;
inline uint32_t makeToken(uint32_t number, uint32_t element) {
  return tokenMark | number << 7 | element;
}
inline bool isToken(uint32_t bits) { return (bits & tokenMask) == tokenMark && bits != tokenMark; }

/// The bits of a register that something but a product reads.
uint32_t readRegister(Thread &thread, uint32_t bits, uint32_t site);

} // namespace weft::sim

#endif
