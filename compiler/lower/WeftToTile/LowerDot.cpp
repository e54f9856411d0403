// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contraction: batch, row (M), column (N) and contracted (K) axes through views of any strides.
// Runs of memory are merged, so that a contraction with a weight is one product of two matrices;
// what remains of batch, M and N beyond one axis becomes tasks, what remains of K becomes loops
// around the chunks of the last one. An elementwise tree over the product is computed before the
// tile is stored. What attention leaves of a product is not computed (HeadReach.h).
#include "compiler/lower/WeftToTile/DotReach.h"
#include "compiler/lower/WeftToTile/Emitters.h"

using namespace mlir;

namespace weft::compiler {

namespace {

/// offset + sum of index * stride over the first axes of a kind.
Value addOffset(KernelBuilder &k, Value offset, const TensorView &axes, ArrayRef<Value> position) {
  for (auto [axis, index] : llvm::enumerate(position))
    offset = k.addIndex(offset, k.mulIndex(index, k.getIndex(axes.strides[axis])));
  return offset;
}

/// At most `most`, such that blocks of this many cover the axis with little beyond its end.
int64_t getEvenExtent(const SizeExpr &size, int64_t most, int64_t multiple) {
  int64_t maximum = size.getMaximum();
  if (maximum <= most)
    return getTileExtent(size, most);
  int64_t blocks = llvm::divideCeil(maximum, most);
  return std::min<int64_t>(most, llvm::alignTo(llvm::divideCeil(maximum, blocks), multiple));
}

/// The largest number up to `most` that divides the axis and is a multiple of the first of `steps`
/// for which there is one; 0 if none is near `most`.
int64_t getChunk(const SizeExpr &size, int64_t most, ArrayRef<int64_t> steps) {
  int64_t total = size.getConstant().value_or(0);
  if (total <= most)
    return total;
  for (int64_t step : steps)
    for (int64_t chunk = most / step * step; chunk > most / 4; chunk -= step)
      if (total % chunk == 0)
        return chunk;
  return 0;
}

class DotKernel {
public:
  DotKernel(KernelBuilder &k, DotSpace &space, ElementExpr *tree, Schedule schedule)
      : k(k), space(space), tree(tree) {
    transposeB = space.depth.rhs.strides.back().isConstant(1);
    if (schedule.groupRows > 0 && fitsWarpGroups(schedule))
      chooseGroupRows(schedule);
    else if (schedule.unit > 1)
      chooseWholeUnits(schedule);
    else
      chooseEvenExtents(schedule);
  }

  /// Leaves out blocks or chunks that attention does not ask for, where there are several.
  void limitTo(const DotReach &part) {
    const SizeExpr &keys = part.isOfFactor ? space.depth.lastSize() : space.rows.lastSize();
    if (keys.getMaximum() > (part.isOfFactor ? chunk : rows))
      reach = part;
  }

  void declare(FunctionLowering &lowering) {
    if (reach)
      firstKey.emplace(k, lowering, reach->attention);
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
    row = left[0];
    column = left[1];
    lhsOffset = addOffset(k, addOffset(k, k.getIndex(space.lhs.offset), space.batch.lhs, batch),
                          space.rows.lhs, outerRows);
    rhsOffset = addOffset(k, addOffset(k, k.getIndex(space.rhs.offset), space.batch.rhs, batch),
                          space.columns.rhs, outerColumns);
    Value resultOffset = addOffset(k, addOffset(k, k.getIndex(0), space.batch.result, batch),
                                   space.rows.result, outerRows);
    resultOffset = addOffset(k, resultOffset, space.columns.result, outerColumns);
    auto store = [&](Value tile) {
      Value out = k.openView(resultArray, resultOffset,
                             {last(space.rows.lhs.sizes), last(space.columns.lhs.sizes)},
                             {last(space.rows.result.strides), last(space.columns.result.strides)});
      k.store(tile, out, {row, column});
    };
    auto compute = [&] {
      KernelBuilder::Values outerDepth;
      Value total = emitDepth(outerDepth, getZeros(space.sum));
      if (tree)
        total = emitTree(total, batch, outerRows, outerColumns);
      store(total);
    };
    if (reach && reach->hasHeadTasks(space))
      first = firstKey->loadOfHeads((reach->isOfRows ? outerRows : outerColumns).front(), 1);
    else if (reach)
      first = firstKey->loadOfColumns(reach->heads, reach->isOfRows ? row : column,
                                      reach->isOfRows ? rows : cols);
    if (reach && !reach->isOfFactor)
      emitReached(compute, [&] {
        store(getZeros(cast<tile::ArrayType>(resultArray.getType()).getElement()));
      });
    else
      compute();
    k.closeGrid();
  }

private:
  /// Tall tiles pack their panel seldom; with fewer tasks than this, threads would wait.
  static constexpr int64_t leastRows = 48, fewTasks = 8;

