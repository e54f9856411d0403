// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks a block of weft ops backwards and emits the gradients of some of its values.
#ifndef DIALECTS_WEFT_TRANSFORMS_REVERSEMODE_H
#define DIALECTS_WEFT_TRANSFORMS_REVERSEMODE_H

#include "dialects/weft/WeftDialect.h"

namespace weft::ir {

/// A result of the block and the gradient that flows into it.
struct Seed {
  mlir::Value value;
  mlir::Value gradient;
};

/// Emits at the builder's place, which may lie in another function: primal values are then used
/// across functions, for the caller to replace. Returns one gradient for each wanted value, zeros
/// where none flows.
mlir::FailureOr<llvm::SmallVector<mlir::Value>> emitGradients(mlir::ImplicitLocOpBuilder &builder,
                                                              mlir::Block &block,
                                                              llvm::ArrayRef<Seed> seeds,
                                                              mlir::ValueRange wanted);

/// Replaces every scan on the way from `wanted` to the block's end by its iterations, one after
/// another.
mlir::LogicalResult unrollScans(mlir::Block &block, mlir::ValueRange wanted);

/// The values of the block that change, to first order, with `wanted`.
llvm::DenseSet<mlir::Value> findActiveValues(mlir::Block &block, mlir::ValueRange wanted);

} // namespace weft::ir

#endif
