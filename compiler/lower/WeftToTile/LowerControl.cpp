// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Run-time sizes (reading one is a kernel of one element, setting one an exec op) and the counted
// loop of a scan.
#include "compiler/lower/WeftToTile/Emitters.h"

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

LogicalResult emitScan(FunctionLowering &lowering, ir::ScanOp op) {
  OpBuilder &builder = lowering.builder;
  auto getBuffers = [&](ValueRange values) {
    return llvm::map_to_vector(values, [&](Value value) { return lowering.getBuffer(value); });
  };
  SmallVector<Value> initial = getBuffers(op.getInitial()), inputs = getBuffers(op.getInputs());
  SmallVector<Value> captures = getBuffers(op.getCaptures());
  auto loop = exec::LoopOp::create(builder, op.getLoc(), op.getCarried().getTypes(),
                                   op.getOutputs().getTypes(), initial, inputs, op.getReverse());
  Block &source = op.getBody().front();
  Block &body = loop.getBody().empty() ? loop.getBody().emplaceBlock() : loop.getBody().front();
  size_t moving = initial.size() + inputs.size();
  for (BlockArgument argument : source.getArguments()) {
    size_t i = argument.getArgNumber();
    lowering.setBuffer(argument,
                       i < moving ? Value(body.addArgument(argument.getType(), argument.getLoc()))
                                  : captures[i - moving]);
  }
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&body);
  if (failed(lowering.lowerOps(source)))
    return failure();
  exec::LoopYieldOp::create(builder, op.getLoc(),
                            getBuffers(source.getTerminator()->getOperands()));
  for (auto [result, buffer] : llvm::zip(op.getResults(), loop.getResults()))
    lowering.setBuffer(result, buffer);
  return success();
}

} // namespace weft::compiler
