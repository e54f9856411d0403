// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of TileMemoryOps.td. The labels in brackets are those of docs/spec/tile.md.
#include "dialects/tile/TileDialect.h"

using namespace mlir;

namespace weft::tile {

LogicalResult ViewOp::verify() {
  if (getType().getElement() != getArray().getType().getElement())
    return emitOpError("expects the element type of the view to equal the array's, got ")
           << getType().getElement() << " vs " << getArray().getType().getElement() << " (view.C1)";
  int64_t count = getSizes().size();
  if (getType().getRank() != count)
    return emitOpError("expects one size and one stride an axis, got ")
           << count << " of each for rank " << getType().getRank() << " (view.C2)";
  return success();
}

/// What loads and stores share; `name` is the op's, for labels.
static LogicalResult verifyAccess(Operation *op, StringRef name, ViewType view, Type type,
                                  int64_t indices) {
  auto tile = cast<RankedTensorType>(type);
  if (indices != view.getRank())
    return op->emitOpError("expects one index an axis of the view, got ")
           << indices << " for rank " << view.getRank() << " (" << name << ".C1)";
  if (tile.getElementType() != view.getElement())
    return op->emitOpError("expects the tile's element type to equal the view's, got ")
           << tile.getElementType() << " vs " << view.getElement() << " (" << name << ".C2)";
  bool isElement = tile.getRank() == 0 && view.getRank() == 1;
  if (tile.getRank() > 2 || (tile.getRank() != view.getRank() && !isElement))
    return op->emitOpError("expects the tile's rank to equal the view's and to be at most 2, or to "
                           "be 0 in a view of rank 1, got ")
           << tile.getRank() << " vs " << view.getRank() << " (" << name << ".C3)";
  return success();
}

LogicalResult LoadOp::verify() {
  ViewType view = getView().getType();
  if (failed(verifyAccess(*this, "load", view, getType(), getIndices().size())))
    return failure();
  if (getFill().getType() != view.getElement())
    return emitOpError("expects the type of fill to equal the view's element type, got ")
           << getFill().getType() << " vs " << view.getElement() << " (load.C4)";
  return success();
}

LogicalResult StoreOp::verify() {
  ViewType type = getView().getType();
  if (failed(verifyAccess(*this, "store", type, getTile().getType(), getIndices().size())))
    return failure();
  auto view = getView().getDefiningOp<ViewOp>();
  auto kernel = getOperation()->getParentOfType<KernelOp>();
  auto array = view ? dyn_cast<BlockArgument>(view.getArray()) : BlockArgument();
  if (kernel && array && !llvm::is_contained(kernel.getWrites(), array.getArgNumber()))
    return emitOpError(
               "expects the array it writes to be listed in the kernel's writes, got array ")
           << array.getArgNumber() << " vs [" << kernel.getWrites() << "] (store.C4)";
  return success();
}

} // namespace weft::tile
