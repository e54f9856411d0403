// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/RowKernel.h"

#include <limits>

using namespace mlir;

namespace weft::compiler {

RowKernel::RowKernel(KernelBuilder &k, ArrayRef<TensorView *> views, Schedule schedule)
    : k(k), columns(views.front()->sizes.back()) {
  SmallVector<SizeExpr> strides;
  for (TensorView *view : views) {
    strides.push_back(view->strides.pop_back_val());
    view->sizes.pop_back();
  }
  collapseAxes(views);
  for (auto [view, stride] : llvm::zip(views, strides)) {
    if (view->getRank() == 0)
      view->insertAxis(0, SizeExpr(1), SizeExpr(0));
    view->insertAxis(view->getRank(), columns, stride);
  }
  rank = views.front()->getRank();
  rows = getTileExtent(views.front()->sizes[rank - 2], schedule.rows);
  cols = getTileExtent(columns, schedule.cols);
  sizes.assign(views.front()->sizes.begin(), views.front()->sizes.end());
}

void RowKernel::open() {
  SmallVector<GridAxis> grid;
  for (const SizeExpr &size : ArrayRef(sizes).drop_back(2))
    grid.push_back({size});
  grid.push_back({sizes[rank - 2], rows});
  position = k.openGrid(grid);
  position.push_back(k.getIndex(0));
  row = position[rank - 2];
}

Value RowKernel::openRows(Value array, const TensorView &view) {
  return k.openView(array, view, position, {rank - 2, rank - 1});
}

Value RowKernel::openVector(Value array, const TensorView &view) {
  return k.openView(array, view, position, {rank - 2});
}

Value RowKernel::openColumn(Value array, const TensorView &view, Value column) {
  Values at = position;
  at.back() = column;
  return k.openView(array, view, at, {rank - 2});
}

void RowKernel::forColumns(llvm::function_ref<void(Value)> body) {
  k.loop(k.getIndex(0), k.getIndex(columns), cols, body);
}

Value RowKernel::reduceColumns(Type element, tile::Reduction kind,
                               llvm::function_ref<Value(Value)> tileAt) {
  bool isMax = kind == tile::Reduction::max;
  double identity = isMax ? -std::numeric_limits<double>::infinity() : 0;
  Value start = k.getConstant(k.getTileType({rows, cols}, element), identity);
  Value total = k.loop(k.getIndex(0), k.getIndex(columns), cols, start,
                       [&](Value col, ValueRange carried) -> Values {
                         Value tile = tileAt(col);
                         if (isMax)
                           return {arith::MaximumFOp::create(k, carried[0], tile)};
                         return {arith::AddFOp::create(k, carried[0], tile)};
                       })
                    .front();
  return tile::ReduceOp::create(k, k.getTileType({rows}, element), kind, total, 1);
}

Value RowKernel::load(Value view, Value column, double fill) {
  return k.load(view, {row, column}, {rows, cols}, fill);
}

Value RowKernel::spread(Value perRow) { return k.broadcast(perRow, {rows, cols}, {0}); }

Value RowKernel::getColumns(Value column) {
  return tile::IotaOp::create(k, k.getTileType({rows, cols}, k.getI32Type()), 1, column);
}

Value RowKernel::keepInside(Value tile, Value column) {
  if (std::optional<int64_t> count = columns.getConstant(); count && *count % cols == 0)
    return tile;
  Value end = arith::IndexCastOp::create(k, k.getI32Type(), k.getIndex(columns));
  Value inside = arith::CmpIOp::create(k, arith::CmpIPredicate::slt, getColumns(column),
                                       k.broadcast(end, {rows, cols}));
  return arith::SelectOp::create(k, inside, tile, k.getConstant(tile.getType(), 0));
}

Value RowKernel::getExponential(Value view, Value maximum, Value column) {
  Value shifted = arith::SubFOp::create(k, load(view, column), spread(maximum));
  return keepInside(tile::MathOp::create(k, shifted.getType(), tile::Function::exp, shifted),
                    column);
}

Value RowKernel::getCount(Type element) {
  Value count = arith::IndexCastOp::create(k, k.getI32Type(), k.getIndex(columns));
  return k.broadcast(arith::SIToFPOp::create(k, element, count), {rows});
}

TensorView moveLast(const TensorView &view, int64_t axis) {
  return view.permute(concatAxes(getOtherAxes(view.getRank(), {axis}), {axis}));
}

} // namespace weft::compiler
