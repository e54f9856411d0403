// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "runtime/base/Format.h"

namespace weft {

double Schedule::at(uint64_t n) const {
  double factor = warmup == 0 ? 1.0 : std::min(1.0, double(n) / double(warmup));
  if (kind == Kind::Constant || n <= warmup)
    return rate * factor;
  if (kind == Kind::InverseSqrt)
    return rate * std::sqrt(double(std::max<uint64_t>(warmup, 1)) / double(n));
  double progress =
      total <= warmup ? 1.0 : std::min(1.0, double(n - warmup) / double(total - warmup));
  return rate * (floor + (1 - floor) * 0.5 * (1 + std::cos(std::numbers::pi * progress)));
}

Status checkSchedule(const Schedule &schedule) {
  if (!std::isfinite(schedule.rate) || schedule.rate < 0)
    return makeError(ErrorCode::Usage, "a schedule expects a rate of at least 0, got {}",
                     schedule.rate);
  if (!(schedule.floor >= 0 && schedule.floor <= 1))
    return makeError(ErrorCode::Usage, "a schedule expects a floor from 0 to 1, got {}",
                     schedule.floor);
  bool isCosine = schedule.kind == Schedule::Kind::Cosine;
  if (isCosine && schedule.total <= schedule.warmup)
    return makeError(ErrorCode::Usage,
                     "a cosine schedule expects to end after its warm-up of {} updates, got {}",
                     schedule.warmup, schedule.total);
  if (!isCosine && (schedule.total != 0 || schedule.floor != 0))
    return makeError(ErrorCode::Usage, "only a cosine schedule has an end and a floor");
  return {};
}

} // namespace weft
