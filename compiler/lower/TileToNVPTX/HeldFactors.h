// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Left factors of products on tensor cores that stay in registers.
#ifndef COMPILER_LOWER_TILETONVPTX_HELDFACTORS_H
#define COMPILER_LOWER_TILETONVPTX_HELDFACTORS_H

#include "dialects/tile/TileDialect.h"

namespace weft::compiler {

/// Whether threads hold the left factor of a product as mma takes it: it lies as another product's
/// sums do of which a warp has whole rows, and this product's lie in the same warps.
bool isHeldFactor(tile::DotOp dot);

/// The same before there are layouts, of tiles that would lie in accumulator layouts.
bool mayBeHeldFactor(tile::DotOp dot);

} // namespace weft::compiler

#endif
