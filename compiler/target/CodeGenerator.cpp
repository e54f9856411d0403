// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/target/CodeGenerator.h"
#include "compiler/target/RunPasses.h"

#include <mutex>

#include "llvm/Config/llvm-config.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"

using namespace mlir;

namespace weft::compiler {

/// The kernels are vector code already: simplify, move invariants out of loops, nothing that
/// guesses. At level 0 an access beside a tile's buffer ends the process.
static llvm::StringRef getPasses(int level) {
  if (level == 0)
    return "function(bounds-checking)";
  // Whether instcombine reaches a fixpoint is for its own authors to check; LLVM ends the process
  // over it.
  return level == 3 ? "default<O3>"
                    : "function(early-cse,instcombine<no-verify-fixpoint>,simplifycfg,loop-mssa("
                      "loop-rotate,"
                      "licm),early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg)";
}

static std::string joinFeatures(const X86Level &level) {
  std::string features;
  for (const std::string &feature : level.features)
    features += (features.empty() ? "+" : ",+") + feature;
  return features;
}

std::string CodeGenerator::describe(const X86Level &level) {
  return ("llvm " LLVM_VERSION_STRING "\n" + joinFeatures(level) + "\n" + getPasses(level.optimize))
      .str();
}

std::unique_ptr<CodeGenerator> CodeGenerator::create(const X86Level &level) {
  static std::once_flag isRegistered;
  std::call_once(isRegistered, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
  });
  llvm::Triple triple("x86_64-unknown-linux-gnu");
  std::string error;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  auto effort = level.optimize == 0   ? llvm::CodeGenOptLevel::None
                : level.optimize == 3 ? llvm::CodeGenOptLevel::Aggressive
                                      : llvm::CodeGenOptLevel::Default;
  std::unique_ptr<llvm::TargetMachine> machine(
      target->createTargetMachine(triple, "x86-64", joinFeatures(level), llvm::TargetOptions(),
                                  llvm::Reloc::PIC_, std::nullopt, effort));
  return std::unique_ptr<CodeGenerator>(new CodeGenerator(std::move(machine), level.optimize));
}

LogicalResult CodeGenerator::optimise(llvm::Module &module) {
  // LLVM's own list would turn copying loops into calls of memcpy, and kernels are linked with
  // nothing.
  if (level == 3)
    for (llvm::Function &function : module)
      function.addFnAttr("no-builtins");
  if (llvm::Error error = runPasses(module, *machine, getPasses(level))) {
    llvm::consumeError(std::move(error));
    return failure();
  }
  return success();
}

FailureOr<std::string> CodeGenerator::emit(llvm::Module &module, X86Form form) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  if (form == X86Form::LLVM) {
    module.print(stream, nullptr);
    return std::string(bytes.begin(), bytes.end());
  }
  auto type = form == X86Form::Assembly ? llvm::CodeGenFileType::AssemblyFile
                                        : llvm::CodeGenFileType::ObjectFile;
  llvm::legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, stream, nullptr, type))
    return failure();
  passes.run(module);
  return std::string(bytes.begin(), bytes.end());
}

FailureOr<std::string> CodeGenerator::run(llvm::Module &module, X86Form form) {
  module.setTargetTriple(machine->getTargetTriple());
  module.setDataLayout(machine->createDataLayout());
  if (failed(optimise(module)))
    return failure();
  return emit(module, form);
}

} // namespace weft::compiler
