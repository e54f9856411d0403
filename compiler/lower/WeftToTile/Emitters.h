// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One emitter per weft op or family: writes its kernels, dispatches them and records the buffers of
// its results.
#ifndef COMPILER_LOWER_WEFTTOTILE_EMITTERS_H
#define COMPILER_LOWER_WEFTTOTILE_EMITTERS_H

#include "compiler/lower/WeftToTile/ElementExpr.h"
#include "dialects/weft/WeftFeedbackAttention.h"

namespace weft::compiler {

/// Tile sizes of an op: its `schedule` attribute (ChooseSchedule), or the defaults.
struct Schedule {
  int64_t rows, cols, depth;
  /// Of attention: tasks of heads that reach far come first.
  bool farFirst = false;
  /// Tiles of a product whose axes are longer have multiples of this many rows and columns, whether
  /// they divide the axes or not; 1 if the sizes of the axes decide.
  int64_t unit = 1;
  /// Of attention backwards: kernels of their own for queries, keys and distances.
  bool apart = false;
  /// Of a product: warp groups compute tiles of this many rows, or twice as many, where its axes
  /// are long enough and its factors lie in lines; 0 if there are none. The sizes of other
  /// products.
  int64_t groupRows = 0;
  /// Of a GPU: with fewer tasks some of its processors have none.
  int64_t processors = 108;
  std::array<int64_t, 3> otherwise = {};
};
Schedule getSchedule(mlir::Operation *op, Schedule defaults);

/// The tile extent for an axis: at most `most`, no larger than the axis needs.
int64_t getTileExtent(const SizeExpr &size, int64_t most);

/// One list after the other.
llvm::SmallVector<int64_t> concatAxes(llvm::ArrayRef<int64_t> first,
                                      llvm::ArrayRef<int64_t> second);
/// 0 .. rank - 1 without `axes`.
llvm::SmallVector<int64_t> getOtherAxes(size_t rank, llvm::ArrayRef<int64_t> axes);

/// A section of a kernel that writes the roots of `expr` to `target`, a part of each of `arrays`.
void emitMapSection(KernelBuilder &kernel, ElementExpr &expr, TensorView target,
                    mlir::ValueRange arrays, Schedule schedule, bool only);

/// A new buffer with the elements of a value: elementwise trees and shape ops that strides cannot
/// say.
mlir::Value emitMap(FunctionLowering &lowering, mlir::Value value);
/// One kernel that stores several elementwise values of one shape, and records their buffers.
void emitMaps(FunctionLowering &lowering, llvm::ArrayRef<mlir::Value> values);

/// One kernel for a group of rows; records the buffers of its results.
void emitRowGroup(FunctionLowering &lowering, const RowGroup &group);

/// The sum of a buffer over some axes, for `op`.
mlir::Value emitSum(FunctionLowering &lowering, mlir::Operation *op, mlir::Value buffer,
                    llvm::ArrayRef<int64_t> axes, mlir::RankedTensorType type);

/// The product, or the elementwise value `root` that it is fused into.
mlir::Value emitDot(FunctionLowering &lowering, ir::DotOp op, mlir::Value root);
mlir::LogicalResult emitReduce(FunctionLowering &lowering, mlir::Operation *op);
mlir::LogicalResult emitSoftmax(FunctionLowering &lowering, ir::SoftmaxOp op);
mlir::LogicalResult emitLogSoftmax(FunctionLowering &lowering, ir::LogSoftmaxOp op);
mlir::LogicalResult emitCumsum(FunctionLowering &lowering, ir::CumsumOp op);
mlir::LogicalResult emitTopK(FunctionLowering &lowering, ir::TopKOp op);
mlir::LogicalResult emitLayerNorm(FunctionLowering &lowering, ir::LayerNormOp op);
mlir::LogicalResult emitRmsNorm(FunctionLowering &lowering, ir::RmsNormOp op);
mlir::LogicalResult emitCrossEntropy(FunctionLowering &lowering, ir::CrossEntropyOp op);
mlir::LogicalResult emitEmbedding(FunctionLowering &lowering, ir::EmbeddingOp op);
mlir::LogicalResult emitEmbeddingGrad(FunctionLowering &lowering, ir::EmbeddingGradOp op);
mlir::LogicalResult emitConcat(FunctionLowering &lowering, ir::ConcatOp op);
/// A buffer of `type` that begins with the rows of `buffer` and goes on with zeros.
mlir::Value emitZerosBehind(FunctionLowering &lowering, mlir::Operation *op, mlir::Value buffer,
                            mlir::RankedTensorType type);
mlir::LogicalResult emitPad(FunctionLowering &lowering, ir::PadOp op);
mlir::LogicalResult emitWindowSum(FunctionLowering &lowering, ir::WindowSumOp op);
mlir::LogicalResult emitGather(FunctionLowering &lowering, ir::GatherOp op);
mlir::LogicalResult emitScatterAdd(FunctionLowering &lowering, ir::ScatterAddOp op);
mlir::LogicalResult emitSize(FunctionLowering &lowering, ir::SizeOp op);
mlir::LogicalResult emitSetSize(FunctionLowering &lowering, ir::SetSizeOp op);
mlir::LogicalResult emitScan(FunctionLowering &lowering, ir::ScanOp op);
mlir::LogicalResult emitSpanAttention(FunctionLowering &lowering, ir::SpanAttentionOp op);
mlir::LogicalResult emitSpanAttentionGrad(FunctionLowering &lowering, ir::SpanAttentionGradOp op);
mlir::LogicalResult emitFeedbackAttention(FunctionLowering &lowering, ir::FeedbackAttentionOp op);
mlir::LogicalResult emitFeedbackAttentionGrad(FunctionLowering &lowering,
                                              ir::FeedbackAttentionGradOp op);
mlir::LogicalResult emitBlockSparseAttention(FunctionLowering &lowering,
                                             ir::BlockSparseAttentionOp op);
mlir::LogicalResult emitBlockSparseAttentionGrad(FunctionLowering &lowering,
                                                 ir::BlockSparseAttentionGradOp op);

} // namespace weft::compiler

#endif
