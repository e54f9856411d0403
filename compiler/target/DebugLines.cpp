// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/target/DebugLines.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace weft::compiler {

static Location getLine(Location location) {
  Location line = UnknownLoc::get(location.getContext());
  location->walk([&](Location inner) {
    auto file = dyn_cast<FileLineColLoc>(inner);
    if (!file)
      return WalkResult::advance();
    StringRef name = llvm::sys::path::filename(file.getFilename().getValue());
    line = FileLineColLoc::get(location.getContext(), name, file.getLine(), file.getColumn());
    return WalkResult::interrupt();
  });
  return line;
}

void addDebugLines(ModuleOp module, PassManager &manager) {
  module.walk([](Operation *op) {
    op->setLoc(getLine(op->getLoc()));
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (BlockArgument argument : block.getArguments())
          argument.setLoc(getLine(argument.getLoc()));
  });
  LLVM::DIScopeForLLVMFuncOpPassOptions options;
  options.emissionKind = LLVM::DIEmissionKind::LineTablesOnly;
  manager.addPass(LLVM::createDIScopeForLLVMFuncOpPass(options));
}

} // namespace weft::compiler
