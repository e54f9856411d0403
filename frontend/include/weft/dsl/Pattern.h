// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pattern: the set of keys that a query reaches, known before anything runs (Child et al. 2019).
// Patterns are joined with |, cut into blocks, and given to attend:
//
//   BlockLayout S = (Pattern::local(128) | Pattern::strided(128)).blocks(1024, 32);
//   Tensor y = attend({.query = t, .keys = t, .over = k}, q, K, V, S);
//
// Only blocks with a key that is reached cost anything. Below, a query stands at position i of the
// keys, and j is a key.
#ifndef WEFT_DSL_PATTERN_H
#define WEFT_DSL_PATTERN_H

#include <functional>
#include <memory>
#include <vector>

#include "weft/dsl/Axis.h"

namespace weft::dsl {

namespace detail {
struct PatternRule;
struct LayoutRule;
} // namespace detail

class BlockLayout;

class Pattern {
public:
  /// j <= i.
  static Pattern all();
  /// 0 <= i - j < length.
  static Pattern local(int64_t length, Where where = Where::current());
  /// j <= i and (i - j) mod stride = 0.
  static Pattern strided(int64_t stride, Where where = Where::current());
  /// j <= i in the same window of `stride` positions, or in the `columns` that end each window;
  /// group g takes the g-th columns from the end, for heads that differ. `columns` divides
  /// `stride`.
  static Pattern fixed(int64_t stride, int64_t columns, int64_t group = 0,
                       Where where = Where::current());
  /// The two parts of fixed, for heads or layers of which each has one: j <= i in the same window
  /// of `stride` positions; j <= i in the columns of a group.
  static Pattern window(int64_t stride, Where where = Where::current());
  static Pattern columns(int64_t stride, int64_t columns, int64_t group = 0,
                         Where where = Where::current());
  /// j < length, whatever i is.
  static Pattern prefix(int64_t length, Where where = Where::current());

  /// All keys that one of both reaches.
  friend Pattern operator|(const Pattern &a, const Pattern &b) { return a.join(b); }

  /// The blocks of `size` positions (8, 16, 32, 64 or 128; attend takes 16 and more) of as many
  /// queries as keys; or of the last `queries` of so many keys. A pattern that is a rule of C++ is
  /// asked for every pair, and takes 32768 keys at most.
  BlockLayout blocks(int64_t steps, int64_t size, Where where = Where::current()) const;
  BlockLayout blocks(int64_t queries, int64_t keys, int64_t size,
                     Where where = Where::current()) const;

private:
  friend Pattern pattern(std::function<bool(int64_t, int64_t)> reaches, Where where);
  static Pattern make(detail::PatternRule rule);
  Pattern join(const Pattern &other) const;
  std::shared_ptr<const detail::PatternRule> rule;
};

/// The pairs (i, j) for which a rule holds: `pattern([](int64_t i, int64_t j) { return j <= i && i
/// - j < 8; })`.
Pattern pattern(std::function<bool(int64_t, int64_t)> reaches, Where where = Where::current());

/// A pattern, or one for each head, cut into blocks.
class BlockLayout {
public:
  /// Head h has the layout h mod n of these n.
  static BlockLayout heads(const std::vector<BlockLayout> &layouts, Where where = Where::current());

  int64_t getQueries() const;
  int64_t getKeys() const;
  int64_t getBlockSize() const;
  /// How many layouts heads take turns with.
  int64_t getPatternCount() const;
  /// Blocks in which a key is reached, and pairs of a query and a key it reaches, of one head.
  int64_t countBlocks(int64_t head = 0, Where where = Where::current()) const;
  int64_t countPairs(int64_t head = 0, Where where = Where::current()) const;

  /// For the builder of graphs.
  const detail::LayoutRule &getRule() const { return *rule; }

private:
  friend class Pattern;
  std::shared_ptr<const detail::LayoutRule> rule;
};

} // namespace weft::dsl

#endif
