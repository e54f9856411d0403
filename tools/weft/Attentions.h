// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which keys the attentions of a graph reach, read from its text without a compiler.
#ifndef TOOLS_WEFT_ATTENTIONS_H
#define TOOLS_WEFT_ATTENTIONS_H

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "weft/Artifact.h"

namespace weft::driver {

/// The keys of a query at position i of the keys, as #weft.pattern has them, or a band.
struct Reach {
  enum class Kind { all, local, strided, window, columns, prefix, band };
  struct Term {
    Kind kind;
    std::array<int64_t, 3> numbers; ///< a band: least and greatest distance, and their step
    bool operator==(const Term &) const = default;
  };
  std::vector<Term> terms;
  /// Blocks that a rule of the model gave: row and column -> rows of bits, or nothing for a whole
  /// one.
  std::map<std::pair<int64_t, int64_t>, std::vector<uint64_t>> listed;

  bool operator==(const Reach &) const = default;
};

struct AttentionShape {
  int64_t queries = 0, keys = 0;
  int64_t block = 0; ///< positions of a block; 0: no blocks
  bool operator==(const AttentionShape &) const = default;
};

struct Attention {
  std::string op, scope; ///< "block_sparse_attention", "layer0"
  int64_t batch = 0, heads = 0;
  AttentionShape shape;
  std::vector<Reach> reaches;   ///< distinct
  std::vector<int64_t> reachOf; ///< of each head
};

/// The attentions of a function in their order. A span that is learned counts at its bound.
std::vector<Attention> readAttentions(std::string_view graph, const std::string &function);
/// Of an artifact that keeps its graph; of the function, or where that is empty of the first that
/// has some, whose name it becomes.
std::vector<Attention> readAttentions(const Artifact &artifact, std::string &function);

} // namespace weft::driver

#endif
