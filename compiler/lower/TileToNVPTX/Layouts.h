// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The layouts that tiles are given (dialects/tile/TileTypes.td says what a layout is).
#ifndef COMPILER_LOWER_TILETONVPTX_LAYOUTS_H
#define COMPILER_LOWER_TILETONVPTX_LAYOUTS_H

#include "compiler/lower/TileToNVPTX/GpuKernel.h"
#include "dialects/tile/TileDialect.h"

namespace weft::compiler {

/// Threads along the rows first, so that neighbours touch neighbouring elements, at most
/// `mostColumns` of them; each holds runs of `run` columns.
tile::LayoutAttr getRowLayout(mlir::MLIRContext *context, llvm::ArrayRef<int64_t> shape,
                              int64_t run = 1, int64_t mostColumns = 128,
                              int64_t threads = gpuThreads);

/// All rows of a column in one thread: what a sum over rows reads.
tile::LayoutAttr getColumnLayout(mlir::MLIRContext *context, llvm::ArrayRef<int64_t> shape);

/// The columns that one thread holds side by side: four, if they divide the rows and no thread is
/// left without.
int64_t getRowRun(llvm::ArrayRef<int64_t> shape, int64_t threads = gpuThreads);

/// Whether tensor cores compute this product: bf16 factors, sums in f32, no axis that would be
/// mostly padding.
bool usesTensorCores(tile::DotOp dot);

/// What a warp's mma instructions leave: atoms of 16 x 16 elements, as many side by side and one
/// below another as the warps divide; of each atom a thread holds two neighbours in every quarter.
/// With `wholeRows` no row lies in two warps, if there are rows of atoms for all.
tile::LayoutAttr getAccumulatorLayout(mlir::MLIRContext *context, llvm::ArrayRef<int64_t> shape,
                                      bool wholeRows);

/// Whether nothing that is known of a view keeps its rows, or its columns, from being whole pieces
/// one behind another.
bool mayBeInPieces(tile::ViewOp view);

/// Bytes from the begin of the block's shared memory for every buffer of a kernel, one behind
/// another; reports too many (nvptx.C1).
mlir::LogicalResult placeBuffers(tile::KernelOp kernel);

/// Reports constants whose elements differ (nvptx.C4).
mlir::LogicalResult checkConstants(tile::KernelOp kernel);

tile::LayoutAttr getLayout(mlir::Type tile);
/// Where the last thread's element of a register stands along an axis.
int64_t getReach(tile::LayoutAttr layout, int64_t axis, int64_t number);
/// True if some element is held by several threads, of which the first owns it.
bool hasCopies(tile::LayoutAttr layout);
/// True for a load of an array that the kernel also writes, whose copies nobody uses: elementwise
/// ops lead to stores, which are the owner's. The owner alone loads then, so that what it stored
/// needs no barrier before it.
bool isLoadedByOwner(tile::LoadOp load);
/// The same for a read of a buffer: the owners of its elements alone read them, and nobody what
/// lies beyond the tile or the buffer.
bool isReadByOwner(tile::ReadOp read);
mlir::RankedTensorType withLayout(mlir::Type tile, tile::LayoutAttr layout);

} // namespace weft::compiler

#endif
