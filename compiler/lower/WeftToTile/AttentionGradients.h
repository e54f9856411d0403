// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The results of an attention gradient kernel. A task owns one head of one batch entry, so a
// gradient that is the task's own is written in place; one that heads or the batch share (shared
// keys and values, position, captures) goes to a partial result of each task and is summed in a
// fixed order by a kernel of its own.
#ifndef COMPILER_LOWER_WEFTTOTILE_ATTENTIONGRADIENTS_H
#define COMPILER_LOWER_WEFTTOTILE_ATTENTIONGRADIENTS_H

#include "compiler/lower/WeftToTile/AttentionTask.h"

namespace weft::compiler {

class AttentionGradients {
public:
  AttentionGradients(AttentionTask &task, ir::SpanAttentionGradOp op);

  /// Adds the results to the kernel; after its inputs, before scratch.
  void declare();
  /// Opens the task's part of each result and clears what tiles are added to.
  void open();
  /// Sums the partial results and records the buffers of the op's results.
  void finish(llvm::ArrayRef<mlir::Value> results);

  /// The task's part, a view [size, width] or [size].
  mlir::Value getQuery() const { return outputs[0].view; }
  mlir::Value getKeys(unsigned source) const {
    return outputs[source == 0 ? 1 : furtherKeys() + source - 1].view;
  }
  mlir::Value getValues(unsigned source) const {
    return outputs[source == 0 ? 2 : furtherKeys() + further + source - 1].view;
  }
  bool hasPosition() const { return isRelative; }
  /// Of distances, backwards: as AttentionTask reads what distances index.
  mlir::Value getPosition() const { return outputs[3].view; }
  SizeExpr getPositionSize() const { return SizeExpr(ir::getDimSize(outputs[3].type, 2)); }
  mlir::Value getCapture(unsigned i) const { return outputs[furtherKeys() + 2 * further + i].view; }
  SizeExpr getCaptureSize(unsigned i) const {
    return SizeExpr(ir::getDimSize(outputs[furtherKeys() + 2 * further + i].type, 2));
  }
  llvm::ArrayRef<ir::CaptureKind> getKinds() const { return kinds; }

  /// Kinds whose gradient is one number a head: kept in lanes of [R] until the task ends.
  static bool isPerTask(ir::CaptureKind kind) {
    return kind == ir::CaptureKind::scalar || kind == ir::CaptureKind::per_head;
  }

private:
  struct Output {
    mlir::RankedTensorType type;     ///< with batch and heads in front
    llvm::SmallVector<int64_t> axes; ///< summed afterwards; none: the type is the result's own
    bool isAdded;                    ///< tiles are added to it, so it starts as zeros
    bool isBackwards;                ///< distances index it: its view begins with the largest
    mlir::Value array, view;
  };
  static mlir::RankedTensorType getType(mlir::Value value) {
    return llvm::cast<mlir::RankedTensorType>(value.getType());
  }
  unsigned furtherKeys() const { return isRelative ? 4 : 3; }
  void add(llvm::ArrayRef<ir::SizeAttr> sizes, llvm::ArrayRef<int64_t> axes, bool isAdded,
           bool isBackwards = false);
  void addSource(mlir::Value operand);
  void addPosition();
  void addCapture(mlir::Value capture, ir::CaptureKind kind);
  void clear(const Output &output);

  AttentionTask &task;
  ir::SpanAttentionGradOp op;
  llvm::SmallVector<ir::CaptureKind> kinds;
  bool isRelative;
  size_t further;
  llvm::SmallVector<Output> outputs; ///< in the order of the op's results
};

} // namespace weft::compiler

#endif