  /// Whether a factor may lie in lines that are copied 16 bytes at a time.
  bool mayBeInLines(const TensorView &outer, const TensorView &depth) {
    bool isAcross = outer.strides.back().isConstant(1) && !depth.strides.back().isConstant(1);
    const SizeExpr &line = isAcross ? depth.strides.back() : outer.strides.back(),
                   &step = isAcross ? outer.strides.back() : depth.strides.back();
    int64_t bytes = space.lhs.element.getIntOrFloatBitWidth() / 8;
    return step.getConstant().value_or(1) == 1 && line.getConstant().value_or(0) * bytes % 16 == 0;
  }

  /// Warp groups multiply tiles of whole groups; of fewer rows too much would be padding.
  bool fitsWarpGroups(const Schedule &schedule) {
    // Roles are dealt out where the kernel begins, not within the guard of a run-time grid, and
    // keys of dropout are scalars that no group of elements owns (WarpGroups.cpp).
    for (const DotAxes *axes : {&space.batch, &space.rows, &space.columns})
      for (const SizeExpr &size : axes->lhs.sizes)
        if (!size.getConstant())
          return false;
    if (tree && tree->hasDropout())
      return false;
    auto getMost = [](const DotAxes &axes) { return axes.lastSize().getMaximum(); };
    return getMost(space.rows) > schedule.groupRows / 2 &&
           getMost(space.columns) > schedule.unit / 2 && getMost(space.depth) > schedule.unit / 2 &&
           mayBeInLines(space.rows.lhs, space.depth.lhs) &&
           mayBeInLines(space.columns.rhs, space.depth.rhs);
  }

  void chooseGroupRows(const Schedule &schedule) {
    // Even parts, so that the last one is not mostly padding.
    auto choose = [&](const SizeExpr &size, int64_t most, int64_t unit) {
      int64_t maximum = size.getMaximum(), parts = llvm::divideCeil(maximum, most);
      return int64_t(llvm::alignTo(llvm::divideCeil(maximum, parts), unit));
    };
    chunk = choose(space.depth.lastSize(), schedule.depth, schedule.unit);
    cols = choose(space.columns.lastSize(), schedule.cols, schedule.unit);
    rows = choose(space.rows.lastSize(), schedule.rows, schedule.groupRows);
    // One group has half the shared memory and registers, for half as many columns at most.
    int64_t fewest = std::max(schedule.cols / 4, schedule.unit);
    if (rows == schedule.groupRows)
      cols = std::min(cols, schedule.cols / 2);
    while (countTasks() < schedule.processors && (rows > schedule.groupRows || cols > fewest)) {
      if (cols > 2 * fewest || rows == schedule.groupRows)
        cols = llvm::alignTo(cols / 2, schedule.unit);
      else
        rows /= 2;
    }
  }

  /// Of a GPU: what lies beyond an axis costs less than tiles that no layout fits.
  void chooseWholeUnits(Schedule schedule) {
    if (schedule.groupRows > 0) { // but not for this product
      schedule.rows = schedule.otherwise[0];
      schedule.cols = schedule.otherwise[1];
      schedule.depth = schedule.otherwise[2];
    }
    auto choose = [&](const SizeExpr &size, int64_t most) {
      int64_t extent = getTileExtent(size, most);
      return extent > schedule.unit / 2
                 ? std::min(most, int64_t(llvm::alignTo(extent, schedule.unit)))
                 : extent;
    };
    chunk = choose(space.depth.lastSize(), schedule.depth);
    cols = choose(space.columns.lastSize(), schedule.cols);
    rows = choose(space.rows.lastSize(), schedule.rows);
    while (rows >= 4 * schedule.unit && rows % (2 * schedule.unit) == 0 &&
           countTasks() < schedule.processors)
      rows /= 2;
  }

