// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ldmatrix, stmatrix and mma.sync: which lane holds what.
#include <algorithm>
#include <cstring>

#include "compiler/sim/FloatBits.h"
#include "compiler/sim/Meet.h"

namespace weft::sim {

/// Op::form of ldmatrix and stmatrix.
enum { CountAt, TransposeAt };
/// Op::form of products.
enum { DepthAt, LeftAt, RightAt, ResultAt, SaturateAt };
enum Element { Half, BFloat, TF32, Signed8, Unsigned8, Single, Word };

static uint32_t getIndex(const Thread &thread, const Site &site) {
  return static_cast<uint32_t>(&site - thread.group->launch.sites.data());
}

/// The rows of all 8x8 matrices: row r of matrix i is where lane 8 i + r points.
static void getRows(Warp &warp, const Site &site, AccessKind kind, char *rows[4][8]) {
  for (int i = 0; i < site.op.form[CountAt]; ++i)
    for (int row = 0; row < 8; ++row) {
      Thread &thread = *warp.lanes[8 * i + row];
      rows[i][row] =
          static_cast<char *>(checkAccess(thread, reinterpret_cast<void *>(thread.arguments[0]), 16,
                                          4, 3, kind, getIndex(thread, site)));
    }
}

static void runLoad(Warp &warp, uint32_t mask, const Site &site) {
  char *rows[4][8];
  // Lanes that are missing were reported; there is nothing to load then.
  if (mask != allLanes)
    return;
  getRows(warp, site, AccessKind::Read, rows);
  for (int i = 0; i < site.op.form[CountAt]; ++i)
    for (int lane = 0; lane < 32; ++lane) {
      uint16_t low, high;
      if (site.op.form[TransposeAt]) {
        std::memcpy(&low, rows[i][2 * (lane % 4)] + 2 * (lane / 4), 2);
        std::memcpy(&high, rows[i][2 * (lane % 4) + 1] + 2 * (lane / 4), 2);
      } else {
        std::memcpy(&low, rows[i][lane / 4] + 4 * (lane % 4), 2);
        std::memcpy(&high, rows[i][lane / 4] + 4 * (lane % 4) + 2, 2);
      }
      warp.lanes[lane]->results[i] = low | uint32_t{high} << 16;
    }
}

static void runStore(Warp &warp, uint32_t mask, const Site &site) {
  char *rows[4][8];
  if (mask != allLanes)
    return;
  getRows(warp, site, AccessKind::Write, rows);
  for (int i = 0; i < site.op.form[CountAt]; ++i)
    for (int lane = 0; lane < 32; ++lane) {
      auto value = static_cast<uint32_t>(warp.lanes[lane]->arguments[1 + i]);
      uint16_t low = static_cast<uint16_t>(value), high = static_cast<uint16_t>(value >> 16);
      if (site.op.form[TransposeAt]) {
        std::memcpy(rows[i][2 * (lane % 4)] + 2 * (lane / 4), &low, 2);
        std::memcpy(rows[i][2 * (lane % 4) + 1] + 2 * (lane / 4), &high, 2);
      } else {
        std::memcpy(rows[i][lane / 4] + 4 * (lane % 4), &low, 2);
        std::memcpy(rows[i][lane / 4] + 4 * (lane % 4) + 2, &high, 2);
      }
    }
}

static float decode(Element element, uint32_t word, int index) {
  switch (element) {
  case Half:
    return halfToFloat(static_cast<uint16_t>(word >> 16 * index));
  case BFloat:
    return bfloatToFloat(static_cast<uint16_t>(word >> 16 * index));
  case TF32:
    return bitsToFloat(word & ~0x1FFFu); // the low 13 bits are not read
  case Signed8:
    return static_cast<int8_t>(word >> 8 * index);
  default:
    return static_cast<uint8_t>(word >> 8 * index);
  }
}

static int getElementsPerWord(Element element) {
  return element == TF32 ? 1 : element == Half || element == BFloat ? 2 : 4;
}

static uint32_t addWord(int64_t sum, uint32_t start, bool saturate) {
  int64_t exact = sum + static_cast<int32_t>(start);
  if (saturate)
    exact = std::clamp<int64_t>(exact, INT32_MIN, INT32_MAX);
  return static_cast<uint32_t>(exact);
}

/// D = A B + C on 16 x K, K x 8, 16 x 8. With g = lane / 4, q = lane % 4 and P elements in a word,
/// word i of A holds row g + 8 (i % 2), columns P q + 4 P (i / 2) on; word i of B holds column g,
/// rows P q + 4 P i on; C and D as 32-bit words: row g + 8 (i / 2), column 2 q + i % 2. The
/// products are summed in f32 by rising k and then added to C; sums of 8-bit products are exact in
/// f32.
static void runProduct(Warp &warp, uint32_t mask, const Site &site) {
  if (mask != allLanes)
    return;
  ++warp.block->group->launch.stats.products;
  const int *form = site.op.form;
  auto left = static_cast<Element>(form[LeftAt]), right = static_cast<Element>(form[RightAt]);
  auto result = static_cast<Element>(form[ResultAt]);
  int depth = form[DepthAt], packed = getElementsPerWord(left);
  int leftWords = depth / packed / 2, rightWords = leftWords / 2;
  float a[16][32], b[32][8], sums[16][8];
  for (int lane = 0; lane < 32; ++lane) {
    int g = lane / 4, q = lane % 4;
    const uint64_t *words = warp.lanes[lane]->arguments;
    for (int e = 0; e < packed; ++e) {
      for (int i = 0; i < leftWords; ++i)
        a[g + 8 * (i % 2)][packed * q + 4 * packed * (i / 2) + e] =
            decode(left, static_cast<uint32_t>(words[i]), e);
      for (int i = 0; i < rightWords; ++i)
        b[packed * q + 4 * packed * i + e][g] =
            decode(right, static_cast<uint32_t>(words[leftWords + i]), e);
    }
  }
  for (int row = 0; row < 16; ++row)
    for (int column = 0; column < 8; ++column) {
      float sum = 0;
      for (int k = 0; k < depth; ++k)
        sum += a[row][k] * b[k][column];
      sums[row][column] = sum;
    }
  for (int lane = 0; lane < 32; ++lane) {
    int g = lane / 4, q = lane % 4;
    Thread &thread = *warp.lanes[lane];
    const uint64_t *start = thread.arguments + leftWords + rightWords;
    for (int i = 0; i < (result == Half ? 2 : 4); ++i) {
      auto word = static_cast<uint32_t>(start[i]);
      const float *sum =
          result == Half ? &sums[g + 8 * i][2 * q] : &sums[g + 8 * (i / 2)][2 * q + i % 2];
      if (result == Single)
        thread.results[i] = floatToBits(bitsToFloat(word) + *sum);
      else if (result == Word)
        thread.results[i] = addWord(static_cast<int64_t>(*sum), word, form[SaturateAt] != 0);
      else
        thread.results[i] =
            floatToHalf(halfToFloat(static_cast<uint16_t>(word)) + sum[0]) |
            uint32_t{floatToHalf(halfToFloat(static_cast<uint16_t>(word >> 16)) + sum[1])} << 16;
    }
  }
}

template <auto Run>
static void meetWarp(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *results) {
  meet(thread, allLanes, site, arguments, results, Run, true);
}

static std::optional<Op> findMatrixMove(llvm::StringRef name, Op::Run run) {
  int count = name.consume_front("x1.")   ? 1
              : name.consume_front("x2.") ? 2
              : name.consume_front("x4.") ? 4
                                          : 0;
  bool isTransposed = name.consume_front("trans.");
  if (!count || !name.consume_front("b16") || !(name.empty() || name.starts_with(".p")))
    return std::nullopt;
  return Op{run, true, {count, isTransposed}};
}

/// The depths of the products on 16 x 8 results and the rest of their names.
static std::optional<Op> findProduct(llvm::StringRef name) {
  int depth = 0;
  if (name.consumeInteger(10, depth) || !name.consume_front(".row.col."))
    return std::nullopt;
  bool saturate = name.consume_front("satfinite.");
  struct Form {
    const char *name;
    Element left, right, result;
  };
  static constexpr Form forms[] = {
      {"bf16", BFloat, BFloat, Single},    {"f32.f32", Half, Half, Single},
      {"f16.f16", Half, Half, Half},       {"tf32", TF32, TF32, Single},
      {"s8", Signed8, Signed8, Word},      {"u8", Unsigned8, Unsigned8, Word},
      {"s8.u8", Signed8, Unsigned8, Word}, {"u8.s8", Unsigned8, Signed8, Word},
  };
  for (const Form &form : forms) {
    int packed = getElementsPerWord(form.left);
    if (name == form.name && (depth == 4 * packed || depth == 8 * packed) &&
        (!saturate || form.result == Word))
      return Op{meetWarp<runProduct>, true, {depth, form.left, form.right, form.result, saturate}};
  }
  return std::nullopt;
}

std::optional<Op> findMatrixOp(llvm::StringRef name) {
  if (name.consume_front("ldmatrix.sync.aligned.m8n8."))
    return findMatrixMove(name, meetWarp<runLoad>);
  if (name.consume_front("stmatrix.sync.aligned.m8n8."))
    return findMatrixMove(name, meetWarp<runStore>);
  if (name.consume_front("mma.m16n8k"))
    return findProduct(name);
  return std::nullopt;
}

} // namespace weft::sim
