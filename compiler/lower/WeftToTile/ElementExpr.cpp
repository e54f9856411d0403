// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/ElementExpr.h"

using namespace mlir;

namespace weft::compiler {

ElementExpr::ElementExpr(FunctionLowering &lowering, ArrayRef<Value> roots, ArrayRef<Value> given)
    : lowering(lowering), roots(roots), given(given) {
  for (Value root : roots)
    visit(root);
}

ElementExpr::ElementExpr(FunctionLowering &lowering, TensorView view)
    : lowering(lowering), roots(1) {
  addLeaf(roots.front(), 0, std::move(view));
}

void ElementExpr::addLeaf(Value value, unsigned slot, TensorView view) {
  if (leafOf.try_emplace({value, slot}, leaves.size()).second)
    leaves.push_back({std::move(view), {}, {}});
}

/// The row-major element index of a tensor.
static TensorView getElementIndex(RankedTensorType type) {
  TensorView index = TensorView::dense({}, type);
  index.element = IntegerType::get(type.getContext(), 32);
  index.step = 1;
  return index;
}

/// True if a value is computed in the kernel of `roots`.
static bool isInTree(const FunctionLowering &lowering, Value value, ArrayRef<Value> roots) {
  return isElementwiseOp(value.getDefiningOp()) && !lowering.isStored(value) &&
         (llvm::is_contained(roots, value) || lowering.isFused(value) ||
          lowering.isInRowGroup(value));
}

static ir::DotOp findProduct(const FunctionLowering &lowering, Value value, Value root,
                             unsigned &opCount) {
  if (ir::DotOp dot = getOnlyProduct(value)) {
    bool isHere = !lowering.isStored(value) && !lowering.isStored(dot.getResult());
    return isHere && dot->getBlock() == root.getDefiningOp()->getBlock() ? dot : ir::DotOp();
  }
  if (!isInTree(lowering, value, root) || opCount >= maxOpCount)
    return {};
  ++opCount;
  for (Value operand : getTreeOperands(value.getDefiningOp()))
    if (ir::DotOp dot = findProduct(lowering, operand, root, opCount))
      return dot;
  return {};
}

ir::DotOp findFusedProduct(const FunctionLowering &lowering, Value root) {
  unsigned opCount = 0;
  return isElementwiseOp(root.getDefiningOp()) ? findProduct(lowering, root, root, opCount)
                                               : ir::DotOp();
}

void ElementExpr::visit(Value value) {
  if (llvm::is_contained(given, value) || visited.contains(value))
    return;
  Operation *op = value.getDefiningOp();
  bool isEnough = visited.size() >= maxOpCount && !lowering.isInRowGroup(value);
  if (!isInTree(lowering, value, roots) || isEnough)
    return addLeaf(value, 0, lowering.getView(value));
  visited.insert(value);
  auto type = cast<RankedTensorType>(value.getType());
  if (auto oneHot = dyn_cast<ir::OneHotOp>(op)) {
    TensorView ids = lowering.getView(oneHot.getIds()), classes = getElementIndex(type);
    ids.insertAxis(type.getRank() - 1, classes.sizes.back(), SizeExpr(0));
    for (SizeExpr &stride : MutableArrayRef(classes.strides).drop_back())
      stride = SizeExpr(0);
    addLeaf(value, 1, classes);
    addLeaf(value, 2, ids);
  } else if (auto dropout = dyn_cast<ir::DropoutOp>(op)) {
    addLeaf(value, 1, getElementIndex(type));
    dropouts.push_back(dropout);
  }
  for (Value operand : getTreeOperands(op))
    visit(operand);
}

SmallVector<TensorView *> ElementExpr::getViews() {
  SmallVector<TensorView *> views;
  for (Leaf &leaf : leaves)
    views.push_back(&leaf.view);
  return views;
}

std::optional<SizeExpr> ElementExpr::getMainStride(size_t axis) const {
  for (const Leaf &leaf : leaves)
    if (leaf.view.base)
      return leaf.view.strides[axis];
  return std::nullopt;
}

void ElementExpr::declare(KernelBuilder &k) {
  for (Leaf &leaf : leaves)
    if (leaf.view.base)
      leaf.array = k.addInput(leaf.view.base);
  for (ir::DropoutOp dropout : dropouts)
    k.addInput(lowering.getView(dropout.getKey()).base);
}

void ElementExpr::open(KernelBuilder &k, ArrayRef<Value> position, ArrayRef<int64_t> axes) {
  openPosition.assign(position.begin(), position.end());
  openAxes.assign(axes.begin(), axes.end());
  for (Leaf &leaf : leaves)
    if (leaf.view.base)
      leaf.opened = k.openView(leaf.array, leaf.view, position, axes);
  for (ir::DropoutOp dropout : dropouts)
    dropoutKeys[dropout.getResult()] = loadDropoutKey(k, lowering, dropout.getKey());
}

/// start + step * (offset + sum of strides times indices), for a tile at a position.
static Value emitComputedTile(KernelBuilder &k, const TensorView &view, ArrayRef<Value> outer,
                              ArrayRef<int64_t> axes, ArrayRef<Value> position,
                              ArrayRef<int64_t> shape) {
  RankedTensorType type = k.getTileType(shape, view.element);
  if (view.step == 0)
    return k.getConstant(type, view.start);
  RankedTensorType indexType = k.getTileType(shape, k.getI32Type());
  auto spread = [&](Value index) {
    return k.broadcast(arith::IndexCastOp::create(k, k.getI32Type(), index), shape);
  };
  Value base = k.getIndex(view.offset);
  for (size_t axis = 0; axis < outer.size(); ++axis)
    if (!llvm::is_contained(axes, static_cast<int64_t>(axis)))
      base = k.addIndex(base, k.mulIndex(outer[axis], k.getIndex(view.strides[axis])));
  Value sum = spread(base);
  for (auto [tileAxis, axis] : llvm::enumerate(axes)) {
    if (view.strides[axis].isConstant(0))
      continue;
    Value count = tile::IotaOp::create(k, indexType, tileAxis, position[tileAxis]);
    if (!view.strides[axis].isConstant(1))
      count = arith::MulIOp::create(k, count, spread(k.getIndex(view.strides[axis])));
    sum = arith::AddIOp::create(k, sum, count);
  }
  bool isFloat = isa<FloatType>(view.element);
  if (isFloat)
    sum = arith::SIToFPOp::create(k, type, sum);
  if (view.step != 1) {
    Value step = k.getConstant(type, view.step);
    sum = isFloat ? arith::MulFOp::create(k, sum, step).getResult()
                  : arith::MulIOp::create(k, sum, step);
  }
  if (view.start == 0)
    return sum;
  Value start = k.getConstant(type, view.start);
  return isFloat ? arith::AddFOp::create(k, sum, start).getResult()
                 : arith::AddIOp::create(k, sum, start);
}

Value ElementExpr::loadLeaf(KernelBuilder &k, Leaf &leaf, ArrayRef<Value> position,
                            ArrayRef<int64_t> shape, double fill) {
  if (leaf.view.base)
    return k.load(leaf.opened, position, shape, fill);
  return emitComputedTile(k, leaf.view, openPosition, openAxes, position, shape);
}

Value ElementExpr::evaluateOp(KernelBuilder &k, Value value, ArrayRef<Value> position,
                              ArrayRef<int64_t> shape, double fill) {
  auto operand = [&](Value input) {
    if (Value known = evaluated.lookup(input))
      return known;
    auto leaf = leafOf.find({input, 0});
    Value tile = leaf != leafOf.end() ? loadLeaf(k, leaves[leaf->second], position, shape, fill)
                                      : evaluateOp(k, input, position, shape, fill);
    evaluated[input] = tile;
    return tile;
  };
  if (isLeaf())
    return operand(value);
  Operation *op = value.getDefiningOp();
  Type type = k.getTileType(shape, ir::getElementOrSelf(value.getType()));
  auto extra = leafOf.find({value, 1});
  if (extra != leafOf.end()) {
    Value index = loadLeaf(k, leaves[extra->second], position, shape, 0);
    if (auto dropout = dyn_cast<ir::DropoutOp>(op)) {
      double rate = dropout.getRate().convertToDouble();
      Value dropped = emitDropped(k, index, dropoutKeys[value], dropout.getId(), rate);
      Value scale = k.getConstant(type, 1 / (1 - rate));
      Value kept = arith::MulFOp::create(k, operand(dropout.getInput()), scale);
      return arith::SelectOp::create(k, dropped, k.getConstant(type, 0), kept);
    }
    Value id = loadLeaf(k, leaves[leafOf.at({value, 2})], position, shape, 0);
    Value hit = arith::CmpIOp::create(k, arith::CmpIPredicate::eq, id, index);
    return arith::SelectOp::create(k, hit, k.getConstant(type, 1), k.getConstant(type, 0));
  }
  KernelBuilder::Values operands;
  for (Value input : op->getOperands())
    operands.push_back(operand(input));
  return emitElementwise(k, op, operands, shape);
}

Value ElementExpr::evaluate(KernelBuilder &k, ArrayRef<Value> position, ArrayRef<int64_t> shape,
                            double fill, ArrayRef<Value> givenTiles) {
  return evaluateAll(k, position, shape, fill, givenTiles).front();
}

KernelBuilder::Values ElementExpr::evaluateAll(KernelBuilder &k, ArrayRef<Value> position,
                                               ArrayRef<int64_t> shape, double fill,
                                               ArrayRef<Value> givenTiles) {
  evaluated.clear();
  for (auto [value, tile] : llvm::zip_equal(given, givenTiles))
    evaluated[value] = tile;
  KernelBuilder::Values tiles;
  for (Value root : roots) {
    Value tile = evaluated.lookup(root);
    if (!tile)
      tile = evaluateOp(k, root, position, shape, fill);
    tiles.push_back(evaluated[root] = tile);
  }
  return tiles;
}

} // namespace weft::compiler
