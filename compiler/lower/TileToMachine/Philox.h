// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_LOWER_TILETOMACHINE_PHILOX_H
#define COMPILER_LOWER_TILETOMACHINE_PHILOX_H

#include "compiler/lower/TileToMachine/Emitter.h"

namespace weft::compiler {

/// Operands of tile.philox: the vector of indices, then key0, key1, step0, step1 and id as
/// scalars.
mlir::Value emitPhilox(Emitter &b, llvm::ArrayRef<mlir::Value> operands);

} // namespace weft::compiler

#endif
