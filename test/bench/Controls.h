// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a harness must not be deceived by: candidates that are wrong, and one that is slower than it
// says. Every program of test/bench runs them on a candidate of its own kind.
#ifndef TEST_BENCH_CONTROLS_H
#define TEST_BENCH_CONTROLS_H

#include "test/bench/Rounds.h"

namespace weft::bench {

/// Prints a line for each control: a result of zeros and one with a single element off by 1 % must
/// be refused, a candidate that does its work twice must be about half as fast, and one that is the
/// same must be as fast. `make` makes a right candidate with one thread; whether all held.
bool checkControls(const std::function<std::shared_ptr<LocalCandidate>()> &make);

} // namespace weft::bench

#endif
