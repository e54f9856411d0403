// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tile kernels become x86 functions with the ABI of weft/abi/Kernel.h.
#ifndef COMPILER_LOWER_TILETOX86_TILETOX86_H
#define COMPILER_LOWER_TILETOX86_TILETOX86_H

#include "compiler/lower/TileToX86/Bf16Products.h"

#include "mlir/Pass/Pass.h"

namespace mlir {
class OpPassManager;
namespace LLVM {
class LLVMFuncOp;
} // namespace LLVM
} // namespace mlir

namespace weft::compiler {

#define GEN_PASS_DECL
#include "compiler/lower/TileToX86/Passes.h.inc"

/// All passes, on a module: tile.kernel to llvm.func ready for translation.
void addTileToX86Passes(mlir::OpPassManager &manager, int64_t vectorBits,
                        Bf16Products bf16 = Bf16Products::Widened);

/// Registers the passes by name, for weft-opt.
void registerTileToX86Passes();

} // namespace weft::compiler

#endif
