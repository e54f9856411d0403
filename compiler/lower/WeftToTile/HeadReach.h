// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attention leaves of the products around it. With a reach for each head, no query of head h
// meets a key before L - M - reach(h): such rows of its keys and values are never read, and those
// of their gradients are 0. So neither the projections of a cache nor the gradients of their
// weights cost more than each head reaches.
#ifndef COMPILER_LOWER_WEFTTOTILE_HEADREACH_H
#define COMPILER_LOWER_WEFTTOTILE_HEADREACH_H

#include "compiler/lower/WeftToTile/KernelBuilder.h"

namespace weft::compiler {

/// A tensor with the keys of an attention op along some axis and its heads along another.
struct KeyRows {
  ir::AttentionOpInterface attention;
  /// How far one step along each axis of the tensor goes among the keys, and among the heads.
  llvm::SmallVector<SizeExpr> keyStrides, headStrides;
};

/// Where all that read `value` are attention ops of one reach, as keys or values: what is not
/// reached may hold any number, but must hold one.
std::optional<KeyRows> findKeyRowsOfReaders(FunctionLowering &lowering, mlir::Value value);

/// Where `value` is the gradient of keys or values: what is not reached is 0.
std::optional<KeyRows> findKeyRowsOfGradient(FunctionLowering &lowering, mlir::Value value);

/// The bound of one head as an index: rounded down, at most `most`, below every distance where it
/// is no number.
mlir::Value loadHeadReach(KernelBuilder &k, mlir::Value array, const TensorView &bounds,
                          mlir::Value head, const SizeExpr &most, int64_t least);

/// Heads along one axis of a product that other axes follow.
struct HeadColumns {
  int64_t heads, width;

  /// Nothing unless the heads are along the first of these axes that is longer than 1, and along no
  /// other: `strides` are those of KeyRows. The axes must be one run of memory.
  static std::optional<HeadColumns> find(llvm::ArrayRef<SizeExpr> sizes,
                                         llvm::ArrayRef<SizeExpr> strides);
  /// How many heads a block of so many columns can meet.
  int64_t countHeads(int64_t columns) const;
};

/// In a kernel: the first key that one of several heads reaches.
class FirstKey {
public:
  FirstKey(KernelBuilder &k, FunctionLowering &lowering, ir::AttentionOpInterface attention);
  mlir::Value loadOfHeads(mlir::Value first, int64_t count);
  /// Those in a block of columns.
  mlir::Value loadOfColumns(const HeadColumns &axis, mlir::Value column, int64_t columns);

private:
  KernelBuilder &k;
  ir::AttentionOpInterface attention;
  TensorView bounds;
  mlir::Value array;
};

} // namespace weft::compiler

#endif
