// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The JSON manifest of an artifact (docs/spec/artifact.md).
#ifndef COMPILER_EMIT_MANIFESTWRITER_H
#define COMPILER_EMIT_MANIFESTWRITER_H

#include "compiler/emit/ExecWriter.h"

namespace weft::compiler {

/// `features`: the instruction sets the kernels need, for example {"avx2", "fma"}.
mlir::FailureOr<std::string> buildManifest(mlir::ModuleOp module, const ExecIndex &index,
                                           llvm::ArrayRef<std::string> features);

} // namespace weft::compiler

#endif
