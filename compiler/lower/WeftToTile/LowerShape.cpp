// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The shape ops that write: concat and pad, one section of tasks for each part of the result, and
// window_sum.
#include "compiler/lower/WeftToTile/Emitters.h"

using namespace mlir;

namespace weft::compiler {

/// A part of a result and where its elements come from.
struct Part {
  ElementExpr source;
  TensorView target;
};

/// The sections of a kernel whose arrays all parts have declared.
static Value finishParts(KernelBuilder &k, Operation *op, MutableArrayRef<Part> parts,
                         Value array) {
  for (Part &part : parts)
    emitMapSection(k, part.source, part.target, array, getSchedule(op, {1, 256, 16}),
                   parts.size() == 1);
  return k.finish().front();
}

static void emitParts(FunctionLowering &lowering, Operation *op, MutableArrayRef<Part> parts) {
  KernelBuilder k(lowering, op->getLoc(), op->getName().stripDialect());
  for (Part &part : parts)
    part.source.declare(k);
  Value array = k.addResult(cast<RankedTensorType>(op->getResult(0).getType()));
  k.addRounding(op->getResult(0), array);
  lowering.setBuffer(op->getResult(0), finishParts(k, op, parts, array));
}

LogicalResult emitConcat(FunctionLowering &lowering, ir::ConcatOp op) {
  TensorView result = TensorView::dense({}, cast<RankedTensorType>(op.getType()));
  SizeExpr start(0);
  std::vector<Part> parts;
  for (Value input : op.getInputs()) {
    TensorView view = lowering.getView(input);
    SizeExpr length = view.sizes[op.getAxis()];
    if (!length.isConstant(0))
      parts.push_back({ElementExpr(lowering, view), result.slice(op.getAxis(), start, length)});
    start = start + length;
  }
  emitParts(lowering, op, parts);
  return success();
}

/// `input` from `start` on along one axis, zeros before and behind it.
static std::vector<Part> getPadParts(FunctionLowering &lowering, const TensorView &input,
                                     const TensorView &result, size_t axis, const SizeExpr &start) {
  SizeExpr length = input.sizes[axis], end = start + length;
  std::vector<Part> parts;
  parts.push_back({ElementExpr(lowering, input), result.slice(axis, start, length)});
  auto addZeros = [&](const SizeExpr &from, const SizeExpr &count) {
    if (count.isConstant(0))
      return;
    TensorView zeros = result.slice(axis, from, count);
    TensorView target = zeros;
    zeros.strides.assign(zeros.getRank(), SizeExpr(0));
    zeros.offset = SizeExpr(0);
    parts.push_back({ElementExpr(lowering, zeros), target});
  };
  addZeros(SizeExpr(0), start);
  addZeros(end, result.sizes[axis] - end);
  return parts;
}

LogicalResult emitPad(FunctionLowering &lowering, ir::PadOp op) {
  TensorView result = TensorView::dense({}, cast<RankedTensorType>(op.getType())),
             input = lowering.getView(op.getInput());
  size_t axis = op.getAxis();
  SizeExpr start = op.getAtEnd() ? result.sizes[axis] - input.sizes[axis] : SizeExpr(op.getStart());
  std::vector<Part> parts = getPadParts(lowering, input, result, axis, start);
  emitParts(lowering, op, parts);
  return success();
}

Value emitZerosBehind(FunctionLowering &lowering, Operation *op, Value buffer,
                      RankedTensorType type) {
  TensorView input = TensorView::dense(buffer, cast<RankedTensorType>(buffer.getType()));
  std::vector<Part> parts =
      getPadParts(lowering, input, TensorView::dense({}, type), 0, SizeExpr(0));
  KernelBuilder k(lowering, op->getLoc(), op->getName().stripDialect());
  for (Part &part : parts)
    part.source.declare(k);
  return finishParts(k, op, parts, k.addResult(type));
}

/// result[q] = sum over o of input[q - o, o]: the input read along the diagonal, zero outside.
LogicalResult emitWindowSum(FunctionLowering &lowering, ir::WindowSumOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  TensorView input = lowering.getStoredView(op.getInput()), result = TensorView::dense({}, type);
  size_t axis = op.getAxis();
  int64_t length = *input.sizes[axis + 1].getConstant();
  SizeExpr positions = input.sizes[axis], offsetStride = input.strides[axis + 1];
  input.sizes.erase(input.sizes.begin() + axis + 1);
  input.strides.erase(input.strides.begin() + axis + 1);
  // The slid axis goes last but one and has its own size in each view; the inner axes merge to one
  // where they can.
  SmallVector<int64_t> order =
      concatAxes(getOtherAxes(result.getRank(), {int64_t(axis)}), {int64_t(axis)});
  input = input.permute(order);
  result = result.permute(order);
  SizeExpr inStride = input.strides.pop_back_val(), outStride = result.strides.pop_back_val();
  SizeExpr outSize = result.sizes.pop_back_val();
  input.sizes.pop_back();
  collapseAxes({&input, &result});
  if (input.getRank() == 0)
    for (TensorView *view : {&input, &result})
      view->insertAxis(0, SizeExpr(1), SizeExpr(0));
  size_t slid = input.getRank() - 1;
  input.insertAxis(slid, positions, inStride);
  result.insertAxis(slid, outSize, outStride);

  KernelBuilder k(lowering, op.getLoc(), "window_sum");
  Value inputArray = k.addInput(input.base), resultArray = k.addResult(type);
  int64_t cols = getTileExtent(result.sizes[slid + 1], 64),
          rows = getTileExtent(outSize, std::max<int64_t>(1, 256 / cols));
  SmallVector<GridAxis> grid;
  for (const SizeExpr &size : result.sizes)
    grid.push_back({size});
  grid[slid].block = rows;
  grid[slid + 1].block = cols;
  KernelBuilder::Values position = k.openGrid(grid);
  SmallVector<int64_t> axes = {int64_t(slid), int64_t(slid + 1)};
  Value zero = k.getConstant(k.getTileType({rows, cols}, input.element), 0);
  Value total = k.loop(k.getIndex(0), k.getIndex(length), 1, zero,
                       [&](Value offset, ValueRange carried) -> KernelBuilder::Values {
                         TensorView lane = input;
                         // One more outer axis holds the place inside the window.
                         lane.insertAxis(lane.getRank(), SizeExpr(length), offsetStride);
                         KernelBuilder::Values at = position;
                         at.push_back(offset);
                         Value view = k.openView(inputArray, lane, at, axes);
                         Value tile =
                             k.load(view, {k.subIndex(position[slid], offset), position[slid + 1]},
                                    {rows, cols});
                         return {arith::AddFOp::create(k, carried[0], tile)};
                       })
                    .front();
  k.store(total, k.openView(resultArray, result, position, axes),
          {position[slid], position[slid + 1]});
  k.closeGrid();
  lowering.setBuffer(op.getResult(), k.finish().front());
  return success();
}

} // namespace weft::compiler
