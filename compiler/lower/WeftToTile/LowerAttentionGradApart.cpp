// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention backwards in kernels of their own for queries, keys and distances, for a GPU: tasks are
// blocks of each, so that few heads give work to all processors. Every kernel computes the tiles it
// needs again, adds in registers in ascending order of the rows or keys, and stores once; nobody
// adds to what another task writes, so the bits are the same in any order of tasks.
#include "compiler/lower/WeftToTile/AttentionGradKernel.h"

using namespace mlir;

namespace weft::compiler {

namespace {

bool isByKey(ir::CaptureKind kind) { return kind == ir::CaptureKind::by_key; }
bool isByDistance(ir::CaptureKind kind) {
  return kind == ir::CaptureKind::by_distance || kind == ir::CaptureKind::per_head_by_distance;
}

/// A task is a block of query rows and walks the keys they reach.
class QueriesGradKernel : public AttentionGradKernel {
public:
  QueriesGradKernel(FunctionLowering &lowering, const AttentionGradSpec &spec)
      : AttentionGradKernel(lowering, spec, GradientKernel::queries, "_queries") {}

  void emit() {
    countAttentionFlops(k, task.spec.op, /*isGradient=*/true); // of all three
    declare();
    Value row = task.openTasks(/*byRows=*/true);
    openViews();
    gradients.open();
    enterRows(row);
    sums = {task.zeros({task.rows, task.features})};
    sums.resize(1 + llvm::count_if(kinds, isOfRows), task.zeros({task.rows}));
    giveTilesOfRows();
    k.store(sums[0], gradients.getQuery(), {row, k.getIndex(0)});
    for (unsigned i = 0; i < kinds.size(); ++i)
      if (isOfRows(kinds[i]))
        k.store(sums[getSlot(i)], gradients.getCapture(i), {row});
    k.closeGrid();
    gradients.finish(k.finish());
  }

private:
  void takeContent(Value gradient) override { sums[0] = dot(gradient, task.keysTile, sums[0]); }
  void takeRelative(Value gradient) override {
    sums[0] = dot(gradient, task.positionTile, sums[0]);
  }
  void takeCapture(unsigned number, Value gradient) override {
    if (isOfRows(kinds[number]))
      sums[getSlot(number)] = add(sums[getSlot(number)], sumAxis(gradient, 1));
  }
  size_t getSlot(unsigned number) { return 1 + llvm::count_if(kinds.take_front(number), isOfRows); }
};

/// A task is a block of the keys of a source and walks the rows that reach them, in whole blocks.
class KeysGradKernel : public AttentionGradKernel {
public:
  KeysGradKernel(FunctionLowering &lowering, const AttentionGradSpec &spec)
      : AttentionGradKernel(lowering, spec, GradientKernel::keys, "_keys") {}

  void emit() {
    declare();
    for (unsigned source = 0; source < task.sources.size(); ++source)
      emitSource(source);
    gradients.finish(k.finish());
  }

private:
  void emitSource(unsigned source) {
    Value firstKey = task.openBlocks({task.sources[source].size, task.cols},
                                     /*only=*/task.sources.size() == 1);
    openViews();
    gradients.open();
    task.holdKeys(source, firstKey);
    sums = {task.zeros({task.cols, task.features}), task.zeros({task.cols, task.valueFeatures})};
    if (source == 0)
      sums.resize(2 + llvm::count_if(kinds, isByKey), task.zeros({task.cols}));
    TileRange range = task.getRowTiles(source, firstKey);
    sums = k.loop(range.from, range.to, range.step, sums,
                  [&](Value tile, ValueRange carried) -> Values {
                    sums = llvm::to_vector(carried);
                    enterRows(task.getFirstRow(source, tile, firstKey));
                    giveTile(source, firstKey);
                    return sums;
                  });
    Values place = {firstKey, k.getIndex(0)};
    k.store(sums[0], gradients.getKeys(source), place);
    k.store(sums[1], gradients.getValues(source), place);
    for (unsigned i = 0; source == 0 && i < kinds.size(); ++i)
      if (isByKey(kinds[i]))
        k.store(sums[getSlot(i)], gradients.getCapture(i), {firstKey});
    k.closeGrid();
  }

