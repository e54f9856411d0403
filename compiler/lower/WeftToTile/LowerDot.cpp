// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contraction: batch, row (M), column (N) and contracted (K) axes through views of any strides.
// Runs of memory are merged, so that a contraction with a weight is one product of two matrices;
// what remains of batch, M and N beyond one axis becomes tasks, what remains of K becomes loops
// around the chunks of the last one.
#include "compiler/lower/WeftToTile/Emitters.h"

using namespace mlir;

namespace weft::compiler {

namespace {

/// One kind of axis in the three tensors of a product; a tensor without it has stride 0.
struct DotAxes {
  TensorView lhs, rhs, result;
  size_t getRank() const { return lhs.getRank(); }

  DotAxes(const TensorView &lhsView, const TensorView &rhsView) {
    lhs.element = rhs.element = result.element = lhsView.element;
  }
  void add(const SizeExpr &size, const SizeExpr &lhsStride, const SizeExpr &rhsStride,
           const SizeExpr &resultStride) {
    lhs.insertAxis(getRank(), size, lhsStride);
    rhs.insertAxis(rhs.getRank(), size, rhsStride);
    result.insertAxis(result.getRank(), size, resultStride);
  }
  /// Merges runs; keeps at least `least` axes.
  void collapse(size_t least) {
    collapseAxes({&lhs, &rhs, &result});
    while (getRank() < least)
      add(SizeExpr(1), SizeExpr(0), SizeExpr(0), SizeExpr(0));
  }
  const SizeExpr &lastSize() const { return lhs.sizes.back(); }
};

struct DotSpace {
  TensorView lhs, rhs;
  DotAxes batch, rows, columns, depth;
};

DotSpace openDotSpace(FunctionLowering &lowering, ir::DotOp op) {
  TensorView lhs = lowering.getStoredView(op.getLhs()), rhs = lowering.getStoredView(op.getRhs());
  DotSpace space{lhs, rhs, {lhs, rhs}, {lhs, rhs}, {lhs, rhs}, {lhs, rhs}};
  SmallVector<SizeExpr> strides = getDenseStrides(getSizeExprs(op.getType()));
  SizeExpr none(0);
  size_t next = 0;
  for (auto [a, b] : llvm::zip(op.getLhsBatch(), op.getRhsBatch()))
    space.batch.add(lhs.sizes[a], lhs.strides[a], rhs.strides[b], strides[next++]);
  for (int64_t a : getOtherAxes(lhs.getRank(), concatAxes(op.getLhsBatch(), op.getLhsContract())))
    space.rows.add(lhs.sizes[a], lhs.strides[a], none, strides[next++]);
  for (int64_t b : getOtherAxes(rhs.getRank(), concatAxes(op.getRhsBatch(), op.getRhsContract())))
    space.columns.add(rhs.sizes[b], none, rhs.strides[b], strides[next++]);
  for (auto [a, b] : llvm::zip(op.getLhsContract(), op.getRhsContract()))
    space.depth.add(lhs.sizes[a], lhs.strides[a], rhs.strides[b], none);
  space.batch.collapse(0);
  space.rows.collapse(1);
  space.columns.collapse(1);
  space.depth.collapse(1);
  return space;
}

/// offset + sum of index * stride over the first axes of a kind.
Value addOffset(KernelBuilder &k, Value offset, const TensorView &axes, ArrayRef<Value> position) {
  for (auto [axis, index] : llvm::enumerate(position))
    offset = k.addIndex(offset, k.mulIndex(index, k.getIndex(axes.strides[axis])));
  return offset;
}

class DotKernel {
public:
  DotKernel(KernelBuilder &k, DotSpace &space, Schedule schedule) : k(k), space(space) {
    rows = getTileExtent(space.rows.lastSize(), schedule.rows);
    cols = getTileExtent(space.columns.lastSize(), schedule.cols);
    chunk = getTileExtent(space.depth.lastSize(), schedule.depth);
    transposeB = space.depth.rhs.strides.back().isConstant(1);
  }

