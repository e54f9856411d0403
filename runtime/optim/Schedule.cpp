// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace weft {

double Schedule::at(uint64_t n) const {
  double factor = warmup == 0 ? 1.0 : std::min(1.0, double(n) / double(warmup));
  if (kind == Kind::Constant || n <= warmup)
    return rate * factor;
  double progress =
      total <= warmup ? 1.0 : std::min(1.0, double(n - warmup) / double(total - warmup));
  return rate * (floor + (1 - floor) * 0.5 * (1 + std::cos(std::numbers::pi * progress)));
}

} // namespace weft
