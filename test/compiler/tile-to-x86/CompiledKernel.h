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
  /// text: a module. level: "cpu", "cpu:avx2" and the like; "cpu:amx emulated" is for AMX, with its
  /// registers in software. Throws std::runtime_error with the diagnostics.
  CompiledKernel(const std::string &text, const std::string &level);
  ~CompiledKernel();
  CompiledKernel(const CompiledKernel &) = delete;
  CompiledKernel &operator=(const CompiledKernel &) = delete;

  /// Runs tasks 0 .. tasks-1 with FTZ and DAZ set. Throws std::runtime_error where emulated
  /// registers are used in a way that a processor refuses.
  void run(const std::vector<void *> &arrays, int64_t tasks = 1,
           const std::vector<int64_t> &sizes = {}) const;
  /// Milliseconds from text to shared object.
  double compileTime = 0;

private:
  void *handle = nullptr;
  WeftKernel kernel = nullptr;
};

/// The levels this machine can run, in a program without products of bf16.
std::vector<std::string> getRunnableLevels();
/// And in one with them: each way to compute them, AMX emulated where there is none.
std::vector<std::string> getRunnableBf16Levels();

/// The code for a level, as text.
std::string compileToAssembly(const std::string &text, const std::string &level);

#endif
