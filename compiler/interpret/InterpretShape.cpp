// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The meaning of WeftShapeOps.td: each result element is one input element, or a sum of some.
#include "compiler/interpret/Frame.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft::ir;

namespace weft::compiler {

namespace {

using Index = SmallVector<int64_t>;

/// Fills the result from the input element that `source` names for each index.
void gather(const TensorValue &input, TensorValue &result,
            llvm::function_ref<Index(ArrayRef<int64_t>)> source) {
  forEachIndex(result.shape,
               [&](ArrayRef<int64_t> index) { result.at(index) = input.at(source(index)); });
}

/// The same index, moved along one axis.
Index shift(ArrayRef<int64_t> index, int64_t axis, int64_t distance) {
  Index moved(index);
  moved[axis] += distance;
  return moved;
}

LogicalResult interpret(Frame &frame, TransposeOp op, TensorValue &result) {
  gather(frame.get(op.getInput()), result, [&](ArrayRef<int64_t> index) {
    Index source(index.size());
    for (auto [axis, from] : llvm::enumerate(op.getPermutation()))
      source[from] = index[axis];
    return source;
  });
  return success();
}

LogicalResult interpret(Frame &frame, ReshapeOp op, TensorValue &result) {
  const TensorValue &input = frame.get(op.getInput());
  if (input.getCount() != result.getCount())
    return op.emitOpError("expects as many elements, got ")
           << formatSizes(input.shape) << " vs " << formatSizes(result.shape) << " (reshape.R1)";
  result.elements = input.elements;
  return success();
}

LogicalResult interpret(Frame &frame, SliceOp op, TensorValue &result) {
  gather(frame.get(op.getInput()), result,
         [&](ArrayRef<int64_t> index) { return shift(index, op.getAxis(), op.getStart()); });
  return success();
}

/// Head and tail: the run-time length must not exceed the input's.
template <typename Op> LogicalResult takeEnd(Frame &frame, Op op, TensorValue &result, bool last) {
  const TensorValue &input = frame.get(op.getInput());
  int64_t axis = op.getAxis(), from = input.shape[axis], to = result.shape[axis];
  if (to > from)
    return op.emitOpError("expects a length of at most the input's, got ")
           << to << " vs " << from << " (" << op->getName().stripDialect() << ".R1)";
  gather(input, result,
         [&](ArrayRef<int64_t> index) { return shift(index, axis, last ? from - to : 0); });
  return success();
}

LogicalResult interpret(Frame &frame, TailOp op, TensorValue &result) {
  return takeEnd(frame, op, result, true);
}

LogicalResult interpret(Frame &frame, HeadOp op, TensorValue &result) {
  return takeEnd(frame, op, result, false);
}

LogicalResult interpret(Frame &frame, PadOp op, TensorValue &result) {
  const TensorValue &input = frame.get(op.getInput());
  int64_t axis = op.getAxis(), from = input.shape[axis], to = result.shape[axis];
  int64_t start = op.getAtEnd() ? to - from : static_cast<int64_t>(op.getStart());
  if (start < 0 || start + from > to)
    return op.emitOpError("expects the result's axis to hold the input's, got ")
           << to << " vs " << from << " from " << start << " on (pad.R1)";
  forEachIndex(input.shape, [&](ArrayRef<int64_t> index) {
    result.at(shift(index, axis, start)) = input.at(index);
  });
  return success();
}

LogicalResult interpret(Frame &frame, ConcatOp op, TensorValue &result) {
  int64_t start = 0;
  for (Value operand : op.getInputs()) {
    const TensorValue &input = frame.get(operand);
    forEachIndex(input.shape, [&](ArrayRef<int64_t> index) {
      result.at(shift(index, op.getAxis(), start)) = input.at(index);
    });
    start += input.shape[op.getAxis()];
  }
  return success();
}

LogicalResult interpret(Frame &frame, BroadcastOp op, TensorValue &result) {
  gather(frame.get(op.getInput()), result, [&](ArrayRef<int64_t> index) {
    Index source;
    for (int64_t dim : op.getDims())
      source.push_back(index[dim]);
    return source;
  });
  return success();
}

/// The index without its window axis: position and offset become their sum.
Index mergeWindow(ArrayRef<int64_t> index, int64_t axis) {
  Index merged(index);
  merged[axis] += merged[axis + 1];
  merged.erase(merged.begin() + axis + 1);
  return merged;
}

LogicalResult interpret(Frame &frame, WindowOp op, TensorValue &result) {
  gather(frame.get(op.getInput()), result,
         [&](ArrayRef<int64_t> index) { return mergeWindow(index, op.getAxis()); });
  return success();
}

LogicalResult interpret(Frame &frame, WindowSumOp op, TensorValue &result) {
  const TensorValue &input = frame.get(op.getInput());
  forEachIndex(input.shape, [&](ArrayRef<int64_t> index) {
    result.at(mergeWindow(index, op.getAxis())) += input.at(index);
  });
  return success();
}

/// Calls `body` with each index of the gathered side and the index on the other side that its entry
/// names; skips entries outside the axis.
void forEachNamed(const TensorValue &indices, ArrayRef<int64_t> gathered, int64_t batch,
                  int64_t size, llvm::function_ref<void(ArrayRef<int64_t>, const Index &)> body) {
  forEachIndex(gathered, [&](ArrayRef<int64_t> index) {
    auto named = static_cast<int64_t>(indices.at(index.take_front(indices.getRank())));
    if (named < 0 || named >= size)
      return;
    Index other(index.take_front(batch));
    other.push_back(named);
    llvm::append_range(other, index.drop_front(indices.getRank()));
    body(index, other);
  });
}

LogicalResult interpret(Frame &frame, GatherOp op, TensorValue &result) {
  const TensorValue &input = frame.get(op.getInput());
  auto batch = static_cast<int64_t>(op.getBatch());
  forEachNamed(
      frame.get(op.getIndices()), result.shape, batch, input.shape[batch],
      [&](ArrayRef<int64_t> index, const Index &source) { result.at(index) = input.at(source); });
  return success();
}

LogicalResult interpret(Frame &frame, ScatterAddOp op, TensorValue &result) {
  const TensorValue &updates = frame.get(op.getUpdates());
  auto batch = static_cast<int64_t>(op.getBatch());
  forEachNamed(frame.get(op.getIndices()), updates.shape, batch, result.shape[batch],
               [&](ArrayRef<int64_t> index, const Index &target) {
                 result.at(target) += updates.at(index);
               });
  return success();
}

} // namespace

std::optional<LogicalResult> interpretShapeOp(Frame &frame, Operation *op, Results &results) {
  using Done = std::optional<LogicalResult>;
  return llvm::TypeSwitch<Operation *, Done>(op)
      .Case<TransposeOp, ReshapeOp, SliceOp, TailOp, HeadOp, PadOp, ConcatOp, BroadcastOp, WindowOp,
            WindowSumOp, GatherOp, ScatterAddOp>([&](auto op) -> Done {
        FailureOr<TensorValue> result = frame.makeResult(op.getResult());
        if (failed(result))
          return failure();
        results.push_back(std::move(*result));
        return interpret(frame, op, results.back());
      })
      .Default(Done());
}

} // namespace weft::compiler
