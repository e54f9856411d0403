// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes, strides and offsets as polynomials in the size symbols. They have one canonical form, so
// that "these two axes are one run of memory" is an equality of expressions, for bounded sizes as
// for constants.
#ifndef COMPILER_LOWER_WEFTTOTILE_SIZEEXPR_H
#define COMPILER_LOWER_WEFTTOTILE_SIZEEXPR_H

#include "dialects/weft/WeftDialect.h"

#include <compare>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace weft::compiler {

class SizeExpr {
public:
  struct Symbol {
    std::string_view name; ///< owned by the MLIR context
    int64_t bound, step;
    auto operator<=>(const Symbol &) const = default;
  };
  /// A sorted product of symbols; empty for the constant term.
  using Monomial = std::vector<Symbol>;

  SizeExpr(int64_t constant = 0);
  explicit SizeExpr(ir::SizeAttr size);

  SizeExpr operator+(const SizeExpr &other) const;
  SizeExpr operator-(const SizeExpr &other) const { return *this + other * SizeExpr(-1); }
  SizeExpr operator*(const SizeExpr &other) const;
  bool operator==(const SizeExpr &other) const { return terms == other.terms; }

  /// The value, if no symbol occurs.
  std::optional<int64_t> getConstant() const;
  bool isConstant(int64_t value) const { return getConstant() == value; }
  /// The value with every symbol at its bound: the largest one, since sizes grow with their
  /// symbols.
  int64_t getMaximum() const;
  const std::map<Monomial, int64_t> &getTerms() const { return terms; }

private:
  std::map<Monomial, int64_t> terms; ///< never holds a zero coefficient
};

} // namespace weft::compiler

#endif