  void takeContent(Value gradient) override {
    sums[0] = dot(task.transpose(gradient), task.queryTile, sums[0]);
  }
  void takeValues(Value weights) override {
    sums[1] = dot(task.transpose(weights), resultGradTile, sums[1]);
  }
  void takeCapture(unsigned number, Value gradient) override {
    if (isByKey(kinds[number]))
      sums[getSlot(number)] = add(sums[getSlot(number)], sumAxis(gradient, 0));
  }
  size_t getSlot(unsigned number) { return 2 + llvm::count_if(kinds.take_front(number), isByKey); }
};

/// A task is C distances, and walks all rows with the tile of keys at one gap from them: so it
/// meets the same window of W = R + C distances in every tile, and each pair of a row and a key
/// lies in the tile of one task only. The windows of neighbours overlap, so they are stored to
/// slices that take turns, and a slice is filled by windows of every n-th task.
class DistancesGradKernel : public AttentionGradKernel {
public:
  DistancesGradKernel(FunctionLowering &lowering, const AttentionGradSpec &spec)
      : AttentionGradKernel(lowering, spec, GradientKernel::distances, "_distances") {}

  void emit() {
    declare();
    SizeExpr distances = gradients.getDistances();
    // The first window of each slice begins at the largest distance or before.
    int64_t slices = gradients.getSlices(), before = (slices - 1) * task.cols;
    Value first = task.openBlocks({distances + SizeExpr(before), task.cols});
    Value block = k.divIndex(first, task.cols);
    Value turn = k.mulIndex(k.divIndex(block, slices), k.getIndex(slices));
    openViews();
    gradients.open(/*slice=*/k.subIndex(block, turn));
    // Window index 0 is distance gap + R - 1; see AttentionTask::getWindowStart.
    Value largest = k.getIndex(distances + SizeExpr(task.reachMinimum - task.rows + before));
    Value gap = k.subIndex(largest, first);
    task.holdWindow(gap);
    sums.clear();
    if (gradients.hasPosition())
      sums.push_back(task.zeros({task.window, task.features}));
    sums.resize(sums.size() + llvm::count_if(kinds, isByDistance), task.zeros({task.window}));
    TileRange range = task.getRowsOfWindow();
    sums = k.loop(range.from, range.to, range.step, sums,
                  [&](Value row, ValueRange carried) -> Values {
                    sums = llvm::to_vector(carried);
                    enterRows(row);
                    giveTile(/*source=*/0, k.subIndex(task.here, gap));
                    return sums;
                  });
    int64_t rest = slices * task.cols - task.window;
    if (gradients.hasPosition())
      storeWindow(sums[0], gradients.getPosition(), gradients.getPositionSize(), rest);
    for (unsigned i = 0; i < kinds.size(); ++i)
      if (isByDistance(kinds[i]))
        storeWindow(sums[getSlot(i)], gradients.getCapture(i), gradients.getCaptureSize(i), rest);
    k.closeGrid();
    gradients.finish(k.finish());
  }

private:
  /// What lies between this window and the next one of its slice is 0.
  void storeWindow(Value tile, Value view, const SizeExpr &size, int64_t rest) {
    SmallVector<int64_t> shape(cast<RankedTensorType>(tile.getType()).getShape());
    Values place(shape.size(), k.getIndex(0));
    place[0] = task.getWindowStart(size);
    k.store(tile, view, place);
    if (rest == 0)
      return;
    place[0] = k.addIndex(place[0], k.getIndex(task.window));
    shape[0] = rest;
    k.store(task.zeros(shape), view, place);
  }

  void takeRelative(Value gradient) override {
    sums[0] = dot(task.transpose(gradient), task.queryTile, sums[0]);
  }
  void takeCapture(unsigned number, Value gradient) override {
    if (isByDistance(kinds[number]))
      sums[getSlot(number)] = add(sums[getSlot(number)], sumAxis(task.unshear(gradient), 0));
  }
  size_t getSlot(unsigned number) {
    return gradients.hasPosition() + llvm::count_if(kinds.take_front(number), isByDistance);
  }
};

} // namespace

void emitAttentionGradApart(FunctionLowering &lowering, const AttentionGradSpec &spec) {
  QueriesGradKernel(lowering, spec).emit();
  KeysGradKernel(lowering, spec).emit();
  ir::AttentionOpInterface op = spec.forward.op;
  if (op.getAttentionPosition() || llvm::any_of(op.getAttentionCaptureKinds(), isByDistance))
    DistancesGradKernel(lowering, spec).emit();
}

} // namespace weft::compiler
