// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the keys that an attention reaches come to: what `weft plot pattern` draws and `weft
// inspect` counts.
#ifndef TOOLS_WEFT_REACHCOUNT_H
#define TOOLS_WEFT_REACHCOUNT_H

#include "tools/weft/Attentions.h"

namespace weft::driver {

/// What a reach comes to.
struct ReachCount {
  int64_t pairs = 0;       ///< of a query and a key it reaches
  int64_t causalPairs = 0; ///< j <= i
  int64_t blocks = 0, causalBlocks = 0;
  int64_t cell = 1; ///< positions of a cell
  /// Of each cell, row by row: the part of its pairs that are reached, or -1 where no block of the
  /// cell is computed.
  std::vector<std::vector<double>> cells;

  double density() const { return double(pairs) / double(causalPairs); }
};

/// More keys than these are not counted one by one.
constexpr int64_t mostCountedKeys = int64_t(1) << 17;

/// `cells`: at most so many in a row; 0: none are made.
ReachCount countReach(const Reach &reach, const AttentionShape &shape, int64_t cells = 0);

} // namespace weft::driver

#endif
