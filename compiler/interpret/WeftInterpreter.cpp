// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/interpret/WeftInterpreter.h"

#include "compiler/interpret/CheckFinite.h"
#include "compiler/interpret/Frame.h"

using namespace mlir;

namespace weft::compiler {

FailureOr<TensorValue> Frame::makeResult(Value result) const {
  FailureOr<SmallVector<int64_t>> shape = sizes.getShape(result.getType(), result.getLoc());
  if (failed(shape))
    return failure();
  return TensorValue::splat(ir::getElementOrSelf(result.getType()), *shape);
}

/// A symbol that is given a second value leaves values of the old shape behind; nothing may use
/// them any more.
LogicalResult Frame::checkOperands(Operation *op) const {
  for (auto [position, operand] : llvm::enumerate(op->getOperands())) {
    FailureOr<SmallVector<int64_t>> expected = sizes.getShape(operand.getType(), op->getLoc());
    if (failed(expected))
      return failure();
    if (get(operand).shape != *expected)
      return op->emitOpError("expects operand ")
             << position << " to have its size at this place, got "
             << formatSizes(get(operand).shape) << " vs " << formatSizes(*expected);
  }
  return success();
}

LogicalResult Frame::runCall(func::CallOp call, SmallVectorImpl<TensorValue> &results) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
  if (!callee)
    return call.emitOpError("expects to call a function of the module, got @") << call.getCallee();
  for (const Frame *frame = this; frame; frame = frame->caller)
    if (frame->function == callee)
      return call.emitOpError("expects functions not to call themselves, got @")
             << call.getCallee() << " called while it runs (call.R1)";
  SmallVector<TensorValue> arguments;
  for (Value operand : call.getOperands())
    arguments.push_back(get(operand));
  FailureOr<SmallVector<TensorValue>> returned = Frame(callee, options, this).run(arguments);
  if (failed(returned))
    return failure();
  results.assign(returned->begin(), returned->end());
  return success();
}

LogicalResult Frame::runOp(Operation *op) {
  if (failed(checkOperands(op)))
    return failure();
  SmallVector<TensorValue> results;
  std::optional<LogicalResult> done;
  for (auto *family : {interpretMathOp, interpretShapeOp, interpretControlOp, interpretAttentionOp})
    if (!done)
      done = family(*this, op, results);
  if (auto call = dyn_cast<func::CallOp>(op))
    done = runCall(call, results);
  if (!done && options.otherOp && op->getNumResults() == 0) {
    SmallVector<TensorValue> operands;
    for (Value operand : op->getOperands())
      operands.push_back(get(operand));
    done = options.otherOp(op, operands);
  }
  if (!done)
    return op->emitOpError(
        "expects to be an op of the weft dialect, the interpreter knows no other");
  if (failed(*done))
    return failure();
  SmallVector<const TensorValue *> operands;
  if (options.stopAtNonFinite)
    for (Value operand : op->getOperands())
      operands.push_back(&get(operand));
  for (auto [result, value] : llvm::zip(op->getResults(), results)) {
    if (options.roundEveryOp)
      value.round();
    if (options.stopAtNonFinite && failed(checkFinite(op, value, operands)))
      return failure();
    values[result.getAsOpaquePointer()] = std::move(value);
  }
  return success();
}

FailureOr<SmallVector<TensorValue>> Frame::runBlock(Block &block, ArrayRef<TensorValue> arguments) {
  for (auto [argument, value] : llvm::zip(block.getArguments(), arguments))
    values[argument.getAsOpaquePointer()] = value;
  for (Operation &op : block.without_terminator())
    if (failed(runOp(&op)))
      return failure();
  Operation *terminator = block.getTerminator();
  if (failed(checkOperands(terminator)))
    return failure();
  SmallVector<TensorValue> handedOut;
  for (Value operand : terminator->getOperands())
    handedOut.push_back(get(operand));
  return handedOut;
}

FailureOr<SmallVector<TensorValue>> Frame::run(ArrayRef<TensorValue> arguments) {
  if (function.isExternal() || !llvm::hasSingleElement(function.getBody()))
    return function.emitOpError("expects a body of one block to be interpreted");
  if (failed(sizes.bindArguments(function, arguments)))
    return failure();
  return runBlock(function.getBody().front(), arguments);
}

FailureOr<SmallVector<TensorValue>> WeftInterpreter::run(func::FuncOp function,
                                                         ArrayRef<TensorValue> arguments,
                                                         const InterpretOptions &options) {
  return Frame(function, options).run(arguments);
}

} // namespace weft::compiler
