// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels of a test function as a GPU would get them, run by the simulator: whole, for the
// modes that compare results, and one at a time on recorded arguments, for those that damage them.
#ifndef TEST_LIB_SIMKERNELS_H
#define TEST_LIB_SIMKERNELS_H

#include <map>

#include "compiler/interpret/DispatchInterpreter.h"
#include "compiler/sim/Simulator.h"
#include "compiler/target/NVPTX.h"
#include "test/lib/CheckMode.h"

namespace weft::check {

/// The GPU that a module's kernels are compiled for: its attribute `check.target`, else sm_80.
constexpr llvm::StringLiteral targetAttrName = "check.target";
std::string getGpuTarget(mlir::ModuleOp module);

/// A test function, staged for a GPU.
struct StagedFunction {
  std::string name;
  /// The function that dispatches, with its kernels before they are staged.
  mlir::OwningOpRef<mlir::ModuleOp> dispatches;
  /// Its kernels alone, with layouts, buffers and barriers.
  mlir::OwningOpRef<mlir::ModuleOp> staged;
};

/// `shrink`: tiles of attention of 16 rows and columns, so that small cases go around its loops.
mlir::FailureOr<StagedFunction> stageFunction(mlir::ModuleOp module, mlir::func::FuncOp function,
                                              bool shrink);

/// What a kernel is called with. Arrays are as long as their elements are, and lie between bytes of
/// nobody.
struct KernelCall {
  std::string kernel;
  int64_t tasks = 1;
  std::vector<std::vector<char>> arrays;
  /// What the elements of each array are (WeftDType).
  std::vector<uint64_t> dtypes;
  std::vector<int64_t> sizes;
  uint64_t seed = 0;
};

/// What the arrays hold behind a call, or what went wrong in it.
struct CallResult {
  std::vector<std::vector<char>> arrays;
  std::string problem;
  /// Accesses of memory, in all schedules.
  uint64_t cost = 0;
};

/// The same bits, but for NaN, of which all are one.
bool haveSameElements(const KernelCall &call, const CallResult &a, const CallResult &b);

class SimKernels {
public:
  /// Compiles a staged module, which is used up.
  static mlir::FailureOr<std::unique_ptr<SimKernels>> compile(mlir::ModuleOp staged);

  /// The same kernels without one of getSyncSites(); null where they do not load.
  std::unique_ptr<SimKernels> removeSync(int number) const;

  /// Runs a call in several schedules: a finding of the simulator, and results that differ between
  /// them, are problems.
  CallResult run(const KernelCall &call, unsigned schedules) const;

  /// What each task of a call touches in its arrays, as often as it does: task and byte in one
  /// number, sorted.
  std::vector<uint64_t> listTouched(const KernelCall &call) const;

  /// As run() does, on values of a test; problems are reported at the kernel.
  llvm::LogicalResult launch(tile::KernelOp kernel, llvm::ArrayRef<compiler::ArrayArgument> arrays,
                             llvm::ArrayRef<int64_t> sizes, uint64_t seed, unsigned schedules,
                             std::vector<std::pair<KernelCall, CallResult>> *record = nullptr);

  /// The optimised module.
  const std::string &getText() const { return code.nvvm; }
  llvm::ArrayRef<sim::SyncSite> getSyncSites() const { return module->syncSites(); }

private:
  llvm::Error load(int removeSync);
  CallResult runOnce(const KernelCall &call, int64_t blocks,
                     std::vector<uint64_t> *touched = nullptr) const;

  compiler::GpuCode code;
  std::unique_ptr<sim::Module> module;
  std::map<std::string, compiler::GpuKernel> entries;
};

/// Calls the function with its kernels launched by `kernels`.
using Launcher = decltype(compiler::DispatchOptions::launch);
KernelRunner makeDispatchRunner(const StagedFunction &function, Launcher launch);

} // namespace weft::check

#endif
