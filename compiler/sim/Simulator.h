// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a GPU kernel, given as the LLVM IR that NVPTX would get, on the CPU: one fiber per CUDA
// thread, every schedule chosen by a seed, every access checked. It tells what a kernel computes
// and whether its barriers hold; it tells nothing of speed. docs/guides/simulator.md.
#ifndef COMPILER_SIM_SIMULATOR_H
#define COMPILER_SIM_SIMULATOR_H

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

#include "compiler/sim/Memory.h"

namespace weft::sim {

struct Dim3 {
  uint32_t x = 1, y = 1, z = 1;
  uint64_t count() const { return uint64_t{x} * y * z; }
};

/// Which runnable thread goes next. Priority lets one warp run far ahead of the others and finds
/// what Uniform, which keeps them level, does not; Reverse prefers the last warp.
enum class Schedule { InOrder, Priority, Uniform, Reverse };

/// When a copy of cp.async lands: at once, at the wait that covers it, or either by chance. Bulk
/// copies and products of wgmma likewise: at once, as late as can be, or some time between.
enum class AsyncCopies { Mixed, Eager, Late };

struct Options {
  uint64_t seed = 1;
  Schedule schedule = Schedule::Priority;
  AsyncCopies asyncCopies = AsyncCopies::Mixed;
  /// Accesses beside shared memory or registered device memory, and misaligned ones.
  bool bounds = true;
  /// Accesses of shared memory that no barrier orders.
  bool races = false;
  /// Accesses of registered device memory, by threads of one block or of two, that nothing orders.
  bool globalRaces = false;
  /// Reads of shared memory that nobody wrote in this block.
  bool uninitialised = false;
  /// Shared memory starts as 0xFF, a NaN of every float type.
  bool poisonShared = true;
  /// A launch ends at what it finds first.
  bool stopAtFirst = false;
  /// So many yields without other progress are a livelock.
  uint64_t livelockYields = 2'000'000;
  size_t stackBytes = 64 << 10;
  unsigned optLevel = 0;
  /// Index into Module::syncSites() of an operation to leave out; -1 for none.
  int removeSync = -1;
};

/// The GPU that is played.
struct Target {
  unsigned sm = 80;
  /// sm_90a: wgmma and setmaxnreg exist.
  bool archSpecific = false;
  unsigned numSMs = 4;
  unsigned maxCluster = 8;
  /// What one block may use with the opt-in: 163 KiB on sm_80, 227 KiB on sm_90.
  uint32_t getSharedLimit() const { return (sm >= 90 ? 227 : 163) << 10; }
};

struct Diagnostic {
  enum class Kind {
    OutOfBounds,
    Race,
    Uninitialised,
    Deadlock,
    Livelock,
    Misaligned,
    Protocol,
    Divergence
  };
  Kind kind;
  /// One line for people; a race names both sites.
  std::string text;
  Dim3 block{0, 0, 0};
  /// Index in the block, x fastest.
  uint32_t thread = 0;
  /// `kernel: instruction (file:line)`; the last part where the IR has debug locations.
  std::string site;
};

llvm::StringRef getName(Diagnostic::Kind kind);

/// An operation that orders threads or memory: a barrier, wait, fence or commit.
struct SyncSite {
  std::string function, text;
  /// `file:line`, empty without debug locations.
  std::string location;
};

struct KernelInfo {
  std::string name;
  uint32_t staticShared = 0, dynamicAlign = 16, parameters = 0;
  /// From nvvm.reqntid; zeros where the kernel does not say.
  Dim3 required{0, 0, 0};
  /// False where the kernel runs as a plain loop over its threads.
  bool blocks = true;
};

struct LaunchConfig {
  Dim3 grid, block, cluster;
  uint32_t dynamicShared = 0;
  /// All blocks are resident at once.
  bool cooperative = false;
  /// Told of every access of registered device memory: the block, the address, the bytes.
  std::function<void(const Dim3 &, uintptr_t, uint32_t)> onAccess = {};
};

struct LaunchStats {
  uint64_t resumes = 0, collectives = 0, barriers = 0, products = 0, asyncCopies = 0, accesses = 0;
  double milliseconds = 0;
};

struct ModuleState;

/// Kernels ready to run. Loading costs milliseconds; launch as often as you like.
class Module {
public:
  /// `ir` is LLVM text or bitcode with NVVM intrinsics. What is unknown is an error that quotes it.
  static llvm::Expected<std::unique_ptr<Module>>
  load(llvm::MemoryBufferRef ir, const Target &target = {}, const Options &options = {});
  ~Module();

  std::vector<std::string> kernels() const;
  /// Null where there is no such kernel.
  const KernelInfo *kernelInfo(llvm::StringRef name) const;
  /// What can be seen without running.
  const std::vector<Diagnostic> &lint() const;
  const std::vector<SyncSite> &syncSites() const;

  /// Runs all blocks, one after another in an order that the seed chooses. `arguments` as of
  /// cuLaunchKernel: a pointer to each argument. An Error is a launch that the driver would refuse;
  /// what goes wrong inside is appended to `diagnostics`.
  llvm::Expected<LaunchStats> launch(llvm::StringRef kernel, const LaunchConfig &config,
                                     llvm::ArrayRef<void *> arguments, const Memory &memory,
                                     std::vector<Diagnostic> &diagnostics);
  /// The seed, schedule and copies of later launches; the checks stay as they were loaded.
  void setSchedule(uint64_t seed, Schedule schedule, AsyncCopies copies);

private:
  explicit Module(std::unique_ptr<ModuleState> state);
  std::unique_ptr<ModuleState> state;
};

} // namespace weft::sim

#endif
