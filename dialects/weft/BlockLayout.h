// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The blocks of keys that each block of queries meets, from a #weft.blocks and the numbers of
// queries and keys. Query i stands at position keys - queries + i; block (a, b) holds queries a
// size .. and keys b size .. . A block is active if one of its pairs is reached, and full if all
// are; the others have a mask of one bit for each pair.
#ifndef DIALECTS_WEFT_BLOCKLAYOUT_H
#define DIALECTS_WEFT_BLOCKLAYOUT_H

#include "dialects/weft/WeftDialect.h"

#include <map>

namespace weft::ir {

/// What a #weft.pattern says, wherever it is kept.
struct PatternView {
  PatternView(PatternAttr pattern)
      : terms(pattern.getTerms()), listed(pattern.getListed()), masks(pattern.getMasks()) {}
  PatternView(llvm::ArrayRef<PatternTerm> terms, llvm::ArrayRef<int64_t> listed,
              llvm::ArrayRef<int64_t> masks)
      : terms(terms), listed(listed), masks(masks) {}

  llvm::ArrayRef<PatternTerm> terms;
  llvm::ArrayRef<int64_t> listed, masks;
};

class BlockLayout {
public:
  /// The blocks of one pattern, by rows of blocks: those of row a are starts[a] .. starts[a + 1],
  /// ascending.
  struct List {
    std::vector<int32_t> starts = {0};
    std::vector<int32_t> others; ///< the number of each block's column of blocks
    std::vector<int32_t> masks;  ///< and of its mask
  };
  /// size rows of size bits, each row from its own word on.
  using Mask = std::vector<uint64_t>;

  BlockLayout(llvm::ArrayRef<PatternView> patterns, int64_t size, int64_t queries, int64_t keys);
  BlockLayout(BlocksAttr blocks, int64_t queries, int64_t keys)
      : BlockLayout(llvm::to_vector_of<PatternView>(blocks.getPatterns()), blocks.getSize(),
                    queries, keys) {}

  /// The same blocks by columns, as rows of the transposed layout; masks stay as they are.
  List transpose(unsigned pattern) const;
  /// Active blocks of a pattern, and the pairs that they reach.
  int64_t countBlocks(unsigned pattern) const { return lists[pattern].others.size(); }
  int64_t countPairs(unsigned pattern) const;
  bool isReached(const Mask &mask, int64_t row, int64_t column) const {
    return mask[row * words + column / 64] >> (column % 64) & 1;
  }
  /// Layouts of more blocks are not built to their end.
  static constexpr int64_t mostBlocks = int64_t(1) << 22;
  bool isTooLarge() const { return blocks > mostBlocks; }
  int64_t getRowCount() const { return (queries + size - 1) / size; }
  int64_t getColumnCount() const { return (keys + size - 1) / size; }

  int64_t size, queries, keys;
  int64_t words;           ///< of a row of a mask
  std::vector<List> lists; ///< of each pattern
  std::vector<Mask> masks; ///< distinct; the first is full

private:
  /// Sets the bits of a run of keys of one query.
  void mark(int64_t row, int64_t from, int64_t to);
  void addRow(const PatternView &pattern, int64_t blockRow, List &list);
  int32_t getMaskNumber(const Mask &mask);

  std::map<Mask, int32_t> numbers;
  int64_t blocks = 0; ///< of all patterns
  // Of the row of blocks that is being built.
  std::vector<int32_t> slots; ///< of each column of blocks, or -1
  std::vector<int32_t> columns;
  std::vector<Mask> marked;
};

/// Calls `visit` for all keys below `keys` that this query reaches, ascending, each once: from the
/// definition of the pattern, without blocks.
void forEachReachedKey(const PatternView &pattern, int64_t size, int64_t query, int64_t queries,
                       int64_t keys, llvm::function_ref<void(int64_t)> visit);

/// Whether every query reaches exactly the keys up to its own position.
bool isCausal(const PatternView &pattern, int64_t size, int64_t queries, int64_t keys);

} // namespace weft::ir

#endif
