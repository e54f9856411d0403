// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/ReachCount.h"

#include <algorithm>
#include <bit>

using namespace weft;
using namespace weft::driver;

namespace {
/// The keys that one query reaches, as bits.
class Row {
public:
  explicit Row(int64_t keys) : keys(keys), words(size_t((keys + 63) / 64)) {}

  void mark(const Reach &reach, const AttentionShape &shape, int64_t query);
  /// Of the keys in [from, to).
  int64_t count(int64_t from, int64_t to) const;

private:
  void set(int64_t key) { words[size_t(key / 64)] |= uint64_t(1) << (key % 64); }
  void setRange(int64_t from, int64_t to) {
    for (int64_t key = std::max<int64_t>(from, 0); key < std::min(to, keys); ++key)
      if (key % 64 == 0 && key + 64 <= std::min(to, keys))
        words[size_t(key / 64)] = ~uint64_t(0), key += 63;
      else
        set(key);
  }
  void markTerm(const Reach::Term &term, int64_t i);

  int64_t keys;
  std::vector<uint64_t> words;
};

void Row::markTerm(const Reach::Term &term, int64_t i) {
  auto [a, b, c] = term.numbers;
  switch (term.kind) {
  case Reach::Kind::all:
    return setRange(0, i + 1);
  case Reach::Kind::local:
    return setRange(i - a + 1, i + 1);
  case Reach::Kind::window:
    return setRange(i / a * a, i + 1);
  case Reach::Kind::prefix:
    return setRange(0, a);
  case Reach::Kind::strided:
    for (int64_t key = i; key >= 0; key -= a)
      set(key);
    return;
  case Reach::Kind::columns:
    for (int64_t begin = a - (c + 1) * b; begin <= i; begin += a)
      setRange(begin, std::min(begin + b, i + 1));
    return;
  case Reach::Kind::band:
    if (c == 1)
      return setRange(i - b, i - a + 1);
    for (int64_t distance = a; distance <= std::min(b, i); distance += c)
      set(i - distance);
  }
}

void Row::mark(const Reach &reach, const AttentionShape &shape, int64_t query) {
  std::fill(words.begin(), words.end(), 0);
  for (const Reach::Term &term : reach.terms)
    markTerm(term, shape.keys - shape.queries + query);
  if (reach.listed.empty())
    return;
  int64_t row = query / shape.block, inside = query % shape.block, wide = (shape.block + 63) / 64;
  for (auto it = reach.listed.lower_bound({row, 0});
       it != reach.listed.end() && it->first.first == row; ++it) {
    int64_t begin = it->first.second * shape.block;
    for (int64_t c = 0; c < shape.block && begin + c < keys; ++c)
      if (it->second.empty() || (it->second[size_t(inside * wide + c / 64)] >> (c % 64) & 1) != 0)
        set(begin + c);
  }
}

int64_t Row::count(int64_t from, int64_t to) const {
  int64_t sum = 0;
  for (int64_t key = from; key < to;) {
    int64_t bits = std::min<int64_t>(64 - key % 64, to - key);
    uint64_t word = words[size_t(key / 64)] >> (key % 64);
    if (bits < 64)
      word &= (uint64_t(1) << bits) - 1;
    sum += std::popcount(word);
    key += bits;
  }
  return sum;
}
} // namespace

static int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

namespace {
/// Goes through the queries from the first to the last.
class Counter {
public:
  Counter(const Reach &reach, const AttentionShape &shape, int64_t cells)
      : reach(reach), shape(shape), block(std::max<int64_t>(shape.block, 1)), row(shape.keys) {
    if (cells > 0)
      result.cell = std::max<int64_t>(divideUp(shape.keys, cells), 1);
    hasCells = cells > 0;
  }
  ReachCount run();

private:
  void addTo(std::vector<std::vector<int64_t>> &sums, int64_t query, int64_t size);
  /// Whether one of the blocks that a cell meets is computed.
  bool isComputed(int64_t r, int64_t c) const;

  const Reach &reach;
  const AttentionShape &shape;
  int64_t block;
  Row row;
  bool hasCells;
  std::vector<std::vector<int64_t>> blocks, cells; ///< pairs in each
  ReachCount result;
};

void Counter::addTo(std::vector<std::vector<int64_t>> &sums, int64_t query, int64_t size) {
  if (query % size == 0)
    sums.emplace_back(size_t(divideUp(shape.keys, size)));
  for (size_t c = 0; c < sums.back().size(); ++c)
    sums.back()[c] += row.count(int64_t(c) * size, std::min((int64_t(c) + 1) * size, shape.keys));
}

bool Counter::isComputed(int64_t r, int64_t c) const {
  int64_t cell = result.cell, lastRow = std::min((r + 1) * cell, shape.queries) - 1,
          lastColumn = std::min((c + 1) * cell, shape.keys) - 1;
  for (int64_t y = r * cell / block; y <= lastRow / block; ++y)
    for (int64_t x = c * cell / block; x <= lastColumn / block; ++x)
      if (blocks[size_t(y)][size_t(x)] > 0)
        return true;
  return false;
}

ReachCount Counter::run() {
  for (int64_t i = 0; i < shape.queries; ++i) {
    row.mark(reach, shape, i);
    result.pairs += row.count(0, shape.keys);
    result.causalPairs += shape.keys - shape.queries + i + 1;
    addTo(blocks, i, block);
    if (hasCells)
      addTo(cells, i, result.cell);
    if ((i + 1) % block == 0 || i + 1 == shape.queries)
      result.causalBlocks += (shape.keys - shape.queries + i) / block + 1;
  }
  for (const std::vector<int64_t> &line : blocks)
    result.blocks += std::count_if(line.begin(), line.end(), [](int64_t n) { return n > 0; });
  for (size_t r = 0; r < cells.size(); ++r) {
    std::vector<double> &line = result.cells.emplace_back();
    int64_t tall = std::min(result.cell, shape.queries - int64_t(r) * result.cell);
    for (size_t c = 0; c < cells[r].size(); ++c) {
      int64_t wide = std::min(result.cell, shape.keys - int64_t(c) * result.cell);
      bool computed = cells[r][c] > 0 || isComputed(int64_t(r), int64_t(c));
      line.push_back(computed ? double(cells[r][c]) / double(tall * wide) : -1);
    }
  }
  return result;
}
} // namespace

ReachCount driver::countReach(const Reach &reach, const AttentionShape &shape, int64_t cells) {
  return Counter(reach, shape, cells).run();
}
