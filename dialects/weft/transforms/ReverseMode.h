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

/// The gradients found so far in one block; a value's is complete when the walk reaches its
/// definition.
class Gradients {
public:
  Gradients(mlir::ImplicitLocOpBuilder &builder, llvm::DenseSet<mlir::Value> active)
      : builder(builder), active(std::move(active)) {}

  /// True if a gradient of the value is of use.
  bool isActive(mlir::Value value) const { return active.contains(value); }
  /// Another op of the forward pass: what it gives is active where what it takes is.
  void activate(mlir::Operation &op);
  /// Nothing happens for a value that is not active.
  void add(mlir::Value value, mlir::Value gradient);
  /// Null where none flows.
  mlir::Value lookup(mlir::Value value) const { return gradients.lookup(value); }
  /// In all uses, too; `value` may be erased then.
  void replace(mlir::Value value, mlir::Value by);
  /// What `from` has so far is from now on added to what `to` has, which is active where `from` is.
  void move(mlir::Value from, mlir::Value to);

private:
  mlir::ImplicitLocOpBuilder &builder;
  llvm::DenseSet<mlir::Value> active;
  llvm::DenseMap<mlir::Value, mlir::Value> gradients;
};

/// Ops of the forward pass that stand in the way back again.
using Copies = llvm::DenseSet<mlir::Operation *>;

/// Emits at the builder's place, which may lie in another function: primal values are then used
/// across functions, for the caller to replace. What weft.recompute does again is added to
/// `copies`, where the caller asks for it. Returns one gradient for each wanted value, null where
/// none flows. Scans of the block are replaced by others that also give what is kept of each step,
/// so what the block returned before may be gone.
mlir::FailureOr<llvm::SmallVector<mlir::Value>>
findGradients(mlir::ImplicitLocOpBuilder &builder, mlir::Block &block, llvm::ArrayRef<Seed> seeds,
              mlir::ValueRange wanted, Copies *copies = nullptr);

/// The same with zeros where no gradient flows.
mlir::FailureOr<llvm::SmallVector<mlir::Value>>
emitGradients(mlir::ImplicitLocOpBuilder &builder, mlir::Block &block, llvm::ArrayRef<Seed> seeds,
              mlir::ValueRange wanted, Copies *copies = nullptr);

/// How many bytes of values, at the bounds of their sizes, the ops of `block` read of what `copies`
/// computed: a forward pass would keep them otherwise.
int64_t countRecomputedBytes(mlir::Block &block, const Copies &copies);

/// Sends the gradients of a scan's results to its operands, through a scan the other way.
mlir::LogicalResult differentiateScan(mlir::ImplicitLocOpBuilder &builder, ScanOp scan,
                                      Gradients &gradients);

/// The values of the block that change, to first order, with `wanted`.
llvm::DenseSet<mlir::Value> findActiveValues(mlir::Block &block, mlir::ValueRange wanted);

/// Makes every value of the region `from` that `block` uses the block's own: computed again where
/// that is cheaper than to keep it, else what `handIn` gives for it.
void transferValues(mlir::Region &from, mlir::Block &block,
                    llvm::function_ref<mlir::Value(mlir::Value)> handIn);

} // namespace weft::ir

#endif
