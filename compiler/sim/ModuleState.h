// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SIM_MODULESTATE_H
#define COMPILER_SIM_MODULESTATE_H

#include "llvm/ExecutionEngine/Orc/LLJIT.h"

#include "compiler/sim/Rewriter.h"
#include "compiler/sim/Simulator.h"

namespace weft::sim {

struct Thread;

/// What is behind a Module.
struct ModuleState {
  Target target;
  Options options;
  ModuleCode code;
  Memory constants;
  std::unique_ptr<llvm::orc::LLJIT> jit;
  std::map<std::string, void (*)(Thread *, void **)> entries;
};

} // namespace weft::sim

#endif
