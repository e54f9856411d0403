// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The graph as text, kept in the module from phase differentiated on, so that every later phase can
// write the artifact: once as traced, to be compiled again for another element type or target, and
// once with its gradients and update, which the interpreter runs.
#ifndef COMPILER_EMIT_SOURCETEXT_H
#define COMPILER_EMIT_SOURCETEXT_H

#include <memory>
#include <string>

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

#include "compiler/Options.h"

namespace weft::compiler {

/// Pass `weft-keep-source`: stores the module's own text of phase graph or differentiated,
/// compressed, in its attribute `weft.graph` or `weft.source`. Locations keep the base name of
/// their file only, so that the artifact does not depend on where the model lay. Text of phase
/// graph carries, in its attribute `weft.compile`, the functions that `options` differentiates and
/// trains.
std::unique_ptr<mlir::Pass> createKeepSourcePass(Phase phase, const Options &options);
void registerKeepSourcePass();

/// zstd(bytes), with the raw size in the frame.
std::string compress(llvm::StringRef bytes);

/// The text kept in a module, compressed, and its size before that; empty if the module keeps none.
struct SourceText {
  std::string compressed;
  uint64_t rawLength = 0;
};
SourceText getSourceText(mlir::ModuleOp module, Phase phase);

/// Moves `weft.compile` from a module to options that name no function to differentiate or train.
void takeKeptOptions(mlir::ModuleOp module, Options &options);

} // namespace weft::compiler

#endif
