// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The learning rate as a function of the update's number, which starts at 1.
#ifndef WEFT_SCHEDULE_H
#define WEFT_SCHEDULE_H

#include <cstdint>

namespace weft {

/// rate · min(1, n / warmup), then constant, or along half a cosine down to `floor` · rate at
/// update `total`.
struct Schedule {
  enum class Kind { Constant, Cosine };

  Kind kind = Kind::Constant;
  double rate = 0;
  uint64_t warmup = 0; ///< updates until the full rate; 0: from the start
  uint64_t total = 0;  ///< Cosine: the update that reaches the floor; the rate stays there
  double floor = 0;

  /// The rate of update n, n >= 1.
  double at(uint64_t n) const;
};

} // namespace weft

#endif
