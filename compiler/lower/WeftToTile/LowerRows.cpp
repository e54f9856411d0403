// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that work on rows: softmax, layer norm, cross entropy. A task owns a block of rows and passes
// over their columns, tile by tile, as often as the formula needs.
#include "compiler/lower/WeftToTile/Emitters.h"

#include <limits>

using namespace mlir;

namespace weft::compiler {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Rows of several tensors: all axes but the last collapsed, the last one the columns.
class RowKernel {
public:
  using Values = KernelBuilder::Values;
  using Body = llvm::function_ref<Values(Value, ValueRange)>;

  /// The views have the columns as last axis; a tensor without columns has stride 0 there.
  RowKernel(KernelBuilder &k, ArrayRef<TensorView *> views, Schedule schedule)
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

  void open() {
    SmallVector<GridAxis> grid;
    for (const SizeExpr &size : ArrayRef(sizes).drop_back(2))
      grid.push_back({size});
    grid.push_back({sizes[rank - 2], rows});
    position = k.openGrid(grid);
    position.push_back(k.getIndex(0));
    row = position[rank - 2];
  }

  Value openRows(Value array, const TensorView &view) {
    return k.openView(array, view, position, {rank - 2, rank - 1});
  }
  /// The view of a tensor with one element a row.
  Value openVector(Value array, const TensorView &view) {
    return k.openView(array, view, position, {rank - 2});
  }

  void forColumns(llvm::function_ref<void(Value)> body) {
    k.loop(k.getIndex(0), k.getIndex(columns), cols, body);
  }

