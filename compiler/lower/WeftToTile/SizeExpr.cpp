// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/SizeExpr.h"

#include <algorithm>

namespace weft::compiler {

SizeExpr::SizeExpr(int64_t constant) {
  if (constant != 0)
    terms[{}] = constant;
}

SizeExpr::SizeExpr(ir::SizeAttr size) : SizeExpr(size.getOffset()) {
  if (!size.isConstant())
    terms[{Symbol{size.getSymbol().getValue(), size.getBound(), size.getStep()}}] = 1;
}

SizeExpr SizeExpr::operator+(const SizeExpr &other) const {
  SizeExpr sum = *this;
  for (const auto &[monomial, factor] : other.terms)
    if ((sum.terms[monomial] += factor) == 0)
      sum.terms.erase(monomial);
  return sum;
}

SizeExpr SizeExpr::operator*(const SizeExpr &other) const {
  SizeExpr product;
  for (const auto &[left, leftFactor] : terms)
    for (const auto &[right, rightFactor] : other.terms) {
      Monomial merged = left;
      merged.insert(merged.end(), right.begin(), right.end());
      std::sort(merged.begin(), merged.end());
      if ((product.terms[merged] += leftFactor * rightFactor) == 0)
        product.terms.erase(merged);
    }
  return product;
}

std::optional<int64_t> SizeExpr::getConstant() const {
  if (terms.empty())
    return 0;
  if (terms.size() == 1 && terms.begin()->first.empty())
    return terms.begin()->second;
  return std::nullopt;
}

int64_t SizeExpr::getMaximum() const {
  int64_t sum = 0;
  for (const auto &[monomial, factor] : terms) {
    if (factor < 0 && !monomial.empty())
      continue; // most is left where least is taken off: symbols go down to 0
    int64_t product = factor;
    for (const Symbol &symbol : monomial)
      product *= symbol.bound;
    sum += product;
  }
  return sum;
}

} // namespace weft::compiler
