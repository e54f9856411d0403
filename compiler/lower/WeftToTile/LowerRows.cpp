// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that pass over the columns of their rows as often as the formula needs: softmax and its
// logarithm, norms, cross entropy.
#include "compiler/lower/WeftToTile/RowKernel.h"

#include <limits>

using namespace mlir;

namespace weft::compiler {

static constexpr double infinity = std::numeric_limits<double>::infinity();

/// The maximum and the sum of exp(x - maximum) of each row.
static std::pair<Value, Value> emitExponentialSum(RowKernel &rows, Type element, Value x) {
  Value maximum = rows.reduceColumns(element, tile::Reduction::max,
                                     [&](Value col) { return rows.load(x, col, -infinity); });
  Value total = rows.reduceColumns(element, tile::Reduction::sum,
                                   [&](Value col) { return rows.getExponential(x, maximum, col); });
  return {maximum, total};
}

/// Softmax or its logarithm.
static LogicalResult emitSoftmaxRows(FunctionLowering &lowering, Operation *op, int64_t axis,
                                     bool isLog) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  TensorView input = moveLast(lowering.getStoredView(op->getOperand(0)), axis);
  TensorView result = moveLast(TensorView::dense({}, type), axis);
  KernelBuilder k(lowering, op->getLoc(), op->getName().stripDialect());
  Value inputArray = k.addInput(input.base), resultArray = k.addResult(type);
  RowKernel rows(k, {&input, &result}, getSchedule(op, {8, 64, 1}));
  rows.open();
  Value x = rows.openRows(inputArray, input), y = rows.openRows(resultArray, result);
  auto [maximum, total] = emitExponentialSum(rows, input.element, x);
  Value logarithm;
  if (isLog)
    logarithm = tile::MathOp::create(k, total.getType(), tile::Function::log, total);
  rows.forColumns([&, maximum = maximum, total = total](Value col) {
    Value value;
    if (isLog) {
      // The difference to the maximum is exact where it matters: near 0.
      Value shifted = arith::SubFOp::create(k, rows.load(x, col), rows.spread(maximum));
      value = arith::SubFOp::create(k, shifted, rows.spread(logarithm));
    } else {
      value = arith::DivFOp::create(k, rows.getExponential(x, maximum, col), rows.spread(total));
    }
    k.store(value, y, {rows.row, col});
  });
  k.closeGrid();
  lowering.setBuffer(op->getResult(0), k.finish().front());
  return success();
}

LogicalResult emitSoftmax(FunctionLowering &lowering, ir::SoftmaxOp op) {
  return emitSoftmaxRows(lowering, op, op.getAxis(), /*isLog=*/false);
}

LogicalResult emitLogSoftmax(FunctionLowering &lowering, ir::LogSoftmaxOp op) {
  return emitSoftmaxRows(lowering, op, op.getAxis(), /*isLog=*/true);
}

namespace {

/// One number for each column: from memory, or the same for all.
struct ColumnVector {
  TensorView view;
  Value array, opened;

  ColumnVector(FunctionLowering &lowering, KernelBuilder &k, Value value)
      : view(lowering.getView(value)) {
    bool isSplat = !view.base && view.step == 0;
    if (!isSplat)
      view = lowering.getStoredView(value);
    if (view.base)
      array = k.addInput(view.base);
  }
  void open(KernelBuilder &k) {
    if (array)
      opened = k.openView(array, view, {Value()}, {0});
  }
  bool isSplat(double number) const { return !array && view.start == number; }
  Value load(RowKernel &rows, Value col) {
    KernelBuilder &k = rows.k;
    if (!array)
      return k.getConstant(k.getTileType({rows.rows, rows.cols}, view.element), view.start);
    return k.broadcast(k.load(opened, {col}, {rows.cols}), {rows.rows, rows.cols}, {1});
  }
};

} // namespace

/// (x - mean) * rsqrt(mean of squares + epsilon) * scale + shift; without `shift` the mean is 0.
static LogicalResult emitNorm(FunctionLowering &lowering, Operation *op, double epsilon) {
  bool isCentered = isa<ir::LayerNormOp>(op);
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  TensorView input = lowering.getStoredView(op->getOperand(0)),
             result = TensorView::dense({}, type);
  KernelBuilder k(lowering, op->getLoc(), op->getName().stripDialect());
  Value inputArray = k.addInput(input.base);
  SmallVector<ColumnVector, 2> vectors;
  for (Value vector : op->getOperands().drop_front())
    vectors.emplace_back(lowering, k, vector);
  Value resultArray = k.addResult(type);
  k.addRounding(op->getResult(0), resultArray);
  RowKernel rows(k, {&input, &result}, getSchedule(op, {8, 64, 1}));
  rows.open();
  Value x = rows.openRows(inputArray, input), y = rows.openRows(resultArray, result);
  for (ColumnVector &vector : vectors)
    vector.open(k);

  Value count = rows.getCount(input.element), mean;
  if (isCentered) {
    Value sum = rows.reduceColumns(input.element, tile::Reduction::sum,
                                   [&](Value col) { return rows.load(x, col); });
    mean = arith::DivFOp::create(k, sum, count);
  }
  auto center = [&](Value col) -> Value {
    if (!mean)
      return rows.load(x, col);
    return arith::SubFOp::create(k, rows.load(x, col), rows.spread(mean));
  };
  Value squares = rows.reduceColumns(input.element, tile::Reduction::sum, [&](Value col) {
    Value centered = center(col);
    Value square = arith::MulFOp::create(k, centered, centered);
    return mean ? rows.keepInside(square, col) : square;
  });
  Value variance = arith::DivFOp::create(k, squares, count);
  variance = arith::AddFOp::create(k, variance, k.getConstant(variance.getType(), epsilon));
  Value factor = tile::MathOp::create(k, variance.getType(), tile::Function::rsqrt, variance);
  rows.forColumns([&](Value col) {
    Value normal = arith::MulFOp::create(k, center(col), rows.spread(factor));
    if (!vectors[0].isSplat(1))
      normal = arith::MulFOp::create(k, normal, vectors[0].load(rows, col));
    if (isCentered && !vectors[1].isSplat(0))
      normal = arith::AddFOp::create(k, normal, vectors[1].load(rows, col));
    k.store(normal, y, {rows.row, col});
  });
  k.closeGrid();
  lowering.setBuffer(op->getResult(0), k.finish().front());
  return success();
}

LogicalResult emitLayerNorm(FunctionLowering &lowering, ir::LayerNormOp op) {
  return emitNorm(lowering, op, op.getEpsilon().convertToDouble());
}

LogicalResult emitRmsNorm(FunctionLowering &lowering, ir::RmsNormOp op) {
  return emitNorm(lowering, op, op.getEpsilon().convertToDouble());
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
  auto [maximum, total] = emitExponentialSum(rows, logits.element, x);
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
