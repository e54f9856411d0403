// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention backwards. One task for each head: it takes the query rows block by block, recomputes
// scores from the statistics, and adds to its own slices of the gradients in ascending order. What
// heads share (position, captures) goes to a partial result of each head first and is summed in a
// fixed order by a kernel of its own. With N = U + epsilon Z and n = N / Z (WeftAttentionOps.td,
// docs/spec/weft.md):
//   g = mu <dy, v>                            gbar = sum a g
//   ds = a (g - gbar) - epsilon gbar p / n    dm = p (g - gbar) / n
#include "compiler/lower/WeftToTile/AttentionTask.h"

using namespace mlir;

namespace weft::compiler {

namespace {

/// A gradient that heads share: its partial result and the sum that follows.
struct Partial {
  Value result; ///< of the op
  RankedTensorType type;
  SmallVector<int64_t> axes; ///< summed afterwards
  Value array, view;
};

class AttentionGradKernel {
public:
  using Values = KernelBuilder::Values;

  AttentionGradKernel(FunctionLowering &lowering, ir::SpanAttentionGradOp op)
      : lowering(lowering), op(op), k(lowering, op.getLoc(), "span_attention_grad"),
        task(k, lowering, AttentionSpec::get(op)), kinds(op.getAttentionCaptureKinds()) {}

  void emit() {
    declare();
    Values position = k.openGrid({{task.batchSize}, {task.headSize}});
    task.enter(position[0], position[1]);
    openViews();
    clear(keysView, task.keySize, task.features);
    clear(valuesView, task.keySize, task.valueFeatures);
    if (positionPartial)
      clear(partials[*positionPartial].view, getSizeExprs(partials[*positionPartial].type)[2],
            task.features);
    for (auto [i, kind] : llvm::enumerate(kinds))
      if (kind == ir::CaptureKind::by_distance || kind == ir::CaptureKind::by_key)
        clear(getCapture(i).view, getSizeExprs(getCapture(i).type)[2], 0);

    Values totals;
    for (ir::CaptureKind kind : kinds)
      if (isPerTask(kind))
        totals.push_back(task.zeros({task.rows}));
    totals = k.loop(k.getIndex(0), k.getIndex(task.querySize), task.rows, totals,
                    [&](Value row, ValueRange carried) { return emitRows(row, carried); });
    size_t next = 0;
    for (auto [i, kind] : llvm::enumerate(kinds))
      if (isPerTask(kind))
        k.store(totals[next++], getCapture(i).view, {k.getIndex(0)});
    k.closeGrid();
    sumPartials(k.finish());
  }

private:
  /// Kinds whose gradient is one number a head: kept in lanes of [R] until the task ends.
  static bool isPerTask(ir::CaptureKind kind) {
    return kind == ir::CaptureKind::scalar || kind == ir::CaptureKind::per_head;
  }
  static RankedTensorType getType(Value value) { return cast<RankedTensorType>(value.getType()); }
  Partial &getCapture(unsigned i) { return partials[firstCapture + i]; }

  void addPartial(Value result, ArrayRef<ir::SizeAttr> sizes, ArrayRef<int64_t> axes) {
    SmallVector<ir::SizeAttr> all = {ir::getDimSize(getType(op.getQuery()), 0),
                                     ir::getDimSize(getType(op.getQuery()), 1)};
    all.append(sizes.begin(), sizes.end());
    partials.push_back(
        {result, ir::getTensorType(all, task.element), llvm::to_vector(axes), {}, {}});
  }

