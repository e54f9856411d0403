// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One closed form of a pattern of attention: which keys j a query at position p reaches (Child et
// al. 2019, section 4). A pattern is a union of them.
#ifndef DIALECTS_WEFT_BLOCKPATTERN_H
#define DIALECTS_WEFT_BLOCKPATTERN_H

#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace weft::ir {

enum class PatternKind {
  all,     ///< j <= p
  local,   ///< 0 <= p - j < l
  strided, ///< j <= p, (p - j) mod l = 0
  window,  ///< j <= p, floor(j / l) = floor(p / l)
  columns, ///< j <= p, j mod l in [l - (g + 1) c, l - g c)
  prefix,  ///< j < l, whatever p is
};

struct PatternTerm {
  PatternKind kind = PatternKind::all;
  int64_t length = 0;           ///< l
  int64_t count = 0, group = 0; ///< c and g, of columns

  bool operator==(const PatternTerm &other) const {
    return kind == other.kind && length == other.length && count == other.count &&
           group == other.group;
  }
  /// Calls `visit` with intervals [from, to) of keys, together those below `keys` that a query at
  /// this position reaches. They ascend.
  void forEachRun(int64_t position, int64_t keys,
                  llvm::function_ref<void(int64_t, int64_t)> visit) const;
  /// How the term is written: its name, and how many numbers follow in parentheses.
  static llvm::StringRef getName(PatternKind kind);
  static unsigned getNumbers(PatternKind kind);
};

inline llvm::hash_code hash_value(const PatternTerm &term) {
  return llvm::hash_combine(static_cast<int>(term.kind), term.length, term.count, term.group);
}

} // namespace weft::ir

#endif
