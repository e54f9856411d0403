// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The meaning of WeftControlOps.td.
#include "compiler/interpret/Frame.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft::ir;

namespace weft::compiler {

namespace {

LogicalResult interpret(Frame &frame, SizeOp op, Results &results) {
  FailureOr<int64_t> size = frame.sizes.get(op.getSize(), op.getLoc());
  if (failed(size))
    return failure();
  results.push_back(TensorValue::splat(getElementOrSelf(op.getType()), {}, double(*size)));
  return success();
}

LogicalResult interpret(Frame &frame, SetSizeOp op, Results &) {
  SizeAttr size = op.getSize();
  auto value = static_cast<int64_t>(frame.get(op.getValue()).elements.front());
  return frame.sizes.set(size.getSymbol(), size.getBound(), size.getStep(), value, op.getLoc());
}

LogicalResult interpret(Frame &frame, ScanOp op, Results &results) {
  SmallVector<TensorValue> carried, outputs, memories, sums;
  for (Value initial : op.getInitial())
    carried.push_back(frame.get(initial));
  for (Value output : op.getOutputs()) {
    FailureOr<TensorValue> empty = frame.makeResult(output);
    if (failed(empty))
      return failure();
    outputs.push_back(std::move(*empty));
  }
  for (Value memory : op.getMemories())
    memories.push_back(frame.get(memory));
  for (Value sum : op.getSums())
    sums.push_back(frame.get(sum));
  Block &body = op.getBody().front();
  int64_t trips = frame.get(op.getInputs().front()).shape.front();
  for (int64_t step = 0; step < trips; ++step) {
    int64_t position = op.getReverse() ? trips - 1 - step : step;
    SmallVector<TensorValue> arguments = carried;
    auto take = [&](const TensorValue &from, int64_t first) {
      arguments.push_back(takeSlots(from, first, body.getArgument(arguments.size()).getType()));
    };
    for (Value input : op.getInputs())
      take(frame.get(input), position);
    for (Value window : op.getWindows())
      take(frame.get(window), position);
    for (const TensorValue &memory : memories)
      take(memory, position);
    for (const TensorValue &sum : sums)
      take(sum, position + sum.shape.front() - trips);
    for (Value capture : op.getCaptures())
      arguments.push_back(frame.get(capture));
    FailureOr<SmallVector<TensorValue>> yielded = frame.runBlock(body, arguments);
    if (failed(yielded))
      return failure();
    auto next = yielded->begin();
    for (TensorValue &value : carried)
      value = *next++;
    auto put = [&](TensorValue &into, int64_t slot) {
      llvm::copy(next->elements, into.elements.begin() + slot * next->getCount());
      ++next;
    };
    for (TensorValue &output : outputs)
      put(output, position);
    for (TensorValue &memory : memories)
      put(memory, position + memory.shape.front() - trips);
    for (TensorValue &sum : sums) {
      int64_t first = position * countElements(ArrayRef(sum.shape).drop_front());
      for (auto [i, element] : llvm::enumerate(next->elements))
        sum.elements[first + i] += element;
      ++next;
    }
  }
  for (auto *values : {&carried, &outputs, &memories, &sums})
    results.append(values->begin(), values->end());
  return success();
}

LogicalResult interpret(Frame &frame, RecomputeOp op, Results &results) {
  SmallVector<TensorValue> arguments;
  for (Value input : op.getInputs())
    arguments.push_back(frame.get(input));
  FailureOr<SmallVector<TensorValue>> yielded = frame.runBlock(op.getBody().front(), arguments);
  if (failed(yielded))
    return failure();
  results.append(yielded->begin(), yielded->end());
  return success();
}

LogicalResult interpret(Frame &frame, OptimizationBarrierOp op, Results &results) {
  results.push_back(frame.get(op.getInput()));
  return success();
}

} // namespace

std::optional<LogicalResult> interpretControlOp(Frame &frame, Operation *op, Results &results) {
  using Done = std::optional<LogicalResult>;
  return llvm::TypeSwitch<Operation *, Done>(op)
      .Case<SizeOp, SetSizeOp, ScanOp, RecomputeOp, OptimizationBarrierOp>(
          [&](auto op) -> Done { return interpret(frame, op, results); })
      .Default(Done());
}

} // namespace weft::compiler
