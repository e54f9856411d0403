// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// GPU kernels become NVVM IR, PTX and, where there is ptxas, a cubin.
//
// A kernel in phase machine is an llvm.func with `nvvm.kernel`: its parameters are the arrays, then
// one i64 for each of its sizes; `nvvm.reqntid` is the number of its threads, `weft.shared` the
// bytes of dynamic shared memory that a launch gives (docs/spec/kernels.md).
#ifndef COMPILER_TARGET_NVPTX_H
#define COMPILER_TARGET_NVPTX_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/GpuTargets.h"
#include "compiler/lower/TileToNVPTX/GpuKernel.h"

#include "mlir/IR/BuiltinOps.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace weft::compiler {

/// What a launch of one kernel has to give, and, where ptxas made machine code, what it takes.
struct GpuKernel {
  std::string name;
  /// What the kernel is called in PTX, whose names have no dots.
  std::string entry;
  int64_t threads = 0, sharedBytes = 0;
  /// Registers of a thread, and bytes of them that had to go to memory.
  std::optional<int64_t> registers = {}, spilledBytes = {};
  /// What computes its products of 16 bits, in words; empty without any.
  std::string products = {};
};

/// How far kernels are compiled; each form has those before it, too.
enum class GpuForm {
  /// LLVM IR with NVVM intrinsics, optimised: as text, and, with the model's lines, as bitcode for
  /// the simulator.
  NVVM,
  PTX,
  Cubin
};

/// A kernel's name in PTX: a dot becomes `$`, any other character that PTX has not in names `$$`
/// and two hexadecimal digits.
std::string getEntryName(llvm::StringRef kernel);

struct GpuCode {
  std::string nvvm, bitcode, ptx, cubin;
  std::vector<GpuKernel> kernels; ///< in the module's order
};

/// Compiles the kernels of a module in phase machine. An error names the kernel. PTX is the same
/// for the same module, target and version of LLVM.
mlir::FailureOr<GpuCode> compileNVPTX(mlir::ModuleOp machineModule, const GpuTarget &target,
                                      GpuForm form);

/// Adds the pass that checks what compileNVPTX and the runtime assume of GPU kernels in phase
/// machine; other functions are left alone.
void addVerifyNVPTXMachinePass(mlir::OpPassManager &manager);

/// Registers the pass by name, for weft-opt.
void registerNVPTXPasses();

} // namespace weft::compiler

#endif
