// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of a table by id and the adjoint. Ids outside the table read zeros and write nothing: loads
// and stores are clipped by the view.
#include "compiler/lower/WeftToTile/Emitters.h"

using namespace mlir;

namespace weft::compiler {

/// The leading axes of `rows` (all but its features) together with `ids`, collapsed; at least one.
static void collapseIds(TensorView &ids, TensorView &rows) {
  SizeExpr features = rows.sizes.pop_back_val(), stride = rows.strides.pop_back_val();
  collapseAxes({&ids, &rows});
  if (ids.getRank() == 0) {
    ids.insertAxis(0, SizeExpr(1), SizeExpr(0));
    rows.insertAxis(0, SizeExpr(1), SizeExpr(0));
  }
  rows.insertAxis(rows.getRank(), features, stride);
}

static Value loadId(KernelBuilder &k, Value ids, Value index) {
  Value tile = k.load(ids, {index}, {1});
  Value id = tile::ExtractOp::create(k, k.getI32Type(), tile, ArrayRef<int64_t>{0});
  return arith::IndexCastOp::create(k, k.getIndexType(), id);
}

LogicalResult emitEmbedding(FunctionLowering &lowering, ir::EmbeddingOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  TensorView table = lowering.getStoredView(op.getTable()),
             ids = lowering.getStoredView(op.getIds());
  TensorView result = TensorView::dense({}, type);
  collapseIds(ids, result);
  Schedule schedule = getSchedule(op, {16, 64, 1});
  KernelBuilder k(lowering, op.getLoc(), "embedding");
  Value tableArray = k.addInput(table.base), idsArray = k.addInput(ids.base),
        resultArray = k.addResult(type);
  int64_t idAxis = ids.getRank() - 1;
  SmallVector<GridAxis> grid;
  for (const SizeExpr &size : ids.sizes)
    grid.push_back({size});
  grid.back().block = getTileExtent(ids.sizes.back(), schedule.rows);
  KernelBuilder::Values position = k.openGrid(grid);
  Value rowsView = k.openView(tableArray, table, {Value(), Value()}, {0, 1});
  Value idsView = k.openView(idsArray, ids, position, {idAxis});
  Value first = position[idAxis];
  position.push_back(k.getIndex(0));
  Value out = k.openView(resultArray, result, position, {idAxis, idAxis + 1});
  Value end =
      k.minIndex(k.addIndex(first, k.getIndex(grid.back().block)), k.getIndex(ids.sizes.back()));
  int64_t cols = getTileExtent(table.sizes[1], schedule.cols);
  k.loop(first, end, 1, [&](Value index) {
    Value id = loadId(k, idsView, index);
    k.loop(k.getIndex(0), k.getIndex(table.sizes[1]), cols, [&](Value col) {
      k.store(k.load(rowsView, {id, col}, {1, cols}), out, {index, col});
    });
  });
  k.closeGrid();
  lowering.setBuffer(op.getResult(), k.finish().front());
  return success();
}

LogicalResult emitEmbeddingGrad(FunctionLowering &lowering, ir::EmbeddingGradOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  size_t idRank = cast<RankedTensorType>(op.getIds().getType()).getRank();
  // Ascending order of ids is the order of one run of memory.
  TensorView rows = lowering.getRunView(op.getRows(), 0, idRank);
  TensorView ids = lowering.getRunView(op.getIds(), 0, idRank);
  TensorView result = TensorView::dense({}, type);
  collapseIds(ids, rows);
  KernelBuilder k(lowering, op.getLoc(), "embedding_grad");
  Value rowsArray = k.addInput(rows.base), idsArray = k.addInput(ids.base),
        resultArray = k.addResult(type);
  int64_t cols = getTileExtent(result.sizes[1], getSchedule(op, {1, 32, 1}).cols);
  // A task owns a block of columns of the whole table and takes the ids one by one.
  Value col = k.openGrid({{result.sizes[1], cols}}).front();
  Value rowsView = k.openView(rowsArray, rows, {Value(), Value()}, {0, 1});
  Value idsView = k.openView(idsArray, ids, {Value()}, {0});
  Value out = k.openView(resultArray, result, {Value(), Value()}, {0, 1});
  int64_t clear = getTileExtent(result.sizes[0], 16);
  Value zeros = k.getConstant(k.getTileType({clear, cols}, result.element), 0);
  k.loop(k.getIndex(0), k.getIndex(result.sizes[0]), clear, [&](Value row) {
    k.store(zeros, out, {row, col});
  });
  k.loop(k.getIndex(0), k.getIndex(ids.sizes[0]), 1, [&](Value index) {
    Value id = loadId(k, idsView, index);
    Value before = k.load(out, {id, col}, {1, cols});
    k.store(arith::AddFOp::create(k, before, k.load(rowsView, {index, col}, {1, cols})), out,
            {id, col});
  });
  k.closeGrid();
  lowering.setBuffer(op.getResult(), k.finish().front());
  return success();
}

} // namespace weft::compiler
