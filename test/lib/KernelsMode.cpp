// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --kernels: the kernels of weft-to-tile, run by the tile interpreter, against the meaning of the
// graph.
#include "compiler/interpret/DispatchInterpreter.h"
#include "compiler/interpret/WeftInterpreter.h"
#include "compiler/lower/WeftToTile/WeftToTile.h"
#include "test/lib/CheckMode.h"

#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace weft::check {

/// The function alone, in dispatch form.
static FailureOr<OwningOpRef<ModuleOp>> lower(ModuleOp module, func::FuncOp function) {
  OwningOpRef<ModuleOp> lowered = module.clone();
  for (func::FuncOp other : llvm::to_vector(lowered->getOps<func::FuncOp>()))
    if (other.getName() != function.getName())
      other.erase();
  PassManager passes(module.getContext());
  passes.addPass(compiler::createChooseSchedulePass());
  passes.addPass(compiler::createWeftToTilePass());
  if (failed(passes.run(*lowered)))
    return failure();
  return lowered;
}

static bool isAllDouble(ArrayRef<TensorValue> values) {
  return llvm::none_of(values, [](const TensorValue &value) {
    return isa<FloatType>(value.element) && !value.element.isF64();
  });
}

static LogicalResult runCase(func::FuncOp function, func::FuncOp lowered, const Case &test,
                             Tally &tally) {
  auto expected = compiler::WeftInterpreter::run(function, test.arguments);
  auto actual = compiler::DispatchInterpreter::run(lowered, test.arguments);
  if (failed(expected) || failed(actual))
    return failure();
  double tolerance = isAllDouble(test.arguments) && isAllDouble(*expected) ? 1e-12 : 1e-5;
  bool same = true;
  for (auto [position, values] : llvm::enumerate(llvm::zip(*actual, *expected))) {
    std::optional<std::string> difference =
        findDifference(std::get<0>(values), std::get<1>(values), tolerance);
    if (difference)
      emitError(function.getLoc()) << "result " << position << " of the kernels: " << *difference;
    same &= !difference;
  }
  tally.add(test.name, same);
  return success();
}

void runKernelsMode(ModuleOp module, Tally &tally) {
  for (func::FuncOp function : module.getOps<func::FuncOp>()) {
    if (!function->hasAttr("check.kernel"))
      continue;
    FailureOr<std::vector<Case>> cases = makeCases(function);
    FailureOr<OwningOpRef<ModuleOp>> lowered = failure();
    if (succeeded(cases))
      lowered = lower(module, function);
    bool ok = succeeded(lowered);
    for (size_t i = 0; ok && i < cases->size(); ++i)
      ok = succeeded(runCase(function, (*lowered)->lookupSymbol<func::FuncOp>(function.getName()),
                             (*cases)[i], tally));
    if (!ok)
      tally.add((function.getName() + " runs").str(), false);
  }
}

} // namespace weft::check
