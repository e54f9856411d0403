// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The reach of span attention: query i stands at key index L - M + i and reaches distances d_min to
// d_max.
#include "compiler/lower/WeftToTile/AttentionTask.h"
#include "compiler/lower/WeftToTile/HeadReach.h"

using namespace mlir;

namespace weft::compiler {

/// The bound of the op, and that of the head where it has one.
Value AttentionTask::loadReach() {
  if (!headReach.base)
    return k.getIndex(reachMaximum);
  return loadHeadReach(k, headReachArray, headReach, head, reachMaximum, reachMinimum);
}

bool AttentionTask::isFarFirst() {
  // Every task compares all pairs of heads.
  constexpr int64_t mostHeads = 16;
  std::optional<int64_t> heads = headSize.getConstant();
  return headReach.base && heads && *heads > 1 && *heads <= mostHeads &&
         getSchedule(spec.op, {rows, cols, 1}).farFirst;
}

/// Blocks of a GPU take every n-th task, n being their number: in the order of cost each gets its
/// share of the long ones. Equal reaches keep the order of heads, and what is no number counts as
/// none, so that every head has one rank.
Value AttentionTask::getHeadOfRank(Value rank) {
  int64_t heads = *headSize.getConstant();
  Value one = k.getIndex(1), zero = k.getIndex(0);
  Value none = k.getConstant(headReach.element, -1);
  Values reaches, ranks(heads, zero);
  for (int64_t head = 0; head < heads; ++head) {
    Value bound = k.loadScalar(headReachArray, headReach, k.getIndex(head));
    Value isSome = arith::CmpFOp::create(k, arith::CmpFPredicate::OGE, bound, none);
    reaches.push_back(arith::SelectOp::create(k, isSome, bound, none));
  }
  for (int64_t later = 1; later < heads; ++later)
    for (int64_t head = 0; head < later; ++head) {
      Value isBefore =
          arith::CmpFOp::create(k, arith::CmpFPredicate::OGE, reaches[head], reaches[later]);
      ranks[later] = k.addIndex(ranks[later], arith::SelectOp::create(k, isBefore, one, zero));
      ranks[head] = k.addIndex(ranks[head], arith::SelectOp::create(k, isBefore, zero, one));
    }
  Value found = zero;
  for (int64_t head = 1; head < heads; ++head) {
    Value isIt = arith::CmpIOp::create(k, arith::CmpIPredicate::eq, ranks[head], rank);
    found = arith::SelectOp::create(k, isIt, k.getIndex(head), found);
  }
  return found;
}

TileRange AttentionTask::getKeysOfBand() {
  Value from = k.subIndex(here, reach);
  if (spec.op.getReachBeforeStart() == ir::BeforeStart::masked)
    from = k.maxIndex(from, k.getIndex(0));
  Value past = k.addIndex(here, k.getIndex(rows - reachMinimum));
  return {from, k.minIndex(past, k.getIndex(keySize)), cols};
}

TileRange AttentionTask::getKeyTiles(unsigned source) {
  if (source == 0)
    return blocks ? blocks->getKeyTiles(firstRow) : getKeysOfBand();
  return {k.getIndex(0), k.getIndex(sources[source].size), cols};
}

Value AttentionTask::enterKeys(unsigned source, Value tile) {
  return source == 0 && blocks ? blocks->enterKeys(tile, firstRow) : tile;
}

Value AttentionTask::alignRow(Value row) {
  return k.mulIndex(k.divIndex(row, rows), k.getIndex(rows));
}

/// Row i reaches key j where d_min <= L - M + i - j <= reach.
TileRange AttentionTask::getRowTiles(unsigned source, Value firstKey) {
  Value all = k.getIndex(querySize);
  if (source != 0)
    return {k.getIndex(0), all, rows};
  if (blocks)
    return blocks->getRowTiles(firstKey);
  Value ownRow = k.subIndex(firstKey, k.subIndex(k.getIndex(keySize), all));
  Value from = k.maxIndex(k.addIndex(ownRow, k.getIndex(reachMinimum)), k.getIndex(0));
  Value past = k.addIndex(k.addIndex(ownRow, reach), k.getIndex(cols));
  return {alignRow(from), k.minIndex(past, all), rows};
}

Value AttentionTask::getFirstRow(unsigned source, Value tile, Value firstKey) {
  return source == 0 && blocks ? blocks->enterRows(tile, firstKey) : tile;
}

/// The window's distances begin at gap - (C - 1): none is met by a head that reaches less far.
/// Where no key stands before the first, neither do the tiles of the first rows.
TileRange AttentionTask::getRowsOfWindow() {
  Value zero = k.getIndex(0), all = k.getIndex(querySize);
  Value nearest = k.subIndex(gap, k.getIndex(cols - 1));
  Value isMet = arith::CmpIOp::create(k, arith::CmpIPredicate::sle, nearest, reach);
  Value from = zero;
  if (spec.op.getReachBeforeStart() == ir::BeforeStart::masked) {
    Value ownRow = k.subIndex(nearest, k.subIndex(k.getIndex(keySize), all));
    from = alignRow(k.addIndex(k.maxIndex(ownRow, zero), k.getIndex(rows - 1)));
  }
  return {from, arith::SelectOp::create(k, isMet, all, zero), rows};
}

Value AttentionTask::isBelow(Value indexTile, const SizeExpr &size) {
  Value limit = arith::IndexCastOp::create(k, k.getI32Type(), k.getIndex(size));
  return arith::CmpIOp::create(k, arith::CmpIPredicate::slt, indexTile,
                               k.broadcast(limit, {rows, cols}));
}

/// True if blocks of this many cover a size without rest, whatever it is.
static bool isWhole(const SizeExpr &size, int64_t block) {
  std::optional<int64_t> constant = size.getConstant();
  return constant && *constant % block == 0;
}

Value AttentionTask::getRowMask() {
  return isWhole(querySize, rows) ? Value() : isBelow(getIndexTile(0, firstRow), querySize);
}

Value AttentionTask::getInsideMask() {
  Value mask = getRowMask();
  const SizeExpr &size = sources[source].size;
  if (!isWhole(size, cols)) {
    Value inside = isBelow(getIndexTile(1, firstKey), size);
    mask = mask ? arith::AndIOp::create(k, mask, inside).getResult() : inside;
  }
  return mask ? mask : k.getConstant(k.getTileType({rows, cols}, k.getI1Type()), 1);
}

Value AttentionTask::getReachMask(Value distance, Value firstKey) {
  auto compare = [&](arith::CmpIPredicate predicate, Value tile, Value bound) -> Value {
    Value limit = k.broadcast(arith::IndexCastOp::create(k, k.getI32Type(), bound), {rows, cols});
    return arith::CmpIOp::create(k, predicate, tile, limit);
  };
  Value mask = arith::AndIOp::create(
      k, compare(arith::CmpIPredicate::sge, distance, k.getIndex(reachMinimum)),
      compare(arith::CmpIPredicate::sle, distance, reach));
  // With d_min >= 0 no row in range reaches past the last key. Rows past the last query reach
  // nothing.
  if (reachMinimum < 0)
    mask = arith::AndIOp::create(k, mask, isBelow(getIndexTile(1, firstKey), keySize));
  if (Value inside = getRowMask())
    mask = arith::AndIOp::create(k, mask, inside);
  // Tiles of keys begin at the first key or behind it, but not those of one gap from their rows.
  if (heldGap && spec.op.getReachBeforeStart() == ir::BeforeStart::masked)
    mask = arith::AndIOp::create(
        k, mask, compare(arith::CmpIPredicate::sge, getIndexTile(1, firstKey), k.getIndex(0)));
  return mask;
}

} // namespace weft::compiler
