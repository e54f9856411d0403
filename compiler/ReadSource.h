// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From IR text to a module, whoever wrote the text. MLIR's parser, and everything that walks what
// it made, recurses once a level: a text nested deep enough ends the process. So a text is measured
// before it is parsed, and parsed where the stack has room for the deepest one that is let through.
#ifndef COMPILER_READSOURCE_H
#define COMPILER_READSOURCE_H

#include <cstdint>
#include <optional>
#include <string>

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace weft::compiler {

struct SourceLimits {
  uint64_t bytes = uint64_t(64) << 20; ///< also with every alias written out
  uint64_t nesting = 512;              ///< brackets, and operators in a row inside of them
  uint64_t ops = 1000000;
};

struct SourceProblem {
  uint64_t line;
  std::string text; ///< "expects ..., got ...; how to mend it"
};

/// Measures a text without parsing it. An alias counts as what it stands for, in depth and length.
std::optional<SourceProblem> checkSource(llvm::StringRef text, const SourceLimits &limits = {});

/// Parses and verifies a module. Null after an error, which is a diagnostic at `name`:line. To be
/// called, as all that walks the module, within runWithLargeStack.
mlir::OwningOpRef<mlir::ModuleOp> readSource(llvm::StringRef text, mlir::MLIRContext *context,
                                             llvm::StringRef name);

/// Runs a function on a thread whose stack suits the limits, and waits. What it throws comes out;
/// std::bad_alloc where there is no room for the stack.
void runWithLargeStack(llvm::function_ref<void()> run);

} // namespace weft::compiler

#endif
