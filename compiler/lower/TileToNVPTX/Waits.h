// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies to shared memory that are on their way, and the waits for them.
#ifndef COMPILER_LOWER_TILETONVPTX_WAITS_H
#define COMPILER_LOWER_TILETONVPTX_WAITS_H

#include "dialects/tile/TileDialect.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace weft::compiler {

/// The buffers, or their rings, that a product reads: not a factor that it has in registers.
llvm::SmallVector<mlir::Value, 2> getFactorMemories(tile::DotOp dot);

/// The stages of a ring are one memory.
mlir::Value getMemory(mlir::Value buffer);

/// How often a loop goes around, if that is known and so seldom that its rounds can be followed one
/// by one, as those can that begin the first copies of a ring.
std::optional<int64_t> getFewRounds(mlir::scf::ForOp loop);

/// Leaves out the waits that nothing needs: another one follows, behind which nothing of what
/// arrives is read yet, or the kernel ends.
void leaveOutWaits(tile::KernelOp kernel);

} // namespace weft::compiler

#endif