  void chooseEvenExtents(const Schedule &schedule) {
    // Each loop around another keeps sums of its own.
    int64_t loops = llvm::PowerOf2Ceil(space.depth.getRank());
    int64_t most = std::max<int64_t>(schedule.rows / loops, 1);
    int64_t bytes = space.lhs.element.getIntOrFloatBitWidth() / 8;
    // Elements of two bytes are multiplied in pairs, at best a whole register of them.
    SmallVector<int64_t> steps = {1};
    if (bytes == 2)
      steps = {32, 2, 1};
    chunk = getChunk(space.depth.lastSize(), schedule.depth, steps);
    // A panel whose columns are no whole vectors is copied before it is transposed.
    if (transposeB && chunk % 16 != 0)
      chunk = getChunk(space.depth.lastSize(), schedule.depth / 2, steps);
    // A left operand that cannot be read in place is copied chunk by chunk, and takes its part of
    // the stack.
    bool isDownColumns = space.rows.lhs.strides.back().isConstant(1);
    if (chunk == 0 || !space.depth.lhs.strides.back().isConstant(1)) {
      int64_t copied = 512 / std::max<int64_t>(bytes, 4);
      chunk = getTileExtent(space.depth.lastSize(), std::min(schedule.depth, copied));
      if (transposeB || !isDownColumns)
        most = std::min(most, copied);
    }
    cols = getEvenExtent(space.columns.lastSize(), schedule.cols, 16);
    rows = getEvenExtent(space.rows.lastSize(), most, 8);
    while (rows >= 2 * leastRows && countTasks() < fewTasks)
      rows = getEvenExtent(space.rows.lastSize(), llvm::alignTo(llvm::divideCeil(rows, 2), 8), 8);
  }

  Value getZeros(Type element) { return k.getConstant(k.getTileType({rows, cols}, element), 0); }

  /// Nothing reads a block that ends before the first key, but masks multiply it: it holds zeros.
  void emitReached(function_ref<void()> compute, function_ref<void()> storeZeros) {
    Value end = k.addIndex(row, k.getIndex(rows));
    Value isReached = arith::CmpIOp::create(k, arith::CmpIPredicate::sgt, end, first);
    auto branch = scf::IfOp::create(k, isReached, /*withElseRegion=*/true);
    k.setInsertionPoint(branch.thenBlock()->getTerminator());
    compute();
    k.setInsertionPoint(branch.elseBlock()->getTerminator());
    storeZeros();
    k.setInsertionPointAfter(branch);
  }

  /// The first chunk of the depth: those before it hold zeros only.
  Value getFirstChunk() {
    Value zero = k.getIndex(0);
    if (!reach || !reach->isOfFactor)
      return zero;
    return k.mulIndex(k.divIndex(k.maxIndex(first, zero), chunk), k.getIndex(chunk));
  }

  int64_t countTasks() {
    int64_t tasks = 1;
    for (const GridAxis &axis : getGrid())
      tasks *= llvm::divideCeil(std::max<int64_t>(axis.extent.getMaximum(), 1), axis.block);
    return tasks;
  }

  SmallVector<GridAxis> getGrid() {
    SmallVector<GridAxis> grid;
    for (const SizeExpr &size : space.batch.lhs.sizes)
      grid.push_back({size});
    for (const SizeExpr &size : ArrayRef(space.rows.lhs.sizes).drop_back())
      grid.push_back({size});
    for (const SizeExpr &size : ArrayRef(space.columns.lhs.sizes).drop_back())
      grid.push_back({size});
    // Column blocks are fastest: the rows of the left operand, which every block of registers reads
    // anew, stay in the second cache, and the panel of the right one is packed by each task anyway.
    grid.push_back({space.rows.lastSize(), rows});
    grid.push_back({space.columns.lastSize(), cols});
    return grid;
  }

