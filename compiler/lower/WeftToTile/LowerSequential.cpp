// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that walk along an axis one index at a time, many rows side by side: cumsum and top_k.
#include "compiler/lower/WeftToTile/RowKernel.h"

#include <limits>

using namespace mlir;

namespace weft::compiler {

using Values = KernelBuilder::Values;

LogicalResult emitCumsum(FunctionLowering &lowering, ir::CumsumOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  int64_t axis = op.getAxis();
  TensorView input = moveLast(lowering.getStoredView(op.getInput()), axis);
  TensorView result = moveLast(TensorView::dense({}, type), axis);
  KernelBuilder k(lowering, op.getLoc(), "cumsum");
  Value inputArray = k.addInput(input.base), resultArray = k.addResult(type);
  RowKernel rows(k, {&input, &result}, getSchedule(op, {64, 1, 1}));
  rows.open();
  Value start = k.getConstant(k.getTileType({rows.rows}, input.element), 0);
  Value last = k.subIndex(k.getIndex(rows.columns), k.getIndex(1));
  k.loop(k.getIndex(0), k.getIndex(rows.columns), 1, start,
         [&](Value step, ValueRange carried) -> Values {
           Value column = op.getReverse() ? k.subIndex(last, step) : step;
           Value x = k.load(rows.openColumn(inputArray, input, column), {rows.row}, {rows.rows});
           Value total = arith::AddFOp::create(k, carried[0], x);
           k.store(total, rows.openColumn(resultArray, result, column), {rows.row});
           return {total};
         });
  k.closeGrid();
  lowering.setBuffer(op.getResult(), k.finish().front());
  return success();
}

namespace {

/// An element of each row and its index there.
struct Entry {
  Value value, index;
};

} // namespace

/// True where `a` goes before `b`: larger (NaN is largest), or equal with a smaller index.
static Value goesBefore(KernelBuilder &k, Entry a, Entry b) {
  auto compare = [&](arith::CmpFPredicate predicate, Value x, Value y) -> Value {
    return arith::CmpFOp::create(k, predicate, x, y);
  };
  auto both = [&](Value x, Value y) -> Value { return arith::AndIOp::create(k, x, y); };
  auto either = [&](Value x, Value y) -> Value { return arith::OrIOp::create(k, x, y); };
  Value isNan = compare(arith::CmpFPredicate::UNO, a.value, a.value);
  Value larger = either(compare(arith::CmpFPredicate::OGT, a.value, b.value),
                        both(isNan, compare(arith::CmpFPredicate::ORD, b.value, b.value)));
  Value same = either(compare(arith::CmpFPredicate::OEQ, a.value, b.value),
                      both(isNan, compare(arith::CmpFPredicate::UNO, b.value, b.value)));
  Value earlier = arith::CmpIOp::create(k, arith::CmpIPredicate::slt, a.index, b.index);
  return either(larger, both(same, earlier));
}

/// k passes over the columns: each picks the first entry after the one picked before.
LogicalResult emitTopK(FunctionLowering &lowering, ir::TopKOp op) {
  auto valuesType = cast<RankedTensorType>(op.getValues().getType()),
       indicesType = cast<RankedTensorType>(op.getIndices().getType());
  TensorView input = lowering.getStoredView(op.getInput());
  TensorView values = TensorView::dense({}, valuesType),
             indices = TensorView::dense({}, indicesType);
  KernelBuilder k(lowering, op.getLoc(), "top_k");
  Value inputArray = k.addInput(input.base);
  Value valuesArray = k.addResult(valuesType), indicesArray = k.addResult(indicesType);
  RowKernel rows(k, {&input, &values, &indices}, getSchedule(op, {64, 1, 1}));
  rows.open();
  Type valueTile = k.getTileType({rows.rows}, input.element),
       indexTile = k.getTileType({rows.rows}, k.getI32Type());
  auto number = [&](double value) { return k.getConstant(valueTile, value); };
  auto index = [&](int32_t value) { return k.getConstant(indexTile, value); };
  // Before everything and after everything.
  Entry first{number(std::numeric_limits<double>::quiet_NaN()), index(-1)};
  Entry last{number(-std::numeric_limits<double>::infinity()), index(INT32_MAX)};
  k.loop(k.getIndex(0), k.getIndex(static_cast<int64_t>(op.getK())), 1,
         ValueRange{first.value, first.index}, [&](Value place, ValueRange picked) -> Values {
           Values best = k.loop(
               k.getIndex(0), k.getIndex(rows.columns), 1, ValueRange{last.value, last.index},
               [&](Value column, ValueRange carried) -> Values {
                 Value x =
                     k.load(rows.openColumn(inputArray, input, column), {rows.row}, {rows.rows});
                 Value number = arith::IndexCastOp::create(k, k.getI32Type(), column);
                 Entry entry{x, k.broadcast(number, {rows.rows})};
                 Value wins = arith::AndIOp::create(k, goesBefore(k, {picked[0], picked[1]}, entry),
                                                    goesBefore(k, entry, {carried[0], carried[1]}));
                 return {arith::SelectOp::create(k, wins, entry.value, carried[0]),
                         arith::SelectOp::create(k, wins, entry.index, carried[1])};
               });
           k.store(best[0], rows.openColumn(valuesArray, values, place), {rows.row});
           k.store(best[1], rows.openColumn(indicesArray, indices, place), {rows.row});
           return best;
         });
  k.closeGrid();
  Values results = k.finish();
  lowering.setBuffer(op.getValues(), results[0]);
  lowering.setBuffer(op.getIndices(), results[1]);
  return success();
}

} // namespace weft::compiler
