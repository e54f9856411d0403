// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A group of elementwise values and sums of rows as one kernel. A task owns a block of rows and
// passes over their columns once for each level of sums (those that need no other sum, those that
// need these, ...) and once more for what is stored; what is made of one number for each row lies
// between the passes.
#include "compiler/lower/WeftToTile/RowGroups.h"
#include "compiler/lower/WeftToTile/RowKernel.h"

using namespace mlir;

namespace weft::compiler {

namespace {

class RowGroupKernel {
public:
  using Values = KernelBuilder::Values;

  RowGroupKernel(FunctionLowering &lowering, const RowGroup &group)
      : lowering(lowering), group(group), k(lowering, group.ops.back()->getLoc(), "rows"),
        members(group.ops.begin(), group.ops.end()), rowSizes(ir::getDimSizes(group.type)),
        rowsView(TensorView::dense({}, group.type)) {
    findLevels();
    for (Operation *op : group.ops) {
      if (isRowSum(op)) {
        sums.push_back({op, ElementExpr(lowering, op->getOperand(0), getSpread(levels[op]))});
      } else if (!isOfRows(op->getResult(0)) && !isRowSpread(op)) {
        for (Value operand : op->getOperands())
          addVector(operand);
      } else if (isRowSpread(op)) {
        addVector(op->getOperand(0));
      }
    }
    for (Value result : group.results)
      (isOfRows(result) ? rowResults : vectorResults).push_back(result);
    if (!rowResults.empty())
      last.emplace(lowering, rowResults, getSpread(mostLevels + 1));
  }

  void emit() {
    SmallVector<TensorView *> views = {&rowsView};
    auto addViews = [&](ElementExpr &expr) {
      llvm::append_range(views, expr.getViews());
      expr.declare(k);
    };
    for (Sum &sum : sums)
      addViews(sum.input);
    if (last)
      addViews(*last);
    for (auto &[value, vector] : vectors)
      if (vector.view.base) {
        vector.view.insertAxis(vector.view.getRank(), rowsView.sizes.back(), SizeExpr(0));
        vector.array = k.addInput(vector.view.base);
        views.push_back(&vector.view);
      }
    Values arrays;
    for (Value result : group.results)
      arrays.push_back(k.addResult(cast<RankedTensorType>(result.getType())));
    for (auto [result, array] : llvm::zip(group.results, arrays))
      if (isOfRows(result))
        k.addRounding(result, array);
    TensorView vectorView;
    if (!vectorResults.empty()) {
      vectorView = TensorView::dense({}, cast<RankedTensorType>(vectorResults[0].getType()));
      vectorView.insertAxis(vectorView.getRank(), rowsView.sizes.back(), SizeExpr(0));
      views.push_back(&vectorView);
    }
    rows.emplace(k, views, getSchedule(getFirstSum(), {8, 64, 1}));
    rows->open();
    for (Sum &sum : sums)
      open(sum.input);
    if (last)
      open(*last);
    for (auto &[value, vector] : vectors)
      if (vector.view.base)
        vector.opened = rows->openVector(vector.array, vector.view);
    for (unsigned level = 1; level <= mostLevels; ++level)
      emitSums(level);
    Values opened;
    for (auto [result, array] : llvm::zip(group.results, arrays))
      if (isOfRows(result))
        opened.push_back(rows->openRows(array, rowsView));
      else
        k.store(getVector(result), rows->openVector(array, vectorView), {rows->row});
    if (last) {
      Values spread = getSpreadTiles(mostLevels + 1);
      rows->forColumns([&](Value col) {
        Values tiles = last->evaluateAll(k, {rows->row, col}, {rows->rows, rows->cols}, 0, spread);
        for (auto [tile, view] : llvm::zip(tiles, opened))
          k.store(tile, view, {rows->row, col});
      });
    }
    k.closeGrid();
    Values buffers = k.finish(); // roundings stand behind the values
    for (auto [result, buffer] : llvm::zip(group.results, buffers))
      lowering.setBuffer(result, buffer);
  }

private:
  struct Sum {
    Operation *op;
    ElementExpr input;
  };
  /// One number for each row, from memory or the same for all.
  struct Vector {
    TensorView view;
    Value array, opened;
  };

