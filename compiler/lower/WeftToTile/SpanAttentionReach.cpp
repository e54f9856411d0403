// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The reach of span attention: query i stands at key index L - M + i and reaches distances d_min to
// d_max.
#include "compiler/lower/WeftToTile/AttentionTask.h"

using namespace mlir;

namespace weft::compiler {

/// The bound of the op, and that of the head where it has one.
Value AttentionTask::loadReach() {
  Value most = k.getIndex(reachMaximum);
  if (!headReach.base)
    return most;
  Value bound = k.loadScalar(headReachArray, headReach, head);
  auto clip = [&](arith::CmpFPredicate predicate, int64_t to) {
    Value limit = k.getConstant(element, static_cast<double>(to));
    Value inside = arith::CmpFOp::create(k, predicate, bound, limit);
    bound = arith::SelectOp::create(k, inside, bound, limit);
  };
  // Into the range of i32, with room for the rounding of both limits; what is no number reaches
  // nothing.
  clip(arith::CmpFPredicate::OGE, 2 * std::min<int64_t>(reachMinimum, 0) - 1);
  clip(arith::CmpFPredicate::OLE,
       std::min<int64_t>(2 * std::max<int64_t>(reachMaximum.getMaximum(), 1), 1 << 30));
  Value whole = tile::MathOp::create(k, element, tile::Function::floor, bound);
  Value index = arith::FPToSIOp::create(k, k.getI32Type(), whole);
  return k.minIndex(arith::IndexCastOp::create(k, k.getIndexType(), index), most);
}

KeyRange AttentionTask::getKeyRange() {
  Value from = k.subIndex(here, reach);
  if (spec.op.getReachBeforeStart() == ir::BeforeStart::masked)
    from = k.maxIndex(from, k.getIndex(0));
  Value past = k.addIndex(here, k.getIndex(rows - reachMinimum));
  return {from, k.minIndex(past, k.getIndex(keySize))};
}

KeyRange AttentionTask::getKeyRange(unsigned source) {
  if (source == 0)
    return getKeyRange();
  return {k.getIndex(0), k.getIndex(sources[source].size)};
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
  return mask;
}

} // namespace weft::compiler
