// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention backwards in one kernel, for a CPU: a task for each head takes the query rows block by
// block, recomputes scores from the statistics, and adds to its own slices of the gradients in
// ascending order. Each tile is computed once, but a head is one task's work
// (LowerAttentionGradApart.cpp has the form with more tasks).
#include "compiler/lower/WeftToTile/AttentionGradKernel.h"

using namespace mlir;

namespace weft::compiler {

namespace {

class OneGradKernel : public AttentionGradKernel {
public:
  OneGradKernel(FunctionLowering &lowering, const AttentionGradSpec &spec)
      : AttentionGradKernel(lowering, spec, GradientKernel::all, "") {}

  void emit() {
    countAttentionFlops(k, task.spec.op, /*isGradient=*/true);
    declare();
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
  /// A block of query rows; carries the lanes of per-task captures.
  Values emitRows(Value row, ValueRange totals) {
    enterRows(row);
    // Carried: the query's gradient, then one [R] for each capture that is not by key or distance.
    sums = {task.zeros({task.rows, task.features})};
    size_t next = 0;
    for (ir::CaptureKind kind : kinds) {
      if (AttentionGradients::isPerTask(kind))
        sums.push_back(totals[next++]);
      else if (isOfRows(kind))
        sums.push_back(task.zeros({task.rows}));
    }
    giveTilesOfRows();
    k.store(sums[0], gradients.getQuery(), {row, k.getIndex(0)});
    Values result;
    next = 1;
    for (auto [i, kind] : llvm::enumerate(kinds)) {
      if (AttentionGradients::isPerTask(kind))
        result.push_back(sums[next++]);
      else if (isOfRows(kind))
        k.store(sums[next++], gradients.getCapture(i), {row});
    }
    return result;
  }

  void takeValues(Value weights) override {
    accumulate(gradients.getValues(task.source), task.firstKey, task.transpose(weights),
               resultGradTile, task.cols, task.valueFeatures);
  }

  void takeContent(Value gradient) override {
    sums[0] = dot(gradient, task.keysTile, sums[0]);
    accumulate(gradients.getKeys(task.source), task.firstKey, task.transpose(gradient),
               task.queryTile, task.cols, task.features);
  }

  void takeRelative(Value gradient) override {
    sums[0] = dot(gradient, task.positionTile, sums[0]);
    accumulate(gradients.getPosition(), task.getWindowStart(gradients.getPositionSize()),
               task.transpose(gradient), task.queryTile, task.window, task.features);
  }

  void takeCapture(unsigned number, Value gradient) override {
    ir::CaptureKind kind = kinds[number];
    if (isOfRows(kind)) {
      size_t slot = 1 + llvm::count_if(kinds.take_front(number), isOfRows);
      sums[slot] = add(sums[slot], sumAxis(gradient, 1));
    } else if (kind == ir::CaptureKind::by_key) {
      accumulateVector(gradients.getCapture(number), task.firstKey, sumAxis(gradient, 0),
                       task.cols);
    } else {
      accumulateVector(gradients.getCapture(number),
                       task.getWindowStart(gradients.getCaptureSize(number)),
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
};

} // namespace

static LogicalResult emitAttentionGrad(FunctionLowering &lowering, const AttentionGradSpec &spec) {
  if (failed(checkAttention(spec.forward)))
    return failure();
  if (getSchedule(spec.forward.op, {32, 32, 1}).apart)
    emitAttentionGradApart(lowering, spec);
  else
    OneGradKernel(lowering, spec).emit();
  return success();
}

LogicalResult emitSpanAttentionGrad(FunctionLowering &lowering, ir::SpanAttentionGradOp op) {
  return emitAttentionGrad(lowering, AttentionGradSpec::get(op));
}

LogicalResult emitBlockSparseAttentionGrad(FunctionLowering &lowering,
                                           ir::BlockSparseAttentionGradOp op) {
  return emitAttentionGrad(lowering, AttentionGradSpec::get(op));
}

} // namespace weft::compiler
