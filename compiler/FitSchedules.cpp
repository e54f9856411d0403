// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/FitSchedules.h"

#include "compiler/lower/WeftToTile/WeftToTile.h"
#include "compiler/support/Cause.h"

using namespace mlir;

namespace weft::compiler {

/// Makes the tiles of the attention op at a place smaller, and of those like it; false if none is
/// there that could have smaller ones.
static bool makeSmaller(ModuleOp module, Location place) {
  /// From 64 x 64 to 8 x 8.
  constexpr int64_t most = 6;
  Operation *large = nullptr;
  module.walk([&](ir::AttentionOpInterface op) {
    if (op->getLoc() == place && !op->hasAttr("schedule"))
      large = op;
  });
  if (!large)
    return false;
  auto known = large->getAttrOfType<IntegerAttr>(smallerTilesAttrName);
  int64_t times = known ? known.getInt() + 1 : 1;
  if (times > most)
    return false;
  auto number = IntegerAttr::get(IntegerType::get(module.getContext(), 64), times);
  module.walk([&](ir::AttentionOpInterface op) {
    if (op->getName() == large->getName() && op->getOperandTypes() == large->getOperandTypes() &&
        !op->hasAttr("schedule"))
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
    if (!makeSmaller(*before, held.front().getLocation())) {
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
