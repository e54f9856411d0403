// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How long a function takes on a card, by the card's own clock.
#ifndef TEST_GPU_TIMING_H
#define TEST_GPU_TIMING_H

#include <string>

#include <nlohmann/json.hpp>

#include "weft/Device.h"

namespace weft::gpu {

struct TimingOptions {
  std::string artifact, function;
  nlohmann::json inputs = nlohmann::json::object();
  uint64_t seed = 1;
  int64_t warmup = 3, repetitions = 20;
  /// Calls take turns among so many sets of arguments that they have this many bytes together:
  /// twice the card's cache, so that none finds its own there.
  uint64_t rotatedBytes = 0;
  bool isInPlace = false; ///< an update: its results lie where its arguments did
};

/// {"load_s", "sets", "device_s": {"median", "q1", "q3"}, "call_s": {...}, "kernels": [{"name",
/// "launches", "seconds"}, ...]}: the time between events around each kernel, summed over a call;
/// the time of whole calls, in which launches are recorded and the host takes part; and medians by
/// kernel.
nlohmann::json measure(const TimingOptions &options, const Device &device);

} // namespace weft::gpu

#endif
