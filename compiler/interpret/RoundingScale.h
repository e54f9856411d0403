// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How large the rounding errors of a function may be: the interpreter's f64 values, and beside each
// element a scale. Code that computes in a format of unit roundoff u should stay within
// c * u * scale, for a small constant c.
#ifndef COMPILER_INTERPRET_ROUNDINGSCALE_H
#define COMPILER_INTERPRET_ROUNDINGSCALE_H

#include "compiler/interpret/TensorValue.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft::compiler {

struct ScaledValue {
  TensorValue value, scale;
};

/// Calls a function with exact arguments. Of one op on exact operands the scale of an element is
///
///   sqrt(K) * terms    K: how many terms are added up for it; terms: the sum of their magnitudes
///
/// For sums and dots these are the terms of the formula. Of an elementwise op K is 1 and the term
/// its result; a sum of one term, a move, a choice, a maximum and a change of sign round nothing,
/// so their scale is 0: they must be exact. What other ops count is said at their rules in the .cpp
/// file. Operands that were rounded themselves add |d result / d operand| times their scale: the
/// first order of an error's way through the graph.
llvm::FailureOr<llvm::SmallVector<ScaledValue>>
runWithScales(mlir::func::FuncOp function, llvm::ArrayRef<TensorValue> arguments);

} // namespace weft::compiler

#endif
