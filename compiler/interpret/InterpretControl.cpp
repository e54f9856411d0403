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

/// Element `position` of axis 0.
TensorValue sliceAt(const TensorValue &input, int64_t position) {
  ArrayRef<int64_t> shape = ArrayRef(input.shape).drop_front();
  auto first = input.elements.begin() + position * countElements(shape);
  return {input.element, SmallVector<int64_t>(shape), {first, first + countElements(shape)}};
}

LogicalResult interpret(Frame &frame, ScanOp op, Results &results) {
  SmallVector<TensorValue> carried, outputs;
  for (Value initial : op.getInitial())
    carried.push_back(frame.get(initial));
  for (Value output : op.getOutputs()) {
    FailureOr<TensorValue> empty = frame.makeResult(output);
    if (failed(empty))
      return failure();
    outputs.push_back(std::move(*empty));
  }
  int64_t trips = frame.get(op.getInputs().front()).shape.front();
  for (int64_t step = 0; step < trips; ++step) {
    int64_t position = op.getReverse() ? trips - 1 - step : step;
    SmallVector<TensorValue> arguments = carried;
    for (Value input : op.getInputs())
      arguments.push_back(sliceAt(frame.get(input), position));
    for (Value capture : op.getCaptures())
      arguments.push_back(frame.get(capture));
    FailureOr<SmallVector<TensorValue>> yielded = frame.runBlock(op.getBody().front(), arguments);
    if (failed(yielded))
      return failure();
    carried.assign(yielded->begin(), yielded->begin() + carried.size());
    for (auto [output, slice] : llvm::zip(outputs, llvm::drop_begin(*yielded, carried.size())))
      llvm::copy(slice.elements, output.elements.begin() + position * slice.getCount());
  }
  results.append(carried.begin(), carried.end());
  results.append(outputs.begin(), outputs.end());
  return success();
}

} // namespace

std::optional<LogicalResult> interpretControlOp(Frame &frame, Operation *op, Results &results) {
  using Done = std::optional<LogicalResult>;
  return llvm::TypeSwitch<Operation *, Done>(op)
      .Case<SizeOp, SetSizeOp, ScanOp>(
          [&](auto op) -> Done { return interpret(frame, op, results); })
      .Default(Done());
}

} // namespace weft::compiler