  void declare() {
    task.declare();
    statistics = lowering.getStoredView(op.getStatistics());
    resultGrad = lowering.getStoredView(op.getResultGrad());
    statisticsArray = k.addInput(statistics.base);
    resultGradArray = k.addInput(resultGrad.base);
    for (unsigned i = 0; i < 3; ++i)
      ownArrays.push_back(k.addResult(getType(op.getGrads()[i])));
    if (op.getPosition()) {
      positionPartial = 0;
      addPartial(op.getGrads()[3], ir::getDimSizes(getType(op.getPosition())), {0, 1});
    }
    firstCapture = partials.size();
    for (auto [i, kind] : llvm::enumerate(kinds)) {
      Value result = op.getGrads()[3 + firstCapture + i];
      if (!isPerTask(kind))
        addPartial(result, ir::getDimSizes(getType(op.getCaptures()[i])), {0, 1});
      else
        addPartial(result, {ir::SizeAttr::get(op.getContext(), task.rows)},
                   kind == ir::CaptureKind::scalar ? ArrayRef<int64_t>{0, 1, 2}
                                                   : ArrayRef<int64_t>{0, 2});
    }
    for (Partial &partial : partials)
      partial.array = k.addResult(partial.type);
    task.declareScratch(task.batchSize.getMaximum() * task.headSize.getMaximum());
  }

  void openViews() {
    Values place = {task.batch, task.head, Value(), Value()};
    resultGradView = k.openView(resultGradArray, resultGrad, place, {2, 3});
    for (int64_t i = 0; i < 3; ++i) {
      place[3] = k.getIndex(i);
      statisticsViews.push_back(k.openView(statisticsArray, statistics, place, {2}));
    }
    auto own = [&](unsigned i) {
      return k.openView(ownArrays[i], TensorView::dense({}, getType(op.getGrads()[i])), place,
                        {2, 3});
    };
    queryView = own(0), keysView = own(1), valuesView = own(2);
    for (Partial &partial : partials) {
      SmallVector<int64_t> axes = {2, 3};
      axes.resize(partial.type.getRank() - 2);
      place.resize(partial.type.getRank());
      partial.view = k.openView(partial.array, TensorView::dense({}, partial.type), place, axes);
      place.resize(4);
    }
  }

