// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention backwards. One task for each head: it takes the query rows block by block, recomputes
// scores from the statistics, and adds to its own slices of the gradients in ascending order
// (AttentionGradients.h). With N = U + epsilon Z and n = N / Z (WeftAttentionOps.td,
// docs/spec/weft.md), sums running over the keys of all sources:
//   g = mu <dy, v>                            gbar = sum a g = <dy, y>
//   ds = a (g - gbar) - epsilon gbar p / n    dm = p (g - gbar) / n
#include "compiler/lower/WeftToTile/AttentionGradients.h"

using namespace mlir;

namespace weft::compiler {

namespace {

class AttentionGradKernel {
public:
  using Values = KernelBuilder::Values;

  AttentionGradKernel(FunctionLowering &lowering, ir::SpanAttentionGradOp op)
      : lowering(lowering), op(op), k(lowering, op.getLoc(), "span_attention_grad"),
        task(k, lowering, AttentionSpec::get(op)), gradients(task, op),
        kinds(gradients.getKinds()) {}

  void emit() {
    countAttentionFlops(k, task.spec.op, /*isGradient=*/true);
    task.declare();
    statistics = lowering.getStoredView(op.getStatistics());
    attended = lowering.getStoredView(op.getAttended());
    resultGrad = lowering.getStoredView(op.getResultGrad());
    statisticsArray = k.addInput(statistics.base);
    attendedArray = k.addInput(attended.base);
    resultGradArray = k.addInput(resultGrad.base);
    gradients.declare();

    task.openTasks(/*byRows=*/false);
    openViews();
    gradients.open();
    Values totals;
    for (ir::CaptureKind kind : kinds)
      if (AttentionGradients::isPerTask(kind))
        totals.push_back(task.zeros({task.rows}));
    totals = k.loop(k.getIndex(0), k.getIndex(task.querySize), task.rows, totals,
                    [&](Value row, ValueRange carried) { return emitRows(row, carried); });
    size_t next = 0;
    for (auto [i, kind] : llvm::enumerate(kinds))
      if (AttentionGradients::isPerTask(kind))
        k.store(totals[next++], gradients.getCapture(i), {k.getIndex(0)});
    k.closeGrid();
    gradients.finish(k.finish());
  }

private:
  void openViews() {
    Values place = {task.batch, task.head, Value(), Value()};
    attendedView = k.openView(attendedArray, attended, place, {2, 3});
    resultGradView = k.openView(resultGradArray, resultGrad, place, {2, 3});
    for (int64_t i = 0; i < 3; ++i) {
      place[3] = k.getIndex(i);
      statisticsViews.push_back(k.openView(statisticsArray, statistics, place, {2}));
    }
  }

  Value mul(Value a, Value b) { return arith::MulFOp::create(k, a, b); }
  Value sub(Value a, Value b) { return arith::SubFOp::create(k, a, b); }
  Value add(Value a, Value b) { return arith::AddFOp::create(k, a, b); }
  Value dot(Value a, Value b, Value acc, bool transposeB = false) {
    return tile::DotOp::create(k, acc.getType(), a, b, acc, transposeB);
  }
  Value sumAxis(Value tile, int64_t axis) {
    int64_t size = cast<RankedTensorType>(tile.getType()).getDimSize(1 - axis);
    return tile::ReduceOp::create(k, k.getTileType({size}, task.element), tile::Reduction::sum,
                                  tile, axis);
  }
  Value whenPresent(Value tile) {
    return arith::SelectOp::create(k, task.present, tile, task.zeros({task.rows, task.cols}));
  }
  /// 1 / x, and 0 for 0.
  Value invert(Value perRow) {
    Value none = task.zeros({task.rows}), one = k.getConstant(perRow.getType(), 1);
    Value isZero = arith::CmpFOp::create(k, arith::CmpFPredicate::OEQ, perRow, none);
    Value inverse = arith::DivFOp::create(k, one, arith::SelectOp::create(k, isZero, one, perRow));
    return arith::SelectOp::create(k, isZero, none, inverse);
  }

  /// What all gradients need of a tile.
  struct Weights {
    Value e, a, g, multiplier;
  };
  Weights computeWeights(unsigned source, Value firstKey) {
    task.computeTile(source, firstKey);
    Weights w;
    w.e = task.getExponential(maximum);
    w.a = mul(whenPresent(mul(task.region().getWeight(), w.e)), task.spreadRows(inverseN));
    w.g = dot(resultGradTile, task.loadValues(), task.zeros({task.rows, task.cols}),
              /*transposeB=*/true);
    w.multiplier = task.getDropoutMultiplier();
    if (w.multiplier)
      w.g = mul(w.g, w.multiplier);
    return w;
  }

