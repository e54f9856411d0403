// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/LossScale.h"

#include <algorithm>
#include <cmath>

#include "runtime/base/Format.h"

namespace weft {

/// Beyond it a finite gradient would leave f32.
static constexpr double largest = 0x1p100;

LossScale::LossScale(double first, uint64_t patience)
    : scale(first >= 1 ? std::exp2(std::floor(std::log2(std::min(first, largest)))) : 1),
      patience(std::max<uint64_t>(patience, 1)) {}

bool LossScale::judge(bool isFinite) {
  if (!isFinite) {
    if (scale <= 1)
      return false;
    scale /= 2;
    good = 0;
    ++skipped;
  } else if (++good >= patience) {
    scale = std::min(2 * scale, largest);
    good = 0;
  }
  return true;
}

Status LossScale::restore(double value, double goodSteps, double skippedSteps) {
  auto isCount = [](double number) {
    return number >= 0 && number < 0x1p53 && number == std::floor(number);
  };
  bool isScale = value >= 1 && value <= largest && std::exp2(std::round(std::log2(value))) == value;
  if (!isScale || !isCount(goodSteps) || !isCount(skippedSteps))
    return makeError(ErrorCode::File,
                     "a loss scale expects a power of two from 1 to 2^100 and two counts, got {}, "
                     "{} and {}",
                     value, goodSteps, skippedSteps);
  scale = value;
  good = uint64_t(goodSteps);
  skipped = uint64_t(skippedSteps);
  return {};
}

} // namespace weft
