// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/AttentionGradients.h"

using namespace mlir;

namespace weft::compiler {

AttentionGradients::AttentionGradients(AttentionTask &task, ir::SpanAttentionGradOp op)
    : task(task), op(op), kinds(op.getAttentionCaptureKinds()), isRelative(bool(op.getPosition())),
      further(op.getSourceKeys().size()) {
  RankedTensorType query = getType(op.getQuery());
  add(ArrayRef(ir::getDimSizes(query)).drop_front(2), {}, /*isAdded=*/false);
  addSource(op.getKeys());
  addSource(op.getValues());
  if (op.getPosition())
    addPosition();
  for (Value keys : op.getSourceKeys())
    addSource(keys);
  for (Value values : op.getSourceValues())
    addSource(values);
  for (auto [capture, kind] : llvm::zip(op.getCaptures(), kinds))
    addCapture(capture, kind);
}

void AttentionGradients::add(ArrayRef<ir::SizeAttr> sizes, ArrayRef<int64_t> axes, bool isAdded,
                             bool isBackwards) {
  RankedTensorType query = getType(op.getQuery());
  SmallVector<ir::SizeAttr> all = {ir::getDimSize(query, 0), ir::getDimSize(query, 1)};
  all.append(sizes.begin(), sizes.end());
  outputs.push_back(
      {ir::getTensorType(all, task.element), llvm::to_vector(axes), isAdded, isBackwards, {}, {}});
}

void AttentionGradients::addSource(Value operand) {
  SmallVector<ir::SizeAttr> sizes = ir::getDimSizes(getType(operand));
  SmallVector<int64_t> shared;
  for (int64_t axis : {0, 1})
    if (sizes[axis] != ir::getDimSize(getType(op.getQuery()), axis))
      shared.push_back(axis);
  add(ArrayRef(sizes).drop_front(2), shared, /*isAdded=*/true);
}

/// Beyond the reach of the layer, which may be far less than the table has, the gradient is 0:
/// tasks neither store nor add that.
void AttentionGradients::addPosition() {
  SmallVector<ir::SizeAttr> sizes = ir::getDimSizes(getType(op.getPosition()));
  // A reach of 0 is no size where the least distance is larger than 1.
  if (op.getDMax().isConstant() || op.getDMin() <= 1)
    sizes[0] = op.getDMax().plus(1 - int64_t(op.getDMin()));
  add(sizes, {0, 1}, /*isAdded=*/true, /*isBackwards=*/true);
}

void AttentionGradients::addCapture(Value capture, ir::CaptureKind kind) {
  SmallVector<ir::SizeAttr> sizes = ir::getDimSizes(getType(capture));
  switch (kind) {
  case ir::CaptureKind::scalar:
    return add({ir::SizeAttr::get(op.getContext(), task.rows)}, {0, 1, 2}, /*isAdded=*/false);
  case ir::CaptureKind::per_head:
    return add({ir::SizeAttr::get(op.getContext(), task.rows)}, {0, 2}, /*isAdded=*/false);
  case ir::CaptureKind::by_query:
    return add(sizes, {0, 1}, /*isAdded=*/false);
  case ir::CaptureKind::by_distance:
  case ir::CaptureKind::by_key:
    return add(sizes, {0, 1}, /*isAdded=*/true,
               /*isBackwards=*/kind == ir::CaptureKind::by_distance);
  case ir::CaptureKind::per_head_by_distance:
    return add(ArrayRef(sizes).drop_front(), {0}, /*isAdded=*/true, /*isBackwards=*/true);
  }
}

void AttentionGradients::declare() {
  for (Output &output : outputs)
    output.array = task.k.addResult(output.type);
}

void AttentionGradients::open() {
  for (Output &output : outputs) {
    SmallVector<int64_t> axes = {2, 3};
    axes.resize(output.type.getRank() - 2);
    AttentionTask::Values place = {task.batch, task.head};
    place.resize(output.type.getRank());
    TensorView all = TensorView::dense({}, output.type);
    output.view =
        task.k.openView(output.array, output.isBackwards ? all.reverse(2) : all, place, axes);
  }
  for (const Output &output : outputs)
    if (output.isAdded)
      clear(output);
}

/// Zeros in a view [size, width] or [size].
void AttentionGradients::clear(const Output &output) {
  KernelBuilder &k = task.k;
  SmallVector<SizeExpr> sizes = getSizeExprs(output.type);
  bool isVector = sizes.size() == 3;
  int64_t rows = getTileExtent(sizes[2], isVector ? 64 : 16);
  SmallVector<int64_t> shape = {rows};
  if (!isVector)
    shape.push_back(*sizes[3].getConstant());
  k.loop(k.getIndex(0), k.getIndex(sizes[2]), rows, [&](Value row) {
    AttentionTask::Values at = {row};
    if (!isVector)
      at.push_back(k.getIndex(0));
    k.store(task.zeros(shape), output.view, at);
  });
}

void AttentionGradients::finish(ArrayRef<Value> results) {
  FunctionLowering &lowering = task.lowering;
  for (auto [output, buffer, gradient] : llvm::zip(outputs, results, op.getGrads())) {
    if (output.axes.empty()) {
      lowering.setBuffer(gradient, buffer);
      continue;
    }
    SmallVector<ir::SizeAttr> left;
    for (int64_t axis : getOtherAxes(output.type.getRank(), output.axes))
      left.push_back(ir::getDimSize(output.type, axis));
    RankedTensorType type = ir::getTensorType(left, task.element);
    Value sum = emitSum(lowering, op, buffer, output.axes, type);
    RankedTensorType whole = getType(gradient);
    if (type.getRank() == whole.getRank() && type != whole)
      sum = emitZerosBehind(lowering, op, sum, whole); // the distances that nobody reached
    else if (type != whole)                            // shared keys keep their axes of size 1
      sum = exec::AliasOp::create(lowering.builder, op.getLoc(), whole, sum);
    lowering.setBuffer(gradient, sum);
  }
}

} // namespace weft::compiler
