// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/target/X86.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/TargetParser/Host.h"

#include "compiler/target/CodeGenerator.h"

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
    X86Level avx512bf16 = avx512;
    avx512bf16.name = "avx512bf16";
    avx512bf16.bf16 = Bf16Products::Pairs;
    avx512bf16.features.push_back("avx512bf16");
    X86Level amx = avx512bf16;
    amx.name = "amx";
    amx.bf16 = Bf16Products::Tiles;
    for (const char *feature : {"amx-tile", "amx-bf16"})
      amx.features.push_back(feature);
    return std::vector<X86Level>{amx, avx512bf16, avx512, avx2};
  }();
  return levels;
}

/// Whether the system would let a process use the tile registers; it does not ask for them.
static bool hasTileState() {
#ifdef __linux__
  constexpr long archGetSupportedComponents = 0x1021, tileData = 18;
  uint64_t components = 0;
  return ::syscall(SYS_arch_prctl, archGetSupportedComponents, &components) == 0 &&
         (components >> tileData & 1) != 0;
#else
  return false;
#endif
}

static bool isBf16(Type type) { return getElementTypeOrSelf(type).isBF16(); }

bool hasBf16Products(ModuleOp module) {
  WalkResult walk = module.walk([](Operation *op) {
    auto call = dyn_cast<LLVM::CallIntrinsicOp>(op);
    StringRef name = op->getName().stripDialect();
    // Of graphs and of kernels; lowered, by what only such products call.
    bool isOne = call ? call.getIntrin().contains("bf16")
                      : (name == "dot" || name.contains("attention")) &&
                            llvm::any_of(op->getOperandTypes(), isBf16);
    return isOne ? WalkResult::interrupt() : WalkResult::advance();
  });
  return walk.wasInterrupted();
}

std::vector<X86Level> getHostLevels() {
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  std::vector<X86Level> levels;
  for (const X86Level &level : getLevels())
    if (llvm::all_of(level.features, [&](const std::string &name) { return host.lookup(name); }) &&
        (level.bf16 != Bf16Products::Tiles || hasTileState()))
      levels.push_back(level);
  return levels;
}

FailureOr<X86Level> getHostLevel(bool hasBf16Products) {
  for (const X86Level &level : getHostLevels())
    if (level.bf16 == Bf16Products::Widened || hasBf16Products)
      return level;
  return failure();
}

FailureOr<X86Level> getX86Level(std::string_view target, bool hasBf16Products) {
  for (auto [suffix, optimize] : {std::pair("-O0", 0), std::pair("-O3", 3)})
    if (target.ends_with(suffix)) {
      FailureOr<X86Level> level = getX86Level(target.substr(0, target.size() - 3), hasBf16Products);
      if (failed(level) || level->optimize != 2)
        return failure();
      level->name += suffix;
      level->optimize = optimize;
      return level;
    }
  if (target == "cpu")
    return getHostLevel(hasBf16Products);
  for (const X86Level &level : getLevels())
    if (target == "cpu:" + level.name)
      return level;
  return failure();
}

std::vector<std::string> getHostFeatures() {
  FailureOr<X86Level> level = getHostLevel();
  return succeeded(level) ? level->features : std::vector<std::string>();
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
  if (options.form == X86Form::Shared) {
    FailureOr<std::vector<std::string>> objects = compileKernels(machineModule, options);
    if (failed(objects))
      return failure();
    FailureOr<std::string> bytes = linkShared(machineModule.getLoc(), *objects);
    if (failed(bytes))
      return failure();
    return X86Code{std::move(*bytes), options.level.features};
  }
  std::unique_ptr<CodeGenerator> generator = CodeGenerator::create(options.level);
  OwningOpRef<ModuleOp> functions = copyFunctions(machineModule);
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module = translateModuleToLLVMIR(*functions, context, "kernels");
  if (!generator || !module)
    return machineModule.emitError("internal: kernels have no translation to x86");
  FailureOr<std::string> bytes = generator->run(*module, options.form);
  if (failed(bytes))
    return machineModule.emitError("internal: the x86 target cannot write this form");
  return X86Code{std::move(*bytes), options.level.features};
}

} // namespace weft::compiler
