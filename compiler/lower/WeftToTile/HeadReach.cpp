// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/HeadReach.h"

using namespace mlir;

namespace weft::compiler {

namespace {

/// Indices as a view: those of keys or heads, [batch, heads, keys, features] being the axes.
TensorView getIndices(RankedTensorType type, size_t axis) {
  TensorView view;
  view.sizes = getSizeExprs(type);
  view.strides.assign(view.sizes.size(), SizeExpr(0));
  if (!view.sizes[axis].isConstant(1))
    view.strides[axis] = SizeExpr(1);
  return view;
}

/// The view of the input of a shape op, given that of its result.
std::optional<TensorView> viewBack(Operation *op, const TensorView &result) {
  if (auto transpose = dyn_cast<ir::TransposeOp>(op)) {
    SmallVector<int64_t> inverse(transpose.getPermutation().size());
    for (auto [to, from] : llvm::enumerate(transpose.getPermutation()))
      inverse[from] = to;
    return result.permute(inverse);
  }
  if (auto reshape = dyn_cast<ir::ReshapeOp>(op))
    return reshapeView(result, getSizeExprs(reshape.getInput().getType()));
  return result;
}

/// Ops that keep every element where a view says it is, and 0 what it is.
bool keepsElements(Operation *op) {
  return isa<ir::TransposeOp, ir::ReshapeOp, ir::StopGradientOp, ir::CastOp>(op);
}

/// True where the value is in a buffer, or its kernels can be written before those that come next.
bool isAtHand(FunctionLowering &lowering, Value value) {
  Operation *op = value.getDefiningOp();
  if (lowering.isStored(value) || (op && isa<ir::ConstantOp, ir::IotaOp>(op)))
    return true;
  bool isComputable =
      op && (isViewOp(op) || (isElementwiseOp(op) && lowering.getResults(value).size() == 1));
  return isComputable && llvm::all_of(op->getOperands(),
                                      [&](Value operand) { return isAtHand(lowering, operand); });
}

/// Whether every head has keys and a bound of its own.
bool hasHeadReach(FunctionLowering &lowering, ir::AttentionOpInterface attention, Value keys) {
  Value bounds = attention.getReachOfHeads();
  if (!bounds || !isAtHand(lowering, bounds))
    return false;
  auto type = cast<RankedTensorType>(keys.getType());
  return ir::getDimSize(type, 1) == ir::getDimSizes(cast<RankedTensorType>(bounds.getType()))[0];
}

struct Found {
  ir::AttentionOpInterface attention;
  TensorView keys, heads;

