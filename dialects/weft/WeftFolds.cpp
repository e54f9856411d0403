// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every fold of the weft ops, in the order of the .td files. A fold never changes what NaN or
// infinity would give: x * 0 and x - x stay. stop_gradient stays too, since differentiation has not
// happened when folds first run.
#include "dialects/weft/ScalarMath.h"

using namespace mlir;

namespace weft::ir {

namespace {

/// The one value that every element has, if that is known; looks through broadcasts and reshapes.
std::optional<double> getSplat(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (auto constant = dyn_cast<ConstantOp>(op))
    return constant.getSplatValue();
  if (isa<BroadcastOp, ReshapeOp, TransposeOp>(op))
    return getSplat(op->getOperand(0));
  return std::nullopt;
}

/// A splat attribute of this type, or nothing if the type is bounded.
OpFoldResult makeSplat(Type type, double value) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (tensor && !tensor.hasStaticShape())
    return {};
  Type element = getElementOrSelf(type);
  Attribute scalar;
  if (isa<FloatType>(element))
    scalar = FloatAttr::get(element, value);
  else if (element.isInteger(1))
    scalar = BoolAttr::get(type.getContext(), value != 0);
  else
    scalar = IntegerAttr::get(element, static_cast<int64_t>(value));
  return tensor ? OpFoldResult(DenseElementsAttr::get(tensor, {scalar})) : OpFoldResult(scalar);
}

template <typename Op, typename Function> OpFoldResult foldUnary(Op op, Function function) {
  if (std::optional<double> input = getSplat(op.getInput()))
    return makeSplat(op.getType(), function(*input));
  return {};
}

template <typename Op, typename Function> OpFoldResult foldBinary(Op op, Function function) {
  std::optional<double> lhs = getSplat(op.getLhs()), rhs = getSplat(op.getRhs());
  if (lhs && rhs)
    return makeSplat(op.getType(), function(*lhs, *rhs));
  return {};
}

bool isInteger(Type type) { return isa<IntegerType>(getElementOrSelf(type)); }
bool isFloat(Type type) { return isa<FloatType>(getElementOrSelf(type)); }
unsigned getWidth(Type type) { return getElementOrSelf(type).getIntOrFloatBitWidth(); }

} // namespace

// WeftMathOps.td

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

OpFoldResult AddOp::fold(FoldAdaptor) {
  if (getSplat(getRhs()) == 0.0)
    return getLhs();
  if (getSplat(getLhs()) == 0.0)
    return getRhs();
  return foldBinary(*this, [](double a, double b) { return a + b; });
}

OpFoldResult SubOp::fold(FoldAdaptor) {
  if (getSplat(getRhs()) == 0.0)
    return getLhs();
  return foldBinary(*this, [](double a, double b) { return a - b; });
}

OpFoldResult MulOp::fold(FoldAdaptor) {
  if (getSplat(getRhs()) == 1.0)
    return getLhs();
  if (getSplat(getLhs()) == 1.0)
    return getRhs();
  return foldBinary(*this, [](double a, double b) { return a * b; });
}

OpFoldResult DivOp::fold(FoldAdaptor) {
  std::optional<double> divisor = getSplat(getRhs());
  if (divisor == 1.0)
    return getLhs();
  if (isInteger(getType())) {
    if (divisor == 0.0)
      return {};
    return foldBinary(*this, [](double a, double b) { return std::trunc(a / b); });
  }
  return foldBinary(*this, [](double a, double b) { return a / b; });
}

OpFoldResult MaximumOp::fold(FoldAdaptor) {
  if (getLhs() == getRhs())
    return getLhs();
  return foldBinary(*this, [](double a, double b) { return a >= b ? a : b; });
}

OpFoldResult MinimumOp::fold(FoldAdaptor) {
  if (getLhs() == getRhs())
    return getLhs();
  return foldBinary(*this, [](double a, double b) { return a <= b ? a : b; });
}

OpFoldResult NegOp::fold(FoldAdaptor) {
  if (auto inner = getInput().getDefiningOp<NegOp>())
    return inner.getInput();
  return foldUnary(*this, [](double x) { return -x; });
}

OpFoldResult ExpOp::fold(FoldAdaptor) {
  return foldUnary(*this, [](double x) { return std::exp(x); });
}

OpFoldResult LogOp::fold(FoldAdaptor) {
  return foldUnary(*this, [](double x) { return std::log(x); });
}

OpFoldResult SqrtOp::fold(FoldAdaptor) {
  return foldUnary(*this, [](double x) { return std::sqrt(x); });
}

OpFoldResult RsqrtOp::fold(FoldAdaptor) {
  return foldUnary(*this, [](double x) { return 1 / std::sqrt(x); });
}

OpFoldResult TanhOp::fold(FoldAdaptor) {
  return foldUnary(*this, [](double x) { return std::tanh(x); });
}

