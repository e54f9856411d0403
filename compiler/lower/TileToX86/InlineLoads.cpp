// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads that need no memory of their own: each reader takes its elements from the view. An
// expression over such loads is emitted twice, without masks for tiles inside all their views, and
// with masks for the others.
#include "compiler/lower/TileToX86/Lowering.h"

#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;

namespace weft::compiler {

bool KernelLowering::isInlineLoad(tile::LoadOp op) {
  auto view = op.getView().getDefiningOp<tile::ViewOp>();
  unsigned array = cast<BlockArgument>(view.getArray()).getArgNumber();
  // What the kernel writes may change under a reader that writes element by element.
  if (llvm::is_contained(kernel.getWrites(), array))
    return false;
  // Broadcasts, extracts and products read elements again and again.
  bool readInOrder = llvm::all_of(op->getUsers(), [&](Operation *user) {
    return user->getBlock() == op->getBlock() &&
           (isElementwise(user) || isa<tile::StoreOp, tile::ReduceOp>(user));
  });
  return readInOrder && !isStoredBeforeLastReader(op);
}

void KernelLowering::addInlineLoad(tile::LoadOp op) {
  inlineLoads.insert({op.getResult(),
                      {getWindow(op.getView(), op.getIndices()), TileShape::get(op.getType()),
                       scalars.lookup(op.getFill())}});
}

/// Elements (row, column .. column + lanes) of the load.
Value KernelLowering::emitInlineLoad(const InlineLoad &load, Value row, Value column,
                                     int64_t lanes) {
  const Window &window = load.window;
  Type element = window.element;
  Value fill, mask;
  if (!isInsideViews) {
    fill = b.splat(load.fill, lanes);
    mask = getMask(window, load.shape, row, column, lanes);
  }
  auto loadRun = [&] {
    TileMemory memory{window.base, window.rowStride, Value()};
    if (mask)
      return SmallVector<Value>{
          b.loadMasked(element, getMaskedPointer(window, row, column), mask, fill)};
    return SmallVector<Value>{
        b.load(element, getElementPointer(memory, element, row, column), lanes)};
  };
  auto gather = [&] {
    Value all = mask ? mask : b.makeInt(VectorType::get({lanes}, b.getI1Type()), 1);
    Value none = fill ? fill : b.splat(load.fill, lanes);
    return SmallVector<Value>{
        b.gather(element, getPointers(window, row, column, lanes), all, none)};
  };
  // One element for all columns: what a value for each row looks like.
  if (isInsideViews && b.getConstant(window.columnStride) == 0) {
    Value pointer = b.offset(element, window.base, b.mul(row, window.rowStride));
    return b.splat(b.loadScalar(element, pointer), lanes);
  }
  return b
      .branch(hasUnitStride(window), {getVectorType(getValueType(element), lanes)}, loadRun, gather)
      .front();
}

/// True if the inline loads of an expression lie inside their views; null if there are none.
Value KernelLowering::areLoadsInside(Value tile) {
  Value result;
  SmallPtrSet<Operation *, 8> seen;
  SmallVector<Value> left = {tile};
  while (!left.empty()) {
    Value next = left.pop_back_val();
    if (auto load = inlineLoads.find(next); load != inlineLoads.end()) {
      Value inside = isInside(load->second.window, load->second.shape);
      result = result ? b.both(result, inside) : inside;
      continue;
    }
    Operation *op = next.getDefiningOp();
    if (tiles.count(next) || !op || !isElementwise(op))
      continue;
    for (Value operand : op->getOperands())
      if (isTile(operand) &&
          (!operand.getDefiningOp() || seen.insert(operand.getDefiningOp()).second))
        left.push_back(operand);
  }
  return result;
}

/// Emits what reads an expression: twice, unless it is known on which side it is.
void KernelLowering::emitOnBothSides(Value inside, const TileShape &shape,
                                     function_ref<void()> body) {
  auto emit = [&](bool isInsideNow) {
    llvm::SaveAndRestore scope(isInsideViews, isInsideNow);
    body();
    return SmallVector<Value>();
  };
  // A group beyond the last column would be read too.
  if (!inside || !shape.isWhole())
    emit(false);
  else
    b.branch(
        inside, {}, [&] { return emit(true); }, [&] { return emit(false); });
}

} // namespace weft::compiler
