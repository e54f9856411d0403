// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functions of an artifact on a device against the same graph in f64 on the CPU.
#ifndef TEST_GPU_COMPARISON_H
#define TEST_GPU_COMPARISON_H

#include <string>

#include <nlohmann/json.hpp>

#include "weft/Device.h"

namespace weft::gpu {

struct ComparisonOptions {
  std::string artifact, oracle;
  uint64_t seed = 1;
  /// A negative control: one element of what the device computed is moved beyond the tolerance.
  bool isPlanted = false;
};

/// Judges each function of `cases`, [{"function", "tolerance", "inputs"}, ...], and gives a record
/// for each: {"function", "ok", "worst", "result", "problem"}. An error is a difference over the
/// sum of the expected value and the root mean square of all of them. Called twice, a function must
/// give the same bits.
nlohmann::json compare(const ComparisonOptions &options, const Device &device,
                       const nlohmann::json &cases);

} // namespace weft::gpu

#endif
