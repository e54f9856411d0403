// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads: read where their readers stand (InlineLoads.cpp), in place, or from a copy. Factors of
// products, which are read again and again, decide by how they are read.
#include "compiler/lower/TileToX86/Lowering.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace weft::compiler {

/// Every reader is a dot product that reads the tile as its right operand, once for each block of
/// rows. With several blocks a packed copy is worth its time: the rows of a matrix lie a large
/// power of two apart, so that they would take each other's place in the first cache.
static bool isReadAsPanel(tile::LoadOp op) {
  constexpr int64_t manyRows = 32;
  return llvm::all_of(op->getUses(), [](OpOperand &use) {
    auto dot = dyn_cast<tile::DotOp>(use.getOwner());
    return dot && use.getOperandNumber() == 1 && !dot.getTransposeB() &&
           TileShape::get(dot.getType()).rows >= manyRows;
  });
}

/// A left operand whose rows, not columns, are runs of memory keeps that order in its copy.
void KernelLowering::loadDownColumns(tile::LoadOp op, const TileShape &shape, Window window,
                                     Value fill) {
  TileShape exchanged =
      TileShape::get(RankedTensorType::get({shape.columns, shape.rows}, shape.element));
  std::swap(window.row, window.column);
  std::swap(window.rows, window.columns);
  std::swap(window.rowStride, window.columnStride);
  // A block of registers reads a little of each line: a line more keeps them out of each other's
  // place in the first cache.
  int64_t stride = exchanged.padded + 64 / getByteSize(shape.element);
  TileMemory buffer = allocateBytes(exchanged.rows * stride * getByteSize(shape.element), stride);
  own(op.getResult(), buffer, op->getBlock());
  copyIn(window, exchanged, fill, buffer);
  bind(op.getResult(), {buffer.base, b.makeI64(1), buffer.rowStride});
}

/// The values that an index can take, both ends included, if they are known and not negative.
static std::optional<std::pair<int64_t, int64_t>> getRange(Value index) {
  if (std::optional<int64_t> constant = getConstantIntValue(index))
    return std::pair(*constant, *constant);
  if (auto argument = dyn_cast<BlockArgument>(index)) {
    Operation *parent = argument.getOwner()->getParentOp();
    if (auto kernel = dyn_cast<tile::KernelOp>(parent);
        kernel && argument == kernel.getTask() && kernel.getTasks() > 0)
      return std::pair<int64_t, int64_t>(0, kernel.getTasks() - 1);
    auto loop = dyn_cast<scf::ForOp>(parent);
    if (!loop || argument != loop.getInductionVar())
      return std::nullopt;
    std::optional<int64_t> from = getConstantIntValue(loop.getLowerBound()),
                           bound = getConstantIntValue(loop.getUpperBound()),
                           step = getConstantIntValue(loop.getStep());
    if (!from || !bound || !step)
      return std::nullopt;
    return std::pair(*from, *from + std::max<int64_t>(0, *bound - 1 - *from) / *step * *step);
  }
  Operation *op = index.getDefiningOp();
  if (!isa<arith::MulIOp, arith::DivUIOp, arith::RemUIOp>(op))
    return std::nullopt;
  auto left = getRange(op->getOperand(0));
  std::optional<int64_t> right = getConstantIntValue(op->getOperand(1));
  if (!left || left->first < 0 || !right || *right <= 0)
    return std::nullopt;
  if (isa<arith::MulIOp>(op))
    return std::pair(left->first * *right, left->second * *right);
  if (isa<arith::DivUIOp>(op))
    return std::pair(left->first / *right, left->second / *right);
  return std::pair<int64_t, int64_t>(0, std::min(left->second, *right - 1));
}

/// True if a position is known to be in [0, size - extent].
static bool isWithin(Value position, int64_t extent, Value size) {
  std::optional<int64_t> end = getConstantIntValue(size);
  auto range = getRange(position);
  return end && range && range->first >= 0 && range->second + extent <= *end;
}

/// Bytes of a row of zeros: they are written by each task.
static constexpr int64_t maxZeroRow = 4096;

