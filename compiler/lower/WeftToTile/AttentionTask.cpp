// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/AttentionTask.h"

using namespace mlir;

namespace weft::compiler {

static SizeExpr getSize(Value value, int64_t dim) {
  return SizeExpr(ir::getDimSize(cast<RankedTensorType>(value.getType()), dim));
}

LogicalResult checkAttention(const AttentionSpec &spec) {
  ir::AttentionOpInterface op = spec.op;
  for (Value operand : {op.getAttentionQuery(), op.getAttentionValues()}) {
    ir::SizeAttr features = ir::getDimSize(cast<RankedTensorType>(operand.getType()), 3);
    if (!features.isConstant())
      return op->emitOpError("expects constant feature sizes, got ")
             << features.str() << " (kernels.C4)";
  }
  if (ir::BlocksAttr blocks = op.getReachBlocks()) {
    int64_t queries = getSize(op.getAttentionQuery(), 2).getMaximum(),
            keys = getSize(op.getAttentionKeys(), 2).getMaximum();
    if (ir::BlockLayout(blocks, queries, keys).isTooLarge())
      return op->emitOpError("expects a layout of at most ")
             << ir::BlockLayout::mostBlocks << " blocks of " << blocks.getSize()
             << ", got more for " << queries << " queries and " << keys << " keys (kernels.C5)";
  }
  return success();
}

/// The largest power of two that is at most `most` and divides a block.
static int64_t getTileOfBlock(ir::BlocksAttr blocks, int64_t most) {
  return llvm::bit_floor(static_cast<uint64_t>(std::min(blocks.getSize(), most)));
}

static int64_t getRowTile(const AttentionSpec &spec) {
  ir::AttentionOpInterface op = spec.op;
  if (ir::BlocksAttr blocks = op.getReachBlocks())
    return getTileOfBlock(blocks, getSchedule(op, {32, 32, 1}).rows);
  return getTileExtent(getSize(op.getAttentionQuery(), 2), getSchedule(op, {32, 32, 1}).rows);
}

static int64_t getColumnTile(const AttentionSpec &spec) {
  ir::AttentionOpInterface op = spec.op;
  if (ir::BlocksAttr blocks = op.getReachBlocks())
    return getTileOfBlock(blocks, getSchedule(op, {32, 32, 1}).cols);
  int64_t keys = op.getReachMaximum().getMaximum() + getRowTile(spec) - op.getReachMinimum();
  for (Value further : op.getAttentionSourceKeys())
    keys = std::max(keys, getSize(further, 2).getMaximum());
  return getTileExtent(SizeExpr(keys), getSchedule(op, {32, 32, 1}).cols);
}

AttentionTask::AttentionTask(KernelBuilder &k, FunctionLowering &lowering,
                             const AttentionSpec &spec)
    : k(k), lowering(lowering), spec(spec), rows(getRowTile(spec)), cols(getColumnTile(spec)),
      window(rows + cols) {
  ir::AttentionOpInterface op = this->spec.op;
  query = lowering.getStoredView(op.getAttentionQuery());
  reachMaximum = SizeExpr(op.getReachMaximum());
  reachMinimum = op.getReachMinimum();
  columns = reachMaximum.getMaximum() - reachMinimum + 1;
  addSource(op.getAttentionKeys(), op.getAttentionValues(), op.getScoreRegion());
  for (auto [keys, values, region] : llvm::zip(
           op.getAttentionSourceKeys(), op.getAttentionSourceValues(), op.getSourceRegions())) {
    addSource(keys, values, region);
    sources.back().firstColumn = columns;
    columns += sources.back().size.getMaximum();
  }
  if (Value relative = op.getAttentionPosition())
    position = lowering.getStoredView(relative);
  if (Value bounds = op.getReachOfHeads())
    headReach = lowering.getStoredView(bounds);
  if (this->spec.keep)
    keep = lowering.getStoredView(this->spec.keep);
  for (Value capture : op.getAttentionCaptures())
    captures.push_back(lowering.getStoredView(capture));
  element = ir::getSumType(query.element);
  batchSize = query.sizes[0];
  headSize = query.sizes[1];
  querySize = query.sizes[2];
  keySize = sources[0].size;
  features = *query.sizes[3].getConstant();
  valueFeatures = *sources[0].values.sizes[3].getConstant();
  if (ir::BlocksAttr layout = op.getReachBlocks())
    blocks.emplace(k, lowering, layout, *querySize.getConstant(), *keySize.getConstant(), rows,
                   cols);
}

void AttentionTask::addSource(Value keys, Value values, Region &region) {
  TensorView keysOf = lowering.getStoredView(keys), valuesOf = lowering.getStoredView(values);
  sources.push_back({keysOf,
                     valuesOf,
                     AttentionRegion(k, region.front(), {rows, cols}),
                     keysOf.sizes[2],
                     0,
                     {},
                     {},
                     {},
                     {}});
}

void AttentionTask::declare() {
  queryArray = k.addInput(query.base);
  for (AttentionSource &one : sources) {
    one.keysArray = k.addInput(one.keys.base);
    one.valuesArray = k.addInput(one.values.base);
  }
  if (position.base)
    positionArray = k.addInput(position.base);
  if (headReach.base)
    headReachArray = k.addInput(headReach.base);
  if (keep.base)
    keepArray = k.addInput(keep.base);
  for (const TensorView &capture : captures)
    captureArrays.push_back(k.addInput(capture.base));
  if (spec.hasDropout())
    k.addInput(lowering.getStoredView(spec.dropoutKey).base);
}

Value AttentionTask::openTasks(bool byRows) {
  return openBlocks(byRows ? GridAxis{querySize, rows} : GridAxis{SizeExpr(1)});
}

Value AttentionTask::openBlocks(GridAxis axis, bool only) {
  bool farFirst = isFarFirst();
  SmallVector<GridAxis> grid = {{batchSize}, {headSize}, axis};
  if (farFirst)
    std::swap(grid[0], grid[1]);
  Values place = k.openGrid(grid, only);
  if (farFirst)
    enter(place[1], getHeadOfRank(place[0]));
  else
    enter(place[0], place[1]);
  return place[2];
}

void AttentionTask::enter(Value batchIndex, Value headIndex) {
  batch = batchIndex;
  head = headIndex;
  queryView = k.openView(queryArray, query, {batch, head, Value(), Value()}, {2, 3});
  auto open = [&](Value array, const TensorView &view) {
    // What the batch or all heads share has one place there.
    Values place = {view.sizes[0].isConstant(1) ? k.getIndex(0) : batch,
                    view.sizes[1].isConstant(1) ? k.getIndex(0) : head, Value(), Value()};
    return k.openView(array, view, place, {2, 3});
  };
  for (AttentionSource &one : sources) {
    one.keysView = open(one.keysArray, one.keys);
    one.valuesView = open(one.valuesArray, one.values);
  }
  if (position.base)
    positionView = k.openView(positionArray, readsSlots() ? position : position.reverse(0),
                              {Value(), Value()}, {0, 1});
  if (keep.base)
    keepView = k.openView(keepArray, keep, {batch, head, Value(), Value()}, {2, 3});
  if (blocks)
    blocks->enter(head);
  else
    reach = loadReach();
  if (spec.hasDropout())
    dropoutKey = loadDropoutKey(k, lowering, spec.dropoutKey);
}

void AttentionTask::enterRows(Value row) {
  firstRow = row;
  here = k.getIndex(keySize);
  if (!readsSlots())
    here = k.addIndex(k.subIndex(here, k.getIndex(querySize)), firstRow);
  queryTile = k.load(queryView, {firstRow, k.getIndex(0)}, {rows, features});
}

Value AttentionTask::toFloat(Value indexTile) {
  return arith::SIToFPOp::create(k, k.getTileType({rows, cols}, element), indexTile);
}

void AttentionTask::computeTile(unsigned of, Value key) {
  source = of;
  firstKey = key;
  keysTile = heldKeys ? heldKeys : loadKeys(source, firstKey);
  if (source == 0)
    computeBandTile();
  else
    computeFurtherTile();
  if (!region().hasConstantMask())
    present = arith::AndIOp::create(k, present, region().getMask());
}

Value AttentionTask::toFactor(Value tile) {
  if (!roundsFactors())
    return tile;
  auto type = cast<RankedTensorType>(tile.getType());
  return arith::TruncFOp::create(k, type.clone(query.element), tile);
}

Value AttentionTask::getIndexTile(int64_t axis, Value start) {
  return tile::IotaOp::create(k, k.getTileType({rows, cols}, k.getI32Type()), axis, start);
}

void AttentionTask::runRegion(Values arguments) {
  unsigned first = arguments.size();
  for (unsigned i = 0; i < captures.size(); ++i)
    arguments.push_back(region().reads(first + i) ? loadCapture(i, firstKey) : Value());
  region().run(arguments);
}

void AttentionTask::computeBandTile() {
  Value zero = k.getIndex(0);
  Value none = zeros({rows, cols});
  Values arguments(AttentionSource::bandArguments);
  arguments[0] =
      tile::DotOp::create(k, none.getType(), queryTile, keysTile, none, /*transpose_b=*/true);

  gap = heldGap ? heldGap : k.subIndex(here, firstKey);
  arguments[1] = none;
  if (position.base && readsSlots()) {
    positionTile = k.load(positionView, {firstKey, zero}, {cols, features});
    if (region().reads(1))
      arguments[1] = tile::DotOp::create(k, none.getType(), queryTile, positionTile, none,
                                         /*transpose_b=*/true);
  } else if (position.base) {
    positionTile = heldPosition ? heldPosition : loadPosition();
    Value windowZeros = zeros({rows, window});
    if (region().reads(1))
      arguments[1] =
          shear(tile::DotOp::create(k, windowZeros.getType(), queryTile, positionTile, windowZeros,
                                    /*transpose_b=*/true));
  }
  distance = arith::SubIOp::create(k, getIndexTile(0, gap), getIndexTile(1, zero));
  if (region().reads(2))
    arguments[2] = toFloat(distance);
  if (region().reads(3))
    arguments[3] = toFloat(getIndexTile(0, firstRow));
  if (region().reads(4))
    arguments[4] = toFloat(getIndexTile(1, firstKey));
  runRegion(arguments);
  present = blocks ? blocks->loadMask() : getReachMask(distance, firstKey);
}

void AttentionTask::computeFurtherTile() {
  Value none = zeros({rows, cols});
  Values arguments(AttentionSource::furtherArguments);
  arguments[0] =
      tile::DotOp::create(k, none.getType(), queryTile, keysTile, none, /*transpose_b=*/true);
  if (region().reads(1))
    arguments[1] = toFloat(getIndexTile(0, firstRow));
  if (region().reads(2))
    arguments[2] = toFloat(getIndexTile(1, firstKey));
  runRegion(arguments);
  present = getInsideMask();
}

Value AttentionTask::getDropoutMultiplier() {
  if (keep.base)
    return k.load(keepView, {firstRow, firstKey}, {rows, cols});
  if (!spec.hasDropout())
    return {};
  // ((b H + h) M + i) T + column; i32 arithmetic wraps like the counter's.
  Value line = k.addIndex(k.mulIndex(batch, k.getIndex(headSize)), head);
  line = k.addIndex(k.mulIndex(line, k.getIndex(querySize)), firstRow);
  auto indexType = k.getTileType({rows, cols}, k.getI32Type());
  Value index = arith::MulIOp::create(k, getIndexTile(0, line), k.getConstant(indexType, columns));
  bool isByDistance = source == 0 && !blocks;
  Value column =
      isByDistance ? distance
                   : getIndexTile(1, k.addIndex(firstKey, k.getIndex(sources[source].firstColumn)));
  index = arith::AddIOp::create(k, index, column);
  if (isByDistance && reachMinimum != 0)
    index = arith::SubIOp::create(k, index, k.getConstant(indexType, reachMinimum));
  Value dropped = emitDropped(k, index, dropoutKey, spec.dropoutId, spec.dropoutRate);
  auto type = k.getTileType({rows, cols}, element);
  return arith::SelectOp::create(k, dropped, k.getConstant(type, 0),
                                 k.getConstant(type, 1 / (1 - spec.dropoutRate)));
}

Value AttentionTask::getExponential(Value maximum) {
  Value spread = spreadRows(maximum);
  // Absent elements take exp(0), so that no argument leaves the function's range.
  Value score = arith::SelectOp::create(k, present, region().getScore(), spread);
  Value shifted = arith::SubFOp::create(k, score, spread);
  Value e = tile::MathOp::create(k, shifted.getType(), tile::Function::exp, shifted);
  return arith::SelectOp::create(k, present, e, zeros({rows, cols}));
}

} // namespace weft::compiler
