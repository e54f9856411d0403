// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the first value comes from that is no finite number of its element type.
#ifndef COMPILER_INTERPRET_CHECKFINITE_H
#define COMPILER_INTERPRET_CHECKFINITE_H

#include "compiler/interpret/TensorValue.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft::compiler {

/// Fails at the op when `result` has NaN and no operand has, or an infinity and all operands are
/// finite; the error has the place, the value and the range of every operand. Constants pass.
llvm::LogicalResult checkFinite(mlir::Operation *op, const TensorValue &result,
                                llvm::ArrayRef<const TensorValue *> operands);

/// Fails at the function, and names the argument, when one of them is not finite.
llvm::LogicalResult checkFinite(mlir::func::FuncOp function, llvm::ArrayRef<TensorValue> arguments);

} // namespace weft::compiler

#endif
