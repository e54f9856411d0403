// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether the NVPTX back end has instructions for all that a module contains. Where it has none it
// ends the process, so the question comes before it.
#ifndef COMPILER_TARGET_NVPTXSELECTION_H
#define COMPILER_TARGET_NVPTXSELECTION_H

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include "compiler/target/NVPTX.h"

namespace weft::compiler {

/// Success, or an error that names the kernel and the instruction. An intrinsic passes if it is in
/// the tables of NVPTXSelection.cpp, each of which stands in test/compiler/nvptx: a new one is
/// added to both.
llvm::Error checkSelectable(const llvm::Module &module, const GpuTarget &target);

} // namespace weft::compiler

#endif
