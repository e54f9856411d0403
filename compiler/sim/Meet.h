// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations of a whole warp: the lanes of a mask meet, the last one to come acts for all.
#ifndef COMPILER_SIM_MEET_H
#define COMPILER_SIM_MEET_H

#include "compiler/sim/Engine.h"

namespace weft::sim {

/// Waits until all lanes of the mask that still live have come with the same operation. `run` reads
/// and writes the lanes' arguments and results. `aligned`: all must be at the same instruction.
void meet(Thread &thread, uint32_t mask, uint32_t site, uint64_t *arguments, uint64_t *results,
          void (*run)(Warp &, uint32_t mask, const Site &), bool aligned);

} // namespace weft::sim

#endif
