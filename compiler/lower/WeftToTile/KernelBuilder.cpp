// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/KernelBuilder.h"

#include "compiler/support/Flops.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace weft::compiler {

static tile::KernelOp createKernel(FunctionLowering &lowering, Location loc, StringRef opName) {
  OpBuilder builder(lowering.getModule().getBodyRegion());
  builder.setInsertionPointToEnd(lowering.getModule().getBody());
  return tile::KernelOp::create(builder, loc, lowering.nextKernelName(opName), /*tasks=*/1,
                                ArrayRef<int64_t>{}, ArrayRef<Type>{});
}

KernelBuilder::KernelBuilder(FunctionLowering &lowering, Location loc, StringRef opName)
    : ImplicitLocOpBuilder(loc, lowering.builder.getContext()), lowering(lowering),
      kernel(createKernel(lowering, loc, opName)) {
  setInsertionPoint(kernel.getBody().front().getTerminator());
}

Value KernelBuilder::addInput(Value buffer) {
  for (auto [i, known] : llvm::enumerate(inputs))
    if (known == buffer)
      return kernel.getArray(i);
  inputs.push_back(buffer);
  Type element = cast<RankedTensorType>(buffer.getType()).getElementType();
  return kernel.getBody().front().insertArgument(
      inputs.size() - 1, tile::ArrayType::get(getContext(), element), getLoc());
}

Value KernelBuilder::addResult(RankedTensorType type) {
  resultTypes.push_back(type);
  return kernel.getBody().front().insertArgument(
      inputs.size() + resultTypes.size() - 1,
      tile::ArrayType::get(getContext(), type.getElementType()), getLoc());
}

void KernelBuilder::addRounding(Value value, Value array) {
  ir::CastOp rounding = lowering.findRounding(value);
  if (!rounding)
    return;
  roundings.push_back({rounding, resultTypes.size()});
  roundedArrays[array] = addResult(cast<RankedTensorType>(rounding.getType()));
}

void KernelBuilder::addFlops(int64_t factor, ArrayRef<ir::SizeAttr> sizes) {
  SmallVector<Attribute> product = {ir::SizeAttr::get(getContext(), factor)};
  llvm::append_range(product, sizes);
  flops.push_back(getArrayAttr(product));
}

KernelBuilder::Values KernelBuilder::finish() {
  SmallVector<int64_t> writes;
  for (size_t i = 0; i < resultTypes.size(); ++i)
    writes.push_back(inputs.size() + i);
  kernel.setTasks(std::max<int64_t>(taskBase, 1));
  kernel.setWrites(writes);
  auto dispatch =
      exec::DispatchOp::create(lowering.builder, getLoc(), resultTypes, kernel.getSymName(), inputs,
                               givenSizes.empty() ? ArrayAttr() : getArrayAttr(givenSizes));
  if (!flops.empty())
    dispatch->setAttr(flopsAttrName, getArrayAttr(flops));
  for (auto [rounding, number] : roundings)
    lowering.setBuffer(rounding.getResult(), dispatch.getResult(number));
  return llvm::to_vector(ValueRange(dispatch.getResults()));
}

KernelBuilder::Values KernelBuilder::openGrid(ArrayRef<GridAxis> axes, bool only) {
  int64_t tasks = 1;
  bool isStatic = true;
  Value total = getIndex(1);
  Values counts;
  for (const GridAxis &axis : axes) {
    tasks *= llvm::divideCeil(std::max<int64_t>(axis.extent.getMaximum(), 0), axis.block);
    isStatic &= axis.extent.getConstant().has_value();
    Value rounded = getIndex(axis.extent + SizeExpr(axis.block - 1));
    counts.push_back(divIndex(rounded, axis.block));
    total = mulIndex(total, counts.back());
  }
  Value local = taskBase == 0 ? kernel.getTask() : subIndex(kernel.getTask(), getIndex(taskBase));
  taskBase += tasks;
  if (!only || !isStatic || tasks == 0) {
    // Unsigned, so that tasks of earlier sections, negative here, are outside too.
    Value inside = arith::CmpIOp::create(*this, arith::CmpIPredicate::ult, local, total);
    auto guard = scf::IfOp::create(*this, inside, /*withElseRegion=*/false);
    setInsertionPoint(guard.thenBlock()->getTerminator());
  }
  Values starts(axes.size());
  Value rest = local;
  for (size_t axis = axes.size(); axis-- > 0;) {
    // The outermost axis takes what is left; an axis of at most one block takes nothing.
    auto isOneBlock = [](const GridAxis &grid) { return grid.extent.getMaximum() <= grid.block; };
    bool oneBlock = isOneBlock(axes[axis]),
         outermost = llvm::all_of(axes.take_front(axis), isOneBlock);
    Value index = oneBlock    ? getIndex(0)
                  : outermost ? rest
                              : arith::RemUIOp::create(*this, rest, counts[axis]).getResult();
    if (!oneBlock && !outermost)
      rest = arith::DivUIOp::create(*this, rest, counts[axis]);
    starts[axis] = mulIndex(index, getIndex(axes[axis].block));
  }
  return starts;
}

