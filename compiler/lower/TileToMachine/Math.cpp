// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToMachine/Math.h"
#include "compiler/lower/TileToMachine/MathTable.h"

#include <cmath>

using namespace mlir;

namespace weft::compiler {
namespace {

/// Arithmetic on values of one type, in the words of the formulas.
struct Calculus {
  Emitter &b;
  Type type, integers;
  const table::Format &format;
  bool isDouble;

  Calculus(Emitter &b, Type type)
      : b(b), type(type), format(getElementTypeOrSelf(type).isF64() ? table::f64 : table::f32),
        isDouble(getElementTypeOrSelf(type).isF64()) {
    integers = b.getIntegerType(isDouble ? 64 : 32);
    if (auto vector = dyn_cast<VectorType>(type))
      integers = VectorType::get(vector.getShape(), integers);
  }

  Value number(double value) { return b.makeFloat(type, value); }
  Value integer(int64_t value) { return b.makeInt(integers, value); }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, x, y); }
  Value div(Value x, Value y) { return arith::DivFOp::create(b, x, y); }
  Value fma(Value x, Value y, Value z) { return LLVM::FMAOp::create(b, x, y, z); }
  Value bits(Value x) { return arith::BitcastOp::create(b, integers, x); }
  Value fromBits(Value x) { return arith::BitcastOp::create(b, type, x); }
  Value isLess(Value x, Value y) { return compare(arith::CmpFPredicate::OLT, x, y); }
  Value compare(arith::CmpFPredicate predicate, Value x, Value y) {
    return arith::CmpFOp::create(b, predicate, x, y);
  }
  Value select(Value condition, Value yes, Value no) {
    return arith::SelectOp::create(b, condition, yes, no);
  }
  Value abs(Value x) {
    int64_t mask = isDouble ? INT64_MAX : INT32_MAX;
    return fromBits(arith::AndIOp::create(b, bits(x), integer(mask)));
  }
  /// magnitude with the sign of x; magnitude is not negative.
  Value withSign(Value magnitude, Value x) {
    int64_t mask = isDouble ? INT64_MIN : INT32_MIN;
    Value sign = arith::AndIOp::create(b, bits(x), integer(mask));
    return fromBits(arith::OrIOp::create(b, bits(magnitude), sign));
  }
  Value polynomial(std::span<const double> coefficients, Value x) {
    Value sum = number(coefficients.back());
    for (double c : llvm::reverse(coefficients.first(coefficients.size() - 1)))
      sum = fma(sum, x, number(c));
    return sum;
  }

  Value exp2(Value x);
  Value exp(Value x);
  Value scale(Value fraction, Value rounded, Value x, double low, double high);
  Value logarithm(Value x, bool base2);
  Value logOfFraction(Value f, Value exponent, bool base2);
  Value tanh(Value x);
  Value erf(Value x);
  Value sigmoid(Value x);
  /// x = fraction + quadrant * pi/2, |fraction| <= pi/4; the quadrant in the low bits of integers.
  std::pair<Value, Value> reduceAngle(Value x);
  Value sinOrCos(Value x, bool isCos);
};

/// fraction * 2^n, n in the low bits of `rounded`, fraction in [1/2, 2): an addition to the
/// exponent.
Value Calculus::scale(Value fraction, Value rounded, Value x, double low, double high) {
  Value shift = integer(format.mantissa);
  Value exponent = arith::ShLIOp::create(b, bits(rounded), shift);
  Value scaled = fromBits(arith::AddIOp::create(b, bits(fraction), exponent));
  Value result = select(isLess(x, number(low)), number(0.0), scaled);
  result = select(compare(arith::CmpFPredicate::OGE, x, number(high)), number(INFINITY), result);
  return select(compare(arith::CmpFPredicate::UNO, x, x), x, result);
}

Value Calculus::exp2(Value x) {
  Value rounded = add(x, number(format.magic));
  Value fraction = sub(x, sub(rounded, number(format.magic)));
  return scale(polynomial(format.exp2, fraction), rounded, x, format.exp2Low, format.exp2High);
}

