// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// sum and max over any axes of an elementwise tree. One order for each shape: lanes of a tile run
// along the reduced axis and are combined once at the end. A reduction to few elements goes in two
// levels, so that it has enough tasks; which part covers which elements follows from the bounds
// alone.
#include "compiler/lower/WeftToTile/Emitters.h"

#include <limits>

using namespace mlir;

namespace weft::compiler {

namespace {

struct ReducePlan {
  bool isMax;
  double identity;
  Schedule schedule;
};

/// The views of a reduction with kept axes first, then reduced ones, collapsed. `target` has stride
/// 0 on reduced axes.
struct ReduceSpace {
  ElementExpr expr;
  TensorView target;
  SmallVector<int64_t> kept, reduced;
};

ReduceSpace openReduceSpace(FunctionLowering &lowering, Value input, ArrayRef<int64_t> axes,
                            RankedTensorType result) {
  if (!lowering.isFused(input))
    lowering.getView(input); // gives a value with several users its own buffer
  ReduceSpace space{ElementExpr(lowering, input), TensorView::dense({}, result), {}, {}};
  size_t rank = cast<RankedTensorType>(input.getType()).getRank();
  SmallVector<int64_t> reduced = llvm::to_vector(axes);
  llvm::sort(reduced);
  SmallVector<int64_t> order = concatAxes(getOtherAxes(rank, reduced), reduced);
  SmallVector<TensorView *> views = space.expr.getViews();
  for (TensorView *view : views)
    *view = view->permute(order);
  for (size_t axis = rank - reduced.size(); axis < rank; ++axis)
    space.target.insertAxis(axis, views.front()->sizes[axis], SizeExpr(0));
  views.push_back(&space.target);
  collapseAxes(views);
  auto isKept = [&](size_t axis) { return !space.target.strides[axis].isConstant(0); };
  // One axis of each kind at least, so that every kernel has a tile of rank 2.
  if (space.target.getRank() == 0 || !isKept(0)) {
    for (TensorView *view : views)
      view->insertAxis(0, SizeExpr(1), SizeExpr(0));
    space.target.strides[0] = SizeExpr(1);
  }
  if (isKept(space.target.getRank() - 1))
    for (TensorView *view : views)
      view->insertAxis(view->getRank(), SizeExpr(1), SizeExpr(0));
  for (size_t axis = 0; axis < space.target.getRank(); ++axis)
    (isKept(axis) ? space.kept : space.reduced).push_back(axis);
  return space;
}

/// Loops over reduced axes from the `level`-th on; the last one tile by tile.
class ReduceLoops {
public:
  ReduceLoops(KernelBuilder &k, ReduceSpace &space, const ReducePlan &plan)
      : k(k), space(space), plan(plan) {
    keptAxis = space.kept.back();
    reducedAxis = space.reduced.back();
    std::optional<SizeExpr> stride = space.expr.getMainStride(keptAxis);
    vertical = stride && stride->isConstant(1) && !space.target.sizes[keptAxis].isConstant(1);
    const SizeExpr &keptSize = space.target.sizes[keptAxis],
                   &reducedSize = space.target.sizes[reducedAxis];
    if (vertical) {
      keptTile = getTileExtent(keptSize, plan.schedule.cols);
      reducedTile = getTileExtent(reducedSize, plan.schedule.rows);
    } else {
      reducedTile = getTileExtent(reducedSize, plan.schedule.cols);
      keptTile = getTileExtent(keptSize, plan.schedule.rows);
    }
  }

  int64_t getKeptTile() const { return keptTile; }
  int64_t getReducedTile() const { return reducedTile; }

