// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LLVM's middle end, the same set-up for every target.
#ifndef COMPILER_TARGET_RUNPASSES_H
#define COMPILER_TARGET_RUNPASSES_H

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

namespace weft::compiler {

/// Runs a list of passes as `opt -passes=` takes it. The machine brings the costs and the passes of
/// its own target.
llvm::Error runPasses(llvm::Module &module, llvm::TargetMachine &machine, llvm::StringRef passes);

} // namespace weft::compiler

#endif