  /// A block of query rows; carries the lanes of per-task captures.
  Values emitRows(Value row, ValueRange totals) {
    task.enterRows(row);
    Value zero = k.getIndex(0);
    resultGradTile = k.load(resultGradView, {row, zero}, {task.rows, task.valueFeatures});
    maximum = k.load(statisticsViews[0], {row}, {task.rows});
    Value u = k.load(statisticsViews[1], {row}, {task.rows}),
          z = k.load(statisticsViews[2], {row}, {task.rows});
    epsilon = k.getConstant(u.getType(), task.spec.epsilon);
    inverseN = invert(add(u, mul(epsilon, z)));
    inverseZ = invert(z);
    inverseRatio = mul(z, inverseN);
    Value attendedTile = k.load(attendedView, {row, zero}, {task.rows, task.valueFeatures});
    Value exact = resultGradTile;
    if (exact.getType() != attendedTile.getType())
      exact = arith::ExtFOp::create(k, attendedTile.getType(), exact);
    mean = sumAxis(mul(exact, attendedTile), 1);
    // Carried: the query's gradient, then one [R] for each capture that is not by key or distance.
    Values start = {task.zeros({task.rows, task.features})};
    size_t next = 0;
    for (ir::CaptureKind kind : kinds) {
      if (AttentionGradients::isPerTask(kind))
        start.push_back(totals[next++]);
      else if (kind == ir::CaptureKind::by_query)
        start.push_back(task.zeros({task.rows}));
    }
    Values sums = forEachTile(start, [&](unsigned source, Value firstKey, ValueRange carried) {
      return emitTile(source, firstKey, carried);
    });
    k.store(sums[0], gradients.getQuery(), {row, zero});
    Values result;
    next = 1;
    for (auto [i, kind] : llvm::enumerate(kinds)) {
      if (AttentionGradients::isPerTask(kind))
        result.push_back(sums[next++]);
      else if (kind == ir::CaptureKind::by_query)
        k.store(sums[next++], gradients.getCapture(i), {row});
    }
    return result;
  }

  /// The tiles of keys that the current rows meet, source after source.
  Values forEachTile(Values carried, function_ref<Values(unsigned, Value, ValueRange)> body) {
    for (unsigned source = 0; source < task.sources.size(); ++source) {
      KeyRange range = task.getKeyRange(source);
      carried = k.loop(range.from, range.to, task.cols, carried,
                       [&](Value firstKey, ValueRange values) -> Values {
                         return body(source, firstKey, values);
                       });
    }
    return carried;
  }

  Values emitTile(unsigned source, Value firstKey, ValueRange carried) {
    Weights w = computeWeights(source, firstKey);
    // Values: dv += (mu a)^T dy.
    Value kept = w.multiplier ? mul(w.a, w.multiplier) : w.a;
    accumulate(gradients.getValues(source), firstKey, task.transpose(task.toFactor(kept)),
               resultGradTile, task.cols, task.valueFeatures);

    Value centered = sub(w.g, task.spreadRows(mean));
    Value p = mul(w.e, task.spreadRows(inverseZ));
    Value correction = mul(epsilon, mul(mean, inverseRatio));
    Value ds = whenPresent(sub(mul(w.a, centered), mul(task.spreadRows(correction), p)));
    Value dm = whenPresent(mul(mul(p, centered), task.spreadRows(inverseRatio)));
    Values arguments = task.region().reverse(ds, dm);
    for (Value &gradient : arguments)
      if (gradient)
        gradient = whenPresent(gradient); // 0 times an infinite derivative of an absent element
    Values sums(carried.begin(), carried.end());
    if (arguments[0]) {
      Value content = task.toFactor(arguments[0]);
      sums[0] = dot(content, task.keysTile, sums[0]);
      accumulate(gradients.getKeys(source), firstKey, task.transpose(content), task.queryTile,
                 task.cols, task.features);
    }
    bool isBand = source == 0;
    if (isBand && gradients.hasPosition() && arguments[1]) {
      Value windowed = task.unshear(task.toFactor(arguments[1]));
      sums[0] = dot(windowed, task.positionTile, sums[0]);
      accumulate(gradients.getPosition(), task.getWindowStart(gradients.getPositionSize()),
                 task.transpose(windowed), task.queryTile, task.window, task.features);
    }
    addCaptures(ArrayRef(arguments).drop_front(isBand ? AttentionSource::bandArguments
                                                      : AttentionSource::furtherArguments),
                firstKey, sums);
    return sums;
  }

  /// Adds what a tile gives to the captures; null where that is 0.
  void addCaptures(ArrayRef<Value> arguments, Value firstKey, Values &sums) {
    size_t next = 1;
    for (auto [i, kind] : llvm::enumerate(kinds)) {
      bool isCarried = AttentionGradients::isPerTask(kind) || kind == ir::CaptureKind::by_query;
      size_t slot = isCarried ? next++ : 0;
      Value gradient = arguments[i];
      if (!gradient)
        continue;
      if (isCarried)
        sums[slot] = add(sums[slot], sumAxis(gradient, 1));
      else if (kind == ir::CaptureKind::by_key)
        accumulateVector(gradients.getCapture(i), firstKey, sumAxis(gradient, 0), task.cols);
      else
        accumulateVector(gradients.getCapture(i), task.getWindowStart(gradients.getCaptureSize(i)),
                         sumAxis(task.unshear(gradient), 0), task.window);
    }
  }

  /// view[at ..] += a b, clipped to the view.
  void accumulate(Value view, Value at, Value a, Value b, int64_t height, int64_t width) {
    Values place = {at, k.getIndex(0)};
    k.store(dot(a, b, k.load(view, place, {height, width})), view, place);
  }
  void accumulateVector(Value view, Value at, Value tile, int64_t size) {
    k.store(add(k.load(view, {at}, {size}), tile), view, {at});
  }

  FunctionLowering &lowering;
  ir::SpanAttentionGradOp op;
  KernelBuilder k;
  AttentionTask task;
  AttentionGradients gradients;
  ArrayRef<ir::CaptureKind> kinds;
  TensorView statistics, attended, resultGrad;
  Value statisticsArray, attendedArray, resultGradArray;
  // Of the task.
  Value attendedView, resultGradView;
  Values statisticsViews;
  // Of the row block.
  Value resultGradTile, maximum, epsilon, inverseN, inverseZ, inverseRatio, mean;
};

} // namespace

LogicalResult emitSpanAttentionGrad(FunctionLowering &lowering, ir::SpanAttentionGradOp op) {
  if (failed(checkAttention(AttentionSpec::get(op))))
    return failure();
  AttentionGradKernel(lowering, op).emit();
  return success();
}

} // namespace weft::compiler