  /// sum or maximum over the columns of tiles [rows, cols]; each lane ascends, lanes are combined
  /// at the end.
  Value reduceColumns(Type element, tile::Reduction kind, llvm::function_ref<Value(Value)> tileAt) {
    bool isMax = kind == tile::Reduction::max;
    Value start = k.getConstant(k.getTileType({rows, cols}, element), isMax ? -infinity : 0);
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

  Value load(Value view, Value col, double fill = 0) {
    return k.load(view, {row, col}, {rows, cols}, fill);
  }
  Value spread(Value perRow) { return k.broadcast(perRow, {rows, cols}, {0}); }
  /// Column indices as i32.
  Value getColumns(Value col) {
    return tile::IotaOp::create(k, k.getTileType({rows, cols}, k.getI32Type()), 1, col);
  }
  /// The tile, with 0 past the last column.
  Value keepInside(Value tile, Value col) {
    if (std::optional<int64_t> count = columns.getConstant(); count && *count % cols == 0)
      return tile;
    Value end = arith::IndexCastOp::create(k, k.getI32Type(), k.getIndex(columns));
    Value inside = arith::CmpIOp::create(k, arith::CmpIPredicate::slt, getColumns(col),
                                         k.broadcast(end, {rows, cols}));
    return arith::SelectOp::create(k, inside, tile, k.getConstant(tile.getType(), 0));
  }
  /// exp(x - maximum), 0 past the last column.
  Value getExponential(Value view, Value maximum, Value col) {
    Value shifted = arith::SubFOp::create(k, load(view, col), spread(maximum));
    return keepInside(tile::MathOp::create(k, shifted.getType(), tile::Function::exp, shifted),
                      col);
  }

  KernelBuilder &k;
  SizeExpr columns;
  SmallVector<SizeExpr> sizes;
  int64_t rank, rows, cols;
  Values position;
  Value row;
};

/// The axis moved to the end.
TensorView moveLast(const TensorView &view, int64_t axis) {
  return view.permute(concatAxes(getOtherAxes(view.getRank(), {axis}), {axis}));
}

} // namespace

LogicalResult emitSoftmax(FunctionLowering &lowering, ir::SoftmaxOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  TensorView input = moveLast(lowering.getStoredView(op.getInput()), op.getAxis());
  TensorView result = moveLast(TensorView::dense({}, type), op.getAxis());
  KernelBuilder k(lowering, op.getLoc(), "softmax");
  Value inputArray = k.addInput(input.base), resultArray = k.addResult(type);
  RowKernel rows(k, {&input, &result}, getSchedule(op, {8, 64, 1}));
  rows.open();
  Value x = rows.openRows(inputArray, input), y = rows.openRows(resultArray, result);
  Value maximum = rows.reduceColumns(input.element, tile::Reduction::max,
                                     [&](Value col) { return rows.load(x, col, -infinity); });
  Value total = rows.reduceColumns(input.element, tile::Reduction::sum,
                                   [&](Value col) { return rows.getExponential(x, maximum, col); });
  rows.forColumns([&](Value col) {
    Value e = rows.getExponential(x, maximum, col);
    k.store(arith::DivFOp::create(k, e, rows.spread(total)), y, {rows.row, col});
  });
  k.closeGrid();
  lowering.setBuffer(op.getResult(), k.finish().front());
  return success();
}

LogicalResult emitLayerNorm(FunctionLowering &lowering, ir::LayerNormOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  TensorView input = lowering.getStoredView(op.getInput()), result = TensorView::dense({}, type);
  TensorView scale = lowering.getStoredView(op.getScale()),
             shift = lowering.getStoredView(op.getShift());
  KernelBuilder k(lowering, op.getLoc(), "layer_norm");
  Value inputArray = k.addInput(input.base), scaleArray = k.addInput(scale.base);
  Value shiftArray = k.addInput(shift.base), resultArray = k.addResult(type);
  RowKernel rows(k, {&input, &result}, getSchedule(op, {8, 64, 1}));
  rows.open();
  Value x = rows.openRows(inputArray, input), y = rows.openRows(resultArray, result);
  Value scales = k.openView(scaleArray, scale, {Value()}, {0});
  Value shifts = k.openView(shiftArray, shift, {Value()}, {0});

  RankedTensorType perRow = k.getTileType({rows.rows}, input.element);
  Value count = arith::IndexCastOp::create(k, k.getI32Type(), k.getIndex(rows.columns));
  count = k.broadcast(arith::SIToFPOp::create(k, input.element, count), {rows.rows});
  Value sum = rows.reduceColumns(input.element, tile::Reduction::sum,
                                 [&](Value col) { return rows.load(x, col); });
  Value mean = arith::DivFOp::create(k, sum, count);
  auto center = [&](Value col) -> Value {
    return arith::SubFOp::create(k, rows.load(x, col), rows.spread(mean));
  };
  Value squares = rows.reduceColumns(input.element, tile::Reduction::sum, [&](Value col) {
    Value centered = center(col);
    return rows.keepInside(arith::MulFOp::create(k, centered, centered), col);
  });
  Value variance = arith::DivFOp::create(k, squares, count);
  variance =
      arith::AddFOp::create(k, variance, k.getConstant(perRow, op.getEpsilon().convertToDouble()));
  Value factor = tile::MathOp::create(k, perRow, tile::Function::rsqrt, variance);
  rows.forColumns([&](Value col) {
    Value normal = arith::MulFOp::create(k, center(col), rows.spread(factor));
    auto perColumn = [&](Value view) {
      return k.broadcast(k.load(view, {col}, {rows.cols}), {rows.rows, rows.cols}, {1});
    };
    normal = arith::MulFOp::create(k, normal, perColumn(scales));
    k.store(arith::AddFOp::create(k, normal, perColumn(shifts)), y, {rows.row, col});
  });
  k.closeGrid();
  lowering.setBuffer(op.getResult(), k.finish().front());
  return success();
}

LogicalResult emitCrossEntropy(FunctionLowering &lowering, ir::CrossEntropyOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  TensorView logits = lowering.getStoredView(op.getLogits()), result = TensorView::dense({}, type);
  TensorView targets = lowering.getStoredView(op.getTargets());
  for (TensorView *vector : {&targets, &result})
    vector->insertAxis(vector->getRank(), logits.sizes.back(), SizeExpr(0));
  KernelBuilder k(lowering, op.getLoc(), "cross_entropy");
  Value logitsArray = k.addInput(logits.base), targetsArray = k.addInput(targets.base);
  Value resultArray = k.addResult(type);
  RowKernel rows(k, {&logits, &targets, &result}, getSchedule(op, {8, 64, 1}));
  rows.open();
  Value x = rows.openRows(logitsArray, logits), y = rows.openVector(resultArray, result);
  Value target = k.load(rows.openVector(targetsArray, targets), {rows.row}, {rows.rows});
  Value maximum = rows.reduceColumns(logits.element, tile::Reduction::max,
                                     [&](Value col) { return rows.load(x, col, -infinity); });
  Value total = rows.reduceColumns(logits.element, tile::Reduction::sum,
                                   [&](Value col) { return rows.getExponential(x, maximum, col); });
  Value chosen = rows.reduceColumns(logits.element, tile::Reduction::sum, [&](Value col) -> Value {
    Value hit = arith::CmpIOp::create(k, arith::CmpIPredicate::eq, rows.getColumns(col),
                                      rows.spread(target));
    Value tile = rows.load(x, col);
    return arith::SelectOp::create(k, hit, tile, k.getConstant(tile.getType(), 0));
  });
  Value logarithm = tile::MathOp::create(k, total.getType(), tile::Function::log, total);
  Value normalizer = arith::AddFOp::create(k, logarithm, maximum);
  k.store(arith::SubFOp::create(k, normalizer, chosen), y, {rows.row});
  k.closeGrid();
  lowering.setBuffer(op.getResult(), k.finish().front());
  return success();
}

} // namespace weft::compiler
