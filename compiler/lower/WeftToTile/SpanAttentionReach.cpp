// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The reach of span attention: query i stands at key index L - M + i and reaches distances d_min to
// d_max.
#include "compiler/lower/WeftToTile/AttentionTask.h"

using namespace mlir;

namespace weft::compiler {

KeyRange AttentionTask::getKeyRange() {
  Value from = k.subIndex(here, k.getIndex(reachMaximum));
  if (spec.op.getReachBeforeStart() == ir::BeforeStart::masked)
    from = k.maxIndex(from, k.getIndex(0));
  Value past = k.addIndex(here, k.getIndex(rows - reachMinimum));
  return {from, k.minIndex(past, k.getIndex(keySize))};
}

Value AttentionTask::getReachMask(Value distance, Value firstKey) {
  auto compare = [&](arith::CmpIPredicate predicate, Value tile, Value bound) -> Value {
    Value limit = k.broadcast(arith::IndexCastOp::create(k, k.getI32Type(), bound), {rows, cols});
    return arith::CmpIOp::create(k, predicate, tile, limit);
  };
  Value mask = arith::AndIOp::create(
      k, compare(arith::CmpIPredicate::sge, distance, k.getIndex(reachMinimum)),
      compare(arith::CmpIPredicate::sle, distance, k.getIndex(reachMaximum)));
  auto indexType = k.getTileType({rows, cols}, k.getI32Type());
  // With d_min >= 0 no row in range reaches past the last key. Rows past the last query reach
  // nothing.
  if (reachMinimum < 0)
    mask = arith::AndIOp::create(k, mask,
                                 compare(arith::CmpIPredicate::slt,
                                         tile::IotaOp::create(k, indexType, 1, firstKey),
                                         k.getIndex(keySize)));
  std::optional<int64_t> queries = querySize.getConstant();
  if (!queries || *queries % rows != 0)
    mask = arith::AndIOp::create(k, mask,
                                 compare(arith::CmpIPredicate::slt,
                                         tile::IotaOp::create(k, indexType, 0, firstRow),
                                         k.getIndex(querySize)));
  return mask;
}

} // namespace weft::compiler