void KernelBuilder::closeGrid() { setInsertionPoint(kernel.getBody().front().getTerminator()); }

Value KernelBuilder::getIndex(int64_t value) {
  Value &known = constants[value];
  if (!known) {
    OpBuilder::InsertionGuard guard(*this);
    setInsertionPointToStart(&kernel.getBody().front());
    known = arith::ConstantIndexOp::create(*this, value);
  }
  return known;
}

Value KernelBuilder::addSize(ir::SizeAttr size, int64_t bound) {
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(&kernel.getBody().front());
  SmallVector<int64_t> bounds(kernel.getSizes());
  bounds.push_back(bound);
  kernel.setSizes(bounds);
  int64_t number = givenSizes.size();
  givenSizes.push_back(size);
  return tile::SizeOp::create(*this, getIndexType(), getI64IntegerAttr(number));
}

/// The kernel numbers its sizes as it first reads them.
Value KernelBuilder::getSymbol(const SizeExpr::Symbol &symbol) {
  Value &value = symbolValues[StringRef(symbol.name)];
  if (!value)
    value = addSize(ir::SizeAttr::get(getContext(), getStringAttr(StringRef(symbol.name)),
                                      symbol.bound, symbol.step, 0),
                    symbol.bound);
  return value;
}

Value KernelBuilder::getGiven(int64_t number, int64_t bound) {
  Value &value = givenValues[number];
  if (!value)
    value = addSize(ir::SizeAttr::get(getContext(), number), bound);
  return value;
}

Value KernelBuilder::getIndex(const SizeExpr &expr) {
  Value sum = getIndex(0);
  for (const auto &[monomial, factor] : expr.getTerms()) {
    Value product = getIndex(factor);
    for (const SizeExpr::Symbol &symbol : monomial) {
      product = mulIndex(product, getSymbol(symbol));
    }
    sum = addIndex(sum, product);
  }
  return sum;
}

/// Folds two constants with `fold`.
static std::optional<int64_t> foldConstants(Value a, Value b,
                                            function_ref<int64_t(int64_t, int64_t)> fold) {
  std::optional<int64_t> left = getConstantIntValue(a), right = getConstantIntValue(b);
  return left && right ? std::optional(fold(*left, *right)) : std::nullopt;
}

Value KernelBuilder::addIndex(Value a, Value b) {
  if (auto sum = foldConstants(a, b, std::plus<int64_t>()))
    return getIndex(*sum);
  if (isZeroInteger(a))
    return b;
  return isZeroInteger(b) ? a : arith::AddIOp::create(*this, a, b).getResult();
}

Value KernelBuilder::subIndex(Value a, Value b) {
  if (auto difference = foldConstants(a, b, std::minus<int64_t>()))
    return getIndex(*difference);
  return isZeroInteger(b) ? a : arith::SubIOp::create(*this, a, b).getResult();
}

Value KernelBuilder::mulIndex(Value a, Value b) {
  if (auto product = foldConstants(a, b, std::multiplies<int64_t>()))
    return getIndex(*product);
  if (isZeroInteger(a) || isZeroInteger(b))
    return getIndex(0);
  if (isOneInteger(a))
    return b;
  return isOneInteger(b) ? a : arith::MulIOp::create(*this, a, b).getResult();
}

Value KernelBuilder::minIndex(Value a, Value b) {
  if (auto least = foldConstants(a, b, [](int64_t x, int64_t y) { return std::min(x, y); }))
    return getIndex(*least);
  return arith::MinSIOp::create(*this, a, b);
}

Value KernelBuilder::maxIndex(Value a, Value b) {
  if (auto most = foldConstants(a, b, [](int64_t x, int64_t y) { return std::max(x, y); }))
    return getIndex(*most);
  return arith::MaxSIOp::create(*this, a, b);
}

Value KernelBuilder::divIndex(Value a, int64_t b) {
  if (auto quotient = getConstantIntValue(a))
    return getIndex(*quotient / b);
  return b == 1 ? a : arith::DivUIOp::create(*this, a, getIndex(b)).getResult();
}

