// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of TileControlOps.td. The labels in brackets are those of docs/spec/tile.md.
#include "dialects/tile/TileDialect.h"

using namespace mlir;

namespace weft::tile {

LogicalResult KernelOp::verify() {
  if (getTasks() < 1)
    return emitOpError("expects the number of tasks to be at least 1, got ")
           << getTasks() << " (kernel.C1)";
  Block &body = getBody().front();
  if (body.getNumArguments() == 0 || !body.getArguments().back().getType().isIndex())
    return emitOpError("expects the last block argument to be the task of type index, got ")
           << body.getArgumentTypes() << " (kernel.C2)";
  for (BlockArgument argument : body.getArguments().drop_back())
    if (!isa<ArrayType>(argument.getType()))
      return emitOpError("expects block argument ")
             << argument.getArgNumber() << " to be a !tile.array, got " << argument.getType()
             << " (kernel.C2)";
  int64_t previous = -1;
  for (int64_t array : getWrites()) {
    if (array <= previous || array >= getArrayCount())
      return emitOpError("expects writes to be ascending numbers of its ")
             << getArrayCount() << " arrays, got [" << getWrites() << "] (kernel.C3)";
    previous = array;
  }
  for (int64_t bound : getSizes())
    if (bound < 0)
      return emitOpError("expects the bounds of its sizes to be at least 0, got ")
             << bound << " (kernel.C4)";
  WalkResult tiles = body.walk([](Operation *op) -> WalkResult {
    for (Type type : op->getResultTypes())
      if (auto tile = dyn_cast<RankedTensorType>(type);
          tile && llvm::any_of(tile.getShape(), [](int64_t extent) { return extent < 1; }))
        return op->emitOpError("expects a tile to have at least one element along each axis, got ")
               << tile << " (kernel.C5)";
    return WalkResult::advance();
  });
  return failure(tiles.wasInterrupted());
}

LogicalResult SizeOp::verify() {
  auto kernel = (*this)->getParentOfType<KernelOp>();
  if (!kernel || getNumber() >= kernel.getSizes().size())
    return emitOpError("expects the number of one of its kernel's ")
           << (kernel ? kernel.getSizes().size() : 0) << " sizes, got "
           << static_cast<int64_t>(getNumber()) << " (size.C1)";
  return success();
}

} // namespace weft::tile
