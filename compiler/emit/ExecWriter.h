// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// exec.programs -> the records of abi/Exec.def.
#ifndef COMPILER_EMIT_EXECWRITER_H
#define COMPILER_EMIT_EXECWRITER_H

#include <string>
#include <vector>

#include "dialects/exec/ExecDialect.h"
#include "dialects/weft/WeftDialect.h"
#include "mlir/IR/BuiltinOps.h"

#include "weft/abi/Exec.h"

namespace weft::compiler {

/// The tables of an exec section, one vector a record kind.
struct ExecTables {
#define WEFT_EXEC_RECORD(Name, table, sentence) std::vector<WeftExec##Name> table;
#include "weft/abi/Exec.def"
};

/// What the records and the manifest refer to by index.
struct ExecIndex {
  /// The sizes table: module attribute `weft.symbols`, in order.
  llvm::SmallVector<ir::SizeAttr> symbols;
  /// Kernels in the order of their first launch.
  llvm::SmallVector<mlir::StringAttr> kernels;
  /// The bounds of the sizes of each kernel; null: it has none.
  llvm::SmallVector<mlir::DenseI64ArrayAttr> kernelSizes;
  llvm::SmallVector<exec::ProgramOp> programs;

  /// Position of a size symbol, or -1 for a constant; fails with a diagnostic at `loc` if it is not
  /// listed.
  mlir::FailureOr<int64_t> findSymbol(mlir::Location loc, mlir::StringAttr symbol) const;
};

ExecIndex buildExecIndex(mlir::ModuleOp module);

/// The element type's number in abi/Exec.h.
WeftDType getDType(mlir::Type element);

mlir::FailureOr<ExecTables> buildExecTables(const ExecIndex &index);

/// Header and tables as they lie in the file.
std::string serialize(const ExecTables &tables);

/// The bytes of the constants section.
mlir::FailureOr<std::string> buildConstants(const ExecIndex &index);

} // namespace weft::compiler

#endif
