// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the elements of a tile are on a GPU: which thread holds them, in which of its registers.
#ifndef DIALECTS_TILE_TILELAYOUT_H
#define DIALECTS_TILE_TILELAYOUT_H

#include "mlir/IR/BuiltinTypes.h"

namespace weft::tile {

/// One digit of the number of a thread or of a register: it counts to `size`, and each count is
/// `step` elements further along `axis`. With axis `none` it changes nothing: copies.
struct Digit {
  static constexpr int64_t none = -1;
  int64_t size, axis, step;

  friend bool operator==(const Digit &, const Digit &) = default;
  friend llvm::hash_code hash_value(const Digit &digit) {
    return llvm::hash_combine(digit.size, digit.axis, digit.step);
  }
};

} // namespace weft::tile

#endif
