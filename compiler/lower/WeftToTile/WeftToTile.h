// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of the phases "scheduled" and "kernels": see Passes.td.
#ifndef COMPILER_LOWER_WEFTTOTILE_WEFTTOTILE_H
#define COMPILER_LOWER_WEFTTOTILE_WEFTTOTILE_H

#include "dialects/exec/ExecDialect.h"
#include "dialects/tile/TileDialect.h"
#include "dialects/weft/WeftDialect.h"

#include "mlir/Pass/Pass.h"

namespace weft::compiler {

/// Attribute of an attention op: how often choose-schedule halves its tiles.
inline constexpr llvm::StringLiteral smallerTilesAttrName = "weft.smaller_tiles";

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/lower/WeftToTile/Passes.h.inc"

} // namespace weft::compiler

#endif
