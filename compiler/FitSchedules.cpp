// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/FitSchedules.h"

#include "compiler/lower/WeftToTile/WeftToTile.h"
#include "compiler/support/Cause.h"

using namespace mlir;

namespace weft::compiler {

/// Whether a kernel computes such an op: it is `<function>.<number>.<op>`. A gradient stands at the
/// place of what it is the gradient of, and its name goes on.
static bool isKernelOf(StringRef kernel, Operation *op) {
  std::string name = ("." + op->getName().stripDialect()).str();
  size_t at = kernel.rfind(name);
  return at != StringRef::npos && !kernel.drop_front(at + name.size()).starts_with("_grad");
}

/// Makes the tiles of the attention ops that a kernel may be of smaller, and of those like them;
/// false if none is there that could have smaller ones.
static bool makeSmaller(ModuleOp module, Location place, StringRef kernel) {
  /// From 64 x 64 to 8 x 8.
  constexpr int64_t most = 6;
  SmallVector<Operation *> large; // one line may stand in several functions
  int64_t times = 1;
  module.walk([&](ir::AttentionOpInterface op) {
    if (op->getLoc() != place || op->hasAttr("schedule") || !isKernelOf(kernel, op))
      return;
    large.push_back(op);
    if (auto known = op->getAttrOfType<IntegerAttr>(smallerTilesAttrName))
      times = std::max(times, known.getInt() + 1);
  });
  if (large.empty() || times > most)
    return false;
  auto number = IntegerAttr::get(IntegerType::get(module.getContext(), 64), times);
  module.walk([&](ir::AttentionOpInterface op) {
    bool isAlike = llvm::any_of(large, [&](Operation *one) {
      return op->getName() == one->getName() && op->getOperandTypes() == one->getOperandTypes();
    });
    if (isAlike && !op->hasAttr("schedule"))
      op->setAttr(smallerTilesAttrName, number);
  });
  return true;
}

static void remarkSmaller(ModuleOp module) {
  module.walk([](ir::AttentionOpInterface op) {
    if (auto times = op->getAttrOfType<IntegerAttr>(smallerTilesAttrName))
      op->emitRemark("its kernel does not fit into the shared memory of a block: tiles are halved ")
          << times.getInt() << (times.getInt() == 1 ? " time" : " times");
  });
}

LogicalResult fitSchedules(ModuleOp module, llvm::function_ref<LogicalResult()> lower) {
  MLIRContext *context = module.getContext();
  OwningOpRef<ModuleOp> before(module.clone());
  while (true) {
    std::vector<Diagnostic> held;
    LogicalResult result = failure();
    {
      ScopedDiagnosticHandler handler(context, [&](Diagnostic &message) {
        if (!doesNotFit(message))
          return failure();
        held.push_back(std::move(message));
        return success();
      });
      result = lower();
    }
    if (succeeded(result) || held.empty()) {
      if (succeeded(result))
        remarkSmaller(*before);
      return result;
    }
    if (!makeSmaller(*before, held.front().getLocation(), getKernelThatDoesNotFit(held.front()))) {
      for (Diagnostic &message : held)
        context->getDiagEngine().emit(std::move(message));
      return failure();
    }
    OwningOpRef<ModuleOp> again(before->clone());
    module.getBodyRegion().takeBody(again->getBodyRegion());
    module->setAttrs(again->getOperation()->getAttrDictionary());
  }
}

} // namespace weft::compiler
