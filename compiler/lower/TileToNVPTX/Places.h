// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where an index stands in all tasks and rounds of a kernel that has few of them.
#ifndef COMPILER_LOWER_TILETONVPTX_PLACES_H
#define COMPILER_LOWER_TILETONVPTX_PLACES_H

#include "mlir/IR/Value.h"

#include <functional>

namespace weft::compiler {

/// True if `isGood` holds for an index and a size in every task, at all values that sizes and
/// promised numbers may have, and in every round that computes the index. False also where that
/// cannot be followed, or would take too long.
bool holdsInAllPlaces(mlir::Value index, mlir::Value size,
                      llvm::function_ref<bool(int64_t index, int64_t size)> isGood);

} // namespace weft::compiler

#endif
