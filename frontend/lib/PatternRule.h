// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What patterns and layouts of the language hold: see weft/dsl/Pattern.h.
#ifndef FRONTEND_LIB_PATTERNRULE_H
#define FRONTEND_LIB_PATTERNRULE_H

#include "dialects/weft/BlockLayout.h"
#include "weft/dsl/Pattern.h"
#include "weft/dsl/Tensor.h"

namespace weft::dsl::detail {

struct PatternRule {
  std::vector<ir::PatternTerm> terms;
  std::vector<std::function<bool(int64_t, int64_t)>> predicates;
};

struct LayoutRule {
  /// One head's: closed forms, and blocks that a predicate gave, as #weft.pattern has them.
  struct Head {
    std::vector<ir::PatternTerm> terms;
    std::vector<int64_t> listed, masks;
    bool operator==(const Head &) const = default;
  };
  int64_t size = 0, queries = 0, keys = 0;
  std::vector<Head> heads;    ///< distinct
  std::vector<int64_t> turns; ///< which of them head h mod n has

  /// The blocks of one of `heads`; throws if there are too many.
  ir::BlockLayout build(const Head &head, const char *call, Where where) const;
};

} // namespace weft::dsl::detail

#endif
