// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Errors that are no mistake in the IR: what is missing on the machine, or a disk that fails. They
// are diagnostics like the others and carry the exit code that the call then ends with
// (docs/spec/cli.md), where other errors end with 1.
#ifndef COMPILER_SUPPORT_CAUSE_H
#define COMPILER_SUPPORT_CAUSE_H

#include <optional>

#include "mlir/IR/Diagnostics.h"

namespace weft::compiler {

enum class Cause : unsigned { MissingTool = 4, Resource = 5 };

/// As mlir::emitError. The cause is metadata of the diagnostic: it is not printed.
inline mlir::InFlightDiagnostic emitError(mlir::Location loc, Cause cause) {
  mlir::InFlightDiagnostic error = mlir::emitError(loc);
  error.getUnderlyingDiagnostic()->getMetadata().emplace_back(unsigned(cause));
  return error;
}

inline std::optional<Cause> getCause(mlir::Diagnostic &message) {
  for (const mlir::DiagnosticArgument &argument : message.getMetadata())
    if (argument.getKind() == mlir::DiagnosticArgument::DiagnosticArgumentKind::Unsigned)
      return Cause(argument.getAsUnsigned());
  return std::nullopt;
}

/// Marks an error of a kernel that takes more of a GPU than there is: another schedule may fit.
inline constexpr llvm::StringLiteral doesNotFitMark = "does-not-fit";

inline mlir::InFlightDiagnostic markDoesNotFit(mlir::InFlightDiagnostic error,
                                               mlir::StringAttr kernel) {
  mlir::SmallVectorImpl<mlir::DiagnosticArgument> &metadata =
      error.getUnderlyingDiagnostic()->getMetadata();
  metadata.emplace_back(llvm::StringRef(doesNotFitMark));
  metadata.emplace_back(kernel.getValue()); // which the context keeps
  return error;
}

inline bool doesNotFit(mlir::Diagnostic &message) {
  return llvm::any_of(message.getMetadata(), [](const mlir::DiagnosticArgument &argument) {
    return argument.getKind() == mlir::DiagnosticArgument::DiagnosticArgumentKind::String &&
           argument.getAsString() == doesNotFitMark;
  });
}

/// The kernel that such an error is of.
inline llvm::StringRef getKernelThatDoesNotFit(mlir::Diagnostic &message) {
  return message.getMetadata().back().getAsString();
}

} // namespace weft::compiler

#endif