  /// The reduced tile [keptTile] at a position of the kept axes; `from`, `to` bound the axis
  /// `splitAxis`.
  Value emit(KernelBuilder::Values position, int64_t splitAxis, Value from, Value to) {
    SmallVector<int64_t> shape = {keptTile, reducedTile};
    if (vertical)
      std::swap(shape[0], shape[1]);
    Type type = k.getTileType(shape, space.target.element);
    Value start = k.getConstant(type, plan.identity);
    Value total = emitLevel(0, position, start, splitAxis, from, to, shape);
    Type reducedType = k.getTileType({keptTile}, space.target.element);
    return tile::ReduceOp::create(k, reducedType,
                                  plan.isMax ? tile::Reduction::max : tile::Reduction::sum, total,
                                  vertical ? 0 : 1);
  }

private:
  Value combine(Value a, Value b) {
    return plan.isMax ? arith::MaximumFOp::create(k, a, b).getResult()
                      : arith::AddFOp::create(k, a, b).getResult();
  }

  Value emitLevel(size_t level, KernelBuilder::Values &position, Value start, int64_t splitAxis,
                  Value from, Value to, ArrayRef<int64_t> shape) {
    int64_t axis = space.reduced[level];
    Value first = axis == splitAxis ? from : k.getIndex(0);
    Value last = axis == splitAxis ? to : k.getIndex(space.target.sizes[axis]);
    bool innermost = axis == reducedAxis;
    if (innermost)
      space.expr.open(k, position,
                      vertical ? ArrayRef<int64_t>{reducedAxis, keptAxis}
                               : ArrayRef<int64_t>{keptAxis, reducedAxis});
    auto body = [&](Value index, ValueRange carried) -> KernelBuilder::Values {
      if (innermost)
        return {combine(carried[0], emitTile(position[keptAxis], index, last, shape))};
      position[axis] = index;
      return {emitLevel(level + 1, position, carried[0], splitAxis, from, to, shape)};
    };
    return k.loop(first, last, innermost ? reducedTile : 1, start, body).front();
  }

  /// The tree at a position, with the identity where the reduced index has passed the end.
  Value emitTile(Value kept, Value index, Value last, ArrayRef<int64_t> shape) {
    KernelBuilder::Values at =
        vertical ? KernelBuilder::Values{index, kept} : KernelBuilder::Values{kept, index};
    Value tile = space.expr.evaluate(k, at, shape, space.expr.isLeaf() ? plan.identity : 0);
    std::optional<int64_t> size = space.target.sizes[reducedAxis].getConstant();
    if (size && *size % reducedTile == 0)
      return tile;
    Type indexType = k.getTileType(shape, k.getI32Type());
    Value column = tile::IotaOp::create(k, indexType, vertical ? 0 : 1, index);
    Value end = k.broadcast(arith::IndexCastOp::create(k, k.getI32Type(), last), shape);
    Value inside = arith::CmpIOp::create(k, arith::CmpIPredicate::slt, column, end);
    return arith::SelectOp::create(k, inside, tile, k.getConstant(tile.getType(), plan.identity));
  }