  void emit(Value lhsArray, Value rhsArray, Value resultArray) {
    lhs = lhsArray;
    rhs = rhsArray;
    KernelBuilder::Values starts = k.openGrid(getGrid());
    ArrayRef<Value> left = starts;
    auto take = [&](size_t count) {
      ArrayRef<Value> taken = left.take_front(count);
      left = left.drop_front(count);
      return taken;
    };
    ArrayRef<Value> batch = take(space.batch.getRank()), outerRows = take(space.rows.getRank() - 1);
    ArrayRef<Value> outerColumns = take(space.columns.getRank() - 1);
    column = left[0];
    row = left[1];
    lhsOffset = addOffset(k, addOffset(k, k.getIndex(space.lhs.offset), space.batch.lhs, batch),
                          space.rows.lhs, outerRows);
    rhsOffset = addOffset(k, addOffset(k, k.getIndex(space.rhs.offset), space.batch.rhs, batch),
                          space.columns.rhs, outerColumns);
    Value resultOffset = addOffset(k, addOffset(k, k.getIndex(0), space.batch.result, batch),
                                   space.rows.result, outerRows);
    resultOffset = addOffset(k, resultOffset, space.columns.result, outerColumns);
    Value zero = k.getConstant(k.getTileType({rows, cols}, space.lhs.element), 0);
    KernelBuilder::Values outerDepth;
    Value total = emitDepth(outerDepth, zero);
    Value out = k.openView(resultArray, resultOffset,
                           {last(space.rows.lhs.sizes), last(space.columns.lhs.sizes)},
                           {last(space.rows.result.strides), last(space.columns.result.strides)});
    k.store(total, out, {row, column});
    k.closeGrid();
  }

private:
  SmallVector<GridAxis> getGrid() {
    SmallVector<GridAxis> grid;
    for (const SizeExpr &size : space.batch.lhs.sizes)
      grid.push_back({size});
    for (const SizeExpr &size : ArrayRef(space.rows.lhs.sizes).drop_back())
      grid.push_back({size});
    for (const SizeExpr &size : ArrayRef(space.columns.lhs.sizes).drop_back())
      grid.push_back({size});
    // Row blocks are fastest: consecutive tasks use the same panel of the weight.
    grid.push_back({space.columns.lastSize(), cols});
    grid.push_back({space.rows.lastSize(), rows});
    return grid;
  }

  Value last(ArrayRef<SizeExpr> values) { return k.getIndex(values.back()); }

  Value emitDepth(KernelBuilder::Values &outer, Value start) {
    size_t level = outer.size();
    Value end = k.getIndex(space.depth.lhs.sizes[level]), zero = k.getIndex(0);
    if (level + 1 < space.depth.getRank())
      return k
          .loop(zero, end, 1, start,
                [&](Value index, ValueRange carried) -> KernelBuilder::Values {
                  outer.push_back(index);
                  Value total = emitDepth(outer, carried[0]);
                  outer.pop_back();
                  return {total};
                })
          .front();
    Value a = k.openView(lhs, addOffset(k, lhsOffset, space.depth.lhs, outer),
                         {last(space.rows.lhs.sizes), end},
                         {last(space.rows.lhs.strides), last(space.depth.lhs.strides)});
    KernelBuilder::Values bSizes = {end, last(space.columns.rhs.sizes)};
    KernelBuilder::Values bStrides = {last(space.depth.rhs.strides),
                                      last(space.columns.rhs.strides)};
    if (transposeB) {
      std::swap(bSizes[0], bSizes[1]);
      std::swap(bStrides[0], bStrides[1]);
    }
    Value b = k.openView(rhs, addOffset(k, rhsOffset, space.depth.rhs, outer), bSizes, bStrides);
    return k
        .loop(zero, end, chunk, start,
              [&](Value index, ValueRange carried) -> KernelBuilder::Values {
                Value aTile = k.load(a, {row, index}, {rows, chunk});
                Value bTile = transposeB ? k.load(b, {column, index}, {cols, chunk})
                                         : k.load(b, {index, column}, {chunk, cols});
                return {tile::DotOp::create(k, carried[0].getType(), aTile, bTile, carried[0],
                                            transposeB)};
              })
        .front();
  }

  KernelBuilder &k;
  DotSpace &space;
  int64_t rows, cols, chunk;
  bool transposeB;
  Value lhs, rhs, row, column, lhsOffset, rhsOffset;
};

} // namespace

LogicalResult emitDot(FunctionLowering &lowering, ir::DotOp op) {
  DotSpace space = openDotSpace(lowering, op);
  KernelBuilder k(lowering, op.getLoc(), "dot");
  Value lhs = k.addInput(space.lhs.base);
  Value rhs = k.addInput(space.rhs.base);
  Value result = k.addResult(op.getType());
  DotKernel(k, space, getSchedule(op, {48, 64, 64})).emit(lhs, rhs, result);
  lowering.setBuffer(op, k.finish().front());
  return success();
}

} // namespace weft::compiler
