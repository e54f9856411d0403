// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The learning rate as a function of the update's number n, which starts at 1.
//
// A linear warm-up, the same for every kind: rate n / warmup for n <= warmup, so the first update
// has rate / warmup and update `warmup` has the full rate. After it:
//   kind         rate of update n > warmup                                source
//   Constant     rate                                                     adaptive-span's code
//   Cosine       rate (floor + (1 - floor) (1 + cos(pi p)) / 2),          Loshchilov and Hutter,
//                p = min(1, (n - warmup) / (total - warmup))              2017, one period
//   InverseSqrt  rate sqrt(max(warmup, 1) / n)                            Vaswani et al., 2017
//
// Example:
//   Schedule schedule{.kind = Schedule::Kind::Cosine, .rate = 3e-4, .warmup = 100, .total = 10000};
//   if (Status status = checkSchedule(schedule); !status)
//     return status;
//   double first = schedule.at(1);    // 3e-6
//   double full = schedule.at(100);   // 3e-4
//   double last = schedule.at(10000); // 0, and so after it
//
// A plain value, safe from any thread; at() cannot fail.
#ifndef WEFT_SCHEDULE_H
#define WEFT_SCHEDULE_H

#include <cstdint>

#include "weft/Status.h"

namespace weft {

struct Schedule {
  enum class Kind { Constant, Cosine, InverseSqrt };

  Kind kind = Kind::Constant;
  double rate = 0;
  uint64_t warmup = 0; ///< updates until the full rate; 0: from the start
  uint64_t total = 0;  ///< Cosine: the update that reaches the floor; the rate stays there
  double floor = 0;    ///< Cosine: the part of `rate` that is left at the end

  /// The rate of update n, n >= 1.
  double at(uint64_t n) const;
};

/// Fails with Usage where a field is out of its range or means nothing for the kind: a rate that is
/// negative or not finite, a Cosine that ends before its warm-up, a floor outside [0, 1], a total
/// or floor of another kind.
Status checkSchedule(const Schedule &schedule);

} // namespace weft

#endif
