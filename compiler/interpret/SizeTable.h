// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The values of the size symbols during one call, and the shapes they give to types.
#ifndef COMPILER_INTERPRET_SIZETABLE_H
#define COMPILER_INTERPRET_SIZETABLE_H

#include "compiler/interpret/TensorValue.h"
#include "dialects/weft/WeftDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft::compiler {

class SizeTable {
public:
  /// Gives a symbol its value; reports a value outside [0, bound] or off the step at `location`.
  llvm::LogicalResult set(llvm::StringRef symbol, int64_t bound, int64_t step, int64_t value,
                          mlir::Location location);
  /// The value of a symbol, if it has one.
  std::optional<int64_t> find(llvm::StringRef symbol) const;
  /// The value of a size; reports a symbol that has none.
  llvm::FailureOr<int64_t> get(ir::SizeAttr size, mlir::Location location) const;
  /// The sizes of a tensor; a scalar has none.
  llvm::FailureOr<llvm::SmallVector<int64_t>> getShape(mlir::Type type,
                                                       mlir::Location location) const;
  /// Checks the arguments of a call against the function's types and binds the symbols of their
  /// shapes.
  llvm::LogicalResult bindArguments(mlir::func::FuncOp function,
                                    llvm::ArrayRef<TensorValue> arguments);

private:
  llvm::LogicalResult bindArgument(mlir::func::FuncOp function, unsigned position,
                                   const TensorValue &value);

  llvm::StringMap<int64_t> values;
};

} // namespace weft::compiler

#endif
