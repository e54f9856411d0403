// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The relative shear: from distances to keys and back.
#include "compiler/lower/WeftToTile/AttentionTask.h"

using namespace mlir;

namespace weft::compiler {

/// Window index 0 is distance gap + R - 1, the last row's own to the first key; that distance is at
/// index d - d_min of what distances index, counted from its end.
Value AttentionTask::getWindowStart(const SizeExpr &distances) {
  return k.subIndex(k.getIndex(distances + SizeExpr(reachMinimum - rows)), gap);
}

Value AttentionTask::shear(Value tile) {
  Value wide = k.broadcast(tile, {rows, window}, {1});
  return tile::ShearOp::create(k, k.getTileType({rows, cols}, element), wide);
}

Value AttentionTask::unshear(Value tile) {
  Type type = ir::getElementOrSelf(tile.getType());
  return tile::UnshearOp::create(k, k.getTileType({rows, window}, type), tile);
}

Value AttentionTask::transpose(Value tile) {
  auto type = cast<RankedTensorType>(tile.getType());
  return tile::TransposeOp::create(
      k, k.getTileType({type.getDimSize(1), type.getDimSize(0)}, type.getElementType()), tile);
}

} // namespace weft::compiler
