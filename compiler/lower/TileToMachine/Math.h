// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functions of tile.math as arithmetic: no libm. Denormal inputs count as zero (FTZ and DAZ are
// on).
#ifndef COMPILER_LOWER_TILETOMACHINE_MATH_H
#define COMPILER_LOWER_TILETOMACHINE_MATH_H

#include "compiler/lower/TileToMachine/Emitter.h"

namespace weft::compiler {

/// function(x) for a scalar or a vector of f32 or f64.
mlir::Value emitMath(Emitter &b, tile::Function function, mlir::Value x);

} // namespace weft::compiler

#endif