  KernelBuilder &k;
  ReduceSpace &space;
  const ReducePlan &plan;
  int64_t keptAxis, reducedAxis, keptTile, reducedTile;
  bool vertical;
};

/// One level. With `parts` > 1 the result has a leading axis: part p covers [p chunk, (p + 1)
/// chunk) of `splitAxis`.
Value emitReduceLevel(FunctionLowering &lowering, Operation *op, ReduceSpace &space,
                      const ReducePlan &plan, RankedTensorType type, int64_t splitAxis,
                      int64_t parts, int64_t chunk) {
  KernelBuilder k(lowering, op->getLoc(), op->getName().stripDialect());
  ReduceLoops loops(k, space, plan);
  space.expr.declare(k);
  Value array = k.addResult(type);
  SmallVector<GridAxis> grid = {{SizeExpr(parts)}};
  for (int64_t axis : space.kept)
    grid.push_back({space.target.sizes[axis], axis == space.kept.back() ? loops.getKeptTile() : 1});
  KernelBuilder::Values starts = k.openGrid(grid);
  KernelBuilder::Values position(space.target.getRank());
  for (auto [i, axis] : llvm::enumerate(space.kept))
    position[axis] = starts[i + 1];
  Value zero = k.getIndex(0);
  for (int64_t axis : space.reduced)
    position[axis] = zero;
  Value from, to;
  if (splitAxis >= 0) {
    from = k.mulIndex(starts[0], k.getIndex(chunk));
    to = k.minIndex(k.addIndex(from, k.getIndex(chunk)), k.getIndex(space.target.sizes[splitAxis]));
  }
  Value tile = loops.emit(position, splitAxis, from, to);
  TensorView target = space.target;
  if (splitAxis >= 0) {
    SizeExpr count(1);
    for (const SizeExpr &size : getSizeExprs(type))
      count = count * size;
    SizeExpr perPart(1);
    for (int64_t axis : space.kept)
      perPart = perPart * space.target.sizes[axis];
    target.insertAxis(target.getRank(), SizeExpr(parts), perPart);
    position.push_back(starts[0]);
  }
  k.store(tile, k.openView(array, target, position, {space.kept.back()}),
          {position[space.kept.back()]});
  k.closeGrid();
  return k.finish().front();
}

/// All of a buffer in one level.
Value emitPlainReduce(FunctionLowering &lowering, Operation *op, Value buffer,
                      ArrayRef<int64_t> axes, RankedTensorType type, const ReducePlan &plan) {
  lowering.setBuffer(buffer, buffer);
  ReduceSpace space = openReduceSpace(lowering, buffer, axes, type);
  return emitReduceLevel(lowering, op, space, plan, type, -1, 1, 0);
}

} // namespace

Value emitSum(FunctionLowering &lowering, Operation *op, Value buffer, ArrayRef<int64_t> axes,
              RankedTensorType type) {
  return emitPlainReduce(lowering, op, buffer, axes, type, {false, 0, {8, 64, 32768}});
}

LogicalResult emitReduce(FunctionLowering &lowering, Operation *op) {
  Value input = op->getOperand(0);
  ArrayRef<int64_t> axes = op->getAttrOfType<DenseI64ArrayAttr>("axes").asArrayRef();
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  bool isMax = isa<ir::MaxOp>(op);
  ReducePlan plan{isMax, isMax ? -std::numeric_limits<double>::infinity() : 0,
                  getSchedule(op, {8, 64, 32768})};
  ReduceSpace space = openReduceSpace(lowering, input, axes, type);

  int64_t keptCount = 1, reducedCount = 1, splitAxis = space.reduced.front();
  for (int64_t axis : space.kept)
    keptCount *= space.target.sizes[axis].getMaximum();
  for (int64_t axis : space.reduced) {
    int64_t size = space.target.sizes[axis].getMaximum();
    reducedCount *= size;
    if (size > space.target.sizes[splitAxis].getMaximum())
      splitAxis = axis;
  }
  if (keptCount * 8 > plan.schedule.depth || reducedCount < plan.schedule.depth) {
    lowering.setBuffer(op->getResult(0),
                       emitReduceLevel(lowering, op, space, plan, type, -1, 1, 0));
    return success();
  }
  int64_t chunk = llvm::alignTo(llvm::divideCeil(space.target.sizes[splitAxis].getMaximum(), 64),
                                plan.schedule.cols);
  int64_t parts = llvm::divideCeil(space.target.sizes[splitAxis].getMaximum(), chunk);
  SmallVector<ir::SizeAttr> sizes = {ir::SizeAttr::get(op->getContext(), parts)};
  llvm::append_range(sizes, ir::getDimSizes(type));
  RankedTensorType partialType = ir::getTensorType(sizes, type.getElementType());
  Value partial = emitReduceLevel(lowering, op, space, plan, partialType, splitAxis, parts, chunk);
  lowering.setBuffer(op->getResult(0), emitPlainReduce(lowering, op, partial, {0}, type, plan));
  return success();
}

} // namespace weft::compiler
