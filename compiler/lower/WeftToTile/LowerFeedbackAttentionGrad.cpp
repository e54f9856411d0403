// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Feedback attention backwards: a task for each head of a sequence recomputes its scores from the
// statistics, sums the query's gradient and leaves one number for each slot. What they are
// multiplied with for the memory's gradient is the graph's (VjpRules.cpp).
#include "compiler/lower/WeftToTile/AttentionGradKernel.h"

using namespace mlir;

namespace weft::compiler {

namespace {

class FeedbackGradKernel : public AttentionGradKernel {
public:
  FeedbackGradKernel(FunctionLowering &lowering, ir::FeedbackAttentionGradOp op)
      : AttentionGradKernel(lowering, AttentionGradSpec::get(op), GradientKernel::all, ""),
        lowering(lowering), op(op) {}

  void emit() {
    countAttentionFlops(k, task.spec.op, /*isGradient=*/true);
    declareInputs();
    Values arrays;
    for (Value result : op.getGrads())
      arrays.push_back(k.addResult(cast<RankedTensorType>(result.getType())));
    task.openTasks(/*byRows=*/false);
    openViews();
    for (auto [array, result] : llvm::zip(arrays, op.getGrads())) {
      auto type = cast<RankedTensorType>(result.getType());
      Values place = {task.batch, task.head};
      SmallVector<int64_t> axes;
      for (int64_t axis = 2; axis < type.getRank(); ++axis) {
        place.push_back(Value());
        axes.push_back(axis);
      }
      if (axes.empty()) { // one number: a line of one
        TensorView numbers = TensorView::dense({}, type);
        numbers.insertAxis(2, SizeExpr(1), SizeExpr(0));
        place.push_back(Value());
        views.push_back(k.openView(array, numbers, place, {2}));
      } else {
        views.push_back(k.openView(array, TensorView::dense({}, type), place, axes));
      }
    }
    enterRows(k.getIndex(0));
    sums = {task.zeros({task.rows, task.features})};
    sums.append(kinds.size(), task.zeros({task.rows}));
    giveTilesOfRows();
    k.store(sums[0], views[0], {k.getIndex(0), k.getIndex(0)});
    for (size_t i = 0; i < kinds.size(); ++i)
      k.store(sums[1 + i], views[getWeightsView() + 1 + i], {k.getIndex(0)});
    for (size_t view = 1; view <= getWeightsView(); ++view)
      if (!llvm::is_contained(stored, view))
        storeZeros(view);
    k.closeGrid();
    for (auto [result, buffer] : llvm::zip(op.getGrads(), k.finish()))
      lowering.setBuffer(result, buffer);
  }

private:
  size_t getWeightsView() { return op.getPosition() ? 3 : 2; }

  void takeValues(Value weights) override { storeNumbers(getWeightsView(), weights); }

  void takeContent(Value gradient) override {
    sums[0] = dot(gradient, task.keysTile, sums[0]);
    storeNumbers(1, gradient);
  }

  void takeRelative(Value gradient) override {
    sums[0] = dot(gradient, task.positionTile, sums[0]);
    storeNumbers(2, gradient);
  }

  void takeCapture(unsigned number, Value gradient) override {
    sums[1 + number] = add(sums[1 + number], sumAxis(gradient, 1));
  }

  void storeNumbers(size_t view, Value numbers) {
    stored.push_back(view);
    k.store(k.convertFloat(numbers, task.element), views[view], {k.getIndex(0), task.firstKey});
  }

  /// Of what the region does not read.
  void storeZeros(size_t view) {
    TileRange range = task.getKeyTiles(0);
    k.loop(range.from, range.to, range.step, [&](Value key) {
      k.store(task.zeros({task.rows, task.cols}), views[view], {k.getIndex(0), key});
    });
  }

  FunctionLowering &lowering;
  ir::FeedbackAttentionGradOp op;
  Values views;               ///< one for each result
  SmallVector<size_t> stored; ///< views that tiles were stored to
};

} // namespace

LogicalResult emitFeedbackAttentionGrad(FunctionLowering &lowering,
                                        ir::FeedbackAttentionGradOp op) {
  if (failed(checkAttention(AttentionSpec::get(op))))
    return failure();
  FeedbackGradKernel(lowering, op).emit();
  return success();
}

} // namespace weft::compiler