OpFoldResult ErfOp::fold(FoldAdaptor) {
  return foldUnary(*this, [](double x) { return std::erf(x); });
}

OpFoldResult SigmoidOp::fold(FoldAdaptor) { return foldUnary(*this, computeSigmoid); }
OpFoldResult SinOp::fold(FoldAdaptor) { return foldUnary(*this, computeSin); }
OpFoldResult CosOp::fold(FoldAdaptor) { return foldUnary(*this, computeCos); }

OpFoldResult FloorOp::fold(FoldAdaptor) {
  if (getInput().getDefiningOp<FloorOp>())
    return getInput();
  return foldUnary(*this, [](double x) { return std::floor(x); });
}

OpFoldResult ReluOp::fold(FoldAdaptor) {
  if (getInput().getDefiningOp<ReluOp>())
    return getInput();
  return foldUnary(*this, [](double x) { return x > 0 ? x : 0; });
}

OpFoldResult StopGradientOp::fold(FoldAdaptor) {
  if (getInput().getDefiningOp<StopGradientOp>())
    return getInput();
  return foldUnary(*this, [](double x) { return x; });
}

OpFoldResult ClampOp::fold(FoldAdaptor) {
  double low = getLow().convertToDouble(), high = getHigh().convertToDouble();
  return foldUnary(*this, [=](double x) { return std::min(std::max(x, low), high); });
}

OpFoldResult CompareOp::fold(FoldAdaptor) {
  return foldBinary(
      *this, [&](double a, double b) { return compareNumbers(getPredicate(), a, b) ? 1.0 : 0.0; });
}

OpFoldResult SelectOp::fold(FoldAdaptor) {
  if (getWhenTrue() == getWhenFalse())
    return getWhenTrue();
  if (std::optional<double> condition = getSplat(getCondition()))
    return *condition != 0 ? getWhenTrue() : getWhenFalse();
  return {};
}

OpFoldResult CastOp::fold(FoldAdaptor) {
  if (getInput().getType() == getType())
    return getInput();
  // Back to the type a wider one was made of: nothing was lost on the way.
  if (auto inner = getInput().getDefiningOp<CastOp>();
      inner && inner.getInput().getType() == getType() && isFloat(getType()) &&
      isFloat(inner.getType()) && getWidth(inner.getType()) > getWidth(getType()))
    return inner.getInput();
  bool toInteger = isInteger(getType());
  return foldUnary(*this, [=](double x) { return toInteger ? std::trunc(x) : x; });
}

OpFoldResult SumOp::fold(FoldAdaptor) { return getAxes().empty() ? getInput() : Value(); }
OpFoldResult MaxOp::fold(FoldAdaptor) { return getAxes().empty() ? getInput() : Value(); }
OpFoldResult DropoutOp::fold(FoldAdaptor) { return getRate().isZero() ? getInput() : Value(); }

// WeftShapeOps.td

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  ArrayRef<int64_t> permutation = getPermutation();
  if (llvm::is_sorted(permutation))
    return getInput();
  if (auto inner = getInput().getDefiningOp<TransposeOp>()) {
    bool undoes = llvm::all_of(llvm::enumerate(permutation), [&](auto entry) {
      return inner.getPermutation()[entry.value()] == static_cast<int64_t>(entry.index());
    });
    if (undoes)
      return inner.getInput();
  }
  return foldUnary(*this, [](double x) { return x; });
}

OpFoldResult ReshapeOp::fold(FoldAdaptor) {
  if (getInput().getType() == getType())
    return getInput();
  if (auto inner = getInput().getDefiningOp<ReshapeOp>()) {
    setOperand(inner.getInput());
    return getResult();
  }
  return foldUnary(*this, [](double x) { return x; });
}

OpFoldResult SliceOp::fold(FoldAdaptor) {
  if (getInput().getType() == getType())
    return getInput();
  return foldUnary(*this, [](double x) { return x; });
}

OpFoldResult TailOp::fold(FoldAdaptor) {
  return getInput().getType() == getType() ? getInput() : Value();
}
OpFoldResult HeadOp::fold(FoldAdaptor) {
  return getInput().getType() == getType() ? getInput() : Value();
}
OpFoldResult ConcatOp::fold(FoldAdaptor) {
  return getInputs().size() == 1 ? getInputs().front() : Value();
}

OpFoldResult BroadcastOp::fold(FoldAdaptor) {
  if (getInput().getType() == getType())
    return getInput();
  return foldUnary(*this, [](double x) { return x; });
}

// WeftControlOps.td

OpFoldResult SizeOp::fold(FoldAdaptor) {
  if (getSize().isConstant())
    return makeSplat(getType(), getSize().getOffset());
  return {};
}

} // namespace weft::ir
