// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The bitcode that artifacts carry for the simulator: the kernels of ptx.mlir, loaded and run.
#include <gtest/gtest.h>

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include "compiler/Compiler.h"
#include "compiler/sim/Simulator.h"
#include "compiler/target/NVPTX.h"
#include "compiler/target/Ptxas.h"

namespace weft::compiler {
namespace {

GpuCode compileKernels() {
  mlir::DialectRegistry registry;
  registerAll(registry);
  mlir::MLIRContext context(registry);
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(WEFT_NVPTX_KERNELS, &context);
  if (!module)
    return {};
  mlir::FailureOr<GpuCode> code = compileNVPTX(*module, *getGpuTarget("sm_80"), GpuForm::PTX);
  return mlir::succeeded(code) ? *code : GpuCode();
}

std::unique_ptr<sim::Module> loadKernels() {
  auto module = sim::Module::load(llvm::MemoryBufferRef(compileKernels().bitcode, "kernels"));
  EXPECT_TRUE(bool(module)) << llvm::toString(module.takeError());
  return module ? std::move(*module) : nullptr;
}

/// 384 results of `scale`, of which `size` are asked for; the others stay -1.
std::vector<float> scale(sim::Module &module, uint32_t blocks, int64_t size) {
  sim::Memory memory;
  auto *x = static_cast<float *>(memory.allocate(384 * sizeof(float)));
  auto *y = static_cast<float *>(memory.allocate(384 * sizeof(float)));
  for (int i = 0; i < 384; ++i) {
    x[i] = float(i);
    y[i] = -1;
  }
  sim::LaunchConfig config;
  config.grid.x = blocks;
  config.block.x = 128;
  std::vector<sim::Diagnostic> diagnostics;
  void *arguments[] = {&x, &y, &size};
  auto stats = module.launch("scale", config, arguments, memory, diagnostics);
  EXPECT_TRUE(bool(stats)) << llvm::toString(stats.takeError());
  for (const sim::Diagnostic &diagnostic : diagnostics)
    ADD_FAILURE() << diagnostic.text;
  return {y, y + 384};
}

TEST(Nvptx, BitcodeRunsInTheSimulatorWithAnyGrid) {
  std::unique_ptr<sim::Module> module = loadKernels();
  ASSERT_TRUE(module);
  for (uint32_t blocks : {1, 2, 3, 5}) {
    std::vector<float> y = scale(*module, blocks, 300);
    for (int i = 0; i < 384; ++i)
      ASSERT_EQ(y[i], i < 300 ? float(4 * i) : -1.0f) << i << " with " << blocks << " blocks";
  }
}

TEST(Nvptx, SharedMemoryIsWhatALaunchGives) {
  std::unique_ptr<sim::Module> module = loadKernels();
  ASSERT_TRUE(module);
  auto countDiagnostics = [&](uint32_t sharedBytes) {
    sim::Memory memory;
    void *a = memory.allocate(2048), *out = memory.allocate(512);
    sim::LaunchConfig config;
    config.block.x = 128;
    config.dynamicShared = sharedBytes;
    std::vector<sim::Diagnostic> diagnostics;
    void *arguments[] = {&a, &out};
    auto stats =
        module->launch(getEntryName("step.0.product"), config, arguments, memory, diagnostics);
    EXPECT_TRUE(bool(stats)) << llvm::toString(stats.takeError());
    return diagnostics.size();
  };
  EXPECT_EQ(countDiagnostics(2048), 0u);
  EXPECT_GT(countDiagnostics(1024), 0u);
}

TEST(Nvptx, NamesHaveNoDotsInPtx) {
  EXPECT_EQ(getEntryName("step.0.dot_add"), "step$0$dot_add");
  EXPECT_EQ(getEntryName("a-b"), "a$$2db");
  EXPECT_EQ(getEntryName("0.x"), "$0$x");
  EXPECT_EQ(getEntryName("plain"), "plain");
}

TEST(Nvptx, ResourcesAreReadByKernel) {
  auto kernels =
      parseResources("ptxas info    : 0 bytes gmem\n"
                     "ptxas info    : Compiling entry function 'first' for 'sm_80'\n"
                     "ptxas info    : Function properties for first\n"
                     "    16 bytes stack frame, 8 bytes spill stores, 12 bytes spill loads\n"
                     "ptxas info    : Used 42 registers, used 1 barriers, 64 bytes smem, 360 "
                     "bytes cmem[0]\n"
                     "ptxas info    : Compiling entry function 'second' for 'sm_80'\n"
                     "ptxas info    : Used 8 registers, 352 bytes cmem[0]\n");
  ASSERT_EQ(kernels.size(), 2u);
  EXPECT_EQ(kernels["first"].registers, 42);
  EXPECT_EQ(kernels["first"].stackBytes, 16);
  EXPECT_EQ(kernels["first"].spilledBytes, 20);
  EXPECT_EQ(kernels["first"].staticSharedBytes, 64);
  EXPECT_EQ(kernels["second"].registers, 8);
  EXPECT_EQ(kernels["second"].spilledBytes, 0);
}

} // namespace
} // namespace weft::compiler
