// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/FunctionLowering.h"

#include "compiler/lower/WeftToTile/Emitters.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft::compiler {

FunctionLowering::FunctionLowering(func::FuncOp function, bool fuses)
    : builder(function.getContext()), function(function), fuses(fuses) {}

std::string FunctionLowering::nextKernelName(StringRef op) {
  return (function.getSymName() + "." + Twine(kernelCount++) + "." + op).str();
}

bool FunctionLowering::isFused(Value value) const {
  return fuses && !isStored(value) && !isInRowGroup(value) &&
         (hasOneReader(value) || groups.isInside(value));
}

bool FunctionLowering::isFusedProduct(ir::DotOp op) const {
  if (!fuses)
    return false;
  Value root = op.getResult();
  if (root.hasOneUse() && isa<ir::TransposeOp>(*root.user_begin()))
    root = root.user_begin()->getResult(0);
  if (getOnlyProduct(root) != op)
    return false;
  do {
    Operation *user = root.use_empty() ? nullptr : *root.user_begin();
    if (!isElementwiseOp(user) || rowGroups.find(user) || !llvm::all_equal(root.getUsers()))
      return false;
    root = user->getResult(0);
  } while (isFused(root));
  return findFusedProduct(*this, root) == op;
}

ir::CastOp FunctionLowering::findRounding(Value value) const {
  if (!ir::getElementOrSelf(value.getType()).isF32())
    return {};
  for (Operation *user : value.getUsers()) {
    auto rounding = dyn_cast<ir::CastOp>(user);
    if (rounding && isa<BFloat16Type, Float16Type>(ir::getElementOrSelf(rounding.getType())) &&
        user->getBlock() == value.getParentBlock() && !isStored(rounding) && !isFused(rounding) &&
        getResults(rounding).size() == 1)
      return rounding;
  }
  return {};
}

TensorView FunctionLowering::getView(Value value) {
  Operation *op = value.getDefiningOp();
  auto type = cast<RankedTensorType>(value.getType());
  if (isStored(value) || !op)
    return TensorView::dense(getBuffer(value), type);
  if (isViewOp(op))
    if (std::optional<TensorView> view = viewThrough(op, getView(op->getOperand(0))))
      return *view;
  TensorView computed = TensorView::dense({}, type);
  if (auto iota = dyn_cast<ir::IotaOp>(op)) {
    for (size_t axis = 0; axis < computed.getRank(); ++axis)
      computed.strides[axis] = SizeExpr(axis == iota.getAxis() ? 1 : 0);
    computed.start = iota.getStart().convertToDouble();
    computed.step = iota.getStep().convertToDouble();
    return computed;
  }
  if (auto constant = dyn_cast<ir::ConstantOp>(op))
    if (std::optional<double> splat = constant.getSplatValue()) {
      computed.strides.assign(computed.getRank(), SizeExpr(0));
      computed.start = *splat;
      return computed;
    }
  return TensorView::dense(getBuffer(value), type);
}

TensorView FunctionLowering::getStoredView(Value value) {
  TensorView view = getView(value);
  return view.base ? view
                   : TensorView::dense(getBuffer(value), cast<RankedTensorType>(value.getType()));
}

TensorView FunctionLowering::getRunView(Value value, size_t begin, size_t end) {
  TensorView view = getView(value);
  bool isRun = view.base != nullptr;
  for (size_t axis = begin; axis + 1 < end; ++axis)
    isRun &= view.strides[axis] == view.strides[axis + 1] * view.sizes[axis + 1];
  return isRun ? view
               : TensorView::dense(getBuffer(value), cast<RankedTensorType>(value.getType()));
}

Value FunctionLowering::getBuffer(Value value) {
  if (Value known = buffers.lookup(value))
    return known;
  Operation *op = value.getDefiningOp();
  auto type = cast<RankedTensorType>(value.getType());
  auto constant = dyn_cast_or_null<ir::ConstantOp>(op);
  Value buffer;
  if (constant && !constant.getSplatValue()) {
    buffer = exec::ConstantOp::create(builder, op->getLoc(), type,
                                      cast<ElementsAttr>(constant.getValue()));
  } else if (op && isViewOp(op)) {
    TensorView input = getView(op->getOperand(0));
    std::optional<TensorView> view = viewThrough(op, input);
    // A reshape that strides cannot say renames the bytes of its input.
    Value bytes = !view ? getBuffer(op->getOperand(0)) : view->isDense(type) ? view->base : Value();
    if (!bytes)
      buffer = emitMap(*this, value);
    else if (bytes.getType() == type)
      buffer = bytes;
    else
      buffer = exec::AliasOp::create(builder, op->getLoc(), type, bytes);
  } else if (auto dot = dyn_cast_or_null<ir::DotOp>(op)) {
    buffer = emitDot(*this, dot, value);
  } else if (ir::DotOp fused = fuses ? findFusedProduct(*this, value) : ir::DotOp()) {
    buffer = emitDot(*this, fused, value);
  } else {
    emitMaps(*this, getResults(value));
    return buffers.lookup(value);
  }
  buffers[value] = buffer;
  return buffer;
}

