// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/DotReach.h"

using namespace mlir;

namespace weft::compiler {

/// Whether the heads of these axes are all that have a bound: others may lie along other axes.
static bool areAllHeads(const HeadColumns &columns, KeyRows rows) {
  Value bounds = rows.attention.getReachOfHeads();
  return getSizeExprs(cast<RankedTensorType>(bounds.getType()))[0].isConstant(columns.heads);
}

/// Rows of keys or values, with the heads along the columns, that nothing reads.
static std::optional<DotReach> findReachOfResult(FunctionLowering &lowering, ir::DotOp op,
                                                 Value root) {
  std::optional<KeyRows> rows = findKeyRowsOfReaders(lowering, root);
  if (!rows)
    return std::nullopt;
  size_t columns =
      op.getRhs().getType().getRank() - op.getRhsBatch().size() - op.getRhsContract().size();
  SmallVector<SizeExpr> sizes = getSizeExprs(op.getType());
  std::optional<HeadColumns> heads = HeadColumns::find(
      ArrayRef(sizes).take_back(columns), ArrayRef(rows->headStrides).take_back(columns));
  if (!heads || !areAllHeads(*heads, *rows))
    return std::nullopt;
  TensorView keys;
  keys.sizes = sizes;
  keys.strides = rows->keyStrides;
  return DotReach{rows->attention, /*isOfFactor=*/false, /*isOfRows=*/false, *heads, keys};
}

/// A contraction over keys of which one factor holds zeros.
static std::optional<DotReach> findReachOfFactor(FunctionLowering &lowering, Value factor,
                                                 ArrayRef<int64_t> batch,
                                                 ArrayRef<int64_t> contract, bool isLhs) {
  std::optional<KeyRows> rows = findKeyRowsOfGradient(lowering, factor);
  if (!rows)
    return std::nullopt;
  SmallVector<SizeExpr> sizes = getSizeExprs(cast<RankedTensorType>(factor.getType())), own, heads;
  for (int64_t axis : getOtherAxes(sizes.size(), concatAxes(batch, contract))) {
    own.push_back(sizes[axis]);
    heads.push_back(rows->headStrides[axis]);
  }
  std::optional<HeadColumns> columns = HeadColumns::find(own, heads);
  if (!columns || !areAllHeads(*columns, *rows))
    return std::nullopt;
  // Keys along another axis, too, are not what a chunk of the contraction says.
  for (int64_t axis : getOtherAxes(sizes.size(), contract))
    if (!rows->keyStrides[axis].isConstant(0))
      return std::nullopt;
  TensorView keys;
  for (int64_t axis : contract)
    keys.insertAxis(keys.getRank(), sizes[axis], rows->keyStrides[axis]);
  return DotReach{rows->attention, /*isOfFactor=*/true, /*isOfRows=*/isLhs, *columns, keys};
}

std::optional<DotReach> findDotReach(FunctionLowering &lowering, ir::DotOp op, Value root) {
  std::optional<DotReach> reach = findReachOfResult(lowering, op, root);
  if (!reach)
    reach = findReachOfFactor(lowering, op.getLhs(), op.getLhsBatch(), op.getLhsContract(), true);
  if (!reach)
    reach = findReachOfFactor(lowering, op.getRhs(), op.getRhsBatch(), op.getRhsContract(), false);
  return reach;
}

bool DotReach::fits(const DotSpace &space) const {
  size_t last = isOfFactor ? space.depth.getRank() : space.batch.getRank() + space.rows.getRank();
  for (auto [axis, stride] : llvm::enumerate(keys.strides))
    if (!stride.isConstant(axis + 1 == last ? 1 : 0))
      return false;
  const DotAxes &axes = isOfRows ? space.rows : space.columns;
  return axes.getRank() == 1 || hasHeadTasks(space);
}

bool DotReach::hasHeadTasks(const DotSpace &space) const {
  const DotAxes &axes = isOfRows ? space.rows : space.columns;
  return axes.getRank() == 2 && axes.lhs.sizes[0].isConstant(heads.heads) &&
         axes.lhs.sizes[1].isConstant(heads.width);
}

} // namespace weft::compiler
