// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the attention kernels share: a task's place, tiles of query rows x keys, and the relative
// shear.
//
// Rows r of a tile are queries, columns c keys. Along a row the distance falls by one a key, so a
// value that belongs to a distance stands at window index x = R - 1 - r + c of the C + R distances
// that a tile meets, the largest first. tile.shear and tile.unshear move between the two forms;
// what is indexed by distance is viewed backwards, so that both run along the memory.
#ifndef COMPILER_LOWER_WEFTTOTILE_ATTENTIONTASK_H
#define COMPILER_LOWER_WEFTTOTILE_ATTENTIONTASK_H

#include "compiler/lower/WeftToTile/AttentionRegion.h"
#include "compiler/lower/WeftToTile/BlockSparseAttentionReach.h"
#include "compiler/lower/WeftToTile/Emitters.h"
#include "dialects/weft/WeftFeedbackAttention.h"

namespace weft::compiler {

/// The operands and attributes of an attention op, whichever it is.
struct AttentionSpec {
  ir::AttentionOpInterface op;
  mlir::Value dropoutKey;
  double epsilon, dropoutRate = 0;
  int64_t dropoutId = 0;
  mlir::Value keep; ///< multiplies weights as dropout does; null: there is none

  template <typename Op> static AttentionSpec get(Op op) {
    AttentionSpec spec{llvm::cast<ir::AttentionOpInterface>(op.getOperation()),
                       {},
                       op.getEpsilon().convertToDouble(),
                       0,
                       0,
                       {}};
    if constexpr (std::is_same_v<Op, ir::FeedbackAttentionOp> ||
                  std::is_same_v<Op, ir::FeedbackAttentionGradOp>) {
      spec.keep = op.getKeep();
    } else {
      spec.dropoutKey = op.getKey();
      spec.dropoutRate = op.getDropout().convertToDouble();
      spec.dropoutId = static_cast<int64_t>(op.getId());
    }
    return spec;
  }
  bool hasDropout() const { return dropoutKey && dropoutRate > 0; }
};

/// Refuses run-time feature sizes: tiles have static shapes.
mlir::LogicalResult checkAttention(const AttentionSpec &spec);

/// The products for every pair of a query and a key that it may reach, of the largest reach where
/// heads have their own; what a kernel computes twice or for masked pairs does not count.
void countAttentionFlops(KernelBuilder &k, ir::AttentionOpInterface op, bool isGradient);

/// Keys and values under one rule. Source 0 is the band or the layout of blocks; every query
/// reaches all keys of the others.
struct AttentionSource {
  TensorView keys, values;
  AttentionRegion region;
  SizeExpr size;
  int64_t firstColumn; ///< of dropout's counter
  mlir::Value keysArray, valuesArray, keysView, valuesView;

  /// How many region arguments stand before the captures: content, relative, distance, query index,
  /// key index; without distances content, query index, key index.
  static constexpr unsigned bandArguments = 5, furtherArguments = 3;
};

class AttentionTask {
public:
  using Values = KernelBuilder::Values;

  AttentionTask(KernelBuilder &k, FunctionLowering &lowering, const AttentionSpec &spec);

  /// Declares the operands; called before any result is added.
  void declare();
  /// Opens the only section of the kernel, a task for each head of each batch, and with `byRows`
  /// for each block of query rows; fixes batch and head and loads what belongs to them. The first
  /// row.
  mlir::Value openTasks(bool byRows);
  /// The same for each block of something else, in a section of several unless `only`; the first of
  /// the block.
  mlir::Value openBlocks(GridAxis axis, bool only = true);
  /// Fixes the first query row.
  void enterRows(mlir::Value firstRow);

  /// The tiles of keys of a source that this block of rows meets, and the first key of one of them.
  TileRange getKeyTiles(unsigned source);
  mlir::Value enterKeys(unsigned source, mlir::Value tile);
  /// The tiles of rows that meet a tile of keys of a source, and the first row of one of them.
  TileRange getRowTiles(unsigned source, mlir::Value firstKey);
  mlir::Value getFirstRow(unsigned source, mlir::Value tile, mlir::Value firstKey);
  /// The rows that meet the window that is held.
  TileRange getRowsOfWindow();

