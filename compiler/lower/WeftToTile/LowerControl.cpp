// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Run-time sizes (reading one is a kernel of one element, setting one an exec op) and the counted
// loop of a scan.
#include "compiler/lower/WeftToTile/Emitters.h"

#include "compiler/support/Loops.h"

using namespace mlir;

namespace weft::compiler {

LogicalResult emitSize(FunctionLowering &lowering, ir::SizeOp op) {
  KernelBuilder k(lowering, op.getLoc(), "size");
  auto type = cast<RankedTensorType>(op.getType());
  Value array = k.addResult(type);
  k.openGrid({});
  Value size = arith::IndexCastOp::create(k, k.getI32Type(), k.getIndex(SizeExpr(op.getSize())));
  Value one = k.getIndex(1), zero = k.getIndex(0);
  k.store(k.broadcast(size, {1}), k.openView(array, zero, {one}, {one}), {zero});
  k.closeGrid();
  lowering.setBuffer(op.getResult(), k.finish().front());
  return success();
}

LogicalResult emitSetSize(FunctionLowering &lowering, ir::SetSizeOp op) {
  ir::SizeAttr size = op.getSize();
  Value value = lowering.getBuffer(op.getValue());
  exec::BindSizeOp::create(lowering.builder, op.getLoc(), size.getSymbol(),
                           lowering.builder.getI64IntegerAttr(size.getBound()),
                           lowering.builder.getI64IntegerAttr(size.getStep()), value);
  return success();
}

/// What a step adds to sums becomes what it leaves in their window: so the addition can be part of
/// the kernel that computes what is added.
static void addToWindows(FunctionLowering &lowering, ir::ScanOp op, ArrayRef<Value> windows) {
  Block &source = op.getBody().front();
  Operation *end = source.getTerminator();
  OpBuilder builder(end);
  MutableArrayRef<OpOperand> slots = end->getOpOperands().take_back(windows.size());
  for (auto [slot, window] : llvm::zip_equal(slots, windows)) {
    Value before = source.addArgument(window.getType(), op.getLoc());
    lowering.setBuffer(before, window);
    slot.set(ir::AddOp::create(builder, op.getLoc(), before, slot.get()));
  }
}

LogicalResult emitScan(FunctionLowering &lowering, ir::ScanOp op) {
  OpBuilder &builder = lowering.builder;
  auto getBuffers = [&](ValueRange values) {
    return llvm::map_to_vector(values, [&](Value value) { return lowering.getBuffer(value); });
  };
  SmallVector<Value> initial = getBuffers(op.getInitial()), inputs = getBuffers(op.getInputs());
  SmallVector<Value> windows = getBuffers(op.getWindows()), captures = getBuffers(op.getCaptures());
  SmallVector<Value> buffers = getBuffers(op.getMemories());
  llvm::append_range(buffers, getBuffers(op.getSums()));
  auto loop = exec::LoopOp::create(builder, op.getLoc(), op.getCarried().getTypes(),
                                   op.getOutputs().getTypes(), TypeRange(ValueRange(buffers)),
                                   initial, inputs, windows, buffers, op.getReverse());
  for (StringRef name : {parallelAttrName, loopFormAttrName})
    if (Attribute attribute = op->getAttr(name))
      loop->setAttr(name, attribute);
  Block &source = op.getBody().front();
  Block &body = loop.getBody().empty() ? loop.getBody().emplaceBlock() : loop.getBody().front();
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&body);

  auto addArgument = [&](Type type) { return body.addArgument(type, op.getLoc()); };
  ArrayRef<BlockArgument> arguments = source.getArguments();
  size_t own = initial.size() + inputs.size() + windows.size();
  for (BlockArgument argument : arguments.take_front(own))
    lowering.setBuffer(argument, addArgument(argument.getType()));
  // Of each buffer a window and a slot: a memory reads the one and writes the other, sums the other
  // way round.
  ValueRange slots = op.getYielded();
  slots = slots.drop_front(op.getCarried().size() + op.getOutputs().size());
  size_t memories = op.getMemories().size();
  SmallVector<Value> summed;
  for (auto [i, slot] : llvm::enumerate(slots))
    if (i < memories)
      lowering.setBuffer(arguments[own + i], addArgument(arguments[own + i].getType()));
    else
      summed.push_back(addArgument(slot.getType()));
  for (auto [i, slot] : llvm::enumerate(slots)) {
    Value place = addArgument(i < memories ? slot.getType() : arguments[own + i].getType());
    if (i >= memories)
      lowering.setBuffer(arguments[own + i], place);
  }
  for (auto [argument, buffer] : llvm::zip(arguments.take_back(captures.size()), captures))
    lowering.setBuffer(argument, buffer);

  addToWindows(lowering, op, summed);
  if (failed(lowering.lowerOps(source)))
    return failure();
  SmallVector<Value> yielded = getBuffers(op.getYielded());
  exec::LoopYieldOp::create(builder, op.getLoc(), yielded);
  for (auto [result, buffer] : llvm::zip(op.getResults(), loop.getResults()))
    lowering.setBuffer(result, buffer);
  return success();
}

} // namespace weft::compiler
