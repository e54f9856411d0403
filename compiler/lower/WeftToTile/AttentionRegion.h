// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A score region on tiles: inlined forwards, and reverse mode over its ops for the gradient.
#ifndef COMPILER_LOWER_WEFTTOTILE_ATTENTIONREGION_H
#define COMPILER_LOWER_WEFTTOTILE_ATTENTIONREGION_H

#include "compiler/lower/WeftToTile/ElementExpr.h"

namespace weft::compiler {

/// The verifier keeps the region's vocabulary closed (span_attention.C9); every op of it is known
/// here.
class AttentionRegion {
public:
  AttentionRegion(KernelBuilder &k, mlir::Block &block, llvm::ArrayRef<int64_t> shape)
      : k(k), block(block), shape(shape) {}

  /// True if the region reads this argument.
  bool reads(unsigned argument) const { return !block.getArgument(argument).use_empty(); }

  /// Emits the region; an argument that it does not read may be null.
  void run(llvm::ArrayRef<mlir::Value> arguments);
  mlir::Value getScore() { return getYielded(0); }
  mlir::Value getMask() { return getYielded(1); }
  mlir::Value getWeight() { return getYielded(2); }
  /// True if the region never masks.
  bool hasConstantMask() const;

  /// After run: the gradient of each argument, null where it is 0, for those of score and weight
  /// (docs/spec/weft.md; clamp passes with its bounds included, ties of maximum and minimum go
  /// to lhs).
  KernelBuilder::Values reverse(mlir::Value scoreGradient, mlir::Value weightGradient);

private:
  mlir::Value getYielded(unsigned index);
  void addGradient(mlir::Value of, mlir::Value gradient);
  void reverseOp(mlir::Operation *op, mlir::Value gradient);

  KernelBuilder &k;
  mlir::Block &block;
  llvm::SmallVector<int64_t> shape;
  llvm::DenseMap<mlir::Value, mlir::Value> tiles, gradients;
};

} // namespace weft::compiler

#endif
