// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic on sizes that come from files and callers: nothing when the result does not fit.
#ifndef RUNTIME_BASE_CHECKED_H
#define RUNTIME_BASE_CHECKED_H

#include <optional>

namespace weft {

template <typename T> std::optional<T> checkedAdd(T a, T b) {
  T result;
  return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional<T>(result);
}

template <typename T> std::optional<T> checkedMul(T a, T b) {
  T result;
  return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional<T>(result);
}

/// Whether [begin, begin + length) lies in [0, size).
template <typename T> bool isInside(T begin, T length, T size) {
  return begin >= 0 && length >= 0 && begin <= size && length <= size - begin;
}

} // namespace weft

#endif
