// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/AttentionGradients.h"

using namespace mlir;

namespace weft::compiler {

AttentionGradients::AttentionGradients(AttentionTask &task, GradientKernel which)
    : task(task), op(task.spec.op), which(which), kinds(op.getAttentionCaptureKinds()),
      isRelative(bool(op.getAttentionPosition())), further(op.getAttentionSourceKeys().size()) {
  RankedTensorType query = getType(op.getAttentionQuery());
  add(GradientKernel::queries, ArrayRef(ir::getDimSizes(query)).drop_front(2), {},
      /*isAdded=*/false);
  addSource(op.getAttentionKeys());
  addSource(op.getAttentionValues());
  if (op.getAttentionPosition())
    addPosition();
  for (Value keys : op.getAttentionSourceKeys())
    addSource(keys);
  for (Value values : op.getAttentionSourceValues())
    addSource(values);
  for (auto [capture, kind] : llvm::zip(op.getAttentionCaptures(), kinds))
    addCapture(capture, kind);
}

void AttentionGradients::add(GradientKernel giver, ArrayRef<ir::SizeAttr> sizes,
                             ArrayRef<int64_t> axes, bool isAdded) {
  RankedTensorType query = getType(op.getAttentionQuery());
  SmallVector<ir::SizeAttr> all = {ir::getDimSize(query, 0), ir::getDimSize(query, 1)};
  all.append(sizes.begin(), sizes.end());
  outputs.push_back({ir::getTensorType(all, task.element),
                     llvm::to_vector(axes),
                     giver,
                     isAdded && which == GradientKernel::all,
                     {},
                     {}});
}

void AttentionGradients::addByDistance(ArrayRef<ir::SizeAttr> sizes, ArrayRef<int64_t> axes) {
  SmallVector<ir::SizeAttr> all(sizes);
  SmallVector<int64_t> summed(axes);
  if (which == GradientKernel::distances) {
    all.insert(all.begin(), ir::SizeAttr::get(op->getContext(), getSlices()));
    summed.push_back(sliceAxis);
  }
  add(GradientKernel::distances, all, summed, /*isAdded=*/true);
}

void AttentionGradients::addSource(Value operand) {
  SmallVector<ir::SizeAttr> sizes = ir::getDimSizes(getType(operand));
  SmallVector<int64_t> shared;
  for (int64_t axis : {0, 1})
    if (sizes[axis] != ir::getDimSize(getType(op.getAttentionQuery()), axis))
      shared.push_back(axis);
  add(GradientKernel::keys, ArrayRef(sizes).drop_front(2), shared, /*isAdded=*/true);
}

/// Beyond the reach of the layer, which may be far less than the table has, the gradient is 0:
/// tasks neither store nor add that.
void AttentionGradients::addPosition() {
  SmallVector<ir::SizeAttr> sizes = ir::getDimSizes(getType(op.getAttentionPosition()));
  // A reach of 0 is no size where the least distance is larger than 1.
  ir::SizeAttr most = op.getReachMaximum();
  if (most.isConstant() || op.getReachMinimum() <= 1)
    sizes[0] = most.plus(1 - op.getReachMinimum());
  addByDistance(sizes, {0, 1});
}

void AttentionGradients::addCapture(Value capture, ir::CaptureKind kind) {
  SmallVector<ir::SizeAttr> sizes = ir::getDimSizes(getType(capture));
  // A head's own sum is kept in lanes until its task ends; tasks of rows leave it row by row.
  ir::SizeAttr lanes = which == GradientKernel::queries
                           ? ir::getDimSize(getType(op.getAttentionQuery()), 2)
                           : ir::SizeAttr::get(op->getContext(), task.rows);
  switch (kind) {
  case ir::CaptureKind::scalar:
    return add(GradientKernel::queries, {lanes}, {0, 1, 2}, /*isAdded=*/false);
  case ir::CaptureKind::per_head:
    return add(GradientKernel::queries, {lanes}, {0, 2}, /*isAdded=*/false);
  case ir::CaptureKind::by_query:
    return add(GradientKernel::queries, sizes, {0, 1}, /*isAdded=*/false);
  case ir::CaptureKind::by_key:
    return add(GradientKernel::keys, sizes, {0, 1}, /*isAdded=*/true);
  case ir::CaptureKind::by_distance:
    return addByDistance(sizes, {0, 1});
  case ir::CaptureKind::per_head_by_distance:
    return addByDistance(ArrayRef(sizes).drop_front(), {0});
  }
}

SizeExpr AttentionGradients::getDistances() const {
  std::optional<SizeExpr> most;
  for (const Output &output : outputs) {
    if (output.giver != GradientKernel::distances)
      continue;
    SizeExpr length = getLength(output);
    if (most && !(*most == length)) // of those with a bound, the bound
      length = SizeExpr(std::max(most->getMaximum(), length.getMaximum()));
    most = length;
  }
  return *most;
}

void AttentionGradients::declare() {
  for (Output &output : outputs)
    if (gives(output))
      output.array = task.k.addResult(output.type);
}

void AttentionGradients::open(Value slice) {
  for (Output &output : outputs) {
    if (!gives(output))
      continue;
    AttentionTask::Values place = {task.batch, task.head};
    place.resize(output.type.getRank());
    int64_t length = getLengthAxis(output);
    if (length != sliceAxis)
      place[sliceAxis] = slice;
    SmallVector<int64_t> axes = llvm::to_vector(llvm::seq(length, output.type.getRank()));
    TensorView all = TensorView::dense({}, output.type);
    output.view =
        task.k.openView(output.array, isBackwards(output) ? all.reverse(length) : all, place, axes);
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

Value AttentionGradients::addUp(const Output &output, Value buffer) {
  SmallVector<int64_t> axes = output.axes;
  auto sumOver = [&](ArrayRef<int64_t> summed) {
    RankedTensorType type = getType(buffer);
    SmallVector<ir::SizeAttr> left;
    for (int64_t axis : getOtherAxes(type.getRank(), summed))
      left.push_back(ir::getDimSize(type, axis));
    buffer = emitSum(task.lowering, op, buffer, summed, ir::getTensorType(left, task.element));
  };
  // All rows of all heads would be one task's work: those of each head first.
  if (which == GradientKernel::queries && llvm::is_contained(axes, 2)) {
    sumOver({2});
    axes.pop_back();
  }
  sumOver(axes);
  return buffer;
}

void AttentionGradients::finish(ArrayRef<Value> results) {
  FunctionLowering &lowering = task.lowering;
  size_t next = 0;
  for (auto [output, gradient] : llvm::zip(outputs, op->getResults())) {
    if (!gives(output))
      continue;
    Value buffer = results[next++];
    if (output.axes.empty()) {
      lowering.setBuffer(gradient, buffer);
      continue;
    }
    Value sum = addUp(output, buffer);
    auto type = cast<RankedTensorType>(sum.getType());
    RankedTensorType whole = getType(gradient);
    if (type.getRank() == whole.getRank() && type != whole)
      sum = emitZerosBehind(lowering, op, sum, whole); // the distances that nobody reached
    else if (type != whole)                            // shared keys keep their axes of size 1
      sum = exec::AliasOp::create(lowering.builder, op.getLoc(), whole, sum);
    lowering.setBuffer(gradient, sum);
  }
}

} // namespace weft::compiler
