// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What whoever fills an array promises of its elements. A promise is a discardable attribute: a
// kernel without it means the same, and has bounds that are not needed.
#ifndef DIALECTS_TILE_TILEPROMISE_H
#define DIALECTS_TILE_TILEPROMISE_H

#include "dialects/tile/TileDialect.h"

namespace weft::tile {

/// Of a tile.extract: its element is from the first of these two numbers to the second, both
/// included.
inline constexpr llvm::StringLiteral withinAttrName = "tile.within";

inline std::optional<llvm::ArrayRef<int64_t>> getWithin(ExtractOp op) {
  auto within = op->getAttrOfType<mlir::DenseI64ArrayAttr>(withinAttrName);
  return within ? std::optional(within.asArrayRef()) : std::nullopt;
}

} // namespace weft::tile

#endif
