// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/interpret/DispatchInterpreter.h"

#include <unordered_map>

#include "compiler/interpret/SizeTable.h"
#include "dialects/exec/ExecDialect.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft::compiler {

namespace {

using Values = SmallVector<TensorValue>;

class DispatchFrame {
public:
  explicit DispatchFrame(const DispatchOptions &options) : options(options), seed(options.seed) {}

  FailureOr<Values> runBlock(Block &block, ArrayRef<TensorValue> arguments);

  SizeTable sizes;

private:
  LogicalResult runOp(Operation *op);
  LogicalResult execute(exec::DispatchOp op);
  LogicalResult execute(exec::AliasOp op);
  LogicalResult execute(exec::ConstantOp op);
  LogicalResult execute(exec::LoopOp op);
  LogicalResult execute(exec::BindSizeOp op);
  LogicalResult executeOther(Operation *op);

  TensorValue &get(Value value) { return values.at(value.getAsOpaquePointer()); }
  void set(Value result, TensorValue value) {
    values[result.getAsOpaquePointer()] = std::move(value);
  }
  FailureOr<TensorValue> makeResult(Value result) {
    FailureOr<SmallVector<int64_t>> shape = sizes.getShape(result.getType(), result.getLoc());
    if (failed(shape))
      return failure();
    return makeFresh(cast<RankedTensorType>(result.getType()).getElementType(), *shape);
  }

