// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels for the simulator's tests: from a file of Inputs or from lines of IR.
#ifndef TEST_COMPILER_SIM_SIMKERNEL_H
#define TEST_COMPILER_SIM_SIMKERNEL_H

#include <string>
#include <vector>

#include "compiler/sim/Simulator.h"

namespace weft::sim {

/// The text of Inputs/NAME.
std::string readInput(const std::string &name);

/// `define ptx_kernel void @k(ARGUMENTS)` around a body, with a shared array @s of `shared` bytes
/// and declarations of what the body calls, written as `declare ...` lines behind it.
std::string makeKernel(const std::string &arguments, const std::string &body,
                       const std::string &declarations = "", unsigned shared = 1024);

/// Everything is checked unless a test says otherwise.
Options makeOptions(uint64_t seed = 1, Schedule schedule = Schedule::Priority,
                    AsyncCopies copies = AsyncCopies::Mixed);

struct SimKernel {
  explicit SimKernel(const std::string &text, const Options &options = makeOptions(),
                     const Target &target = {});
  /// Arguments are pointers to values, as of cuLaunchKernel. Throws what launch() returns as Error.
  LaunchStats run(const std::string &kernel, const LaunchConfig &config,
                  std::vector<void *> arguments);
  /// A new range of device memory with these values.
  template <class T> T *upload(const std::vector<T> &values) {
    auto *start = static_cast<T *>(memory.allocate(values.size() * sizeof(T)));
    std::copy(values.begin(), values.end(), start);
    return start;
  }
  /// `kind: text`, one a line.
  std::string describe() const;
  bool has(Diagnostic::Kind kind) const;

  Memory memory;
  std::unique_ptr<Module> module;
  std::vector<Diagnostic> diagnostics;
};

constexpr Schedule allSchedules[] = {Schedule::InOrder, Schedule::Priority, Schedule::Uniform,
                                     Schedule::Reverse};
constexpr AsyncCopies allCopies[] = {AsyncCopies::Mixed, AsyncCopies::Eager, AsyncCopies::Late};

} // namespace weft::sim

#endif
