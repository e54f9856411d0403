// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Run-time sizes: reading one is a kernel of one element, setting one is an exec op.
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

} // namespace weft::compiler
