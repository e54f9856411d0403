// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// view[..] += a b without a copy of the view's tile.
#include "compiler/lower/TileToX86/Lowering.h"

using namespace mlir;

namespace weft::compiler {

/// The dot product that adds to a view's tile, which is stored again right away: it may add in
/// place. In a loop only: there later loads follow the store, so that the view's bytes are no other
/// array's that the product reads (docs/spec/tile.md).
tile::DotOp KernelLowering::getUpdate(tile::LoadOp load) {
  auto isNext = [](Operation *from, Operation *to) {
    for (from = from->getNextNode(); from && from != to; from = from->getNextNode())
      if (!isMemoryEffectFree(from))
        return false;
    return from == to;
  };
  if (!TileShape::get(load.getType()).isWhole() || !load->hasOneUse() ||
      !load->getParentOfType<scf::ForOp>())
    return {};
  auto dot = dyn_cast<tile::DotOp>(*load->user_begin());
  if (!dot || dot.getAcc() != load.getResult() || !dot->hasOneUse())
    return {};
  auto store = dyn_cast<tile::StoreOp>(*dot->user_begin());
  bool isSame = store && store.getView() == load.getView() &&
                llvm::equal(store.getIndices(), load.getIndices());
  if (!isSame || dot->getBlock() != load->getBlock() || store->getBlock() != load->getBlock() ||
      !isNext(load, dot) || !isNext(dot, store))
    return {};
  return dot;
}

void KernelLowering::beginUpdate(tile::LoadOp op, tile::DotOp dot) {
  TileShape shape = TileShape::get(op.getType());
  Window window = getWindow(op.getView(), op.getIndices());
  TileMemory buffer = allocate(op.getType());
  own(dot.getResult(), buffer, op->getBlock());
  Value isDirect = b.both(isInside(window, shape), hasUnitStride(window));
  // Rows that share elements are read before any is written.
  if (shape.rows > 1)
    isDirect =
        b.both(isDirect, b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::sge, window.rowStride,
                                                       b.makeI64(shape.columns)));
  SmallVector<Value> memory = b.branch(
      isDirect, {b.getPointerType(), b.getI64Type()},
      [&] {
        return SmallVector<Value>{window.base, window.rowStride};
      },
      [&] {
        copyIn(window, shape, scalars.lookup(op.getFill()), buffer);
        return SmallVector<Value>{buffer.base, buffer.rowStride};
      });
  bind(op.getResult(), {memory[0], memory[1], Value()});
  updates[dot] = {isDirect, buffer};
}

void KernelLowering::finishUpdate(tile::StoreOp op, const Update &update) {
  TileShape shape = TileShape::get(op.getTile().getType());
  Window window = getWindow(op.getView(), op.getIndices());
  b.branch(
      update.isDirect, {}, [] { return SmallVector<Value>(); },
      [&] {
        forEachGroup(shape, [&](Value row, Value column) {
          Value pointer = getElementPointer(update.buffer, shape.element, row, column);
          Value elements = b.load(shape.element, pointer, shape.lanes);
          storeGroup(elements, window, shape, row, column);
        });
        return SmallVector<Value>();
      });
}

} // namespace weft::compiler
