// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The JSON manifest of an artifact (docs/spec/artifact.md).
#ifndef COMPILER_EMIT_MANIFESTWRITER_H
#define COMPILER_EMIT_MANIFESTWRITER_H

#include "compiler/emit/ExecWriter.h"
#include "compiler/target/NVPTX.h"

namespace weft::compiler {

/// What the manifest says of the machine that the kernels are for.
struct ManifestTarget {
  std::string kind; ///< "cpu", or the name of a GPU
  /// Instruction sets that a CPU's kernels need, for example {"avx2", "fma"}.
  std::vector<std::string> features = {};
  /// Of a GPU: the version of its PTX, and what launches of its kernels have to know, in any order.
  std::string ptxVersion = {};
  std::vector<GpuKernel> kernels = {};
};

mlir::FailureOr<std::string> buildManifest(mlir::ModuleOp module, const ExecIndex &index,
                                           const ManifestTarget &target);

} // namespace weft::compiler

#endif
