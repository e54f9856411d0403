// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_DEVICE_CPU_CPUFEATURES_H
#define RUNTIME_DEVICE_CPU_CPUFEATURES_H

#include <span>
#include <string>
#include <vector>

#include "weft/Status.h"

namespace weft {

/// Checks that this processor, and its operating system, offer every feature (LLVM's names: "avx2",
/// "amx-tile"); fails with Device and names those that are missing. Asks the system for the AMX
/// state when it is needed.
Status requireCpuFeatures(std::span<const std::string> features);

} // namespace weft

#endif
