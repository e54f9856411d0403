// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/AttentionTask.h"

using namespace mlir;

namespace weft::compiler {

LogicalResult checkAttention(const AttentionSpec &spec) {
  ir::AttentionOpInterface op = spec.op;
  for (Value operand : {op.getAttentionQuery(), op.getAttentionValues()}) {
    ir::SizeAttr features = ir::getDimSize(cast<RankedTensorType>(operand.getType()), 3);
    if (!features.isConstant())
      return op->emitOpError("expects constant feature sizes, got ")
             << features.str() << " (kernels.C4)";
  }
  return success();
}

static SizeExpr getSize(Value value, int64_t dim) {
  return SizeExpr(ir::getDimSize(cast<RankedTensorType>(value.getType()), dim));
}

static int64_t getRowTile(const AttentionSpec &spec) {
  ir::AttentionOpInterface op = spec.op;
  return getTileExtent(getSize(op.getAttentionQuery(), 2), getSchedule(op, {32, 32, 1}).rows);
}

static int64_t getColumnTile(const AttentionSpec &spec) {
  ir::AttentionOpInterface op = spec.op;
  SizeExpr reach =
      SizeExpr(op.getReachMaximum()) + SizeExpr(getRowTile(spec) - op.getReachMinimum());
  return getTileExtent(reach, getSchedule(op, {32, 32, 1}).cols);
}

AttentionTask::AttentionTask(KernelBuilder &k, FunctionLowering &lowering,
                             const AttentionSpec &spec)
    : k(k), lowering(lowering), spec(spec),
      region(k, this->spec.op.getScoreRegion().front(), {getRowTile(spec), getColumnTile(spec)}),
      rows(getRowTile(spec)), cols(getColumnTile(spec)), window(rows + cols) {
  ir::AttentionOpInterface op = this->spec.op;
  query = lowering.getStoredView(op.getAttentionQuery());
  keys = lowering.getStoredView(op.getAttentionKeys());
  values = lowering.getStoredView(op.getAttentionValues());
  if (Value relative = op.getAttentionPosition())
    position = lowering.getStoredView(relative);
  for (Value capture : op.getAttentionCaptures())
    captures.push_back(lowering.getStoredView(capture));
  element = query.element;
  batchSize = query.sizes[0];
  headSize = query.sizes[1];
  querySize = query.sizes[2];
  keySize = keys.sizes[2];
  features = *query.sizes[3].getConstant();
  valueFeatures = *values.sizes[3].getConstant();
  reachMaximum = SizeExpr(op.getReachMaximum());
  reachMinimum = op.getReachMinimum();
}

void AttentionTask::declare() {
  queryArray = k.addInput(query.base);
  keysArray = k.addInput(keys.base);
  valuesArray = k.addInput(values.base);
  if (position.base)
    positionArray = k.addInput(position.base);
  for (const TensorView &capture : captures)
    captureArrays.push_back(k.addInput(capture.base));
  if (spec.hasDropout())
    k.addInput(lowering.getStoredView(spec.dropoutKey).base);
}

void AttentionTask::declareScratch(int64_t tasks) {
  if (position.base ||
      llvm::is_contained(spec.op.getAttentionCaptureKinds(), ir::CaptureKind::by_distance))
    shearScratch = k.addResult(RankedTensorType::get({tasks, rows, window}, element));
  if (llvm::is_contained(spec.op.getAttentionCaptureKinds(), ir::CaptureKind::by_distance))
    sharedScratch = k.addResult(RankedTensorType::get({tasks, window}, element));
  if (isa<ir::SpanAttentionGradOp>(spec.op))
    transposeScratch = k.addResult(RankedTensorType::get({tasks, rows, cols}, element));
}

void AttentionTask::enter(Value batchIndex, Value headIndex) {
  batch = batchIndex;
  head = headIndex;
  Values place = {batch, head, Value(), Value()};
  queryView = k.openView(queryArray, query, place, {2, 3});
  keysView = k.openView(keysArray, keys, place, {2, 3});
  valuesView = k.openView(valuesArray, values, place, {2, 3});
  if (position.base)
    positionView = k.openView(positionArray, position, {Value(), Value()}, {0, 1});
  if (spec.hasDropout())
    dropoutKey = loadDropoutKey(k, lowering, spec.dropoutKey);
}

void AttentionTask::enterRows(Value row) {
  firstRow = row;
  here = k.addIndex(k.subIndex(k.getIndex(keySize), k.getIndex(querySize)), firstRow);
  queryTile = k.load(queryView, {firstRow, k.getIndex(0)}, {rows, features});
}

Value AttentionTask::toFloat(Value indexTile) {
  return arith::SIToFPOp::create(k, k.getTileType({rows, cols}, element), indexTile);
}

Value AttentionTask::loadCapture(unsigned index, Value key) {
  const TensorView &view = captures[index];
  Value array = captureArrays[index];
  switch (spec.op.getAttentionCaptureKinds()[index]) {
  case ir::CaptureKind::scalar: {
    TensorView one = view;
    one.insertAxis(0, SizeExpr(1), SizeExpr(0));
    return k.broadcast(k.loadScalar(array, one, k.getIndex(0)), {rows, cols});
  }
  case ir::CaptureKind::per_head:
    return k.broadcast(k.loadScalar(array, view, head), {rows, cols});
  case ir::CaptureKind::by_distance:
    return shearShared(k.load(k.openView(array, view, {Value()}, {0}), {windowStart}, {window}));
  case ir::CaptureKind::by_query:
    return spreadRows(k.load(k.openView(array, view, {Value()}, {0}), {firstRow}, {rows}));
  case ir::CaptureKind::by_key:
    return k.broadcast(k.load(k.openView(array, view, {Value()}, {0}), {key}, {cols}), {rows, cols},
                       {1});
  }
  return {};
}

void AttentionTask::computeTile(Value key) {
  firstKey = key;
  Value zero = k.getIndex(0);
  keysTile = k.load(keysView, {firstKey, zero}, {cols, features});
  Value none = zeros({rows, cols});
  Values arguments(5);
  arguments[0] =
      tile::DotOp::create(k, none.getType(), queryTile, keysTile, none, /*transpose_b=*/true);

  // Distance row (d - d_min) of window index 0; it may be negative, where loads give 0.
  Value gap = k.subIndex(here, firstKey);
  windowStart = k.subIndex(gap, k.getIndex(reachMinimum + cols - 1));
  arguments[1] = none;
  if (position.base) {
    positionTile = k.load(positionView, {windowStart, zero}, {window, features});
    Value windowZeros = zeros({rows, window});
    if (region.reads(1))
      arguments[1] =
          shear(tile::DotOp::create(k, windowZeros.getType(), queryTile, positionTile, windowZeros,
                                    /*transpose_b=*/true));
  }
  auto indexType = k.getTileType({rows, cols}, k.getI32Type());
  distance = arith::SubIOp::create(k, tile::IotaOp::create(k, indexType, 0, gap),
                                   tile::IotaOp::create(k, indexType, 1, zero));
  if (region.reads(2))
    arguments[2] = toFloat(distance);
  if (region.reads(3))
    arguments[3] = toFloat(tile::IotaOp::create(k, indexType, 0, firstRow));
  if (region.reads(4))
    arguments[4] = toFloat(tile::IotaOp::create(k, indexType, 1, firstKey));
  for (unsigned i = 0; i < captures.size(); ++i)
    arguments.push_back(region.reads(5 + i) ? loadCapture(i, firstKey) : Value());
  region.run(arguments);
  present = getReachMask(distance, firstKey);
  if (!region.hasConstantMask())
    present = arith::AndIOp::create(k, present, region.getMask());
}

Value AttentionTask::getDropoutMultiplier() {
  if (!spec.hasDropout())
    return {};
  // ((b H + h) M + i) S + (d - d_min), S being the bound of the reach; i32 arithmetic wraps like
  // the counter's.
  int64_t reach = spec.op.getReachMaximum().getMaximum() - reachMinimum + 1;
  Value line = k.addIndex(k.mulIndex(batch, k.getIndex(headSize)), head);
  line = k.addIndex(k.mulIndex(line, k.getIndex(querySize)), firstRow);
  auto indexType = k.getTileType({rows, cols}, k.getI32Type());
  Value index = arith::MulIOp::create(k, tile::IotaOp::create(k, indexType, 0, line),
                                      k.getConstant(indexType, reach));
  index = arith::AddIOp::create(k, index, distance);
  if (reachMinimum != 0)
    index = arith::SubIOp::create(k, index, k.getConstant(indexType, reachMinimum));
  Value dropped = emitDropped(k, index, dropoutKey, spec.dropoutId, spec.dropoutRate);
  auto type = k.getTileType({rows, cols}, element);
  return arith::SelectOp::create(k, dropped, k.getConstant(type, 0),
                                 k.getConstant(type, 1 / (1 - spec.dropoutRate)));
}

Value AttentionTask::getExponential(Value maximum) {
  Value spread = spreadRows(maximum);
  // Absent elements take exp(0), so that no argument leaves the function's range.
  Value score = arith::SelectOp::create(k, present, region.getScore(), spread);
  Value shifted = arith::SubFOp::create(k, score, spread);
  Value e = tile::MathOp::create(k, shifted.getType(), tile::Function::exp, shifted);
  return arith::SelectOp::create(k, present, e, zeros({rows, cols}));
}

Value AttentionTask::openScratch(Value array, int64_t perTask, int64_t offset,
                                 ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides) {
  auto toValues = [&](ArrayRef<int64_t> numbers) {
    return llvm::map_to_vector(numbers, [&](int64_t number) { return k.getIndex(number); });
  };
  Value start = k.addIndex(k.mulIndex(k.getTask(), k.getIndex(perTask)), k.getIndex(offset));
  return k.openView(array, start, toValues(sizes), toValues(strides));
}

Value AttentionTask::shear(Value tile) {
  Value zero = k.getIndex(0);
  k.store(tile, openScratch(shearScratch, rows * window, 0, {rows, window}, {window, 1}),
          {zero, zero});
  Value sheared =
      openScratch(shearScratch, rows * window, cols - 1, {rows, cols}, {window + 1, -1});
  return k.load(sheared, {zero, zero}, {rows, cols});
}

Value AttentionTask::unshear(Value tile) {
  Value zero = k.getIndex(0);
  Value plain = openScratch(shearScratch, rows * window, 0, {rows, window}, {window, 1});
  k.store(zeros({rows, window}), plain, {zero, zero});
  k.store(tile, openScratch(shearScratch, rows * window, cols - 1, {rows, cols}, {window + 1, -1}),
          {zero, zero});
  return k.load(plain, {zero, zero}, {rows, window});
}

Value AttentionTask::loadWindowTransposed() {
  Value zero = k.getIndex(0);
  return k.load(openScratch(shearScratch, rows * window, 0, {window, rows}, {1, window}),
                {zero, zero}, {window, rows});
}

Value AttentionTask::shearShared(Value tile) {
  Value zero = k.getIndex(0);
  k.store(tile, openScratch(sharedScratch, window, 0, {window}, {1}), {zero});
  return k.load(openScratch(sharedScratch, window, cols - 1, {rows, cols}, {1, -1}), {zero, zero},
                {rows, cols});
}

Value AttentionTask::transpose(Value tile) {
  Value zero = k.getIndex(0);
  k.store(tile, openScratch(transposeScratch, rows * cols, 0, {rows, cols}, {cols, 1}),
          {zero, zero});
  return k.load(openScratch(transposeScratch, rows * cols, 0, {cols, rows}, {1, cols}),
                {zero, zero}, {cols, rows});
}

} // namespace weft::compiler
