// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/target/Ptxas.h"

#include <cstdlib>

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Regex.h"

#include "compiler/support/Cause.h"
#include "compiler/target/Scratch.h"

using namespace mlir;

namespace weft::compiler {

/// A kernel takes some tenths of a second; a model has some hundred.
static constexpr unsigned timeLimitSeconds = 600;

std::string findPtxas() {
  if (const char *named = std::getenv("WEFT_PTXAS"); named && *named)
    return named;
  if (const char *toolkit = std::getenv("CUDA_HOME"); toolkit && *toolkit) {
    std::string path = std::string(toolkit) + "/bin/ptxas";
    if (llvm::sys::fs::can_execute(path))
      return path;
  }
  llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName("ptxas");
  return path ? *path : "";
}

/// The number of the first group; 0 where the line is another one.
static int64_t match(const char *pattern, StringRef line) {
  SmallVector<StringRef> groups;
  int64_t number = 0;
  if (llvm::Regex(pattern).match(line, &groups) && !groups[1].getAsInteger(10, number))
    return number;
  return 0;
}

std::map<std::string, KernelResources> parseResources(StringRef messages) {
  std::map<std::string, KernelResources> kernels;
  KernelResources *current = nullptr;
  while (!messages.empty()) {
    auto [line, rest] = messages.split('\n');
    messages = rest;
    SmallVector<StringRef> groups;
    if (llvm::Regex("Compiling entry function '([^']*)'").match(line, &groups))
      current = &kernels[groups[1].str()];
    if (!current)
      continue;
    current->registers += match("Used ([0-9]+) registers", line);
    current->stackBytes += match("([0-9]+) bytes stack frame", line);
    current->spilledBytes +=
        match("([0-9]+) bytes spill stores", line) + match("([0-9]+) bytes spill loads", line);
    current->staticSharedBytes += match("([0-9]+) bytes smem", line);
  }
  return kernels;
}

/// The lines that say so; empty where there are none.
static std::string findSerialised(StringRef messages) {
  std::string lines;
  SmallVector<StringRef> all;
  messages.split(all, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef line : all)
    if (llvm::Regex("C75[0-9][0-9]").match(line))
      lines += (lines.empty() ? "" : "\n") + line.trim().str();
  return lines;
}

FailureOr<Cubin> assemblePTX(Location loc, StringRef ptx, const GpuTarget &target,
                             const std::string &ptxas) {
  if (!llvm::sys::fs::can_execute(ptxas))
    return emitError(loc, Cause::MissingTool)
           << "expects WEFT_PTXAS to name a program, got '" << ptxas << "'";
  ScratchDirectory scratch("weft-ptxas");
  std::string input = scratch.file("kernels.ptx"), output = scratch.file("kernels.cubin"),
              messages = scratch.file("messages");
  if (scratch.path.empty() || !writeFile(input, ptx))
    return emitError(loc, Cause::Resource)
           << "expects to write " << ptx.size() << " bytes to a temporary directory, got an error";
  std::string arch = "-arch=" + std::string(target.chip);
  std::vector<StringRef> arguments = {ptxas, "-v", arch, input, "-o", output};
  std::optional<StringRef> redirects[] = {StringRef(), StringRef(messages), StringRef(messages)};
  std::string error;
  int status = llvm::sys::ExecuteAndWait(ptxas, arguments, std::nullopt, redirects,
                                         timeLimitSeconds, 0, &error);
  std::string said = readFile(messages);
  if (status != 0)
    return emitError(loc) << "expects " << ptxas << " to assemble the kernels, got status "
                          << status << ": " << error << said;
  if (std::string lines = findSerialised(said); !lines.empty())
    return emitError(loc) << "expects tensor operations that overlap, got of " << ptxas << ": "
                          << lines;
  Cubin cubin{readFile(output), parseResources(said)};
  if (cubin.bytes.empty())
    return emitError(loc) << "expects " << ptxas << " to write a cubin, got nothing";
  return cubin;
}

} // namespace weft::compiler
