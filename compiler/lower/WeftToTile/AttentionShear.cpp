// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The relative shear and the other moves that go through a task's scratch.
#include "compiler/lower/WeftToTile/AttentionTask.h"

using namespace mlir;

namespace weft::compiler {

void AttentionTask::declareScratch(int64_t tasks) {
  shearScratch.shape = {tasks, rows, window};
  sharedScratch.shape = {tasks, window};
  transposeScratch.shape = {tasks, rows, cols};
}

Value AttentionTask::openScratch(Scratch &scratch, int64_t offset, ArrayRef<int64_t> sizes,
                                 ArrayRef<int64_t> strides) {
  if (!scratch.array)
    scratch.array = k.addResult(RankedTensorType::get(scratch.shape, element));
  int64_t perTask = 1;
  for (int64_t size : ArrayRef(scratch.shape).drop_front())
    perTask *= size;
  auto toValues = [&](ArrayRef<int64_t> numbers) {
    return llvm::map_to_vector(numbers, [&](int64_t number) { return k.getIndex(number); });
  };
  Value start = k.addIndex(k.mulIndex(k.getTask(), k.getIndex(perTask)), k.getIndex(offset));
  return k.openView(scratch.array, start, toValues(sizes), toValues(strides));
}

Value AttentionTask::shear(Value tile) {
  Value zero = k.getIndex(0);
  k.store(tile, openScratch(shearScratch, 0, {rows, window}, {window, 1}), {zero, zero});
  Value sheared = openScratch(shearScratch, cols - 1, {rows, cols}, {window + 1, -1});
  return k.load(sheared, {zero, zero}, {rows, cols});
}

Value AttentionTask::unshear(Value tile) {
  Value zero = k.getIndex(0);
  Value plain = openScratch(shearScratch, 0, {rows, window}, {window, 1});
  k.store(zeros({rows, window}), plain, {zero, zero});
  k.store(tile, openScratch(shearScratch, cols - 1, {rows, cols}, {window + 1, -1}), {zero, zero});
  return k.load(plain, {zero, zero}, {rows, window});
}

Value AttentionTask::loadWindowTransposed() {
  Value zero = k.getIndex(0);
  return k.load(openScratch(shearScratch, 0, {window, rows}, {1, window}), {zero, zero},
                {window, rows});
}

Value AttentionTask::shearShared(Value tile) {
  Value zero = k.getIndex(0);
  k.store(tile, openScratch(sharedScratch, 0, {window}, {1}), {zero});
  return k.load(openScratch(sharedScratch, cols - 1, {rows, cols}, {1, -1}), {zero, zero},
                {rows, cols});
}

Value AttentionTask::transpose(Value tile) {
  Value zero = k.getIndex(0);
  k.store(tile, openScratch(transposeScratch, 0, {rows, cols}, {cols, 1}), {zero, zero});
  return k.load(openScratch(transposeScratch, 0, {cols, rows}, {1, cols}), {zero, zero},
                {cols, rows});
}

} // namespace weft::compiler
