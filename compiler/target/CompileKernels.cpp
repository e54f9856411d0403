// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels to objects. The order in which threads take kernels is free; what an object holds depends
// on its kernel and the level alone.
#include <atomic>
#include <system_error>
#include <thread>

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/Support/Threading.h"

#include "compiler/target/CodeGenerator.h"
#include "compiler/target/KernelCache.h"

using namespace mlir;

namespace weft::compiler {
namespace {

/// Objects of some thousand kernels.
constexpr uint64_t maxCacheBytes = uint64_t(512) << 20;

struct Kernel {
  std::string bitcode, key, object;
};

/// The module as bitcode; empty where it has no translation.
std::string translate(ModuleOp kernel) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module = translateModuleToLLVMIR(kernel, context, "kernels");
  std::string bitcode;
  if (module) {
    llvm::raw_string_ostream stream(bitcode);
    llvm::WriteBitcodeToFile(*module, stream);
  }
  return bitcode;
}

/// The object; empty where there is none.
std::string compileKernel(const Kernel &kernel, CodeGenerator &generator) {
  llvm::LLVMContext context;
  auto module = llvm::parseBitcodeFile(llvm::MemoryBufferRef(kernel.bitcode, "kernels"), context);
  if (!module) {
    llvm::consumeError(module.takeError());
    return "";
  }
  FailureOr<std::string> object = generator.run(**module, X86Form::Object);
  return succeeded(object) ? std::move(*object) : "";
}

/// Compiles on this thread and on others as far as there are processors.
void compileAll(MutableArrayRef<Kernel *> kernels, const X86Level &level) {
  // The largest first, so that none of them is left for the end.
  llvm::stable_sort(kernels, [](const Kernel *a, const Kernel *b) {
    return a->bitcode.size() > b->bitcode.size();
  });
  std::atomic<size_t> next = 0;
  auto work = [&] {
    std::unique_ptr<CodeGenerator> generator = CodeGenerator::create(level);
    for (size_t i = next++; generator && i < kernels.size(); i = next++)
      kernels[i]->object = compileKernel(*kernels[i], *generator);
  };
  size_t count =
      std::min<size_t>(llvm::hardware_concurrency().compute_thread_count(), kernels.size());
  std::vector<std::thread> threads;
  try {
    while (threads.size() + 1 < count)
      threads.emplace_back(work);
  } catch (const std::system_error &) {
    // Fewer threads do the same work.
  }
  work();
  for (std::thread &thread : threads)
    thread.join();
}

} // namespace

FailureOr<std::vector<std::string>> compileKernels(ModuleOp machineModule,
                                                   const X86Options &options) {
  KernelCache cache(options.cacheFolder);
  std::string description = CodeGenerator::describe(options.level);
  SmallVector<OwningOpRef<ModuleOp>> modules;
  for (auto function : machineModule.getOps<LLVM::LLVMFuncOp>()) {
    modules.emplace_back(ModuleOp::create(function.getLoc()));
    modules.back()->push_back(function->clone());
  }
  // A program may launch nothing; a linker wants at least one object.
  if (modules.empty())
    modules.emplace_back(ModuleOp::create(machineModule.getLoc()));
  std::vector<Kernel> kernels;
  for (OwningOpRef<ModuleOp> &module : modules) {
    Kernel kernel{translate(*module), {}, {}};
    if (kernel.bitcode.empty())
      return module->emitError("internal: the kernel has no translation to LLVM");
    kernel.key = KernelCache::getKey(description + "\n" + kernel.bitcode);
    if (std::optional<std::string> object = cache.find(kernel.key))
      kernel.object = std::move(*object);
    kernels.push_back(std::move(kernel));
  }
  std::vector<Kernel *> missing;
  for (Kernel &kernel : kernels)
    if (kernel.object.empty())
      missing.push_back(&kernel);
  compileAll(missing, options.level);
  for (const Kernel *kernel : missing) {
    if (kernel->object.empty())
      return machineModule.emitError("internal: the x86 target cannot compile a kernel");
    cache.keep(kernel->key, kernel->object);
  }
  if (!missing.empty())
    cache.trim(maxCacheBytes);
  std::vector<std::string> objects;
  for (Kernel &kernel : kernels)
    objects.push_back(std::move(kernel.object));
  return objects;
}

} // namespace weft::compiler
