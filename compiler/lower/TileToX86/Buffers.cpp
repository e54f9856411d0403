// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory of tiles: a pool of stack buffers, all allocated at function entry.
#include "compiler/lower/TileToX86/Lowering.h"

using namespace mlir;

namespace weft::compiler {

TileShape TileShape::get(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  TileShape shape;
  shape.element = tensor.getElementType();
  if (tensor.getRank() == 2)
    shape.rows = tensor.getDimSize(0);
  if (tensor.getRank() != 0)
    shape.columns = tensor.getShape().back();
  // Elements of bf16 are read in pairs.
  int64_t least = shape.element.isBF16() ? 2 : 1;
  shape.lanes = std::clamp<int64_t>(llvm::PowerOf2Ceil(shape.columns), least, 16);
  shape.padded = llvm::alignTo(shape.columns, shape.lanes);
  return shape;
}

int64_t TileShape::getByteSize() const { return rows * padded * compiler::getByteSize(element); }

TileMemory KernelLowering::allocate(Type type) {
  TileShape shape = TileShape::get(type);
  return allocateBytes(shape.getByteSize(), shape.padded);
}

TileMemory KernelLowering::allocateBytes(int64_t bytes, int64_t rowStride) {
  bytes = llvm::alignTo(bytes, 64);
  // The smallest free buffer that fits.
  auto *best = freeBuffers.end();
  for (auto *it = freeBuffers.begin(); it != freeBuffers.end(); ++it)
    if (bufferBytes[*it] >= bytes &&
        (best == freeBuffers.end() || bufferBytes[*it] < bufferBytes[*best]))
      best = it;
  if (best != freeBuffers.end()) {
    Value buffer = *best;
    freeBuffers.erase(best);
    return {buffer, b.makeI64(rowStride), Value()};
  }
  Value buffer;
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(entry);
    Value count = b.makeI64(bytes);
    buffer = LLVM::AllocaOp::create(b, b.getPointerType(), b.getI8Type(), count, 64);
  }
  bufferBytes[buffer] = bytes;
  stackBytes += bytes;
  return {buffer, b.makeI64(rowStride), Value()};
}

void KernelLowering::release(TileMemory memory) {
  if (bufferBytes.count(memory.base))
    freeBuffers.push_back(memory.base);
}

void KernelLowering::own(Value tile, TileMemory memory, Block *block) {
  owned.push_back({tile, memory, block});
}

void KernelLowering::releaseDead(Operation *after) {
  llvm::erase_if(owned, [&](Owned &entry) {
    if (entry.block != after->getBlock() || !isDeadAfter(entry.tile, after))
      return false;
    release(entry.memory);
    return true;
  });
}

TileMemory KernelLowering::getDestination(Value tile) {
  Operation *op = tile.getDefiningOp();
  if (CarriedTile *slot = carried.lookup(tile)) {
    // A dot product reads its factors again and again while it writes.
    bool isFactor =
        isa<tile::DotOp>(op) && llvm::any_of(op->getOperands().take_front(2), [&](Value factor) {
          return getAliased(factor) == slot->occupant;
        });
    if (!isFactor && (!slot->occupant || isDeadAfter(slot->occupant, op))) {
      slot->occupant = tile;
      return slot->memory;
    }
  }
  TileMemory memory = allocate(tile.getType());
  own(tile, memory, op->getBlock());
  return memory;
}

void KernelLowering::bind(Value tile, TileMemory memory) { tiles[tile] = memory; }

} // namespace weft::compiler
