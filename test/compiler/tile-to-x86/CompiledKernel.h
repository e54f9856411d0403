// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tile kernels from text to code in this process, for tests.
#ifndef TEST_COMPILER_TILE_TO_X86_COMPILEDKERNEL_H
#define TEST_COMPILER_TILE_TO_X86_COMPILEDKERNEL_H

#include <cstdint>
#include <string>
#include <vector>

#include "weft/abi/Kernel.h"

/// A loaded shared object with one kernel named @k.
class CompiledKernel {
public:
  /// text: a module. level: "cpu", "cpu:avx2" or "cpu:avx512". Throws std::runtime_error with the
  /// diagnostics.
  CompiledKernel(const std::string &text, const std::string &level);
  ~CompiledKernel();
  CompiledKernel(const CompiledKernel &) = delete;
  CompiledKernel &operator=(const CompiledKernel &) = delete;

  /// Runs tasks 0 .. tasks-1 with FTZ and DAZ set.
  void run(const std::vector<void *> &arrays, int64_t tasks = 1,
           const std::vector<int64_t> &sizes = {}) const;
  /// Milliseconds from text to shared object.
  double compileTime = 0;

private:
  void *handle = nullptr;
  WeftKernel kernel = nullptr;
};

/// The levels this machine can run.
std::vector<std::string> getRunnableLevels();

#endif
