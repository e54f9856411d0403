// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which elementwise values and sums along the last axis of a block are computed together, row by
// row: a norm's gradient is four sums of a row, what they make of each other, and products with the
// row again. Decided before any op is lowered.
//
// A kernel of a group stands where the last of its ops stood, so whoever reads one of its values
// from outside must come later.
#ifndef COMPILER_LOWER_WEFTTOTILE_ROWGROUPS_H
#define COMPILER_LOWER_WEFTTOTILE_ROWGROUPS_H

#include "dialects/weft/WeftDialect.h"

#include "llvm/ADT/SetVector.h"

namespace weft::compiler {

struct RowGroup {
  llvm::SmallVector<mlir::Operation *> ops; ///< in the order of the block
  llvm::SmallVector<mlir::Value> results;   ///< read from outside, in that order
  mlir::RankedTensorType type;              ///< of the rows
};

class RowGroups {
public:
  void add(mlir::Block &block);

  /// The group of an op, or null.
  const RowGroup *find(mlir::Operation *op) const {
    auto found = groupOf.find(op);
    return found == groupOf.end() ? nullptr : groups[found->second].get();
  }
  bool isMember(mlir::Value value) const { return find(value.getDefiningOp()) != nullptr; }

private:
  std::vector<std::unique_ptr<RowGroup>> groups;
  llvm::DenseMap<mlir::Operation *, size_t> groupOf;
};

/// True for a sum along the last axis and nothing else.
bool isRowSum(mlir::Operation *op);
/// True for a broadcast of one number for each row along the last axis.
bool isRowSpread(mlir::Operation *op);

} // namespace weft::compiler

#endif
