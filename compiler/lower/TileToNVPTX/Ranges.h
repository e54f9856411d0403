// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What can be said of a scalar of a kernel without running it.
#ifndef COMPILER_LOWER_TILETONVPTX_RANGES_H
#define COMPILER_LOWER_TILETONVPTX_RANGES_H

#include "dialects/tile/TileDialect.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace weft::compiler {

/// Both ends included; integers beyond 2^53 are not told from infinity.
struct Range {
  double low, high;
};

/// The values that an index, an integer or a float may have; NaN aside, which no integer comes of.
Range getRange(mlir::Value value);

/// A number that divides an index or an integer, whatever sizes and the task are; 0 for zero.
int64_t getDivisor(mlir::Value value);

/// True if an index is never before its axis, whatever sizes and the task are.
bool isNeverBefore(mlir::Value index);

/// True if every place from an index to so far behind it is inside an axis of this size, whatever
/// sizes and the task are.
bool isAlwaysBelow(mlir::Value index, int64_t reach, mlir::Value size);

/// True if no such place is behind the axis; it may be before it.
bool isNeverBeyond(mlir::Value index, int64_t reach, mlir::Value size);

/// True if a value is never more than another.
bool isAtMost(mlir::Value value, mlir::Value other);

/// True if the loop goes around at least once, whatever the sizes and the task are.
bool runsOnce(mlir::scf::ForOp loop);

} // namespace weft::compiler

#endif
