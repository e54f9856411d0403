// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tree of elementwise weft ops over one iteration space, evaluated tile by tile: what Map and
// Reduce kernels compute.
#ifndef COMPILER_LOWER_WEFTTOTILE_ELEMENTEXPR_H
#define COMPILER_LOWER_WEFTTOTILE_ELEMENTEXPR_H

#include "compiler/lower/WeftToTile/KernelBuilder.h"

namespace weft::compiler {

/// One elementwise weft op on tiles of a shape (or scalars of rank 0); null if the op is not in the
/// vocabulary. Dropout, iota and one_hot are not here: they need an index.
mlir::Value emitElementwise(KernelBuilder &kernel, mlir::Operation *op, mlir::ValueRange operands,
                            llvm::ArrayRef<int64_t> shape);

/// True where the Philox word of `index` says "dropped". `key` is the four scalars of a weft
/// dropout key.
mlir::Value emitDropped(KernelBuilder &kernel, mlir::Value index, mlir::ValueRange key, int64_t id,
                        double rate);

/// The four words of a dropout key.
KernelBuilder::Values loadDropoutKey(KernelBuilder &kernel, FunctionLowering &lowering,
                                     mlir::Value key);

/// The product that the kernel of an elementwise value computes itself: the first in the value's
/// tree that nothing else reads. Null if there is none.
ir::DotOp findFusedProduct(const FunctionLowering &lowering, mlir::Value root);

class ElementExpr {
public:
  /// The tree below a value: down to values that are stored, constants and indices, and to `given`,
  /// whose tiles the kernel has already. Several roots share what they have in common.
  ElementExpr(FunctionLowering &lowering, llvm::ArrayRef<mlir::Value> roots,
              llvm::ArrayRef<mlir::Value> given = {});

  /// A tree that is one leaf.
  ElementExpr(FunctionLowering &lowering, TensorView view);

  /// All leaves, for permuting and collapsing axes together with the destination.
  llvm::SmallVector<TensorView *> getViews();
  /// The stride of the first stored leaf along an axis, to choose an orientation.
  std::optional<SizeExpr> getMainStride(size_t axis) const;
  bool hasDropout() const { return !dropouts.empty(); }
  bool isLeaf() const { return leafOf.contains({roots.front(), 0}); }

  /// Declares the arrays and, once, the dropout keys.
  void declare(KernelBuilder &kernel);
  /// Opens views of the leaves on `axes` at a position of the others.
  void open(KernelBuilder &kernel, llvm::ArrayRef<mlir::Value> position,
            llvm::ArrayRef<int64_t> axes);
  /// The tile of the one root at a position; of the given values in their order.
  mlir::Value evaluate(KernelBuilder &kernel, llvm::ArrayRef<mlir::Value> position,
                       llvm::ArrayRef<int64_t> shape, double fill = 0,
                       llvm::ArrayRef<mlir::Value> givenTiles = {});
  /// The tiles of all roots at a position.
  KernelBuilder::Values evaluateAll(KernelBuilder &kernel, llvm::ArrayRef<mlir::Value> position,
                                    llvm::ArrayRef<int64_t> shape, double fill = 0,
                                    llvm::ArrayRef<mlir::Value> givenTiles = {});

private:
  struct Leaf {
    TensorView view;
    mlir::Value array, opened;
  };
  void visit(mlir::Value value);
  void addLeaf(mlir::Value value, unsigned slot, TensorView view);
  mlir::Value loadLeaf(KernelBuilder &kernel, Leaf &leaf, llvm::ArrayRef<mlir::Value> position,
                       llvm::ArrayRef<int64_t> shape, double fill);
  mlir::Value evaluateOp(KernelBuilder &kernel, mlir::Value value,
                         llvm::ArrayRef<mlir::Value> position, llvm::ArrayRef<int64_t> shape,
                         double fill);

  FunctionLowering &lowering;
  llvm::SmallVector<mlir::Value> roots, given;
  std::vector<Leaf> leaves;
  /// Slot 0 is the value itself; a dropout or one_hot has its element index in slot 1, a one_hot
  /// its ids in slot 2.
  llvm::DenseMap<std::pair<mlir::Value, unsigned>, size_t> leafOf;
  llvm::SmallVector<ir::DropoutOp> dropouts;
  llvm::DenseMap<mlir::Value, KernelBuilder::Values> dropoutKeys;
  llvm::DenseMap<mlir::Value, mlir::Value> evaluated;
  llvm::SmallVector<mlir::Value> openPosition;
  llvm::SmallVector<int64_t> openAxes;
  llvm::DenseSet<mlir::Value> visited;
};

} // namespace weft::compiler

#endif
