// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise trees: any rank, operands through views; also plain copies and fills.
#include "compiler/lower/WeftToTile/Emitters.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace weft::compiler {

Schedule getSchedule(Operation *op, Schedule defaults) {
  auto table = op->getAttrOfType<DictionaryAttr>("schedule");
  auto read = [&](StringRef name, int64_t &value) {
    if (auto number = table ? table.getAs<IntegerAttr>(name) : IntegerAttr();
        number && number.getInt() > 0)
      value = number.getInt();
  };
  read("rows", defaults.rows);
  read("cols", defaults.cols);
  read("depth", defaults.depth);
  defaults.farFirst = table && table.contains("far_first");
  read("unit", defaults.unit);
  defaults.apart = table && table.contains("apart");
  auto otherwise = table ? table.getAs<DenseI64ArrayAttr>("otherwise") : DenseI64ArrayAttr();
  if (otherwise && otherwise.size() == 3) {
    read("group_rows", defaults.groupRows);
    read("processors", defaults.processors);
    llvm::copy(otherwise.asArrayRef(), defaults.otherwise.begin());
  }
  return defaults;
}

int64_t getTileExtent(const SizeExpr &size, int64_t most) {
  int64_t maximum = std::max<int64_t>(size.getMaximum(), 1);
  if (maximum >= most)
    return most;
  // Whole vectors where the axis has at least one.
  return maximum <= 8 ? maximum : std::min<int64_t>(most, llvm::alignTo(maximum, 8));
}

SmallVector<int64_t> concatAxes(ArrayRef<int64_t> first, ArrayRef<int64_t> second) {
  SmallVector<int64_t> axes(first);
  axes.append(second.begin(), second.end());
  return axes;
}

SmallVector<int64_t> getOtherAxes(size_t rank, ArrayRef<int64_t> axes) {
  SmallVector<int64_t> others;
  for (size_t axis = 0; axis < rank; ++axis)
    if (!llvm::is_contained(axes, static_cast<int64_t>(axis)))
      others.push_back(axis);
  return others;
}

void emitMapSection(KernelBuilder &k, ElementExpr &expr, TensorView target, ValueRange arrays,
                    Schedule schedule, bool only) {
  SmallVector<TensorView *> views = expr.getViews();
  views.push_back(&target);
  collapseAxes(views);
  while (target.getRank() < 2)
    for (TensorView *view : views)
      view->insertAxis(0, SizeExpr(1), SizeExpr(0));

  int64_t rowAxis = target.getRank() - 2, colAxis = rowAxis + 1;
  int64_t cols = getTileExtent(target.sizes[colAxis], schedule.cols);
  int64_t rows = getTileExtent(target.sizes[rowAxis], std::max<int64_t>(1, schedule.cols / cols));
  // A task is about `depth` tiles, whole rows first.
  int64_t colBlock = cols * schedule.depth;
  int64_t rowTiles =
      schedule.depth /
      llvm::divideCeil(std::max<int64_t>(target.sizes[colAxis].getMaximum(), 1), cols);
  int64_t rowBlock = rows * std::max<int64_t>(1, rowTiles);
  SmallVector<GridAxis> grid;
  for (int64_t axis = 0; axis < rowAxis; ++axis)
    grid.push_back({target.sizes[axis]});
  grid.push_back({target.sizes[rowAxis], rowBlock});
  grid.push_back({target.sizes[colAxis], colBlock});

  KernelBuilder::Values position = k.openGrid(grid, only);
  SmallVector<int64_t> axes = {rowAxis, colAxis};
  bool oneRow = target.sizes[rowAxis].isConstant(1);
  if (oneRow)
    axes = {colAxis};
  KernelBuilder::Values outs;
  for (Value array : arrays)
    outs.push_back(k.openView(array, target, position, axes));
  expr.open(k, position, axes);
  auto end = [&](int64_t axis, int64_t block) {
    return k.minIndex(k.addIndex(position[axis], k.getIndex(block)),
                      k.getIndex(target.sizes[axis]));
  };
  k.loop(position[rowAxis], end(rowAxis, rowBlock), rows, [&](Value row) {
    k.loop(position[colAxis], end(colAxis, colBlock), cols, [&](Value col) {
      KernelBuilder::Values at =
          oneRow ? KernelBuilder::Values{col} : KernelBuilder::Values{row, col};
      SmallVector<int64_t> shape =
          oneRow ? SmallVector<int64_t>{cols} : SmallVector<int64_t>{rows, cols};
      // All are read before any is written.
      for (auto [tile, out] : llvm::zip_equal(expr.evaluateAll(k, at, shape), outs))
        k.store(tile, out, at);
    });
  });
  k.closeGrid();
}

static KernelBuilder::Values emitMapKernel(FunctionLowering &lowering, ArrayRef<Value> values) {
  Operation *op = values.back().getDefiningOp();
  ElementExpr expr(lowering, values);
  std::string name = "copy";
  if (!expr.isLeaf())
    name = llvm::join(
        llvm::map_range(
            values, [](Value value) { return value.getDefiningOp()->getName().stripDialect(); }),
        "_");
  KernelBuilder k(lowering, op->getLoc(), name);
  expr.declare(k);
  KernelBuilder::Values arrays;
  for (Value value : values)
    arrays.push_back(k.addResult(cast<RankedTensorType>(value.getType())));
  for (auto [value, array] : llvm::zip_equal(values, arrays))
    k.addRounding(value, array);
  auto type = cast<RankedTensorType>(values.back().getType());
  emitMapSection(k, expr, TensorView::dense({}, type), arrays, getSchedule(op, {1, 256, 16}),
                 /*only=*/true);
  KernelBuilder::Values results = k.finish(); // roundings stand behind the values
  results.truncate(values.size());
  return results;
}

Value emitMap(FunctionLowering &lowering, Value value) {
  return emitMapKernel(lowering, value).front();
}

void emitMaps(FunctionLowering &lowering, ArrayRef<Value> values) {
  for (auto [value, buffer] : llvm::zip_equal(values, emitMapKernel(lowering, values)))
    lowering.setBuffer(value, buffer);
}

} // namespace weft::compiler