  bool isMember(Value value) { return members.contains(value.getDefiningOp()); }
  bool isOfRows(Value value) {
    return ir::getDimSizes(cast<RankedTensorType>(value.getType())) == rowSizes;
  }
  Operation *getFirstSum() { return sums.front().op; }

  /// The level of a sum is one more than that of the sums that it is made of.
  void findLevels() {
    for (Operation *op : group.ops) {
      unsigned level = 0;
      for (Value operand : op->getOperands())
        level = std::max(level, levels.lookup(operand.getDefiningOp()));
      levels[op] = level + isRowSum(op);
      mostLevels = std::max(mostLevels, levels[op]);
    }
  }

  /// The rows' numbers, spread along them, that are known before a level.
  SmallVector<Value> getSpread(unsigned level) {
    SmallVector<Value> spread;
    for (Operation *op : group.ops)
      if (isRowSpread(op) && levels[op] < level)
        spread.push_back(op->getResult(0));
    return spread;
  }
  Values getSpreadTiles(unsigned level) {
    Values tiles;
    for (Value value : getSpread(level))
      tiles.push_back(rows->spread(getVector(value.getDefiningOp()->getOperand(0))));
    return tiles;
  }

  void addVector(Value value) {
    if (isMember(value) || vectors.contains(value))
      return;
    TensorView view = lowering.getView(value);
    if (!view.base && view.step != 0)
      view = lowering.getStoredView(value);
    vectors[value] = {view, {}, {}};
  }

  void open(ElementExpr &expr) { expr.open(k, rows->position, {rows->rank - 2, rows->rank - 1}); }

  void emitSums(unsigned level) {
    Values spread = getSpreadTiles(level), start;
    SmallVector<Sum *> here;
    for (Sum &sum : sums)
      if (levels[sum.op] == level)
        here.push_back(&sum);
    Type element = group.type.getElementType();
    start.append(here.size(), k.getConstant(k.getTileType({rows->rows, rows->cols}, element), 0));
    Values totals =
        k.loop(k.getIndex(0), k.getIndex(rows->columns), rows->cols, start,
               [&](Value col, ValueRange carried) -> Values {
                 Values next;
                 for (auto [sum, total] : llvm::zip(here, carried)) {
                   Value tile = sum->input.evaluate(k, {rows->row, col}, {rows->rows, rows->cols},
                                                    0, spread);
                   next.push_back(arith::AddFOp::create(k, total, rows->keepInside(tile, col)));
                 }
                 return next;
               });
    for (auto [sum, total] : llvm::zip(here, totals))
      known[sum->op->getResult(0)] = tile::ReduceOp::create(k, k.getTileType({rows->rows}, element),
                                                            tile::Reduction::sum, total, 1);
  }

  /// The tile of a value of one number for each row.
  Value getVector(Value value) {
    if (Value tile = known.lookup(value))
      return tile;
    Value tile;
    if (isMember(value)) {
      Values operands;
      for (Value operand : value.getDefiningOp()->getOperands())
        operands.push_back(getVector(operand));
      tile = emitElementwise(k, value.getDefiningOp(), operands, {rows->rows});
    } else {
      Vector &vector = vectors.find(value)->second;
      tile = vector.opened ? k.load(vector.opened, {rows->row}, {rows->rows})
                           : k.getConstant(k.getTileType({rows->rows}, vector.view.element),
                                           vector.view.start);
    }
    return known[value] = tile;
  }

  FunctionLowering &lowering;
  const RowGroup &group;
  KernelBuilder k;
  llvm::DenseSet<Operation *> members;
  SmallVector<ir::SizeAttr> rowSizes;
  TensorView rowsView;
  DenseMap<Operation *, unsigned> levels;
  unsigned mostLevels = 0;
  std::vector<Sum> sums;
  llvm::MapVector<Value, Vector> vectors; ///< that members take from outside
  SmallVector<Value> rowResults, vectorResults;
  std::optional<ElementExpr> last;
  std::optional<RowKernel> rows;
  DenseMap<Value, Value> known;
};

} // namespace

void emitRowGroup(FunctionLowering &lowering, const RowGroup &group) {
  RowGroupKernel(lowering, group).emit();
}

} // namespace weft::compiler
