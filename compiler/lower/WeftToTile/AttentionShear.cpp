// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The relative shear and the other moves that go through a task's scratch.
#include "compiler/lower/WeftToTile/AttentionTask.h"

using namespace mlir;

namespace weft::compiler {

void AttentionTask::declareScratch(int64_t tasks) {
  bool readsDistances = llvm::any_of(spec.op.getAttentionCaptureKinds(), isByDistance);
  if (position.base || readsDistances)
    shearScratch = k.addResult(RankedTensorType::get({tasks, rows, window}, element));
  if (readsDistances)
    sharedScratch = k.addResult(RankedTensorType::get({tasks, window}, element));
  if (isa<ir::SpanAttentionGradOp>(spec.op))
    transposeScratch = k.addResult(RankedTensorType::get({tasks, rows, cols}, element));
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
