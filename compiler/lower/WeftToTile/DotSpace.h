// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The axes of a contraction by kind, in all tensors of its kernel.
#ifndef COMPILER_LOWER_WEFTTOTILE_DOTSPACE_H
#define COMPILER_LOWER_WEFTTOTILE_DOTSPACE_H

#include "compiler/lower/WeftToTile/Emitters.h"

namespace weft::compiler {

/// One kind of axis in the tensors of a product; a tensor without it has stride 0.
struct DotAxes {
  TensorView lhs, rhs, result;
  llvm::SmallVector<TensorView> leaves; ///< beside the operands: of the tree, or of indices
  size_t getRank() const { return lhs.getRank(); }

  void add(const SizeExpr &size, const SizeExpr &lhsStride, const SizeExpr &rhsStride,
           const SizeExpr &resultStride);
  /// Merges runs; keeps at least `least` axes.
  void collapse(size_t least);
  const SizeExpr &lastSize() const { return lhs.sizes.back(); }
};

struct DotSpace {
  TensorView lhs, rhs;
  mlir::Type sum; ///< element type of the result
  DotAxes batch, rows, columns, depth;
};

/// `strides`: of the result in memory, one for each of its axes. The leaves, views of the result's
/// axes, are left with the axes of batch, rows and columns; that of the depth, a view of the
/// contracted axes, with those of the depth.
DotSpace openDotSpace(FunctionLowering &lowering, ir::DotOp op, llvm::ArrayRef<SizeExpr> strides,
                      llvm::ArrayRef<TensorView *> leaves, TensorView *depthLeaf = nullptr);

} // namespace weft::compiler

#endif
