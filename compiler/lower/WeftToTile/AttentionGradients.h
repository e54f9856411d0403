// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The results of an attention gradient kernel. A task owns one head of one batch entry, or a part
// of it, so a gradient that is the task's own is written in place; one that heads or the batch
// share (shared keys and values, position, captures) goes to a partial result of each task and is
// summed in a fixed order by a kernel of its own.
#ifndef COMPILER_LOWER_WEFTTOTILE_ATTENTIONGRADIENTS_H
#define COMPILER_LOWER_WEFTTOTILE_ATTENTIONGRADIENTS_H

#include "compiler/lower/WeftToTile/AttentionTask.h"

namespace weft::compiler {

/// Which gradients a kernel gives. `all`: a task is a head. Else a task is a block of the query
/// rows of a head (gradients of the query, captures that are summed along rows), of the keys of a
/// source (keys, values, captures by key) or of distances (position, captures by distance).
enum class GradientKernel { all, queries, keys, distances };

class AttentionGradients {
public:
  AttentionGradients(AttentionTask &task, GradientKernel which);

  /// Adds the results to the kernel; after its inputs, before scratch.
  void declare();
  /// Opens the task's part of each result; where a task is a head, also clears what tiles are added
  /// to. `slice` is for distances.
  void open(mlir::Value slice = {});
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
  SizeExpr getPositionSize() const { return getLength(outputs[3]); }
  mlir::Value getCapture(unsigned i) const { return outputs[furtherKeys() + 2 * further + i].view; }
  SizeExpr getCaptureSize(unsigned i) const {
    return getLength(outputs[furtherKeys() + 2 * further + i]);
  }
  llvm::ArrayRef<ir::CaptureKind> getKinds() const { return kinds; }

  /// The most distances that a result has, of which at least one is by distance.
  SizeExpr getDistances() const;
  /// Windows of neighbouring blocks of distances overlap: how many slices a result by distance has,
  /// so that blocks in one slice do not.
  int64_t getSlices() const { return 1 + llvm::divideCeil(task.rows, task.cols); }

  /// Kinds whose gradient is one number a head: kept in lanes of [R] until the task ends.
  static bool isPerTask(ir::CaptureKind kind) {
    return kind == ir::CaptureKind::scalar || kind == ir::CaptureKind::per_head;
  }

private:
  struct Output {
    mlir::RankedTensorType type;     ///< with batch and heads in front
    llvm::SmallVector<int64_t> axes; ///< summed afterwards; none: the type is the result's own
    GradientKernel giver;            ///< who gives it, unless one kernel gives all
    bool isAdded;                    ///< tiles are added to it in memory, so it starts as zeros
    mlir::Value array, view;
  };
  bool gives(const Output &output) const {
    return which == GradientKernel::all || which == output.giver;
  }
  /// Distances index it: its view begins with the largest.
  static bool isBackwards(const Output &output) {
    return output.giver == GradientKernel::distances;
  }
  /// Where slices would be: the axis of distances or of one slice of them.
  static constexpr int64_t sliceAxis = 2;
  int64_t getLengthAxis(const Output &output) const {
    return sliceAxis + (isBackwards(output) && which == GradientKernel::distances);
  }
  SizeExpr getLength(const Output &output) const {
    return SizeExpr(ir::getDimSize(output.type, getLengthAxis(output)));
  }
  static mlir::RankedTensorType getType(mlir::Value value) {
    return llvm::cast<mlir::RankedTensorType>(value.getType());
  }
  unsigned furtherKeys() const { return isRelative ? 4 : 3; }
  void add(GradientKernel giver, llvm::ArrayRef<ir::SizeAttr> sizes, llvm::ArrayRef<int64_t> axes,
           bool isAdded);
  void addByDistance(llvm::ArrayRef<ir::SizeAttr> sizes, llvm::ArrayRef<int64_t> axes);
  void addSource(mlir::Value operand);
  void addPosition();
  void addCapture(mlir::Value capture, ir::CaptureKind kind);
  void clear(const Output &output);
  /// The sum of a partial result over its axes.
  mlir::Value addUp(const Output &output, mlir::Value buffer);

  AttentionTask &task;
  ir::AttentionOpInterface op;
  GradientKernel which;
  llvm::SmallVector<ir::CaptureKind> kinds;
  bool isRelative;
  size_t further;
  llvm::SmallVector<Output> outputs; ///< in the order of the op's results
};

} // namespace weft::compiler

#endif