  bool operator==(const Found &other) const {
    auto one = attention, two = other.attention;
    return keys.strides == other.keys.strides && heads.strides == other.heads.strides &&
           one.getReachOfHeads() == two.getReachOfHeads() &&
           one.getReachMaximum() == two.getReachMaximum() &&
           one.getReachMinimum() == two.getReachMinimum() &&
           ir::getDimSize(cast<RankedTensorType>(one.getAttentionQuery().getType()), 2) ==
               ir::getDimSize(cast<RankedTensorType>(two.getAttentionQuery().getType()), 2);
  }
};

std::optional<Found> findReaders(FunctionLowering &lowering, Value value) {
  std::optional<Found> all;
  for (Operation *user : value.getUsers()) {
    std::optional<Found> one;
    if (user->getBlock() != value.getParentBlock())
      return std::nullopt;
    if (auto attention = dyn_cast<ir::AttentionOpInterface>(user)) {
      unsigned reads = llvm::count(user->getOperands(), value);
      unsigned known =
          (attention.getAttentionKeys() == value) + (attention.getAttentionValues() == value);
      if (reads != known || !hasHeadReach(lowering, attention, value))
        return std::nullopt;
      auto type = cast<RankedTensorType>(value.getType());
      one = Found{attention, getIndices(type, 2), getIndices(type, 1)};
    } else if (keepsElements(user)) {
      one = findReaders(lowering, user->getResult(0));
      if (!one)
        return std::nullopt;
      std::optional<TensorView> keys = viewBack(user, one->keys),
                                heads = viewBack(user, one->heads);
      if (!keys || !heads)
        return std::nullopt;
      one->keys = *keys;
      one->heads = *heads;
    }
    if (!one || (all && !(*all == *one)))
      return std::nullopt;
    all = one;
  }
  return all;
}

std::optional<Found> findGradient(FunctionLowering &lowering, Value value) {
  Operation *op = value.getDefiningOp();
  if (auto attention = dyn_cast_or_null<ir::SpanAttentionGradOp>(op)) {
    // Results: query, keys, values, ...
    unsigned number = cast<OpResult>(value).getResultNumber();
    if (number != 1 && number != 2)
      return std::nullopt;
    if (!hasHeadReach(lowering, attention, value))
      return std::nullopt;
    auto type = cast<RankedTensorType>(value.getType());
    return Found{attention, getIndices(type, 2), getIndices(type, 1)};
  }
  if (!op || !keepsElements(op))
    return std::nullopt;
  std::optional<Found> found = findGradient(lowering, op->getOperand(0));
  if (!found || isa<ir::CastOp>(op))
    return found;
  std::optional<TensorView> keys = viewThrough(op, found->keys),
                            heads = viewThrough(op, found->heads);
  if (!keys || !heads)
    return std::nullopt;
  return Found{found->attention, *keys, *heads};
}

std::optional<KeyRows> getRows(const std::optional<Found> &found) {
  if (!found)
    return std::nullopt;
  return KeyRows{found->attention, found->keys.strides, found->heads.strides};
}

} // namespace

std::optional<KeyRows> findKeyRowsOfReaders(FunctionLowering &lowering, Value value) {
  return getRows(findReaders(lowering, value));
}

std::optional<KeyRows> findKeyRowsOfGradient(FunctionLowering &lowering, Value value) {
  return getRows(findGradient(lowering, value));
}

Value loadHeadReach(KernelBuilder &k, Value array, const TensorView &bounds, Value head,
                    const SizeExpr &most, int64_t least) {
  Value bound = k.loadScalar(array, bounds, head);
  auto clip = [&](arith::CmpFPredicate predicate, int64_t to) {
    Value limit = k.getConstant(bounds.element, static_cast<double>(to));
    Value inside = arith::CmpFOp::create(k, predicate, bound, limit);
    bound = arith::SelectOp::create(k, inside, bound, limit);
  };
  // Into the range of i32, with room for the rounding of both limits; what is no number reaches
  // nothing.
  clip(arith::CmpFPredicate::OGE, 2 * std::min<int64_t>(least, 0) - 1);
  clip(arith::CmpFPredicate::OLE,
       std::min<int64_t>(2 * std::max<int64_t>(most.getMaximum(), 1), 1 << 30));
  Value whole = tile::MathOp::create(k, bounds.element, tile::Function::floor, bound);
  Value index = arith::FPToSIOp::create(k, k.getI32Type(), whole);
  return k.minIndex(arith::IndexCastOp::create(k, k.getIndexType(), index), k.getIndex(most));
}

std::optional<HeadColumns> HeadColumns::find(ArrayRef<SizeExpr> sizes, ArrayRef<SizeExpr> strides) {
  HeadColumns found{0, 1};
  for (auto [size, stride] : llvm::zip_equal(sizes, strides)) {
    if (size.isConstant(1))
      continue;
    std::optional<int64_t> count = size.getConstant();
    bool isHeads = stride.isConstant(1);
    if (!count || isHeads != (found.heads == 0) || (!isHeads && !stride.isConstant(0)))
      return std::nullopt;
    if (isHeads)
      found.heads = *count;
    else
      found.width *= *count;
  }
  return found.heads > 0 ? std::optional(found) : std::nullopt;
}

int64_t HeadColumns::countHeads(int64_t columns) const {
  int64_t count = columns % width == 0 || width % columns == 0
                      ? std::max<int64_t>(columns / width, 1)
                      : (columns - 2) / width + 2;
  return std::min(count, heads);
}

FirstKey::FirstKey(KernelBuilder &k, FunctionLowering &lowering, ir::AttentionOpInterface attention)
    : k(k), attention(attention), bounds(lowering.getStoredView(attention.getReachOfHeads())),
      array(k.addInput(bounds.base)) {}

Value FirstKey::loadOfHeads(Value first, int64_t count) {
  SizeExpr heads(ir::getDimSizes(cast<RankedTensorType>(attention.getReachOfHeads().getType()))[0]);
  Value last = k.getIndex(heads - SizeExpr(1)), farthest;
  for (int64_t i = 0; i < count; ++i) {
    // The last block of columns may end beyond the last head.
    Value head = i == 0 ? first : k.minIndex(k.addIndex(first, k.getIndex(i)), last);
    Value reach = loadHeadReach(k, array, bounds, head, SizeExpr(attention.getReachMaximum()),
                                attention.getReachMinimum());
    farthest = farthest ? k.maxIndex(farthest, reach) : reach;
  }
  auto getLength = [](Value value) {
    return SizeExpr(ir::getDimSize(cast<RankedTensorType>(value.getType()), 2));
  };
  SizeExpr before =
      getLength(attention.getAttentionKeys()) - getLength(attention.getAttentionQuery());
  return k.subIndex(k.getIndex(before), farthest);
}

Value FirstKey::loadOfColumns(const HeadColumns &axis, Value column, int64_t columns) {
  return loadOfHeads(k.divIndex(column, axis.width), axis.countHeads(columns));
}

} // namespace weft::compiler