Value KernelBuilder::getConstant(Type type, double value) {
  Type element = ir::getElementOrSelf(type);
  TypedAttr scalar =
      isa<FloatType>(element)
          ? TypedAttr(FloatAttr::get(element, value))
          : TypedAttr(IntegerAttr::get(element, static_cast<int64_t>(value) &
                                                    (element.isInteger(1) ? 1 : -1)));
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return arith::ConstantOp::create(*this, DenseElementsAttr::get(tensor, {Attribute(scalar)}));
  return arith::ConstantOp::create(*this, scalar);
}

RankedTensorType KernelBuilder::getTileType(ArrayRef<int64_t> shape, Type element) {
  return RankedTensorType::get(shape, element);
}

Value KernelBuilder::broadcast(Value value, ArrayRef<int64_t> shape, ArrayRef<int64_t> dims) {
  RankedTensorType type = getTileType(shape, ir::getElementOrSelf(value.getType()));
  return value.getType() == type ? value
                                 : tile::BroadcastOp::create(*this, type, value, dims).getResult();
}

Value KernelBuilder::openView(Value array, const TensorView &view, ArrayRef<Value> position,
                              ArrayRef<int64_t> axes) {
  Value offset = getIndex(view.offset);
  Values sizes, strides;
  for (int64_t axis : axes) {
    sizes.push_back(getIndex(view.sizes[axis]));
    strides.push_back(getIndex(view.strides[axis]));
  }
  for (auto [axis, index] : llvm::enumerate(position))
    if (!llvm::is_contained(axes, static_cast<int64_t>(axis)))
      offset = addIndex(offset, mulIndex(index, getIndex(view.strides[axis])));
  return openView(array, offset, sizes, strides);
}

Value KernelBuilder::openView(Value array, Value offset, ArrayRef<Value> sizes,
                              ArrayRef<Value> strides) {
  auto open = [&](Value base) -> Value {
    Type element = cast<tile::ArrayType>(base.getType()).getElement();
    return tile::ViewOp::create(*this, tile::ViewType::get(getContext(), sizes.size(), element),
                                base, offset, sizes, strides);
  };
  Value view = open(array);
  if (Value rounded = roundedArrays.lookup(array))
    roundedViews[view] = open(rounded);
  return view;
}

Value KernelBuilder::convertFloat(Value number, Type element) {
  Type from = getElementTypeOrSelf(number.getType());
  auto tile = dyn_cast<RankedTensorType>(number.getType());
  Type to = tile ? Type(tile.clone(element)) : element;
  unsigned width = element.getIntOrFloatBitWidth(), before = from.getIntOrFloatBitWidth();
  if (from == element)
    return number;
  if (width > before)
    return arith::ExtFOp::create(*this, to, number);
  // bf16 and f16 hold numbers that the other does not: f32 has them all.
  if (width == before)
    number = convertFloat(number, getF32Type());
  return arith::TruncFOp::create(*this, to, number);
}

Value KernelBuilder::load(Value view, ArrayRef<Value> position, ArrayRef<int64_t> shape,
                          double fill) {
  Type element = cast<tile::ViewType>(view.getType()).getElement();
  return tile::LoadOp::create(*this, getTileType(shape, element), view, position,
                              getConstant(element, fill));
}

void KernelBuilder::store(Value tile, Value view, ArrayRef<Value> position) {
  // First, so that a kernel that works in place has read all it needs when it writes there.
  if (Value rounded = roundedViews.lookup(view)) {
    Type element = cast<tile::ViewType>(rounded.getType()).getElement();
    Type type = cast<RankedTensorType>(tile.getType()).clone(element);
    tile::StoreOp::create(*this, arith::TruncFOp::create(*this, type, tile), rounded, position);
  }
  tile::StoreOp::create(*this, tile, view, position);
}

Value KernelBuilder::loadScalar(Value array, const TensorView &view, Value index) {
  Value loaded = load(openView(array, view, {index}, {0}), {index}, {1});
  return tile::ExtractOp::create(*this, view.element, loaded, ArrayRef<int64_t>{0});
}

KernelBuilder::Values KernelBuilder::loop(Value from, Value to, int64_t step, ValueRange carried,
                                          function_ref<Values(Value, ValueRange)> body) {
  std::optional<int64_t> first = getConstantIntValue(from), last = getConstantIntValue(to);
  if (first && last && *first < *last && *last - *first <= step)
    return body(from, carried);
  auto loopOp = scf::ForOp::create(*this, from, to, getIndex(step), carried,
                                   [&](OpBuilder &, Location, Value index, ValueRange values) {
                                     scf::YieldOp::create(*this, body(index, values));
                                   });
  return llvm::to_vector(ValueRange(loopOp.getResults()));
}

void KernelBuilder::loop(Value from, Value to, int64_t step, function_ref<void(Value)> body) {
  loop(from, to, step, ValueRange{}, [&](Value index, ValueRange) {
    body(index);
    return Values{};
  });
}

} // namespace weft::compiler