  /// Content, mask, score and weight of the tile of a source that begins at a key, for the band
  /// also relative; fills the fields below.
  void computeTile(unsigned source, mlir::Value firstKey);
  /// Loads keys and values for all tiles to come, which are of this source and begin at this key.
  void holdKeys(unsigned source, mlir::Value firstKey);
  /// Loads relative keys for all tiles to come, which are of the band and as far from their rows:
  /// firstKey is here - gap.
  void holdWindow(mlir::Value gap);
  /// [R, C]: 0 where dropped, else 1 / (1 - rate); null without dropout. After computeTile.
  mlir::Value getDropoutMultiplier();
  /// exp(score - maximum) where present, else 0; maximum is [R].
  mlir::Value getExponential(mlir::Value maximum);

  /// [R, C] of elements from a window tile [R, W] or [W], which all rows share.
  mlir::Value shear(mlir::Value window);
  /// [R, W] from a tile, with zeros where no element lands.
  mlir::Value unshear(mlir::Value tile);
  mlir::Value transpose(mlir::Value tile);
  /// Where the window of the current tile begins in a view of `distances` backwards; it may lie
  /// outside, where loads give 0.
  mlir::Value getWindowStart(const SizeExpr &distances);

  AttentionRegion &region() { return sources[source].region; }
  /// The tile of the current source's values at the current key.
  mlir::Value loadValues();
  mlir::Value spreadRows(mlir::Value perRow) { return k.broadcast(perRow, {rows, cols}, {0}); }
  bool roundsFactors() const { return query.element != element; }
  /// Whether keys are the slots of a memory: the query stands behind the last one, and what belongs
  /// to a distance lies in the order of slots.
  bool readsSlots() const { return ir::isFeedback(spec.op); }
  /// A computed tile as the factor of a product: rounded where the operands are.
  mlir::Value toFactor(mlir::Value tile);
  mlir::Value zeros(llvm::ArrayRef<int64_t> shape) {
    return k.getConstant(k.getTileType(shape, element), 0);
  }

  KernelBuilder &k;
  FunctionLowering &lowering;
  AttentionSpec spec;
  std::vector<AttentionSource> sources;
  mlir::Type element; ///< of all that is no factor
  int64_t rows, cols, window, features, valueFeatures;
  SizeExpr batchSize, headSize, querySize, keySize, reachMaximum;
  int64_t reachMinimum;
  TensorView position;

  // Of the task.
  mlir::Value batch, head, firstRow, queryView, positionView;
  mlir::Value reach; ///< the largest distance of the head
  // Of the row block.
  mlir::Value here; ///< key index of the first row's own position
  mlir::Value queryTile;
  // Of the tile.
  unsigned source = 0;
  mlir::Value firstKey, gap, keysTile, positionTile, distance, present;

private:
  void addSource(mlir::Value keys, mlir::Value values, mlir::Region &region);
  /// The keys of the band that this block of rows meets.
  TileRange getKeysOfBand();
  /// True where a key is within reach of a row; `distance` is an i32 tile.
  mlir::Value getReachMask(mlir::Value distance, mlir::Value firstKey);
  void computeBandTile();
  void computeFurtherTile();
  /// Runs the region of the current source; `arguments` are those before the captures.
  void runRegion(Values arguments);
  /// True where both row and key exist, for a source without distances.
  mlir::Value getInsideMask();
  /// True in the rows of queries; null if all rows are.
  mlir::Value getRowMask();
  mlir::Value getIndexTile(int64_t axis, mlir::Value start);
  mlir::Value isBelow(mlir::Value indexTile, const SizeExpr &size);
  mlir::Value loadCapture(unsigned index, mlir::Value firstKey);
  mlir::Value toFloat(mlir::Value indexTile);
  mlir::Value loadReach();
  mlir::Value loadKeys(unsigned source, mlir::Value firstKey);
  mlir::Value loadPosition();
  /// The first row of the block of a row.
  mlir::Value alignRow(mlir::Value row);
  void enter(mlir::Value batch, mlir::Value head);
  /// Whether tasks are in the order of their heads' reach (SpanAttentionReach.cpp).
  bool isFarFirst();
  mlir::Value getHeadOfRank(mlir::Value rank);

  std::optional<BlockReach> blocks; ///< of source 0, in place of a band
  TensorView query, headReach, keep;
  mlir::Value queryArray, positionArray, headReachArray, keepArray, keepView;
  int64_t columns = 0; ///< of dropout's counter: the bound of the reach and of all further keys
  llvm::SmallVector<TensorView> captures;
  llvm::SmallVector<mlir::Value> captureArrays;
  Values dropoutKey;
  mlir::Value heldKeys, heldValues, heldGap, heldPosition; ///< null: loaded for each tile
};

} // namespace weft::compiler

#endif
