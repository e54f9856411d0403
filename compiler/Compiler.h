// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The only entry of the compiler: a module and options in, IR text or an artifact out.
#ifndef COMPILER_COMPILER_H
#define COMPILER_COMPILER_H

#include <functional>

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "llvm/Support/raw_ostream.h"

#include "compiler/Options.h"

namespace weft::compiler {

/// Called at the beginning of every phase with its number from 1 and the number of the last one.
using Progress = std::function<void(unsigned number, unsigned count, const PhaseInfo &info)>;

/// Every dialect a phase may contain or produce.
void registerAll(mlir::DialectRegistry &registry);

/// Checks what Options can get wrong without a module. Returns the sentence to show, or nothing.
std::optional<std::string> checkOptions(const Options &options);

/// Runs the phases after `options.from` up to `options.until` on `module`, in place, and writes
/// what `options.emit` asks for. Errors are MLIR diagnostics at the user's lines.
mlir::LogicalResult compile(mlir::ModuleOp module, const Options &options, llvm::raw_ostream &out,
                            const Progress &progress = {});

} // namespace weft::compiler

#endif
