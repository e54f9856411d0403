// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/models/TracedModule.h"

#include "dialects/weft/transforms/Passes.h"

#include "mlir/Pass/PassManager.h"

llvm::LogicalResult differentiate(mlir::ModuleOp module, const std::string &dtype,
                                  llvm::ArrayRef<std::string> functions,
                                  const std::string &precision, bool lossScale) {
  weft::ir::DifferentiatePassOptions options;
  options.functions = llvm::to_vector(functions);
  options.lossScale = lossScale;
  mlir::PassManager passes(module.getContext());
  passes.addPass(weft::ir::createSelectDtypePass({dtype}));
  passes.addPass(weft::ir::createDifferentiatePass(options));
  passes.addPass(weft::ir::createSelectPrecisionPass({precision}));
  return passes.run(module);
}
