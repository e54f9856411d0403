// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/interpret/ScoreRegion.h"

using namespace mlir;

namespace weft::compiler {

ScoreRegion::ScoreRegion(Block &block) : argumentCount(block.getNumArguments()) {
  llvm::DenseMap<Value, unsigned> slots;
  for (Value argument : block.getArguments())
    slots.try_emplace(argument, slots.size());
  for (Operation &op : block.without_terminator()) {
    Step step{&op, {}, static_cast<unsigned>(slots.size())};
    for (Value operand : op.getOperands())
      step.operands.push_back(slots.lookup(operand));
    slots.try_emplace(op.getResult(0), step.result);
    steps.push_back(std::move(step));
  }
  Operation *yield = block.getTerminator();
  score = slots.lookup(yield->getOperand(0));
  present = slots.lookup(yield->getOperand(1));
  weight = slots.lookup(yield->getOperand(2));
  values.resize(slots.size());
}

SmallVector<double> ScoreRegion::getOperands(const Step &step) const {
  SmallVector<double> operands;
  for (unsigned slot : step.operands)
    operands.push_back(values[slot]);
  return operands;
}

FailureOr<ScoreRegion::Outcome> ScoreRegion::run(ArrayRef<double> arguments) {
  llvm::copy(arguments, values.begin());
  for (const Step &step : steps) {
    FailureOr<double> value = evaluateScalar(step.op, getOperands(step));
    if (failed(value))
      return failure();
    values[step.result] = *value;
  }
  return Outcome{values[score], values[present] != 0, values[weight]};
}

ArrayRef<double> ScoreRegion::reverse(double scoreGradient, double weightGradient) {
  gradients.assign(values.size(), 0);
  gradients[score] += scoreGradient;
  gradients[weight] += weightGradient;
  for (const Step &step : llvm::reverse(steps)) {
    SmallVector<double> partial(step.operands.size(), 0);
    addScalarGradient(step.op, getOperands(step), values[step.result], gradients[step.result],
                      partial);
    for (auto [slot, gradient] : llvm::zip(step.operands, partial))
      gradients[slot] += gradient;
  }
  return ArrayRef(gradients).take_front(argumentCount);
}

} // namespace weft::compiler
