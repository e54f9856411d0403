// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which axes of the values of a scan's body are one and the same: an index along the one is an
// index along the other, because every op between them keeps indices apart.
#ifndef DIALECTS_WEFT_TRANSFORMS_SLICEAXES_H
#define DIALECTS_WEFT_TRANSFORMS_SLICEAXES_H

#include "dialects/weft/WeftDialect.h"

namespace weft::ir {

/// A splat constant, perhaps repeated or moved: it has any axis that somebody wants it to have.
std::optional<double> findUniform(mlir::Value value);

class SliceAxes {
public:
  explicit SliceAxes(ScanOp scan);

  /// Takes the axis of a value, and all that are one with it, as the batch. False with a reason
  /// where sequences would meet.
  bool choose(mlir::Value value, int64_t axis);
  const std::string &getReason() const { return reason; }

  /// The batch axis of a value of the body, -1: it has none.
  int64_t getAxis(mlir::Value value) const;
  /// Of an operand or a result of the scan, in its own axes.
  int64_t getOperandAxis(unsigned operand) const;
  int64_t getResultAxis(unsigned result) const;
  /// Whether a value is a sum over the batch, so that slices have parts of it.
  bool isPartial(mlir::Value value) const { return partial.contains(value); }

private:
  unsigned getNode(mlir::Value value, int64_t axis);
  unsigned find(unsigned node) const;
  void join(mlir::Value a, int64_t i, mlir::Value b, int64_t j);
  void joinAll(mlir::Value a, mlir::Value b, int64_t shift = 0);
  void joinOp(mlir::Operation *op);
  void joinFeedback(mlir::Operation *op);
  void joinReshape(ReshapeOp op);
  bool refuse(const llvm::Twine &text);
  bool check(mlir::Operation *op);
  /// Follows sums over the batch through an op.
  bool checkPartial(mlir::Operation *op);
  bool findPartials();
  bool checkResults();

  mutable ScanOp scan; // a handle, whose accessors are not const
  mlir::Block &body;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<unsigned, 4>> nodes;
  llvm::SmallVector<unsigned> parents;
  /// Of each reshape, the axes that it neither splits nor merges: of its input and its result.
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<std::pair<int64_t, int64_t>>> kept;
  unsigned batch = 0;
  llvm::DenseSet<mlir::Value> partial;
  std::string reason;
};

} // namespace weft::ir

#endif
