// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention backwards: what a tile of query rows x keys gives to the gradients, whoever adds it up.
// There are two forms: one kernel that adds everything (LowerAttentionGrad.cpp), and kernels for
// queries, keys and distances that each add their own part (LowerAttentionGradApart.cpp). A kernel
// overrides what it takes of a tile; what nobody takes is computed by no op that is left.
//
// With N = U + epsilon Z and n = N / Z (WeftAttentionOps.td, docs/spec/weft.md), sums running over
// the keys of all sources:
//   g = mu <dy, v>                            gbar = sum a g = <dy, y>
//   ds = a (g - gbar) - epsilon gbar p / n    dm = p (g - gbar) / n
#ifndef COMPILER_LOWER_WEFTTOTILE_ATTENTIONGRADKERNEL_H
#define COMPILER_LOWER_WEFTTOTILE_ATTENTIONGRADKERNEL_H

#include "compiler/lower/WeftToTile/AttentionGradients.h"

namespace weft::compiler {

/// The operands of a gradient op beside those of its forward op.
struct AttentionGradSpec {
  AttentionSpec forward;
  mlir::Value statistics, attended, resultGrad;

  template <typename Op> static AttentionGradSpec get(Op op) {
    return {AttentionSpec::get(op), op.getStatistics(), op.getAttended(), op.getResultGrad()};
  }
};

class AttentionGradKernel {
public:
  using Values = KernelBuilder::Values;

  /// `part` follows the name of the op in that of the kernel.
  AttentionGradKernel(FunctionLowering &lowering, const AttentionGradSpec &spec,
                      GradientKernel which, llvm::StringRef part)
      : k(lowering, spec.forward.op->getLoc(),
          (spec.forward.op->getName().stripDialect() + part).str()),
        task(k, lowering, spec.forward), gradients(task, which), kinds(gradients.getKinds()),
        lowering(lowering), given(spec) {}
  virtual ~AttentionGradKernel() = default;

protected:
  /// Declares inputs and results.
  void declare();
  void declareInputs();
  /// Opens what belongs to the task; after its place is known.
  void openViews();
  /// Loads what belongs to a block of query rows.
  void enterRows(mlir::Value row);
  /// Computes a tile of the current rows and hands out what it gives, by the functions below.
  void giveTile(unsigned source, mlir::Value firstKey);
  /// Gives the tiles of keys that the current rows meet, source after source. `sums` is carried.
  void giveTilesOfRows();

  /// [R, C], a factor: values += weights^T dy.
  virtual void takeValues(mlir::Value /*weights*/) {}
  /// [R, C], a factor: query += gradient keys, keys += gradient^T query.
  virtual void takeContent(mlir::Value /*gradient*/) {}
  /// [R, W], of slots [R, C], a factor: query += gradient position, position += gradient^T query.
  virtual void takeRelative(mlir::Value /*gradient*/) {}
  /// [R, C]: a capture += the sum over what it does not tell apart.
  virtual void takeCapture(unsigned /*number*/, mlir::Value /*gradient*/) {}

  mlir::Value dot(mlir::Value a, mlir::Value b, mlir::Value acc, bool transposeB = false) {
    return tile::DotOp::create(k, acc.getType(), a, b, acc, transposeB);
  }
  mlir::Value add(mlir::Value a, mlir::Value b) { return mlir::arith::AddFOp::create(k, a, b); }
  mlir::Value sumAxis(mlir::Value tile, int64_t axis);
  /// Whether the gradient of a capture is a sum along query rows.
  static bool isOfRows(ir::CaptureKind kind) {
    return AttentionGradients::isPerTask(kind) || kind == ir::CaptureKind::by_query;
  }

  KernelBuilder k;
  AttentionTask task;
  AttentionGradients gradients;
  llvm::ArrayRef<ir::CaptureKind> kinds;
  /// What the loop around the current tile carries; its body replaces them.
  Values sums;
  mlir::Value resultGradTile; ///< of the row block

private:
  /// The gradients of the region's arguments, null where they are 0.
  Values reverseRegion(mlir::Value e, mlir::Value a, mlir::Value g);
  mlir::Value mul(mlir::Value a, mlir::Value b) { return mlir::arith::MulFOp::create(k, a, b); }
  mlir::Value sub(mlir::Value a, mlir::Value b) { return mlir::arith::SubFOp::create(k, a, b); }
  mlir::Value whenPresent(mlir::Value tile);
  mlir::Value invert(mlir::Value perRow);

  FunctionLowering &lowering;
  AttentionGradSpec given;
  TensorView statistics, attended, resultGrad;
  mlir::Value statisticsArray, attendedArray, resultGradArray;
  // Of the task.
  mlir::Value attendedView, resultGradView;
  Values statisticsViews;
  // Of the row block.
  mlir::Value maximum, epsilon, inverseN, inverseZ, inverseRatio, mean;
};

/// Kernels for queries, keys and distances, each with many tasks for a head
/// (LowerAttentionGradApart.cpp).
void emitAttentionGradApart(FunctionLowering &lowering, const AttentionGradSpec &spec);

} // namespace weft::compiler

#endif
