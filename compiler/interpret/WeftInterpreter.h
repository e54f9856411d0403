// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The meaning of the weft dialect, executable: slow and obvious, in double precision whatever the
// element types say. Every kernel, every gradient and every model is checked against it.
#ifndef COMPILER_INTERPRET_WEFTINTERPRETER_H
#define COMPILER_INTERPRET_WEFTINTERPRETER_H

#include <functional>

#include "compiler/interpret/TensorValue.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft::compiler {

struct InterpretOptions {
  /// Round the result of every op to its element type, as hardware would; false: the pure meaning.
  bool roundEveryOp = false;
  /// Fail at the first op that makes a value that its element type cannot hold, or NaN, out of
  /// operands without such values; constants may hold infinities.
  bool stopAtNonFinite = false;
  /// What an op without results of another dialect does with its operands; it reports its own
  /// failures. Null: an error.
  std::function<llvm::LogicalResult(mlir::Operation *, llvm::ArrayRef<TensorValue>)> otherOp;
};

class WeftInterpreter {
public:
  /// Calls a function. Bounded sizes of its arguments come from their shapes. Every failure is
  /// reported as a diagnostic at the op where it happened.
  static llvm::FailureOr<llvm::SmallVector<TensorValue>> run(mlir::func::FuncOp function,
                                                             llvm::ArrayRef<TensorValue> arguments,
                                                             const InterpretOptions &options = {});
};

} // namespace weft::compiler

#endif