Value Calculus::exp(Value x) {
  Value rounded = fma(x, number(format.log2eHigh), number(format.magic));
  Value whole = sub(rounded, number(format.magic));
  Value nearly = fma(whole, number(-format.ln2High), x);
  Value fraction = fma(whole, number(-format.ln2Low), nearly);
  // What the line above rounded away: without it sigmoid is off by more than two units.
  Value tail = fma(whole, number(-format.ln2Low), sub(nearly, fraction));
  // 1 + (f + (f^2 Q(f) + tail)): the inner sums are small, so one rounding counts.
  Value square = mul(fraction, fraction);
  Value inner = fma(square, polynomial(format.exp, fraction), tail);
  Value power = add(number(1.0), add(fraction, inner));
  return scale(power, rounded, x, format.expLow, format.expHigh);
}

/// exponent + log2(1 + f), or ln 2 * exponent + ln(1 + f).
Value Calculus::logOfFraction(Value f, Value exponent, bool base2) {
  Value rest;
  if (isDouble) {
    Value s = div(f, add(f, number(2.0)));
    Value square = mul(s, s);
    Value r = mul(square, polynomial(table::logF64, square));
    Value half = mul(mul(f, f), number(0.5));
    rest = sub(mul(s, add(half, r)), half);
  } else {
    rest = mul(mul(f, f), polynomial(table::logF32, f));
  }
  // ln(1 + f) = f + rest, and f is exact.
  if (!base2) {
    Value low = fma(exponent, number(format.ln2Low), rest);
    return fma(exponent, number(format.ln2High), add(f, low));
  }
  Value high = number(format.log2eHigh);
  Value low = fma(f, number(format.log2eLow), mul(rest, high));
  return add(exponent, fma(f, high, low));
}

Value Calculus::logarithm(Value x, bool base2) {
  // 1 + f in [sqrt(1/2), sqrt(2)): subtracting the bits of sqrt(1/2) makes the exponent round the
  // right way.
  int64_t root = isDouble ? 0x3FE6A09E667F3BCD : 0x3F3504F3;
  Value shift = integer(format.mantissa);
  Value exponentBits =
      arith::ShRSIOp::create(b, arith::SubIOp::create(b, bits(x), integer(root)), shift);
  Value mantissa = arith::SubIOp::create(b, bits(x), arith::ShLIOp::create(b, exponentBits, shift));
  Value f = sub(fromBits(mantissa), number(1.0));
  Value exponent = arith::SIToFPOp::create(b, type, exponentBits);
  Value result = logOfFraction(f, exponent, base2);
  // Denormal numbers count as zero.
  double smallest = std::ldexp(1.0, 1 - static_cast<int>(format.bias));
  result = select(isLess(x, number(smallest)), number(-INFINITY), result);
  // The comparison is true for NaN and for everything below zero.
  Value isInvalid = compare(arith::CmpFPredicate::ULE, x, number(-smallest));
  result = select(isInvalid, number(NAN), result);
  return select(compare(arith::CmpFPredicate::OEQ, x, number(INFINITY)), x, result);
}

/// x + x z P(z) near zero, 1 - 2 / (e^2|x| + 1) beyond; z = x^2.
Value Calculus::tanh(Value x) {
  Value magnitude = abs(x);
  Value z = mul(x, x);
  Value near = fma(mul(x, z), polynomial(format.tanh, z), x);
  Value power = exp(add(magnitude, magnitude));
  Value far = sub(number(1.0), div(number(2.0), add(power, number(1.0))));
  Value result = select(isLess(magnitude, number(0.6)), near, withSign(far, x));
  return select(compare(arith::CmpFPredicate::UNO, x, x), x, result);
}

/// x P(x^2) up to 1, 1 - exp(Q(|x|)) beyond.
Value Calculus::erf(Value x) {
  Value magnitude = abs(x);
  Value near = mul(x, polynomial(format.erf, mul(x, x)));
  Value logarithm = polynomial(format.erfc, sub(magnitude, number(format.erfcCentre)));
  Value far = sub(number(1.0), exp(logarithm));
  Value isOne = compare(arith::CmpFPredicate::OGE, magnitude, number(format.erfOne));
  far = select(isOne, number(1.0), far);
  Value result = select(isLess(magnitude, number(1.0)), near, withSign(far, x));
  return select(compare(arith::CmpFPredicate::UNO, x, x), x, result);
}

