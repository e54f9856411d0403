// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/target/NVPTX.h"

#include "mlir/Conversion/NVVMToLLVM/NVVMToLLVM.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/DebugInfo.h"

#include "compiler/support/Cause.h"
#include "compiler/target/DebugLines.h"
#include "compiler/target/NVPTXGenerator.h"
#include "compiler/target/NVPTXSelection.h"
#include "compiler/target/Ptxas.h"

using namespace mlir;

namespace weft::compiler {

std::string getEntryName(StringRef kernel) {
  // A digit is no beginning.
  std::string entry = !kernel.empty() && llvm::isDigit(kernel[0]) ? "$" : "";
  for (char c : kernel)
    if (llvm::isAlnum(c) || c == '_')
      entry += c;
    else
      entry += c == '.' ? "$" : "$$" + llvm::toHex(StringRef(&c, 1), /*LowerCase=*/true);
  return entry;
}

/// Two kernels of one name would be none.
static LogicalResult renameKernels(ModuleOp machineModule, llvm::Module &module,
                                   ArrayRef<GpuKernel> kernels) {
  for (const GpuKernel &kernel : kernels) {
    if (kernel.name == kernel.entry)
      continue;
    if (module.getNamedValue(kernel.entry))
      return machineModule.emitError("expects kernels of different names in PTX, got twice ")
             << kernel.entry;
    module.getFunction(kernel.name)->setName(kernel.entry);
  }
  return success();
}

static bool isKernel(LLVM::LLVMFuncOp function) {
  return function->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName());
}

/// What launches have to know, of each kernel.
static std::vector<GpuKernel> listKernels(ModuleOp module) {
  std::vector<GpuKernel> kernels;
  for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
    if (!isKernel(function))
      continue;
    GpuKernel kernel{.name = function.getSymName().str(),
                     .entry = getEntryName(function.getSymName()),
                     .threads = 1};
    if (auto threads =
            function->getAttrOfType<DenseI32ArrayAttr>(NVVM::NVVMDialect::getReqntidAttrName()))
      for (int32_t size : threads.asArrayRef())
        kernel.threads *= size;
    if (auto shared = function->getAttrOfType<IntegerAttr>(sharedBytesAttrName))
      kernel.sharedBytes = shared.getInt();
    if (auto products = function->getAttrOfType<StringAttr>(productsAttrName))
      kernel.products = products.str();
    kernels.push_back(std::move(kernel));
  }
  return kernels;
}

/// A module of the kernels and their memory alone: the exec program has no translation.
static OwningOpRef<ModuleOp> copyKernels(ModuleOp module) {
  OwningOpRef<ModuleOp> copy(ModuleOp::create(module.getLoc()));
  for (Operation &op : module.getOps())
    if (isa<LLVM::GlobalOp>(op) ||
        (isa<LLVM::LLVMFuncOp>(op) && isKernel(cast<LLVM::LLVMFuncOp>(op))))
      copy->push_back(op.clone());
  return copy;
}

static std::unique_ptr<llvm::Module> translate(ModuleOp module, llvm::LLVMContext &context) {
  MLIRContext *mlir = module.getContext();
  registerBuiltinDialectTranslation(*mlir);
  registerLLVMDialectTranslation(*mlir);
  registerNVVMDialectTranslation(*mlir);
  OwningOpRef<ModuleOp> kernels = copyKernels(module);
  // Those of NVVM that are inline assembly.
  PassManager manager(mlir);
  manager.addPass(createConvertNVVMToLLVMPass());
  addDebugLines(*kernels, manager);
  if (failed(manager.run(*kernels)))
    return nullptr;
  return translateModuleToLLVMIR(*kernels, context, "kernels");
}

/// The place of the kernel that an error names, where it begins with "kernel NAME: ".
static Location findPlace(ModuleOp module, StringRef error) {
  if (error.consume_front("kernel "))
    if (Operation *kernel = module.lookupSymbol(error.take_until([](char c) { return c == ':'; })))
      return kernel->getLoc();
  return module.getLoc();
}

static LogicalResult report(ModuleOp module, llvm::Error error) {
  std::string text = llvm::toString(std::move(error));
  return emitError(findPlace(module, text)) << text;
}

static LogicalResult assemble(ModuleOp module, const GpuTarget &target, GpuCode &code) {
  std::string ptxas = findPtxas();
  if (ptxas.empty())
    return emitError(module.getLoc(), Cause::MissingTool)
           << "expects ptxas of the CUDA Toolkit for a cubin, in $CUDA_HOME/bin or in PATH, or "
              "named by WEFT_PTXAS, got none; on Debian and Ubuntu: apt-get install "
              "nvidia-cuda-toolkit; --emit=ptx needs none";
  FailureOr<Cubin> cubin = assemblePTX(module.getLoc(), code.ptx, target, ptxas);
  if (failed(cubin))
    return failure();
  code.cubin = std::move(cubin->bytes);
  for (GpuKernel &kernel : code.kernels)
    if (auto found = cubin->kernels.find(kernel.entry); found != cubin->kernels.end()) {
      kernel.registers = found->second.registers;
      kernel.spilledBytes = found->second.spilledBytes;
    }
  return success();
}

FailureOr<GpuCode> compileNVPTX(ModuleOp machineModule, const GpuTarget &target, GpuForm form) {
  GpuCode code;
  code.kernels = listKernels(machineModule);
  for (const GpuKernel &kernel : code.kernels)
    if (kernel.sharedBytes > target.maxSharedBytes)
      return report(machineModule,
                    llvm::createStringError(
                        "kernel " + kernel.name + ": expects at most " +
                        std::to_string(target.maxSharedBytes) + " bytes of shared memory on " +
                        std::string(target.name) + ", got " + std::to_string(kernel.sharedBytes)));
  std::unique_ptr<NVPTXGenerator> generator = NVPTXGenerator::create(target);
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module = translate(machineModule, context);
  if (!generator || !module)
    return machineModule.emitError("internal: kernels have no translation to NVVM");
  generator->optimise(*module);
  if (form != GpuForm::NVVM)
    if (llvm::Error error = checkSelectable(*module, target))
      return report(machineModule, std::move(error));
  if (failed(renameKernels(machineModule, *module, code.kernels)))
    return failure();
  llvm::raw_string_ostream bitcode(code.bitcode);
  llvm::WriteBitcodeToFile(*module, bitcode);
  // The bitcode alone knows lines: PTX would be twice as long.
  llvm::StripDebugInfo(*module);
  llvm::raw_string_ostream(code.nvvm) << *module;
  if (form == GpuForm::NVVM)
    return code;
  llvm::Expected<std::string> ptx = generator->emit(*module);
  if (!ptx)
    return report(machineModule, ptx.takeError());
  code.ptx = std::move(*ptx);
  if (form == GpuForm::Cubin && failed(assemble(machineModule, target, code)))
    return failure();
  return code;
}

} // namespace weft::compiler