  Value emitTree(Value total, ArrayRef<Value> batch, ArrayRef<Value> outerRows,
                 ArrayRef<Value> outerColumns) {
    KernelBuilder::Values position(batch);
    SmallVector<int64_t> axes;
    for (ArrayRef<Value> outer : {outerRows, outerColumns}) {
      position.append(outer.begin(), outer.end());
      axes.push_back(position.size());
      position.push_back(Value());
    }
    tree->open(k, position, axes);
    return tree->evaluate(k, {row, column}, {rows, cols}, 0, total);
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
        .loop(getFirstChunk(), end, chunk, start,
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
  ElementExpr *tree;
  std::optional<DotReach> reach;
  std::optional<FirstKey> firstKey;
  int64_t rows, cols, chunk;
  bool transposeB;
  Value lhs, rhs, row, column, lhsOffset, rhsOffset, first;
};

} // namespace

static int64_t countKeys(DotReach reach) {
  return SizeExpr(ir::getDimSize(
                      cast<RankedTensorType>(reach.attention.getAttentionKeys().getType()), 2))
      .getMaximum();
}

Value emitDot(FunctionLowering &lowering, ir::DotOp op, Value root) {
  std::optional<ElementExpr> tree;
  SmallVector<TensorView *> leaves;
  std::string name = "dot";
  SmallVector<SizeExpr> strides =
      getDenseStrides(getSizeExprs(cast<RankedTensorType>(root.getType())));
  bool isTurned = false;
  if (root != op.getResult()) {
    auto turned = op.getResult().hasOneUse()
                      ? dyn_cast<ir::TransposeOp>(*op.getResult().user_begin())
                      : ir::TransposeOp();
    isTurned = turned != nullptr;
    Value given = turned ? turned.getResult() : op.getResult();
    tree.emplace(lowering, root, given);
    leaves = tree->getViews();
    if (turned) { // the tree and its root have their axes in another order than the product
      SmallVector<int64_t> back(strides.size());
      for (auto [to, from] : llvm::enumerate(turned.getPermutation()))
        back[from] = to;
      for (TensorView *leaf : leaves)
        *leaf = leaf->permute(back);
      strides = llvm::map_to_vector(back, [&](int64_t axis) { return strides[axis]; });
    }
    name += "_" + root.getDefiningOp()->getName().stripDialect().str();
  }
  Schedule schedule = getSchedule(op, {256, 64, 512});
  // A GPU's loop over the depth is unrolled ahead of what it copies: its bounds are those of sizes.
  std::optional<DotReach> reach =
      schedule.unit == 1 && !isTurned ? findDotReach(lowering, op, root) : std::nullopt;
  // Axes that tell the keys apart are not merged: where one block has them all, that is for
  // nothing.
  if (reach && countKeys(*reach) <= (reach->isOfFactor ? schedule.depth : schedule.rows))
    reach.reset();
  TensorView *ofDepth = reach && reach->isOfFactor ? &reach->keys : nullptr;
  if (reach && !ofDepth)
    leaves.push_back(&reach->keys);
  DotSpace space = openDotSpace(lowering, op, strides, leaves, ofDepth);
  KernelBuilder k(lowering, op.getLoc(), name);
  DotKernel kernel(k, space, tree ? &*tree : nullptr, schedule);
  if (reach && reach->fits(space))
    kernel.limitTo(*reach);
  SmallVector<ir::SizeAttr> sizes = ir::getDimSizes(op.getType()),
                            lhsSizes = ir::getDimSizes(op.getLhs().getType());
  for (int64_t axis : op.getLhsContract())
    sizes.push_back(lhsSizes[axis]);
  k.addFlops(2, sizes);
  Value lhs = k.addInput(space.lhs.base);
  Value rhs = k.addInput(space.rhs.base);
  if (tree)
    tree->declare(k);
  kernel.declare(lowering);
  Value result = k.addResult(cast<RankedTensorType>(root.getType()));
  k.addRounding(root, result);
  kernel.emit(lhs, rhs, result);
  return k.finish().front();
}

} // namespace weft::compiler