/// 1 / (1 + e^-x), corrected by what the sum rounds away: that is half a unit of a number twice as
/// coarse.
Value Calculus::sigmoid(Value x) {
  // Beyond, the result is below the smallest normal number; e^-x stays finite.
  Value most = number(-format.expLow + 0.6);
  Value negative = sub(number(0.0), x);
  Value e = exp(select(isLess(most, negative), most, negative));
  Value one = number(1.0);
  Value sum = add(one, e);
  Value lost = select(isLess(one, e), sub(one, sub(sum, e)), sub(e, sub(sum, one)));
  Value inverse = div(one, sum);
  return fma(mul(inverse, lost), sub(number(0.0), inverse), inverse);
}

std::pair<Value, Value> Calculus::reduceAngle(Value x) {
  if (!isDouble) {
    // n * pi/2 needs more digits than f32 has.
    Type wide = b.getF64Type();
    if (auto vector = dyn_cast<VectorType>(type))
      wide = VectorType::get(vector.getShape(), wide);
    auto [fraction, quadrant] = Calculus(b, wide).reduceAngle(arith::ExtFOp::create(b, wide, x));
    return {arith::TruncFOp::create(b, type, fraction),
            arith::TruncIOp::create(b, integers, quadrant)};
  }
  Value rounded = fma(x, number(table::inverseHalfPi), number(format.magic));
  Value whole = sub(rounded, number(format.magic));
  Value fraction = x;
  for (double part : table::halfPi)
    fraction = fma(whole, number(-part), fraction);
  return {fraction, bits(rounded)};
}

/// The sine or cosine polynomial of the fraction, by quadrant.
Value Calculus::sinOrCos(Value x, bool isCos) {
  auto [fraction, quadrant] = reduceAngle(x);
  if (isCos)
    quadrant = arith::AddIOp::create(b, quadrant, integer(1));
  Value z = mul(fraction, fraction);
  Value sine = fma(mul(fraction, z), polynomial(format.sin, z), fraction);
  Value cosine = fma(mul(z, z), polynomial(format.cos, z), fma(z, number(-0.5), number(1.0)));
  Value odd = arith::AndIOp::create(b, quadrant, integer(1));
  Value isOdd = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, odd, integer(0));
  // Bit 1 of the quadrant becomes the sign.
  Value turned = arith::AndIOp::create(b, quadrant, integer(2));
  Value sign = arith::ShLIOp::create(b, turned, integer(isDouble ? 62 : 30));
  Value result = fromBits(arith::XOrIOp::create(b, bits(select(isOdd, cosine, sine)), sign));
  Value inside = compare(arith::CmpFPredicate::OLE, abs(x), number(table::angleLimit));
  return select(inside, result, number(NAN));
}

} // namespace

Value emitMath(Emitter &b, tile::Function function, Value x) {
  Calculus c(b, x.getType());
  switch (function) {
  case tile::Function::exp2:
    return c.exp2(x);
  case tile::Function::exp:
    return c.exp(x);
  case tile::Function::log2:
    return c.logarithm(x, true);
  case tile::Function::log:
    return c.logarithm(x, false);
  case tile::Function::tanh:
    return c.tanh(x);
  case tile::Function::erf:
    return c.erf(x);
  case tile::Function::sigmoid:
    return c.sigmoid(x);
  case tile::Function::sin:
    return c.sinOrCos(x, false);
  case tile::Function::cos:
    return c.sinOrCos(x, true);
  case tile::Function::rsqrt:
    return c.div(c.number(1.0), LLVM::SqrtOp::create(b, x));
  case tile::Function::sqrt:
    return LLVM::SqrtOp::create(b, x);
  case tile::Function::floor:
    return LLVM::FFloorOp::create(b, x);
  }
  llvm_unreachable("a function of the enum");
}

} // namespace weft::compiler
