// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The meaning of elementwise functions that C++ has no name for, on one number: folds and
// interpreters share it.
#ifndef DIALECTS_WEFT_SCALARMATH_H
#define DIALECTS_WEFT_SCALARMATH_H

#include <cmath>
#include <limits>

#include "dialects/weft/WeftDialect.h"

namespace weft::ir {

/// NaN compares as unequal to everything and as nothing else.
inline bool compareNumbers(ComparePredicate predicate, double a, double b) {
  switch (predicate) {
  case ComparePredicate::eq:
    return a == b;
  case ComparePredicate::ne:
    return a != b;
  case ComparePredicate::lt:
    return a < b;
  case ComparePredicate::le:
    return a <= b;
  case ComparePredicate::gt:
    return a > b;
  case ComparePredicate::ge:
    return a >= b;
  }
  return false;
}

inline double computeSigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// Beyond this angle the neighbours of a number lie radians apart in f32, and kernels reduce no
/// further.
inline constexpr double angleLimit = 0x1p30;

inline double computeSin(double x) {
  return std::abs(x) <= angleLimit ? std::sin(x) : std::numeric_limits<double>::quiet_NaN();
}
inline double computeCos(double x) {
  return std::abs(x) <= angleLimit ? std::cos(x) : std::numeric_limits<double>::quiet_NaN();
}

} // namespace weft::ir

#endif