  const DispatchOptions &options;
  uint64_t seed;
  std::unordered_map<const void *, TensorValue> values;
};

LogicalResult DispatchFrame::execute(exec::DispatchOp op) {
  auto kernel = SymbolTable::lookupNearestSymbolFrom<tile::KernelOp>(op, op.getKernelAttr());
  if (!kernel)
    return op.emitOpError("expects to name a tile.kernel of the module, got ")
           << op.getKernelAttr();
  Values results;
  for (Value output : op.getOutputs()) {
    FailureOr<TensorValue> fresh = makeResult(output);
    if (failed(fresh))
      return failure();
    results.push_back(std::move(*fresh));
  }
  SmallVector<ArrayArgument> arrays;
  for (Value input : op.getInputs())
    arrays.push_back({&get(input)});
  // A result that nobody reads is working memory.
  for (auto [output, value] : llvm::zip(op.getOutputs(), results))
    arrays.push_back({&value, !output.use_empty()});
  SmallVector<int64_t> kernelSizes;
  for (Attribute given : op.getSizes().value_or(ArrayAttr::get(op.getContext(), {}))) {
    auto size = dyn_cast<ir::SizeAttr>(given);
    if (!size)
      return op.emitOpError("expects sizes of weft, got ") << given;
    FailureOr<int64_t> value = sizes.get(size, op.getLoc());
    if (failed(value))
      return failure();
    kernelSizes.push_back(*value);
  }
  if (failed(options.launch(kernel, arrays, kernelSizes, seed++)))
    return failure();
  for (auto [output, value] : llvm::zip(op.getOutputs(), results))
    set(output, std::move(value));
  return success();
}

LogicalResult DispatchFrame::execute(exec::AliasOp op) {
  FailureOr<TensorValue> result = makeResult(op.getResult());
  if (failed(result))
    return failure();
  if (result->getCount() != get(op.getInput()).getCount())
    return op.emitOpError("expects as many elements, got ")
           << formatSizes(get(op.getInput()).shape) << " vs " << formatSizes(result->shape);
  result->elements = get(op.getInput()).elements;
  set(op.getResult(), std::move(*result));
  return success();
}

LogicalResult DispatchFrame::execute(exec::ConstantOp op) {
  FailureOr<TensorValue> value = TensorValue::fromAttribute(op.getValue());
  if (failed(value))
    return op.emitOpError("expects a dense value of numbers");
  set(op.getResult(), std::move(*value));
  return success();
}

LogicalResult DispatchFrame::execute(exec::BindSizeOp op) {
  auto value = static_cast<int64_t>(get(op.getValue()).elements.front());
  return sizes.set(op.getSymbol(), op.getBound(), op.getStep(), value, op.getLoc());
}

LogicalResult DispatchFrame::execute(exec::LoopOp op) {
  Values carried, outputs, buffers;
  for (Value initial : op.getInitial())
    carried.push_back(get(initial));
  for (Value output : op.getOutputs()) {
    FailureOr<TensorValue> fresh = makeResult(output);
    if (failed(fresh))
      return failure();
    outputs.push_back(std::move(*fresh));
  }
  for (Value buffer : op.getBuffers())
    buffers.push_back(get(buffer));
  if (op.getInputs().empty())
    return op.emitOpError("expects at least one input to count the steps");
  Block &body = op.getBody().front();
  int64_t trips = get(op.getInputs().front()).shape.front();
  for (int64_t step = 0; step < trips; ++step) {
    int64_t position = op.getReverse() ? trips - 1 - step : step;
    Values arguments = carried;
    auto take = [&](const TensorValue &from, int64_t first) {
      arguments.push_back(takeSlots(from, first, body.getArgument(arguments.size()).getType()));
    };
    auto getLast = [&](const TensorValue &buffer) {
      return position + buffer.shape.front() - trips;
    };
    for (ValueRange wholes : {op.getInputs(), op.getWindows()})
      for (Value whole : wholes)
        take(get(whole), position);
    for (const TensorValue &buffer : buffers)
      take(buffer, position);
    for (const TensorValue &buffer : buffers)
      take(buffer, getLast(buffer));
    FailureOr<Values> yielded = runBlock(body, arguments);
    if (failed(yielded))
      return failure();
    auto next = yielded->begin();
    for (TensorValue &value : carried)
      value = *next++;
    auto put = [&](TensorValue &into, int64_t slot) {
      int64_t size = countElements(ArrayRef(into.shape).drop_front());
      llvm::copy(next->elements, into.elements.begin() + slot * size);
      ++next;
    };
    for (TensorValue &output : outputs)
      put(output, position);
    for (TensorValue &buffer : buffers)
      put(buffer, next->getRank() == buffer.getRank() ? position : getLast(buffer));
  }
  Values results = carried;
  llvm::append_range(results, outputs);
  llvm::append_range(results, buffers);
  for (auto [result, value] : llvm::zip_equal(op.getResults(), results))
    set(result, std::move(value));
  return success();
}

LogicalResult DispatchFrame::executeOther(Operation *op) {
  if (!options.otherOp || op->getNumResults() != 0)
    return op->emitOpError("expects to be an op of exec's dispatch form");
  Values operands;
  for (Value operand : op->getOperands())
    operands.push_back(get(operand));
  return options.otherOp(op, operands);
}

LogicalResult DispatchFrame::runOp(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<exec::DispatchOp, exec::AliasOp, exec::ConstantOp, exec::LoopOp, exec::BindSizeOp>(
          [&](auto op) { return execute(op); })
      .Default([&](Operation *op) { return executeOther(op); });
}

FailureOr<Values> DispatchFrame::runBlock(Block &block, ArrayRef<TensorValue> arguments) {
  for (auto [argument, value] : llvm::zip(block.getArguments(), arguments))
    set(argument, value);
  for (Operation &op : block.without_terminator())
    if (failed(runOp(&op)))
      return failure();
  Values handedOut;
  for (Value operand : block.getTerminator()->getOperands())
    handedOut.push_back(get(operand));
  return handedOut;
}

} // namespace

FailureOr<Values> DispatchInterpreter::run(func::FuncOp function, ArrayRef<TensorValue> arguments,
                                           const DispatchOptions &options) {
  if (function.isExternal() || !llvm::hasSingleElement(function.getBody()))
    return function.emitOpError("expects a body of one block to be interpreted");
  DispatchFrame frame(options);
  if (failed(frame.sizes.bindArguments(function, arguments)))
    return failure();
  return frame.runBlock(function.getBody().front(), arguments);
}

} // namespace weft::compiler
