// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/weft/BlockLayout.h"

#include "llvm/ADT/bit.h"

using namespace mlir;

namespace weft::ir {

namespace {

/// The pairs that a mask of a list lets through, row-major bits packed in words of 64 for each row.
ArrayRef<int64_t> getListedMask(const PatternView &pattern, int64_t size, int64_t number) {
  int64_t length = size * ((size + 63) / 64);
  return pattern.masks.slice(number * length, length);
}

bool isListed(const PatternView &pattern, int64_t size, int64_t number, int64_t row,
              int64_t column) {
  if (number < 0)
    return true;
  int64_t words = (size + 63) / 64;
  return static_cast<uint64_t>(getListedMask(pattern, size, number)[row * words + column / 64]) >>
             (column % 64) &
         1;
}

/// The listed blocks (row, column, mask) of a row of blocks.
ArrayRef<int64_t> getListedRow(const PatternView &pattern, int64_t blockRow) {
  ArrayRef<int64_t> all = pattern.listed;
  auto findFirst = [&](int64_t row) {
    int64_t low = 0, high = all.size() / 3;
    while (low < high) {
      int64_t middle = (low + high) / 2;
      if (all[3 * middle] < row)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  };
  int64_t first = findFirst(blockRow), past = findFirst(blockRow + 1);
  return all.slice(3 * first, 3 * (past - first));
}

} // namespace

void forEachReachedKey(const PatternView &pattern, int64_t size, int64_t query, int64_t queries,
                       int64_t keys, llvm::function_ref<void(int64_t)> visit) {
  std::vector<bool> reached(keys, false);
  for (const PatternTerm &term : pattern.terms)
    term.forEachRun(keys - queries + query, keys, [&](int64_t from, int64_t to) {
      std::fill(reached.begin() + from, reached.begin() + to, true);
    });
  ArrayRef<int64_t> row = getListedRow(pattern, query / size);
  for (size_t i = 0; i < row.size(); i += 3)
    for (int64_t c = 0; c < size && row[i + 1] * size + c < keys; ++c)
      if (isListed(pattern, size, row[i + 2], query % size, c))
        reached[row[i + 1] * size + c] = true;
  for (int64_t key = 0; key < keys; ++key)
    if (reached[key])
      visit(key);
}

BlockLayout::BlockLayout(ArrayRef<PatternView> patterns, int64_t size, int64_t queries,
                         int64_t keys)
    : size(size), queries(queries), keys(keys), words((size + 63) / 64) {
  Mask full(size * words, size % 64 == 0 ? ~uint64_t(0) : (uint64_t(1) << size) - 1);
  numbers[full] = 0;
  masks.push_back(full);
  slots.assign(getColumnCount(), -1);
  for (const PatternView &pattern : patterns) {
    List &list = lists.emplace_back();
    for (int64_t row = 0; row < getRowCount() && !isTooLarge(); ++row)
      addRow(pattern, row, list);
  }
}

void BlockLayout::mark(int64_t row, int64_t from, int64_t to) {
  for (int64_t column = from / size; column * size < to; ++column) {
    if (slots[column] < 0) {
      slots[column] = columns.size();
      columns.push_back(column);
      marked.emplace_back(size * words, 0);
    }
    uint64_t *bits = &marked[slots[column]][row * words];
    int64_t first = std::max(from - column * size, int64_t(0)),
            last = std::min(to - column * size, size);
    for (int64_t word = first / 64; word * 64 < last; ++word) {
      int64_t low = std::max(first - word * 64, int64_t(0)),
              high = std::min(last - word * 64, int64_t(64));
      uint64_t below = high == 64 ? ~uint64_t(0) : (uint64_t(1) << high) - 1;
      bits[word] |= below & ~((uint64_t(1) << low) - 1);
    }
  }
}

void BlockLayout::addRow(const PatternView &pattern, int64_t blockRow, List &list) {
  columns.clear();
  marked.clear();
  int64_t rows = std::min(size, queries - blockRow * size);
  for (int64_t row = 0; row < rows; ++row)
    for (const PatternTerm &term : pattern.terms)
      term.forEachRun(keys - queries + blockRow * size + row, keys,
                      [&](int64_t from, int64_t to) { mark(row, from, to); });
  ArrayRef<int64_t> listed = getListedRow(pattern, blockRow);
  for (size_t i = 0; i < listed.size(); i += 3) {
    int64_t first = listed[i + 1] * size, past = std::min(first + size, keys);
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t key = first; key < past; ++key)
        if (isListed(pattern, size, listed[i + 2], row, key - first))
          mark(row, key, key + 1);
  }
  blocks += columns.size();
  std::vector<int32_t> sorted = columns;
  llvm::sort(sorted);
  for (int32_t column : sorted) {
    list.others.push_back(column);
    list.masks.push_back(getMaskNumber(marked[slots[column]]));
  }
  for (int32_t column : columns)
    slots[column] = -1;
  list.starts.push_back(list.others.size());
}

int32_t BlockLayout::getMaskNumber(const Mask &mask) {
  auto [place, isNew] = numbers.try_emplace(mask, masks.size());
  if (isNew)
    masks.push_back(mask);
  return place->second;
}

BlockLayout::List BlockLayout::transpose(unsigned pattern) const {
  const List &list = lists[pattern];
  List turned;
  turned.starts.assign(getColumnCount() + 1, 0);
  for (int32_t column : list.others)
    ++turned.starts[column + 1];
  for (int64_t column = 0; column < getColumnCount(); ++column)
    turned.starts[column + 1] += turned.starts[column];
  std::vector<int32_t> next = turned.starts;
  turned.others.resize(list.others.size());
  turned.masks.resize(list.others.size());
  for (int64_t row = 0; row < getRowCount(); ++row)
    for (int32_t i = list.starts[row]; i < list.starts[row + 1]; ++i) {
      int32_t place = next[list.others[i]]++;
      turned.others[place] = row;
      turned.masks[place] = list.masks[i];
    }
  return turned;
}

int64_t BlockLayout::countPairs(unsigned pattern) const {
  int64_t pairs = 0;
  for (int32_t mask : lists[pattern].masks)
    for (uint64_t word : masks[mask])
      pairs += llvm::popcount(word);
  return pairs;
}

bool isCausal(const PatternView &pattern, int64_t size, int64_t queries, int64_t keys) {
  int64_t first = keys - queries;
  bool hasAll = false;
  for (const PatternTerm &term : pattern.terms) {
    if (term.kind == PatternKind::prefix &&
        std::min(term.length, keys) > std::max<int64_t>(first, 0) + 1)
      return false; // the first query would see beyond itself
    hasAll |= term.kind == PatternKind::all;
  }
  if (hasAll && pattern.listed.empty())
    return true;
  // The last query has the most keys to miss.
  for (int64_t query = queries; query-- > 0;) {
    int64_t expected = 0;
    bool isSame = true;
    forEachReachedKey(pattern, size, query, queries, keys,
                      [&](int64_t key) { isSame &= key == expected++; });
    if (!isSame || expected != std::max<int64_t>(first + query + 1, 0))
      return false;
  }
  return true;
}

} // namespace weft::ir
