// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the kernels of an artifact take of a GPU: registers and spills as ptxas said them, shared
// memory, and how many blocks one multiprocessor holds at a time.
#ifndef TOOLS_WEFT_RESOURCES_H
#define TOOLS_WEFT_RESOURCES_H

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "compiler/GpuTargets.h"
#include "weft/Manifest.h"

namespace weft::driver {

/// How full a multiprocessor can be.
struct Occupancy {
  int64_t blocks = 0;
  double threads = 0;    ///< of those that a multiprocessor holds, a part
  std::string limitedBy; ///< "registers", "shared memory", "threads" or "blocks"
};

/// Registers that nobody knows are taken for none. Threads of a warp get registers in units of 256,
/// a block shared memory in units of 128 bytes and 1 KiB for the system (CUDA's occupancy rules).
Occupancy getOccupancy(const GpuKernelSpec &kernel, const compiler::GpuTarget &target);

void printResources(const Manifest &manifest, const compiler::GpuTarget &target);
nlohmann::ordered_json resourcesToJson(const Manifest &manifest, const compiler::GpuTarget &target);

} // namespace weft::driver

#endif
