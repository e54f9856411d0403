// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From the dispatch form of exec (tensor values) to its program form (bytes at planned offsets).
#ifndef COMPILER_LOWER_PLANMEMORY_PLANMEMORY_H
#define COMPILER_LOWER_PLANMEMORY_PLANMEMORY_H

#include "dialects/exec/ExecDialect.h"
#include "dialects/tile/TileDialect.h"
#include "dialects/weft/WeftDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/StringMap.h"

namespace weft::compiler {

#define GEN_PASS_DECL
#include "compiler/lower/PlanMemory/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "compiler/lower/PlanMemory/Passes.h.inc"

/// Names of the attributes of an exec.program that describe its arguments and results: one
/// dictionary each, with the attributes the function's argument or result had (weft.name,
/// weft.role, weft.param, weft.state).
inline constexpr llvm::StringLiteral argumentsAttrName = "weft.arguments";
inline constexpr llvm::StringLiteral resultsAttrName = "weft.results";

/// Of the description of a result, an i64: the number of the argument whose bytes the result may
/// take over, if the caller wants it to.
inline constexpr llvm::StringLiteral takesAttrName = "weft.takes";

/// True if launches of the kernel may be given the same bytes for array `read`, which they read,
/// and array `written`: whatever a task reads of the one it reads before it writes there, and
/// nobody else reads it.
bool mayWorkInPlace(tile::KernelOp kernel, unsigned read, unsigned written);

/// When an arena buffer is alive, in steps of its program; both ends included.
struct Lifetime {
  exec::BufferOp buffer;
  int64_t first, last;
  mlir::Operation *turns = nullptr; ///< the parallel loop that all its steps are in
};

/// Checks that no turn of a parallel loop, inside `depth` others, touches what another one writes.
mlir::LogicalResult verifyTurns(exec::ForOp loop, unsigned depth, mlir::SymbolTable &symbols);

/// Lifetimes of the arena buffers that some step uses, in the order of declaration.
llvm::SmallVector<Lifetime> getLifetimes(exec::ProgramOp program);

/// Gives the arena buffers of a program offsets by their lifetimes and sets the arena's size.
mlir::LogicalResult assignOffsets(exec::ProgramOp program);

/// Writes one line a buffer: bytes at the bounds, bytes at `sizes`, life, source line; and the
/// sums.
void writeMemoryReport(mlir::ModuleOp module, const llvm::StringMap<int64_t> &sizes,
                       llvm::raw_ostream &out);

} // namespace weft::compiler

#endif
