// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A weft value as a strided part of a buffer: what is left of transpose, slice, broadcast, window
// and the like once a consumer reads through them.
#ifndef COMPILER_LOWER_WEFTTOTILE_TENSORVIEW_H
#define COMPILER_LOWER_WEFTTOTILE_TENSORVIEW_H

#include "compiler/lower/WeftToTile/SizeExpr.h"

namespace weft::compiler {

struct TensorView {
  /// The buffer, a tensor value in dispatch form. Null for a computed view, whose element at linear
  /// index n (offset plus strides times indices) is start + step * n: iota, and with step 0 a
  /// splat.
  mlir::Value base;
  mlir::Type element;
  SizeExpr offset;
  llvm::SmallVector<SizeExpr> sizes, strides;
  double start = 0, step = 0;

  size_t getRank() const { return sizes.size(); }
  /// All of a buffer of this type.
  static TensorView dense(mlir::Value base, mlir::RankedTensorType type);
  /// True if the elements are exactly those of a dense buffer of `type`, in order.
  bool isDense(mlir::RankedTensorType type) const;
  /// Axis i of the result is axis permutation[i].
  TensorView permute(llvm::ArrayRef<int64_t> permutation) const;
  /// `length` elements from `start` along an axis.
  TensorView slice(size_t axis, const SizeExpr &start, const SizeExpr &length) const;
  /// The axis from its end to its beginning.
  TensorView reverse(size_t axis) const;
  /// Adds an axis along which elements lie `stride` apart.
  void insertAxis(size_t axis, const SizeExpr &size, const SizeExpr &stride);
};

/// Row-major strides.
llvm::SmallVector<SizeExpr> getDenseStrides(llvm::ArrayRef<SizeExpr> sizes);
llvm::SmallVector<SizeExpr> getSizeExprs(mlir::RankedTensorType type);

/// The same elements under other sizes, if strides can say it.
std::optional<TensorView> reshapeView(const TensorView &view, llvm::ArrayRef<SizeExpr> sizes);

/// Looks through one shape op: the view of its result given that of its input; nothing if it is no
/// such op or strides cannot say it.
std::optional<TensorView> viewThrough(mlir::Operation *op, const TensorView &input);
/// True for the ops viewThrough knows.
bool isViewOp(mlir::Operation *op);

/// Drops axes of size 1 and merges neighbouring axes that are one run of memory in every view. The
/// views have the same sizes before and after.
void collapseAxes(llvm::ArrayRef<TensorView *> views);

} // namespace weft::compiler

#endif
