// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of a table by index and the adjoint: embedding is gather without batch axes, embedding_grad
// scatter_add. Indices outside the table read zeros and write nothing: loads and stores are clipped
// by the view.
#include "compiler/lower/WeftToTile/Emitters.h"

using namespace mlir;

namespace weft::compiler {

namespace {

SizeExpr getProduct(ArrayRef<SizeExpr> sizes) {
  SizeExpr product(1);
  for (const SizeExpr &size : sizes)
    product = product * size;
  return product;
}

/// What gather and scatter_add have in common. All views are dense and regrouped: table [batch, n,
/// features], ids [batch, places], rows [batch, places, features].
struct Lookup {
  TensorView table, ids, rows;

  /// `table` and `rows` may be results that have no buffer yet.
  Lookup(FunctionLowering &lowering, RankedTensorType tableType, Value tableBuffer, Value idsValue,
         RankedTensorType rowsType, Value rowsBuffer, size_t batchRank)
      : table(TensorView::dense(tableBuffer, tableType)),
        ids(TensorView::dense(lowering.getBuffer(idsValue),
                              cast<RankedTensorType>(idsValue.getType()))),
        rows(TensorView::dense(rowsBuffer, rowsType)) {
    SizeExpr batch = getProduct(ArrayRef(table.sizes).take_front(batchRank)),
             count = table.sizes[batchRank],
             features = getProduct(ArrayRef(table.sizes).drop_front(batchRank + 1)),
             places = getProduct(ArrayRef(ids.sizes).drop_front(batchRank));
    regroup(table, {batch, count, features});
    regroup(ids, {batch, places});
    regroup(rows, {batch, places, features});
  }

  static void regroup(TensorView &view, ArrayRef<SizeExpr> sizes) {
    view.sizes.assign(sizes.begin(), sizes.end());
    view.strides = getDenseStrides(view.sizes);
  }
};

Value loadId(KernelBuilder &k, Value ids, Value place) {
  Value tile = k.load(ids, {place}, {1});
  Value id = tile::ExtractOp::create(k, k.getI32Type(), tile, ArrayRef<int64_t>{0});
  return arith::IndexCastOp::create(k, k.getIndexType(), id);
}

LogicalResult emitGatherRows(FunctionLowering &lowering, Operation *op, size_t batchRank) {
  Value input = op->getOperand(0), result = op->getResult(0);
  auto type = cast<RankedTensorType>(result.getType());
  Lookup lookup(lowering, cast<RankedTensorType>(input.getType()), lowering.getBuffer(input),
                op->getOperand(1), type, {}, batchRank);
  KernelBuilder k(lowering, op->getLoc(), op->getName().stripDialect());
  Value tableArray = k.addInput(lookup.table.base), idsArray = k.addInput(lookup.ids.base),
        resultArray = k.addResult(type);
  k.addRounding(result, resultArray);
  Schedule schedule = getSchedule(op, {16, 64, 1});
  const SizeExpr &places = lookup.ids.sizes[1], &features = lookup.table.sizes[2];
  int64_t block = getTileExtent(places, schedule.rows),
          cols = getTileExtent(features, schedule.cols);
  KernelBuilder::Values start = k.openGrid({{lookup.ids.sizes[0]}, {places, block}});
  KernelBuilder::Values at = {start[0], Value(), Value()};
  Value table = k.openView(tableArray, lookup.table, at, {1, 2});
  Value out = k.openView(resultArray, lookup.rows, at, {1, 2});
  Value ids = k.openView(idsArray, lookup.ids, {start[0], Value()}, {1});
  Value end = k.minIndex(k.addIndex(start[1], k.getIndex(block)), k.getIndex(places));
  k.loop(start[1], end, 1, [&](Value place) {
    Value id = loadId(k, ids, place);
    k.loop(k.getIndex(0), k.getIndex(features), cols, [&](Value col) {
      k.store(k.load(table, {id, col}, {1, cols}), out, {place, col});
    });
  });
  k.closeGrid();
  lowering.setBuffer(result, k.finish().front());
  return success();
}

LogicalResult emitScatterRows(FunctionLowering &lowering, Operation *op, size_t batchRank) {
  Value updates = op->getOperand(0), result = op->getResult(0);
  auto type = cast<RankedTensorType>(result.getType());
  Lookup lookup(lowering, type, {}, op->getOperand(1), cast<RankedTensorType>(updates.getType()),
                lowering.getBuffer(updates), batchRank);
  KernelBuilder k(lowering, op->getLoc(), op->getName().stripDialect());
  Value rowsArray = k.addInput(lookup.rows.base), idsArray = k.addInput(lookup.ids.base),
        resultArray = k.addResult(type);
  const SizeExpr &count = lookup.table.sizes[1], &features = lookup.table.sizes[2];
  int64_t cols = getTileExtent(features, getSchedule(op, {1, 32, 1}).cols);
  // A task owns a block of columns of one batch's table and takes the places one by one.
  KernelBuilder::Values start = k.openGrid({{lookup.table.sizes[0]}, {features, cols}});
  KernelBuilder::Values at = {start[0], Value(), Value()};
  Value col = start[1];
  Value rows = k.openView(rowsArray, lookup.rows, at, {1, 2});
  Value out = k.openView(resultArray, lookup.table, at, {1, 2});
  Value ids = k.openView(idsArray, lookup.ids, {start[0], Value()}, {1});
  int64_t clear = getTileExtent(count, 16);
  Value zeros = k.getConstant(k.getTileType({clear, cols}, lookup.table.element), 0);
  k.loop(k.getIndex(0), k.getIndex(count), clear, [&](Value row) {
    k.store(zeros, out, {row, col});
  });
  k.loop(k.getIndex(0), k.getIndex(lookup.ids.sizes[1]), 1, [&](Value place) {
    Value id = loadId(k, ids, place);
    Value before = k.load(out, {id, col}, {1, cols});
    k.store(arith::AddFOp::create(k, before, k.load(rows, {place, col}, {1, cols})), out,
            {id, col});
  });
  k.closeGrid();
  lowering.setBuffer(result, k.finish().front());
  return success();
}

} // namespace

LogicalResult emitEmbedding(FunctionLowering &lowering, ir::EmbeddingOp op) {
  return emitGatherRows(lowering, op, 0);
}

LogicalResult emitGather(FunctionLowering &lowering, ir::GatherOp op) {
  return emitGatherRows(lowering, op, op.getBatch());
}

LogicalResult emitEmbeddingGrad(FunctionLowering &lowering, ir::EmbeddingGradOp op) {
  return emitScatterRows(lowering, op, 0);
}

LogicalResult emitScatterAdd(FunctionLowering &lowering, ir::ScatterAddOp op) {
  return emitScatterRows(lowering, op, op.getBatch());
}

} // namespace weft::compiler