  /// Zeros in a view [size, width], or [size] if width is 0.
  void clear(Value view, const SizeExpr &size, int64_t width) {
    int64_t rows = getTileExtent(size, width ? 16 : 64);
    SmallVector<int64_t> shape = {rows};
    if (width)
      shape.push_back(width);
    k.loop(k.getIndex(0), k.getIndex(size), rows, [&](Value row) {
      Values at = {row};
      if (width)
        at.push_back(k.getIndex(0));
      k.store(task.zeros(shape), view, at);
    });
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

  /// What both passes over the keys need of a tile.
  struct Weights {
    Value e, a, g, multiplier;
  };
  Weights computeWeights(Value firstKey) {
    task.computeTile(firstKey);
    Weights w;
    w.e = task.getExponential(maximum);
    w.a = mul(whenPresent(mul(task.region.getWeight(), w.e)), task.spreadRows(inverseN));
    Value valuesTile =
        k.load(task.valuesView, {firstKey, k.getIndex(0)}, {task.cols, task.valueFeatures});
    w.g = dot(resultGradTile, valuesTile, task.zeros({task.rows, task.cols}), /*transposeB=*/true);
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
    KeyRange range = task.getKeyRange();
    mean = k.loop(range.from, range.to, task.cols, task.zeros({task.rows}),
                  [&](Value firstKey, ValueRange carried) -> Values {
                    Weights w = computeWeights(firstKey);
                    return {add(carried[0], sumAxis(mul(w.a, w.g), 1))};
                  })
               .front();
    // Carried: the query's gradient, then one [R] for each capture that is not by key or distance.
    Values start = {task.zeros({task.rows, task.features})};
    size_t next = 0;
    for (ir::CaptureKind kind : kinds) {
      if (isPerTask(kind))
        start.push_back(totals[next++]);
      else if (kind == ir::CaptureKind::by_query)
        start.push_back(task.zeros({task.rows}));
    }
    Values sums =
        k.loop(range.from, range.to, task.cols, start,
               [&](Value firstKey, ValueRange carried) { return emitTile(firstKey, carried); });
    k.store(sums[0], queryView, {row, zero});
    Values result;
    next = 1;
    for (auto [i, kind] : llvm::enumerate(kinds)) {
      if (isPerTask(kind))
        result.push_back(sums[next++]);
      else if (kind == ir::CaptureKind::by_query)
        k.store(sums[next++], getCapture(i).view, {row});
    }
    return result;
  }

  Values emitTile(Value firstKey, ValueRange carried) {
    Weights w = computeWeights(firstKey);
    // Values: dv += (mu a)^T dy.
    Value kept = w.multiplier ? mul(w.a, w.multiplier) : w.a;
    accumulate(valuesView, firstKey, task.transpose(kept), resultGradTile, task.cols,
               task.valueFeatures);

    Value centered = sub(w.g, task.spreadRows(mean));
    Value p = mul(w.e, task.spreadRows(inverseZ));
    Value correction = mul(epsilon, mul(mean, inverseRatio));
    Value ds = whenPresent(sub(mul(w.a, centered), mul(task.spreadRows(correction), p)));
    Value dm = whenPresent(mul(mul(p, centered), task.spreadRows(inverseRatio)));
    Values gradients = task.region.reverse(ds, dm);
    for (Value &gradient : gradients)
      if (gradient)
        gradient = whenPresent(gradient); // 0 times an infinite derivative of an absent element
    Values sums(carried.begin(), carried.end());
    if (Value content = gradients[0]) {
      sums[0] = dot(content, task.keysTile, sums[0]);
      accumulate(keysView, firstKey, task.transpose(content), task.queryTile, task.cols,
                 task.features);
    }
    if (positionPartial && gradients[1]) {
      Value windowed = task.unshear(gradients[1]);
      sums[0] = dot(windowed, task.positionTile, sums[0]);
      accumulate(partials[*positionPartial].view, task.windowStart, task.loadWindowTransposed(),
                 task.queryTile, task.window, task.features);
    }
    size_t next = 1;
    for (auto [i, kind] : llvm::enumerate(kinds)) {
      Value gradient = gradients[5 + i];
      bool isCarried = isPerTask(kind) || kind == ir::CaptureKind::by_query;
      size_t slot = isCarried ? next++ : 0;
      if (!gradient)
        continue;
      if (isCarried)
        sums[slot] = add(sums[slot], sumAxis(gradient, 1));
      else if (kind == ir::CaptureKind::by_key)
        accumulateVector(getCapture(i).view, firstKey, sumAxis(gradient, 0), task.cols);
      else
        accumulateVector(getCapture(i).view, task.windowStart, sumAxis(task.unshear(gradient), 0),
                         task.window);
    }
    return sums;
  }

  /// view[at ..] += a b, clipped to the view.
  void accumulate(Value view, Value at, Value a, Value b, int64_t height, int64_t width) {
    Values place = {at, k.getIndex(0)};
    k.store(dot(a, b, k.load(view, place, {height, width})), view, place);
  }
  void accumulateVector(Value view, Value at, Value tile, int64_t size) {
    k.store(add(k.load(view, {at}, {size}), tile), view, {at});
  }

  void sumPartials(ArrayRef<Value> results) {
    for (unsigned i = 0; i < 3; ++i)
      lowering.setBuffer(op.getGrads()[i], results[i]);
    for (auto [i, partial] : llvm::enumerate(partials))
      lowering.setBuffer(partial.result, emitSum(lowering, op, results[3 + i], partial.axes,
                                                 getType(partial.result)));
  }

  FunctionLowering &lowering;
  ir::SpanAttentionGradOp op;
  KernelBuilder k;
  AttentionTask task;
  SmallVector<ir::CaptureKind> kinds;
  TensorView statistics, resultGrad;
  Value statisticsArray, resultGradArray;
  Values ownArrays; ///< gradients of query, keys, values
  SmallVector<Partial> partials;
  std::optional<size_t> positionPartial;
  size_t firstCapture = 0;
  // Of the task.
  Value resultGradView, queryView, keysView, valuesView;
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