/// Zeros for a row of a tile, written where the kernel begins.
Value KernelLowering::getZeroRow(const TileShape &shape) {
  int64_t bytes = llvm::alignTo(shape.columns * getByteSize(shape.element), 64);
  if (bytes <= zeroRowBytes)
    return zeroRow;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(entry);
  zeroRow = LLVM::AllocaOp::create(b, b.getPointerType(), b.getI8Type(), b.makeI64(bytes), 64);
  Value zeros = b.makeInt(VectorType::get({16}, b.getI32Type()), 0);
  // No loop: memory is taken in the first block of a kernel only.
  for (int64_t at = 0; at < bytes; at += 64)
    b.store(zeros, b.offset(b.getI8Type(), zeroRow, b.makeI64(at)));
  zeroRowBytes = bytes;
  stackBytes += bytes;
  return zeroRow;
}

/// Every reader is a dot product that transposes the tile into a copy.
static bool isTransposed(tile::LoadOp op) {
  return llvm::all_of(op->getUses(), [](OpOperand &use) {
    auto dot = dyn_cast<tile::DotOp>(use.getOwner());
    return dot && use.getOperandNumber() == 1 && dot.getTransposeB() &&
           !KernelLowering::isDotOfFewRows(dot);
  });
}

/// A factor of which only rows may lie outside needs no copy: such rows are read from zeros.
bool KernelLowering::bindRowsInPlace(tile::LoadOp op, const TileShape &shape,
                                     const Window &window) {
  auto view = op.getView().getDefiningOp<tile::ViewOp>();
  auto type = cast<RankedTensorType>(op.getType());
  if (type.getRank() != 2 || !matchPattern(op.getFill(), m_AnyZeroFloat()) ||
      b.getConstant(window.columnStride) != 1 ||
      shape.columns * getByteSize(shape.element) > maxZeroRow ||
      !isWithin(op.getIndices()[1], shape.columns, view.getSizes()[1]))
    return false;
  bind(op.getResult(), {window.base, window.rowStride, window.columnStride, window.row, window.rows,
                        getZeroRow(shape)});
  return true;
}

void KernelLowering::lowerLoad(tile::LoadOp op) {
  if (tile::DotOp update = getUpdate(op))
    return beginUpdate(op, update);
  if (isInlineLoad(op))
    return addInlineLoad(op);
  TileShape shape = TileShape::get(op.getType());
  Window window = getWindow(op.getView(), op.getIndices());
  Value fill = scalars.lookup(op.getFill());
  auto view = op.getView().getDefiningOp<tile::ViewOp>();
  unsigned array = cast<BlockArgument>(view.getArray()).getArgNumber();
  bool isWritten = llvm::is_contained(kernel.getWrites(), array);
  if (shape.element.isBF16() && loadPairs(op, shape, window, fill))
    return;
  bool byElement = isReadByElement(op.getResult());
  bool mustCopy = isWritten || isStoredBeforeLastReader(op);
  if (byElement && b.getConstant(window.rowStride) == 1 &&
      b.getConstant(window.columnStride).value_or(1) != 1)
    return loadDownColumns(op, shape, window, fill);
  bool byRow = byElement || (isTransposed(op) && shape.isWhole());
  if (byRow && !mustCopy && bindRowsInPlace(op, shape, window))
    return;

  TileMemory buffer = allocate(op.getType());
  own(op.getResult(), buffer, op->getBlock());
  if (mustCopy || (!byElement && !shape.isWhole()) || isReadAsPanel(op)) {
    copyIn(window, shape, fill, buffer);
    bind(op.getResult(), buffer);
    return;
  }

  Value inPlace = isInside(window, shape);
  // Pairs of bf16 are read at once.
  bool byAnyStride = byElement && !shape.element.isBF16();
  if (!byAnyStride)
    inPlace = b.both(inPlace, hasUnitStride(window));
  Type index = b.getI64Type();
  SmallVector<Value> memory = b.branch(
      inPlace, {b.getPointerType(), index, index},
      [&] {
        return SmallVector<Value>{window.base, window.rowStride, window.columnStride};
      },
      [&] {
        copyIn(window, shape, fill, buffer);
        return SmallVector<Value>{buffer.base, buffer.rowStride, b.makeI64(1)};
      });
  bind(op.getResult(), {memory[0], memory[1], byAnyStride ? memory[2] : Value()});
}

} // namespace weft::compiler
