// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The elementwise ops of WeftMathOps.td on one element, and their derivatives. Tensors apply these
// to every element; score regions run them as they are.
#include "compiler/interpret/Frame.h"
#include "dialects/weft/ScalarMath.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft::ir;

namespace weft::compiler {

/// i32 arithmetic wraps around.
static double wrap(int64_t value) {
  return static_cast<double>(static_cast<int32_t>(static_cast<uint64_t>(value)));
}

/// Out of range saturates and NaN becomes 0, so that no input is undefined.
static double truncateToInteger(double value) {
  if (std::isnan(value))
    return 0;
  return std::trunc(std::clamp(value, -2147483648.0, 2147483647.0));
}

/// NaN is never hidden by the other value.
static double larger(double a, double b) { return std::isnan(a) || a >= b ? a : b; }
static double smaller(double a, double b) { return std::isnan(a) || a <= b ? a : b; }

static FailureOr<double> divide(DivOp op, bool integer, double a, double b) {
  if (!integer)
    return a / b;
  if (b == 0)
    return op.emitOpError("expects an integer divisor to differ from 0, got ")
           << static_cast<int64_t>(a) << " / 0 (div.R1)";
  return wrap(static_cast<int64_t>(a) / static_cast<int64_t>(b));
}

static double castElement(Type from, Type to, double x) {
  if (to.isInteger(1))
    return x != 0 ? 1 : 0;
  // A graph names a half to have numbers rounded: that is its meaning, not what hardware adds to
  // it.
  if (to.isBF16() || to.isF16())
    return roundTo(to, x);
  return isa<IntegerType>(to) && isa<FloatType>(from) ? truncateToInteger(x) : x;
}

bool isScalarOp(Operation *op) {
  return isa<ConstantOp>(op) || op->hasTrait<OpTrait::Elementwise>();
}

FailureOr<double> evaluateScalar(Operation *op, ArrayRef<double> x) {
  using Number = FailureOr<double>;
  Type element = getElementOrSelf(op->getResult(0).getType());
  bool integer = isa<IntegerType>(element);
  auto whole = [&](unsigned i) { return static_cast<int64_t>(x[i]); };
  return llvm::TypeSwitch<Operation *, Number>(op)
      .Case([&](ConstantOp op) -> Number { return op.getSplatValue().value_or(std::nan("")); })
      .Case([&](AddOp) -> Number { return integer ? wrap(whole(0) + whole(1)) : x[0] + x[1]; })
      .Case([&](SubOp) -> Number { return integer ? wrap(whole(0) - whole(1)) : x[0] - x[1]; })
      .Case([&](MulOp) -> Number { return integer ? wrap(whole(0) * whole(1)) : x[0] * x[1]; })
      .Case([&](DivOp op) -> Number { return divide(op, integer, x[0], x[1]); })
      .Case([&](MaximumOp) -> Number { return larger(x[0], x[1]); })
      .Case([&](MinimumOp) -> Number { return smaller(x[0], x[1]); })
      .Case([&](NegOp) -> Number { return integer ? wrap(-whole(0)) : -x[0]; })
      .Case([&](ExpOp) -> Number { return std::exp(x[0]); })
      .Case([&](LogOp) -> Number { return std::log(x[0]); })
      .Case([&](SqrtOp) -> Number { return std::sqrt(x[0]); })
      .Case([&](RsqrtOp) -> Number { return 1 / std::sqrt(x[0]); })
      .Case([&](TanhOp) -> Number { return std::tanh(x[0]); })
      .Case([&](ErfOp) -> Number { return std::erf(x[0]); })
      .Case([&](SigmoidOp) -> Number { return computeSigmoid(x[0]); })
      .Case([&](SinOp) -> Number { return computeSin(x[0]); })
      .Case([&](CosOp) -> Number { return computeCos(x[0]); })
      .Case([&](FloorOp) -> Number { return std::floor(x[0]); })
      .Case([&](ReluOp) -> Number { return x[0] < 0 ? 0.0 : x[0]; })
      .Case([&](StopGradientOp) -> Number { return x[0]; })
      .Case([&](ClampOp op) -> Number {
        double low = op.getLow().convertToDouble(), high = op.getHigh().convertToDouble();
        return x[0] < low ? low : x[0] > high ? high : x[0];
      })
      .Case([&](CompareOp op) -> Number {
        return compareNumbers(op.getPredicate(), x[0], x[1]) ? 1.0 : 0.0;
      })
      .Case([&](SelectOp) -> Number { return x[0] != 0 ? x[1] : x[2]; })
      .Case([&](CastOp op) -> Number {
        return castElement(getElementOrSelf(op.getInput().getType()), element, x[0]);
      })
      .Default([](Operation *op) -> Number {
        return op->emitOpError(
            "expects to be an elementwise op, the interpreter knows no meaning for it");
      });
}

void addScalarGradient(Operation *op, ArrayRef<double> x, double y, double dy,
                       MutableArrayRef<double> dx) {
  // Integers and booleans carry no gradient; neither do constant, compare, floor and stop_gradient.
  if (!isa<FloatType>(getElementOrSelf(op->getResult(0).getType())))
    return;
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](AddOp) { dx[0] += dy, dx[1] += dy; })
      .Case([&](SubOp) { dx[0] += dy, dx[1] -= dy; })
      .Case([&](MulOp) { dx[0] += dy * x[1], dx[1] += dy * x[0]; })
      .Case([&](DivOp) { dx[0] += dy / x[1], dx[1] -= dy * y / x[1]; })
      .Case([&](MaximumOp) { dx[x[0] >= x[1] ? 0 : 1] += dy; })
      .Case([&](MinimumOp) { dx[x[0] <= x[1] ? 0 : 1] += dy; })
      .Case([&](NegOp) { dx[0] -= dy; })
      .Case([&](ExpOp) { dx[0] += dy * y; })
      .Case([&](LogOp) { dx[0] += dy / x[0]; })
      .Case([&](SqrtOp) { dx[0] += dy / (2 * y); })
      .Case([&](RsqrtOp) { dx[0] -= dy * y * y * y / 2; })
      .Case([&](TanhOp) { dx[0] += dy * (1 - y * y); })
      .Case([&](ErfOp) { dx[0] += dy * M_2_SQRTPI * std::exp(-x[0] * x[0]); })
      .Case([&](SigmoidOp) { dx[0] += dy * y * (1 - y); })
      .Case([&](SinOp) { dx[0] += dy * computeCos(x[0]); })
      .Case([&](CosOp) { dx[0] -= dy * computeSin(x[0]); })
      .Case([&](ReluOp) { dx[0] += x[0] > 0 ? dy : 0; })
      .Case([&](ClampOp op) {
        bool inside =
            op.getLow().convertToDouble() <= x[0] && x[0] <= op.getHigh().convertToDouble();
        dx[0] += inside ? dy : 0;
      })
      .Case([&](SelectOp) { dx[x[0] != 0 ? 1 : 2] += dy; })
      .Case([&](CastOp op) {
        dx[0] += isa<FloatType>(getElementOrSelf(op.getInput().getType())) ? dy : 0;
      });
}

} // namespace weft::compiler
