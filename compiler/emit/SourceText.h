// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The graph as text, kept in the module from phase differentiated on, so that every later phase can
// write the artifact.
#ifndef COMPILER_EMIT_SOURCETEXT_H
#define COMPILER_EMIT_SOURCETEXT_H

#include <memory>
#include <string>

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace weft::compiler {

/// Pass `weft-keep-source`: stores the module's own text, compressed, in its attribute
/// `weft.source`. Locations keep the base name of their file only, so that the artifact does not
/// depend on where the model lay.
std::unique_ptr<mlir::Pass> createKeepSourcePass();
void registerKeepSourcePass();

/// zstd(bytes), with the raw size in the frame.
std::string compress(llvm::StringRef bytes);

/// The text kept in a module, compressed, and its size before that; empty if the module keeps none.
struct SourceText {
  std::string compressed;
  uint64_t rawLength = 0;
};
SourceText getSourceText(mlir::ModuleOp module);

} // namespace weft::compiler

#endif
