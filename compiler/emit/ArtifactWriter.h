// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the .weft container (abi/Artifact.h). The bytes depend on the module, the machine code and
// the versions of Weft and LLVM only: no time, no path, no order of threads.
#ifndef COMPILER_EMIT_ARTIFACTWRITER_H
#define COMPILER_EMIT_ARTIFACTWRITER_H

#include <string>
#include <vector>

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

#include "compiler/target/NVPTX.h"

namespace weft::compiler {

/// Kernels compiled for one target.
struct MachineCode {
  /// An ELF shared object with one symbol a kernel.
  std::string bytes;
  /// Instruction sets it needs.
  std::vector<std::string> features;
};

/// `module` is in phase machine (or exec): exec.programs beside the declarations of params and
/// states.
mlir::LogicalResult writeArtifact(mlir::ModuleOp module, const MachineCode &code,
                                  llvm::raw_ostream &out);

/// The same for a GPU; the cubin is left out where `code` has none.
mlir::LogicalResult writeGpuArtifact(mlir::ModuleOp module, const GpuTarget &target,
                                     const GpuCode &code, llvm::raw_ostream &out);

} // namespace weft::compiler

#endif
