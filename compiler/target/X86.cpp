// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/target/X86.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;

namespace weft::compiler {

static const std::vector<X86Level> &getLevels() {
  static const std::vector<X86Level> levels = [] {
    X86Level avx2{"avx2", {"avx2", "fma", "bmi", "bmi2", "f16c", "lzcnt", "popcnt"}, 256};
    X86Level avx512 = avx2;
    avx512.name = "avx512";
    avx512.vectorBits = 512;
    for (const char *feature : {"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd"})
      avx512.features.push_back(feature);
    return std::vector<X86Level>{avx512, avx2};
  }();
  return levels;
}

FailureOr<X86Level> getHostLevel() {
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  for (const X86Level &level : getLevels())
    if (llvm::all_of(level.features, [&](const std::string &name) { return host.lookup(name); }))
      return level;
  return failure();
}

FailureOr<X86Level> getX86Level(std::string_view target) {
  for (auto [suffix, optimize] : {std::pair("-O0", 0), std::pair("-O3", 3)})
    if (target.ends_with(suffix)) {
      FailureOr<X86Level> level = getX86Level(target.substr(0, target.size() - 3));
      if (failed(level) || level->optimize != 2)
        return failure();
      level->name += suffix;
      level->optimize = optimize;
      return level;
    }
  if (target == "cpu")
    return getHostLevel();
  for (const X86Level &level : getLevels())
    if (target == "cpu:" + level.name)
      return level;
  return failure();
}

std::vector<std::string> getHostFeatures() {
  FailureOr<X86Level> level = getHostLevel();
  return succeeded(level) ? level->features : std::vector<std::string>();
}

static std::unique_ptr<llvm::TargetMachine> createTargetMachine(const X86Level &level) {
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86Target();
  LLVMInitializeX86TargetMC();
  LLVMInitializeX86AsmPrinter();
  llvm::Triple triple("x86_64-unknown-linux-gnu");
  std::string error;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  std::string features;
  for (const std::string &feature : level.features)
    features += (features.empty() ? "+" : ",+") + feature;
  auto effort = level.optimize == 0   ? llvm::CodeGenOptLevel::None
                : level.optimize == 3 ? llvm::CodeGenOptLevel::Aggressive
                                      : llvm::CodeGenOptLevel::Default;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, "x86-64", features, llvm::TargetOptions(), llvm::Reloc::PIC_, std::nullopt, effort));
}

/// The kernels are vector code already: simplify, move invariants out of loops, nothing that
/// guesses. At level 0 an access beside a tile's buffer ends the process.
static LogicalResult optimise(llvm::Module &module, llvm::TargetMachine &machine, int level) {
  // LLVM's own list would turn copying loops into calls of memcpy, and kernels are linked with
  // nothing.
  if (level == 3)
    for (llvm::Function &function : module)
      function.addFnAttr("no-builtins");
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
  llvm::ModulePassManager passes;
  // Whether instcombine reaches a fixpoint is for its own authors to check; LLVM ends the process
  // over it.
  const char *usual =
      "function(early-cse,instcombine<no-verify-fixpoint>,simplifycfg,loop-mssa(loop-rotate,licm),"
      "early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg)";
  const char *list = level == 0 ? "function(bounds-checking)" : level == 3 ? "default<O3>" : usual;
  llvm::Error error = builder.parsePassPipeline(passes, list);
  if (error) {
    llvm::consumeError(std::move(error));
    return failure();
  }
  passes.run(module, modules);
  return success();
}

static FailureOr<std::string> emit(llvm::Module &module, llvm::TargetMachine &machine,
                                   X86Form form) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  if (form == X86Form::LLVM) {
    module.print(stream, nullptr);
    return std::string(bytes.begin(), bytes.end());
  }
  auto type = form == X86Form::Assembly ? llvm::CodeGenFileType::AssemblyFile
                                        : llvm::CodeGenFileType::ObjectFile;
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type))
    return failure();
  passes.run(module);
  return std::string(bytes.begin(), bytes.end());
}

/// A module of the functions alone: the exec program around them has no translation.
static OwningOpRef<ModuleOp> copyFunctions(ModuleOp module) {
  OwningOpRef<ModuleOp> copy(ModuleOp::create(module.getLoc()));
  for (auto function : module.getOps<LLVM::LLVMFuncOp>())
    copy->push_back(function->clone());
  return copy;
}

FailureOr<X86Code> compileX86(ModuleOp machineModule, const X86Options &options) {
  registerBuiltinDialectTranslation(*machineModule->getContext());
  registerLLVMDialectTranslation(*machineModule->getContext());
  std::unique_ptr<llvm::TargetMachine> machine = createTargetMachine(options.level);
  if (!machine)
    return machineModule.emitError("internal: this LLVM has no x86 code generator");
  OwningOpRef<ModuleOp> functions = copyFunctions(machineModule);
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module = translateModuleToLLVMIR(*functions, context, "kernels");
  if (!module)
    return machineModule.emitError("internal: kernels have no translation to LLVM");
  module->setTargetTriple(machine->getTargetTriple());
  module->setDataLayout(machine->createDataLayout());
  if (failed(optimise(*module, *machine, options.level.optimize)))
    return machineModule.emitError("internal: the pass list of the x86 target does not parse");
  FailureOr<std::string> bytes = emit(*module, *machine, options.form);
  if (failed(bytes))
    return machineModule.emitError("internal: the x86 target cannot write this form");
  if (options.form == X86Form::Shared)
    bytes = linkShared(machineModule.getLoc(), *bytes);
  if (failed(bytes))
    return failure();
  return X86Code{std::move(*bytes), options.level.features};
}

} // namespace weft::compiler
