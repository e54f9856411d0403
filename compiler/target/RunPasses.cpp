// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/target/RunPasses.h"

#include "llvm/Passes/PassBuilder.h"

namespace weft::compiler {

llvm::Error runPasses(llvm::Module &module, llvm::TargetMachine &machine, llvm::StringRef passes) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::ModulePassManager manager;
  if (llvm::Error error = builder.parsePassPipeline(manager, passes))
    return error;
  manager.run(module, modules);
  return llvm::Error::success();
}

} // namespace weft::compiler
