// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The meaning of plain tile, executable: every task of a launch in a seeded random order, every
// access checked against its array, and every element that one task writes and another touches
// reported with both places. Results are rounded to their element type after each op, so that
// compiled kernels can be compared closely.
#ifndef COMPILER_INTERPRET_TILEINTERPRETER_H
#define COMPILER_INTERPRET_TILEINTERPRETER_H

#include "compiler/interpret/TensorValue.h"
#include "dialects/tile/TileDialect.h"

namespace weft::compiler {

/// One array argument of a launch; only the elements of the value are used, its shape is free.
struct ArrayArgument {
  TensorValue *value;
  /// The launch fails when an element is left unwritten.
  bool mustBeWritten = false;
};

class TileInterpreter {
public:
  /// Runs all tasks of a kernel; `sizes` are the values of its sizes, `seed` orders the tasks.
  /// Failures are reported at the op where they happened.
  static llvm::LogicalResult launch(tile::KernelOp kernel, llvm::ArrayRef<ArrayArgument> arrays,
                                    llvm::ArrayRef<int64_t> sizes, uint64_t seed);
};

/// Memory that nobody has written: NaN, or an integer that nobody expects.
TensorValue makeFresh(mlir::Type element, llvm::ArrayRef<int64_t> shape);

} // namespace weft::compiler

#endif
