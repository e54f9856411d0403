// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Smaller tiles for kernels that take more shared memory than a GPU's block may have.
#ifndef COMPILER_FITSCHEDULES_H
#define COMPILER_FITSCHEDULES_H

#include "mlir/IR/BuiltinOps.h"

namespace weft::compiler {

/// Calls `lower`, which takes the module from phase fused to phase machine, until its kernels fit:
/// after an error of one that does not, the module is as before, with smaller tiles for the op
/// behind that kernel and for those like it, and a remark says so. The error stands where no
/// smaller tile is left, or the op has a schedule of its own.
mlir::LogicalResult fitSchedules(mlir::ModuleOp module,
                                 llvm::function_ref<mlir::LogicalResult()> lower);

} // namespace weft::compiler

#endif
