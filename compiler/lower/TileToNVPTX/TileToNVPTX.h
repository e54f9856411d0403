// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tile kernels become GPU functions in llvm and nvvm operations: plain tile is staged (layouts,
// buffers, barriers), then lowered register by register.
#ifndef COMPILER_LOWER_TILETONVPTX_TILETONVPTX_H
#define COMPILER_LOWER_TILETONVPTX_TILETONVPTX_H

#include "compiler/lower/TileToNVPTX/GpuKernel.h"

#include "mlir/Pass/Pass.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace weft::compiler {

#define GEN_PASS_DECL
#include "compiler/lower/TileToNVPTX/Passes.h.inc"

/// All passes, on a module: tile.kernel to llvm.func ready for translation. `warpGroups`: for
/// sm_90a.
void addTileToNVPTXPasses(mlir::OpPassManager &manager, bool warpGroups = false);
/// Their two halves: plain tile to staged tile, and on to llvm.
void addTileStagingPasses(mlir::OpPassManager &manager, bool warpGroups = false);
void addStagedToNVPTXPasses(mlir::OpPassManager &manager);

/// Registers the passes by name, for weft-opt.
void registerTileToNVPTXPasses();

} // namespace weft::compiler

#endif
