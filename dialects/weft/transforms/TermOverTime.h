// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Terms of a gradient that every step of a scan adds to, and whose sum over all steps is one op
// behind the loop.
#ifndef DIALECTS_WEFT_TRANSFORMS_TERMOVERTIME_H
#define DIALECTS_WEFT_TRANSFORMS_TERMOVERTIME_H

#include "dialects/weft/WeftDialect.h"

namespace weft::ir {

/// A product or a sum, and what only moves its elements, which may as well come behind the sum over
/// time. So is a weight's gradient one contraction over the steps, too.
class TermOverTime {
public:
  /// The product that this value of a step's block is; nothing if it is none.
  static std::optional<TermOverTime> findProduct(mlir::Value term, mlir::Block &block);
  /// Any value as the sum, over no axis or some, that it is.
  static TermOverTime findSum(mlir::Value term, mlir::Block &block);

  /// The values of a step that it is linear in, each: two of a product, else one.
  llvm::ArrayRef<mlir::Value> getFactors() const { return factors; }

  /// The sum over all steps of the term, from its factors stacked along a new axis 0.
  mlir::Value emitSum(mlir::ImplicitLocOpBuilder &builder, mlir::ValueRange stacks) const;

private:
  /// An op of one operand.
  struct Move {
    mlir::OperationName name;
    mlir::DictionaryAttr attributes;
    mlir::Type type;
  };

  mlir::Value passMoves(mlir::Value term, mlir::Block &block);

  llvm::SmallVector<mlir::Value, 2> factors;
  llvm::SmallVector<int64_t, 2> lhsBatch, rhsBatch, lhsContract, rhsContract;
  llvm::SmallVector<Move, 2> moves; // the last first
};

/// The op of a kind that makes this value in this block; null if none does.
template <typename Op> Op findOp(mlir::Value value, mlir::Block &block) {
  auto op = value.getDefiningOp<Op>();
  return op && op->getBlock() == &block ? op : Op();
}

} // namespace weft::ir

#endif
