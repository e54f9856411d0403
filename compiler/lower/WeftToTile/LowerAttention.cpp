// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention forwards, in one pass over the keys a block of query rows reaches, source after source:
// a running maximum, U = sum m e, Z = sum e and the weighted values; out = sum m e v / (U + epsilon
// Z) (WeftAttentionOps.td).
#include "compiler/lower/WeftToTile/AttentionTask.h"

#include <cmath>

using namespace mlir;

namespace weft::compiler {

namespace {

/// Below every score, and itself far inside the range of f32.
constexpr double lowest = -1.0e30;

struct Running {
  Value maximum, u, z, weighted;
};

/// The next multiple of ln 2: exponentials relative to any of them differ by a power of two, so
/// that a rounding is the same whatever keys were met before.
Value roundToPower(KernelBuilder &k, Value score) {
  auto constant = [&](double value) { return k.getConstant(score.getType(), value); };
  Value power = arith::MulFOp::create(k, score, constant(-M_LOG2E));
  power = tile::MathOp::create(k, score.getType(), tile::Function::floor, power);
  return arith::MulFOp::create(k, power, constant(-M_LN2));
}

Running addKeys(AttentionTask &task, unsigned source, Value firstKey, const Running &before) {
  KernelBuilder &k = task.k;
  auto mul = [&](Value a, Value b) -> Value { return arith::MulFOp::create(k, a, b); };
  auto add = [&](Value a, Value b) -> Value { return arith::AddFOp::create(k, a, b); };
  auto sumColumns = [&](Value tile) -> Value {
    return tile::ReduceOp::create(k, k.getTileType({task.rows}, task.element), tile::Reduction::sum,
                                  tile, 1);
  };
  task.computeTile(source, firstKey);
  auto tileType = k.getTileType({task.rows, task.cols}, task.element);
  Value score = arith::SelectOp::create(k, task.present, task.region().getScore(),
                                        k.getConstant(tileType, lowest));
  Value largest =
      tile::ReduceOp::create(k, before.maximum.getType(), tile::Reduction::max, score, 1);
  if (task.roundsFactors())
    largest = roundToPower(k, largest);
  Running after;
  after.maximum = arith::MaximumFOp::create(k, before.maximum, largest);
  Value change = arith::SubFOp::create(k, before.maximum, after.maximum);
  Value rescale = tile::MathOp::create(k, change.getType(), tile::Function::exp, change);
  Value e = task.getExponential(after.maximum);
  Value weighted = mul(task.region().getWeight(), e);
  // An absent element's weight may be anything, also not a number.
  weighted = arith::SelectOp::create(k, task.present, weighted, task.zeros({task.rows, task.cols}));
  after.z = add(mul(before.z, rescale), sumColumns(e));
  after.u = add(mul(before.u, rescale), sumColumns(weighted));
  if (Value multiplier = task.getDropoutMultiplier())
    weighted = mul(weighted, multiplier);
  Value carried = mul(before.weighted, k.broadcast(rescale, {task.rows, task.valueFeatures}, {0}));
  after.weighted = tile::DotOp::create(k, carried.getType(), task.toFactor(weighted),
                                       task.loadValues(), carried, /*transpose_b=*/false);
  return after;
}

void storeRows(AttentionTask &task, const Running &sums, Value resultView,
               ArrayRef<Value> statisticsViews) {
  KernelBuilder &k = task.k;
  Value none = task.zeros({task.rows});
  Value scaled = arith::MulFOp::create(k, sums.z, k.getConstant(none.getType(), task.spec.epsilon));
  Value denominator = arith::AddFOp::create(k, sums.u, scaled);
  Value one = k.getConstant(none.getType(), 1);
  Value isZero = arith::CmpFOp::create(k, arith::CmpFPredicate::OEQ, denominator, none);
  Value inverse =
      arith::DivFOp::create(k, one, arith::SelectOp::create(k, isZero, one, denominator));
  inverse = arith::SelectOp::create(k, isZero, none, inverse);
  Value spread = k.broadcast(inverse, {task.rows, task.valueFeatures}, {0});
  k.store(arith::MulFOp::create(k, sums.weighted, spread), resultView,
          {task.firstRow, k.getIndex(0)});
  Value hasKeys = arith::CmpFOp::create(k, arith::CmpFPredicate::OGT, sums.z, none);
  Value maximum = arith::SelectOp::create(k, hasKeys, sums.maximum, none);
  for (auto [view, value] :
       llvm::zip(statisticsViews, KernelBuilder::Values{maximum, sums.u, sums.z}))
    k.store(value, view, {task.firstRow});
}

} // namespace

/// One task for a block of query rows of one head.
template <typename Op> static LogicalResult emitAttention(FunctionLowering &lowering, Op op) {
  AttentionSpec spec = AttentionSpec::get(op);
  if (failed(checkAttention(spec)))
    return failure();
  KernelBuilder k(lowering, op.getLoc(), op->getName().stripDialect());
  countAttentionFlops(k, spec.op, /*isGradient=*/false);
  AttentionTask task(k, lowering, spec);
  task.declare();
  auto resultType = cast<RankedTensorType>(op.getResult().getType());
  auto statisticsType = cast<RankedTensorType>(op.getStatistics().getType());
  Value resultArray = k.addResult(resultType), statisticsArray = k.addResult(statisticsType);
  k.addRounding(op.getResult(), resultArray);

  task.enterRows(task.openTasks(/*byRows=*/true));
  KernelBuilder::Values place = {task.batch, task.head, Value(), Value()};
  Value resultView = k.openView(resultArray, TensorView::dense({}, resultType), place, {2, 3});
  KernelBuilder::Values statisticsViews;
  for (int64_t i = 0; i < 3; ++i) {
    place[3] = k.getIndex(i);
    statisticsViews.push_back(
        k.openView(statisticsArray, TensorView::dense({}, statisticsType), place, {2}));
  }
  Value none = task.zeros({task.rows});
  KernelBuilder::Values sums = {k.getConstant(none.getType(), lowest), none, none,
                                task.zeros({task.rows, task.valueFeatures})};
  for (unsigned source = 0; source < task.sources.size(); ++source) {
    TileRange range = task.getKeyTiles(source);
    sums = k.loop(range.from, range.to, range.step, sums,
                  [&](Value tile, ValueRange carried) -> KernelBuilder::Values {
                    Running after = addKeys(task, source, task.enterKeys(source, tile),
                                            {carried[0], carried[1], carried[2], carried[3]});
                    return {after.maximum, after.u, after.z, after.weighted};
                  });
  }
  storeRows(task, {sums[0], sums[1], sums[2], sums[3]}, resultView, statisticsViews);
  k.closeGrid();
  KernelBuilder::Values results = k.finish();
  lowering.setBuffer(op.getResult(), results[0]);
  lowering.setBuffer(op.getStatistics(), results[1]);
  return success();
}

LogicalResult emitSpanAttention(FunctionLowering &lowering, ir::SpanAttentionOp op) {
  return emitAttention(lowering, op);
}

LogicalResult emitFeedbackAttention(FunctionLowering &lowering, ir::FeedbackAttentionOp op) {
  return emitAttention(lowering, op);
}

LogicalResult emitBlockSparseAttention(FunctionLowering &lowering, ir::BlockSparseAttentionOp op) {
  return emitAttention(lowering, op);
}

} // namespace weft::compiler