LogicalResult FunctionLowering::lowerOp(Operation *op) {
  // Everything cheap waits until somebody asks for its buffer.
  if (isViewOp(op) || isa<ir::ConstantOp, ir::IotaOp>(op))
    return success();
  if (isElementwiseOp(op)) {
    Value value = op->getResult(0);
    if (!isFused(value) && value == getResults(value).back())
      getBuffer(value);
    return success();
  }
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](ir::OptimizationBarrierOp one) {
        // Another name of the bytes, so that dispatches that read it are not merged either.
        setBuffer(one.getResult(), exec::AliasOp::create(builder, one.getLoc(), one.getType(),
                                                         getBuffer(one.getInput())));
        return success();
      })
      .Case<ir::SumOp, ir::MaxOp>([&](auto one) { return emitReduce(*this, one); })
      .Case([&](ir::DotOp one) {
        if (!isFusedProduct(one))
          getBuffer(one);
        return success();
      })
      .Case([&](ir::SoftmaxOp one) { return emitSoftmax(*this, one); })
      .Case([&](ir::LogSoftmaxOp one) { return emitLogSoftmax(*this, one); })
      .Case([&](ir::CumsumOp one) { return emitCumsum(*this, one); })
      .Case([&](ir::TopKOp one) { return emitTopK(*this, one); })
      .Case([&](ir::RmsNormOp one) { return emitRmsNorm(*this, one); })
      .Case([&](ir::LayerNormOp one) { return emitLayerNorm(*this, one); })
      .Case([&](ir::CrossEntropyOp one) { return emitCrossEntropy(*this, one); })
      .Case([&](ir::EmbeddingOp one) { return emitEmbedding(*this, one); })
      .Case([&](ir::EmbeddingGradOp one) { return emitEmbeddingGrad(*this, one); })
      .Case([&](ir::ConcatOp one) { return emitConcat(*this, one); })
      .Case([&](ir::PadOp one) { return emitPad(*this, one); })
      .Case([&](ir::WindowSumOp one) { return emitWindowSum(*this, one); })
      .Case([&](ir::GatherOp one) { return emitGather(*this, one); })
      .Case([&](ir::ScatterAddOp one) { return emitScatterAdd(*this, one); })
      .Case([&](ir::SizeOp one) { return emitSize(*this, one); })
      .Case([&](ir::SetSizeOp one) { return emitSetSize(*this, one); })
      .Case([&](ir::ScanOp one) { return emitScan(*this, one); })
      .Case([&](ir::SpanAttentionOp one) { return emitSpanAttention(*this, one); })
      .Case([&](ir::SpanAttentionGradOp one) { return emitSpanAttentionGrad(*this, one); })
      .Case([&](ir::FeedbackAttentionOp one) { return emitFeedbackAttention(*this, one); })
      .Case([&](ir::FeedbackAttentionGradOp one) { return emitFeedbackAttentionGrad(*this, one); })
      .Case([&](ir::BlockSparseAttentionOp one) { return emitBlockSparseAttention(*this, one); })
      .Case([&](ir::BlockSparseAttentionGradOp one) {
        return emitBlockSparseAttentionGrad(*this, one);
      })
      .Default([](Operation *other) {
        return other->emitOpError("expects an op that has a kernel, got none for '")
               << other->getName() << "' (kernels.C1)";
      });
}

LogicalResult FunctionLowering::lowerOps(Block &source) {
  if (fuses) {
    rowGroups.add(source);
    groups.add(source, rowGroups);
  }
  SmallVector<Operation *> ops;
  for (Operation &op : source.without_terminator())
    ops.push_back(&op);
  for (Operation *op : ops)
    if (const RowGroup *group = rowGroups.find(op)) {
      if (op == group->ops.back())
        emitRowGroup(*this, *group);
    } else if ((!op->use_empty() || isa<ir::SetSizeOp>(op)) && failed(lowerOp(op))) {
      return failure();
    }
  return success();
}

LogicalResult FunctionLowering::run() {
  if (function.isExternal())
    return success();
  if (!function.getBody().hasOneBlock())
    return function.emitOpError("expects one block, got ")
           << function.getBody().getBlocks().size() << " (kernels.C2)";
  Block &block = function.getBody().front();
  Operation *terminator = block.getTerminator();
  SmallVector<Operation *> graph;
  for (Operation &op : block.without_terminator())
    graph.push_back(&op);
  for (BlockArgument argument : block.getArguments())
    if (isa<RankedTensorType>(argument.getType()))
      buffers[argument] = argument;
    else
      return function.emitOpError("expects tensor arguments, got ")
             << argument.getType() << " (kernels.C3)";
  builder.setInsertionPoint(terminator);
  if (failed(lowerOps(block)))
    return failure();
  for (OpOperand &result : terminator->getOpOperands())
    result.set(getBuffer(result.get()));
  for (Operation *op : llvm::reverse(graph))
    op->erase();
  return success();
}

} // namespace weft::compiler
