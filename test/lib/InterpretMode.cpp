// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The default mode: functions without arguments, whose check ops compare; in graph or in dispatch
// form.
#include "compiler/interpret/DispatchInterpreter.h"
#include "dialects/exec/ExecDialect.h"
#include "test/lib/Check.h"
#include "test/lib/CheckMode.h"

using namespace mlir;

namespace weft::check {

/// The meaning of check.close and check.equal; a difference is counted, and the function goes on.
static LogicalResult compare(Operation *op, ArrayRef<TensorValue> operands, Tally &tally,
                             unsigned &number) {
  double tolerance = 0;
  if (auto close = dyn_cast<CloseOp>(op))
    tolerance = close.getTolerance().convertToDouble();
  else if (!isa<EqualOp>(op))
    return op->emitOpError("expects to be an op that the interpreter or weft-check knows");
  std::optional<std::string> difference = findDifference(operands[0], operands[1], tolerance);
  if (difference)
    op->emitOpError("expects equal values, ") << *difference;
  auto function = op->getParentOfType<func::FuncOp>();
  tally.add((function.getName() + " " + llvm::Twine(++number)).str(), !difference);
  return success();
}

/// True for a function of the phase "kernels".
static bool isDispatchForm(func::FuncOp function) {
  return function.walk([](exec::DispatchOp) { return WalkResult::interrupt(); }).wasInterrupted();
}

void runInterpretMode(ModuleOp module, Tally &tally) {
  for (func::FuncOp function : module.getOps<func::FuncOp>()) {
    if (function.getNumArguments() != 0)
      continue;
    unsigned number = 0;
    auto otherOp = [&](Operation *op, ArrayRef<TensorValue> operands) {
      return compare(op, operands, tally, number);
    };
    auto results = isDispatchForm(function)
                       ? compiler::DispatchInterpreter::run(function, {}, {.otherOp = otherOp})
                       : compiler::WeftInterpreter::run(function, {}, {.otherOp = otherOp});
    if (failed(results))
      tally.add((function.getName() + " runs").str(), false);
  }
}

} // namespace weft::check
