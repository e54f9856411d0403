// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What can stand for a value whose op is to go. Each function gives a value of the type that can be
// used at the op, or null.
#ifndef TOOLS_WEFTREDUCE_SUBSTITUTES_H
#define TOOLS_WEFTREDUCE_SUBSTITUTES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft::reduce {

using Substitute = mlir::Value (*)(mlir::Operation *op, mlir::Type type);

/// The first operand of the type.
mlir::Value findOperand(mlir::Operation *op, mlir::Type type);
/// The first value of the type in the op's block: its arguments, then the results of earlier ops;
/// then in the blocks around it.
mlir::Value findEarlier(mlir::Operation *op, mlir::Type type);
/// A new argument, if the op lies directly in a function with a free signature.
mlir::Value addArgument(mlir::Operation *op, mlir::Type type);
/// A new constant, in the dialect of the op if that has constants; nothing for a constant.
mlir::Value makeZero(mlir::Operation *op, mlir::Type type);
/// The first of these, from operand to zero, that there is.
mlir::Value findAny(mlir::Operation *op, mlir::Type type);

/// Nobody in the module calls or names the function, and it has a body.
bool hasFreeSignature(mlir::func::FuncOp function);

} // namespace weft::reduce

#endif
