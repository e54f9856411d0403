// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The layouts that tiles are given (dialects/tile/TileTypes.td says what a layout is).
#ifndef COMPILER_LOWER_TILETONVPTX_LAYOUTS_H
#define COMPILER_LOWER_TILETONVPTX_LAYOUTS_H

#include "dialects/tile/TileDialect.h"

namespace weft::compiler {

/// Threads along the rows first, so that neighbours touch neighbouring elements, at most
/// `mostColumns` of them; each holds runs of `run` columns.
tile::LayoutAttr getRowLayout(mlir::MLIRContext *context, llvm::ArrayRef<int64_t> shape,
                              int64_t run = 1, int64_t mostColumns = 128);

/// All rows of a column in one thread: what a sum over rows reads.
tile::LayoutAttr getColumnLayout(mlir::MLIRContext *context, llvm::ArrayRef<int64_t> shape);

/// The columns that one thread holds side by side of a product of this shape.
int64_t getProductRun(llvm::ArrayRef<int64_t> shape);

/// Reports constants whose elements differ (nvptx.C4).
mlir::LogicalResult checkConstants(tile::KernelOp kernel);

tile::LayoutAttr getLayout(mlir::Type tile);
mlir::RankedTensorType withLayout(mlir::Type tile, tile::LayoutAttr layout);

} // namespace weft::compiler

#endif
