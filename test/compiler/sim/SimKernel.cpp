// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SimKernel.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace weft::sim {

std::string readInput(const std::string &name) {
  std::ifstream file(std::string(WEFT_SIM_INPUTS "/") + name);
  std::stringstream text;
  text << file.rdbuf();
  if (text.str().empty())
    throw std::runtime_error("no input " + name);
  return text.str();
}

std::string makeKernel(const std::string &arguments, const std::string &body,
                       const std::string &declarations, unsigned shared) {
  return R"(target datalayout = "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"
@s = internal addrspace(3) global [)" +
         std::to_string(shared) + R"( x i8] undef, align 16
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
)" + declarations +
         "\ndefine ptx_kernel void @k(" + arguments + ") {\nentry:\n" +
         "%tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n" +
         "%block = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()\n" + body + "\nret void\n}\n";
}

Options makeOptions(uint64_t seed, Schedule schedule, AsyncCopies copies) {
  Options options;
  options.seed = seed;
  options.schedule = schedule;
  options.asyncCopies = copies;
  options.races = options.uninitialised = true;
  return options;
}

SimKernel::SimKernel(const std::string &text, const Options &options, const Target &target) {
  auto loaded = Module::load(llvm::MemoryBufferRef(text, "kernel.ll"), target, options);
  if (!loaded)
    throw std::runtime_error(llvm::toString(loaded.takeError()));
  module = std::move(*loaded);
}

LaunchStats SimKernel::run(const std::string &kernel, const LaunchConfig &config,
                           std::vector<void *> arguments) {
  diagnostics.clear();
  auto stats = module->launch(kernel, config, arguments, memory, diagnostics);
  if (!stats)
    throw std::runtime_error(llvm::toString(stats.takeError()));
  return *stats;
}

std::string SimKernel::describe() const {
  std::string text;
  for (const Diagnostic &diagnostic : diagnostics)
    text += getName(diagnostic.kind).str() + ": " + diagnostic.text + "\n";
  return text;
}

bool SimKernel::has(Diagnostic::Kind kind) const {
  for (const Diagnostic &diagnostic : diagnostics)
    if (diagnostic.kind == kind)
      return true;
  return false;
}

} // namespace weft::sim
