// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products whose sums go to memory once. Where nothing but a store, or a tree that ends in stores,
// reads a product, the product is computed there: each block of registers is put down in a few
// lines of the first cache, and what is stored is computed from them before the next block. The
// whole tile would be written and read again through the second cache, at 3 % of the time of a
// product of 512 x 512 x 512.
#include "compiler/lower/TileToX86/Lowering.h"

using namespace mlir;

namespace weft::compiler {

/// The store at which a product is computed, or null: it is computed where it stands.
tile::StoreOp KernelLowering::getFinish(tile::DotOp op) {
  auto [known, isNew] = finishes.try_emplace(op, nullptr);
  if (!isNew)
    return cast_or_null<tile::StoreOp>(known->second);
  TileShape shape = TileShape::get(op.getType());
  // Groups that are stored must be groups that a block has: its panels begin at multiples of them.
  int64_t registers = shape.lanes / std::min(shape.lanes, getRegisterLanes(shape.element));
  auto load = op.getAcc().getDefiningOp<tile::LoadOp>();
  if (isTileProduct(op) || isDotOfFewRows(op) || (load && getUpdate(load)) ||
      widestPanel() % registers != 0)
    return {};
  Operation *end = nullptr;
  for (OpOperand &use : op->getUses()) {
    Operation *user = use.getOwner(), *root = nullptr;
    if (isElementwise(user))
      root = getRoot(user);
    else if (isa<tile::StoreOp>(user))
      root = getLastOfRun(user);
    if (!root || (end && end != root))
      return {};
    end = root;
  }
  auto store = dyn_cast_or_null<tile::StoreOp>(end);
  if (!store || store->getBlock() != op->getBlock() ||
      TileShape::get(store.getTile().getType()).lanes != shape.lanes)
    return {};
  // What stands in between must not change what the product reads.
  for (Operation *next = op->getNextNode(); next != end; next = next->getNextNode()) {
    bool isOfRun = isa<tile::StoreOp>(next) && getLastOfRun(next) == end;
    if (!isOfRun && (next->getNumRegions() != 0 || isa<tile::DotOp, tile::StoreOp>(next)))
      return {};
  }
  finishes[op] = end;
  return store;
}

/// The product that is computed at a store, if any.
tile::DotOp KernelLowering::getFinished(tile::StoreOp end) {
  for (Operation *op = end->getPrevNode(); op; op = op->getPrevNode())
    if (auto dot = dyn_cast<tile::DotOp>(op))
      return getFinish(dot) == end ? dot : tile::DotOp();
  return {};
}

/// The lines of one block of registers.
TileMemory KernelLowering::allocateBlock(tile::DotOp op) {
  TileShape shape = TileShape::get(op.getType());
  int64_t columns = llvm::alignTo(largestPanel * getRegisterLanes(shape.element), shape.lanes);
  return allocateBytes(largestDotBlock * columns * getByteSize(shape.element), columns);
}

/// Stores what is computed from a block of sums: `rows` of them, `columns` wide.
void KernelLowering::emitFinish(tile::DotOp op, Value row, Value column, int64_t rows,
                                int64_t columns) {
  TileShape shape = TileShape::get(op.getType());
  emitOnBothSides(finish->inside, shape, [&] {
    b.loop(0, rows, 1, [&](Value i) {
      b.loop(0, columns, shape.lanes, [&](Value j) {
        Memo memo;
        memo[op.getResult()] = b.load(
            shape.element, getElementPointer(finish->block, shape.element, i, j), shape.lanes);
        storeRun(finish->run, finish->windows, b.add(row, i), b.add(column, j), memo);
      });
    });
  });
}

} // namespace weft::compiler
