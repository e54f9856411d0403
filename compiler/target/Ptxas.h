// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ptxas, the assembler of the CUDA Toolkit: PTX to machine code, where it is installed.
#ifndef COMPILER_TARGET_PTXAS_H
#define COMPILER_TARGET_PTXAS_H

#include <map>
#include <optional>
#include <string>

#include "mlir/IR/Location.h"

#include "compiler/target/NVPTX.h"

namespace weft::compiler {

/// What ptxas says with -v that one kernel takes.
struct KernelResources {
  int64_t registers = 0;
  int64_t stackBytes = 0, spilledBytes = 0; ///< of a thread; stores and loads of spills together
  int64_t staticSharedBytes = 0;
};

struct Cubin {
  std::string bytes;
  std::map<std::string, KernelResources> kernels;
};

/// $WEFT_PTXAS, else $CUDA_HOME/bin/ptxas, else ptxas in PATH; empty where there is none of them.
/// A $WEFT_PTXAS that is no program is taken at its word: assemblePTX says so.
std::string findPtxas();

/// Runs `ptxas` as a child. An error of it, a warning that it serialises tensor operations
/// (C75xx), and a child that cannot run are diagnostics at `loc`.
mlir::FailureOr<Cubin> assemblePTX(mlir::Location loc, llvm::StringRef ptx, const GpuTarget &target,
                                   const std::string &ptxas);

/// The lines of `ptxas -v` by kernel.
std::map<std::string, KernelResources> parseResources(llvm::StringRef messages);

} // namespace weft::compiler

#endif
