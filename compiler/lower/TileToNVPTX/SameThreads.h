// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which threads touch an element of a buffer.
#ifndef COMPILER_LOWER_TILETONVPTX_SAMETHREADS_H
#define COMPILER_LOWER_TILETONVPTX_SAMETHREADS_H

#include "mlir/IR/Operation.h"

namespace weft::compiler {

/// True if each element of a buffer that both operations touch is touched by one thread alone, so
/// that its own order is enough: two writes of tiles that threads hold alike, a write and a read of
/// what the reader owns, two copies that threads divide alike in every task.
bool areOfSameThreads(mlir::Operation *a, mlir::Operation *c);

} // namespace weft::compiler

#endif
