// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tiles in another order: the same memory read with other strides where that is possible.
#include "compiler/lower/TileToX86/Lowering.h"

using namespace mlir;

namespace weft::compiler {

bool KernelLowering::isReadByElement(Value tile) {
  return llvm::all_of(tile.getUses(), [](OpOperand &use) {
    auto dot = dyn_cast<tile::DotOp>(use.getOwner());
    return dot && use.getOperandNumber() == 0 && !isDotOfFewRows(dot);
  });
}

/// The result is the memory of the operand, which lives as long as readers of the result.
bool KernelLowering::isAlias(Operation *op) {
  return isa<tile::ShearOp>(op) ||
         (isa<tile::TransposeOp>(op) && isReadByElement(op->getResult(0)));
}

/// The tile whose memory this one is.
Value KernelLowering::getAliased(Value tile) {
  while (Operation *op = tile.getDefiningOp()) {
    if (!isAlias(op))
      break;
    tile = op->getOperand(0);
  }
  return tile;
}

void KernelLowering::lowerTranspose(tile::TransposeOp op) {
  TileMemory source = getMemory(op.getInput(), op);
  if (isAlias(op)) {
    Value one = b.makeI64(1);
    bind(op.getResult(),
         {source.base, source.columnStride ? source.columnStride : one, source.rowStride});
    return;
  }
  TileShape exchanged;
  TileMemory memory = transpose(source, TileShape::get(op.getInput().getType()), exchanged);
  own(op.getResult(), memory, op->getBlock());
  bind(op.getResult(), memory);
}

/// Row r begins one element further left than row r - 1 does.
void KernelLowering::lowerShear(tile::ShearOp op) {
  TileMemory source = getMemory(op.getInput(), op);
  TileShape shape = TileShape::get(op.getType());
  Value base = b.offset(shape.element, source.base, b.makeI64(shape.rows - 1));
  bind(op.getResult(), {base, b.add(source.rowStride, b.makeI64(-1)), Value()});
}

void KernelLowering::lowerUnshear(tile::UnshearOp op) {
  TileMemory source = getMemory(op.getInput(), op);
  TileShape shape = TileShape::get(op.getInput().getType()), wide = TileShape::get(op.getType());
  TileMemory memory = allocate(op.getType());
  own(op.getResult(), memory, op->getBlock());
  Value zeros = b.makeZeros(wide.element, wide.lanes);
  b.loop(0, shape.rows, 1, [&](Value row) {
    b.loop(0, wide.padded, wide.lanes, [&](Value column) {
      b.store(zeros, getElementPointer(memory, wide.element, row, column));
    });
    Value start = b.createOrFold<arith::SubIOp>(b.makeI64(shape.rows - 1), row);
    b.loop(0, shape.padded, shape.lanes, [&](Value column) {
      Value elements =
          b.load(shape.element, getElementPointer(source, shape.element, row, column), shape.lanes);
      Value pointer = getElementPointer(memory, shape.element, row, b.add(start, column));
      if (shape.isWhole())
        return b.store(elements, pointer);
      Value lanes = b.add(b.splat(column, shape.lanes), b.makeLaneNumbers(shape.lanes));
      b.storeMasked(elements, pointer, b.isBelow(lanes, b.makeInt(lanes.getType(), shape.columns)));
    });
  });
  bind(op.getResult(), memory);
}

} // namespace weft::compiler
