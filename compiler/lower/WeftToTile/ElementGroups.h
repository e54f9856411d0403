// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which elementwise values of a block are computed together, in one pass over the arrays they
// share, and which are computed again by each reader. Decided before any op is lowered.
//
// A kernel of several values stands where the last of them stood. So the readers of all others
// must come later: that alone keeps the kernels in an order, whatever else the graph holds.
#ifndef COMPILER_LOWER_WEFTTOTILE_ELEMENTGROUPS_H
#define COMPILER_LOWER_WEFTTOTILE_ELEMENTGROUPS_H

#include "compiler/lower/WeftToTile/RowGroups.h"

namespace weft::compiler {

/// More ops than this in one kernel gain nothing: their tiles no longer fit the first cache
/// together.
inline constexpr unsigned maxOpCount = 24;

/// True for the tensor ops a tree may hold.
bool isElementwiseOp(mlir::Operation *op);
/// The operands whose elements a tree computes: the key of dropout and the ids of one_hot are read
/// otherwise.
mlir::ValueRange getTreeOperands(mlir::Operation *op);
/// The product that a value is, or that it is with its axes in another order, the last one in its
/// place; null if something else reads the product or the value.
ir::DotOp getOnlyProduct(mlir::Value value);
/// True if one op alone reads an elementwise value, and its kernel can compute it.
bool hasOneReader(mlir::Value value);

class ElementGroups {
public:
  /// What belongs to groups of rows is left to them.
  void add(mlir::Block &block, const RowGroups &rows);

  /// Computed in the kernels of its readers and never stored.
  bool isInside(mlir::Value value) const { return inside.contains(value); }
  /// The values that the kernel of this one stores, in the order of the program.
  llvm::ArrayRef<mlir::Value> getResults(const mlir::Value &value) const {
    auto group = groupOf.find(value);
    return group == groupOf.end() ? llvm::ArrayRef(value) : llvm::ArrayRef(results[group->second]);
  }

private:
  friend class GroupFinder;
  llvm::DenseSet<mlir::Value> inside;
  std::vector<llvm::SmallVector<mlir::Value>> results;
  llvm::DenseMap<mlir::Value, size_t> groupOf; ///< of values that are stored with others
};

} // namespace weft::compiler

#endif
