// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the lowerings of tile to every machine share: the builder they are written in, the functions
// of tile.math, Philox, floats of 16 bits, and the last step to the llvm dialect.
#ifndef COMPILER_LOWER_TILETOMACHINE_TILETOMACHINE_H
#define COMPILER_LOWER_TILETOMACHINE_TILETOMACHINE_H

#include "mlir/Pass/Pass.h"

namespace weft::compiler {

#define GEN_PASS_DECL
#include "compiler/lower/TileToMachine/Passes.h.inc"

/// Registers the passes by name, for weft-opt.
void registerTileToMachinePasses();

} // namespace weft::compiler

#endif
