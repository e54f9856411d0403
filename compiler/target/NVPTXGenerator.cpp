// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/target/NVPTXGenerator.h"
#include "compiler/target/RunPasses.h"

#include <mutex>

#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/TargetSelect.h"

namespace weft::compiler {

/// Addresses of shared memory in 32 bits: fewer registers. LLVM has no other way to ask for it than
/// this option of the whole process, which only the NVPTX back end reads.
static void useShortPointers() {
  auto &options = llvm::cl::getRegisteredOptions();
  auto found = options.find("nvptx-short-ptr");
  if (found != options.end() && found->second->getNumOccurrences() == 0)
    found->second->addOccurrence(0, "nvptx-short-ptr", "true");
}

std::unique_ptr<NVPTXGenerator> NVPTXGenerator::create(const GpuTarget &gpu) {
  static std::once_flag isRegistered;
  std::call_once(isRegistered, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
    useShortPointers();
  });
  llvm::Triple triple("nvptx64-nvidia-cuda");
  std::string error;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  std::unique_ptr<llvm::TargetMachine> machine(
      target->createTargetMachine(triple, gpu.chip, gpu.features, llvm::TargetOptions(),
                                  std::nullopt, std::nullopt, llvm::CodeGenOptLevel::Aggressive));
  return std::unique_ptr<NVPTXGenerator>(new NVPTXGenerator(std::move(machine)));
}

static void setAttributes(llvm::Module &module) {
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    // As the CPU's kernels: denormals of f32 are zero.
    function.addFnAttr("denormal-fp-math-f32", "preserve-sign,preserve-sign");
    // What threads do together must not move into a branch that some of them take. Intrinsics say
    // so themselves; of inline assembly nobody knows, and MLIR cannot say it.
    for (llvm::Instruction &instruction : llvm::instructions(function))
      if (auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction); call && call->isInlineAsm())
        call->setConvergent();
  }
}

void NVPTXGenerator::optimise(llvm::Module &module) {
  module.setTargetTriple(machine->getTargetTriple());
  module.setDataLayout(machine->createDataLayout());
  // For the simulator, which plays this GPU.
  llvm::LLVMContext &context = module.getContext();
  module.getOrInsertNamedMetadata("weft.target")
      ->addOperand(
          llvm::MDNode::get(context, llvm::MDString::get(context, machine->getTargetCPU())));
  setAttributes(module);
  // With the machine: NVPTX has passes of its own in this list.
  llvm::cantFail(runPasses(module, *machine, "default<O3>"));
}

namespace {

/// Without a handler an error of the back end ends the process.
struct ErrorCollector : llvm::DiagnosticHandler {
  explicit ErrorCollector(std::string &text) : text(text) {}
  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    if (info.getSeverity() == llvm::DS_Error) {
      llvm::raw_string_ostream stream(text);
      if (!text.empty())
        stream << "; ";
      llvm::DiagnosticPrinterRawOStream printer(stream);
      info.print(printer);
    }
    return true;
  }
  std::string &text;
};

} // namespace

llvm::Expected<std::string> NVPTXGenerator::emit(llvm::Module &module) {
  std::string errors;
  module.getContext().setDiagnosticHandler(std::make_unique<ErrorCollector>(errors));
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  bool isWrong =
      machine->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile);
  if (!isWrong)
    passes.run(module);
  // The handler refers to a string that ends here.
  module.getContext().setDiagnosticHandler(nullptr);
  if (isWrong || !errors.empty())
    return llvm::createStringError(isWrong ? "the back end writes no PTX" : errors);
  return std::string(bytes.begin(), bytes.end());
}

} // namespace weft::compiler
