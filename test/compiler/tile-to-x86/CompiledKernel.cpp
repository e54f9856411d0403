// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CompiledKernel.h"

#include <chrono>
#include <cstring>
#include <dlfcn.h>
#include <fstream>
#include <stdexcept>
#include <stdlib.h>
#include <unistd.h>
#include <xmmintrin.h>

#include "compiler/lower/TileToX86/TileToX86.h"
#include "compiler/target/X86.h"
#include "dialects/tile/TileDialect.h"
#include "dialects/weft/WeftDialect.h"
#include "runtime/device/cpu/CpuFeatures.h"
#include "test/lib/TileEmulation.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace weft;

static constexpr const char *emulatedAmx = "cpu:amx emulated", *emulationTarget = "cpu:avx512bf16";

static std::string compile(const std::string &text, std::string target,
                           compiler::X86Form form = compiler::X86Form::Shared) {
  bool isEmulated = target == emulatedAmx;
  if (isEmulated)
    target = "cpu:amx";
  DialectRegistry registry;
  registry.insert<arith::ArithDialect, scf::SCFDialect, tile::TileDialect, ir::WeftDialect,
                  LLVM::LLVMDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  std::string messages;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    messages += diagnostic.str() + "\n";
    return success();
  });
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    throw std::runtime_error("does not parse: " + messages);
  FailureOr<compiler::X86Level> level = compiler::getX86Level(target);
  if (failed(level))
    throw std::runtime_error("no level " + target);
  PassManager passes(&context);
  compiler::addTileToX86Passes(passes, level->vectorBits, level->bf16);
  passes.addPass(compiler::createVerifyMachinePass());
  if (failed(passes.run(*module)))
    throw std::runtime_error("does not lower: " + messages);
  if (isEmulated) {
    check::emulateTiles(*module);
    level = compiler::getX86Level(emulationTarget);
  }
  auto code = compiler::compileX86(*module, {*level, form});
  if (failed(code))
    throw std::runtime_error("does not compile: " + messages);
  return code->bytes;
}

CompiledKernel::CompiledKernel(const std::string &text, const std::string &level) {
  // As the runtime does: the system gives tile registers on request only.
  if (FailureOr<compiler::X86Level> known = compiler::getX86Level(level); succeeded(known))
    if (Status status = requireCpuFeatures(known->features); !status)
      throw std::runtime_error(status.message());
  auto start = std::chrono::steady_clock::now();
  std::string bytes = compile(text, level);
  compileTime =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  char path[] = "/tmp/weft-kernel-XXXXXX";
  int file = mkstemp(path);
  if (file < 0 || write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("cannot write the shared object");
  close(file);
  handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  unlink(path);
  if (!handle)
    throw std::runtime_error(dlerror());
  kernel = reinterpret_cast<WeftKernel>(dlsym(handle, "k"));
  if (!kernel)
    throw std::runtime_error("no kernel named k");
}

CompiledKernel::~CompiledKernel() {
  if (handle)
    dlclose(handle);
}

/// Leaves NaN wherever the next call has its buffers: what a kernel did not write must not count.
__attribute__((noinline)) static void dirtyStack() {
  char bytes[320 << 10];
  std::memset(bytes, 0xFF, sizeof bytes);
  asm volatile("" : : "r"(bytes) : "memory");
}

void CompiledKernel::run(const std::vector<void *> &arrays, int64_t tasks,
                         const std::vector<int64_t> &sizes) const {
  unsigned saved = _mm_getcsr();
  _mm_setcsr(saved | 0x8040); // FTZ and DAZ, as the runtime's threads have them
  for (int64_t task = 0; task < tasks; ++task) {
    dirtyStack();
    kernel(arrays.data(), sizes.data(), task);
  }
  _mm_setcsr(saved);
  if (std::string fault = check::takeTileFault(); !fault.empty())
    throw std::runtime_error(fault);
}

std::string compileToAssembly(const std::string &text, const std::string &level) {
  return compile(text, level, compiler::X86Form::Assembly);
}

static std::vector<std::string> getLevels(bool hasBf16Products) {
  std::vector<std::string> names;
  for (const compiler::X86Level &level : compiler::getHostLevels())
    if (level.bf16 == compiler::Bf16Products::Widened || hasBf16Products)
      names.push_back("cpu:" + level.name);
  return names;
}

std::vector<std::string> getRunnableLevels() { return getLevels(false); }

std::vector<std::string> getRunnableBf16Levels() {
  std::vector<std::string> levels = getLevels(true);
  if (llvm::is_contained(levels, emulationTarget))
    levels.insert(levels.begin(), emulatedAmx);
  return levels;
}
