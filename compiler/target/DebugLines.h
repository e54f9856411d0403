// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which line of the model an instruction of a GPU kernel comes from, as debug locations of LLVM:
// for the simulator, whose findings name both sites.
#ifndef COMPILER_TARGET_DEBUGLINES_H
#define COMPILER_TARGET_DEBUGLINES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

namespace weft::compiler {

/// Adds what makes a module of llvm functions carry line tables. The location of each op becomes
/// the innermost line of the model behind it, with the base name of its file alone, so that bytes
/// do not depend on folders.
void addDebugLines(mlir::ModuleOp module, mlir::PassManager &manager);

} // namespace weft::compiler

#endif
