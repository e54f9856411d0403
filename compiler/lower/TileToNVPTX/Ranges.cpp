// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/Ranges.h"

#include <cmath>

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft::compiler {

static constexpr double infinity = std::numeric_limits<double>::infinity();
static constexpr Range anything = {-infinity, infinity};

static Range find(Value value, int depth);

static Range findProduct(Range a, Range b) {
  auto multiply = [](double x, double y) { return x == 0 || y == 0 ? 0 : x * y; };
  double ends[] = {multiply(a.low, b.low), multiply(a.low, b.high), multiply(a.high, b.low),
                   multiply(a.high, b.high)};
  return {*llvm::min_element(ends), *llvm::max_element(ends)};
}

/// x >= limit ? x : limit, and x <= limit ? x : limit. NaN gives the limit.
static Range findClamp(arith::SelectOp op, int depth) {
  auto compare = op.getCondition().getDefiningOp<arith::CmpFOp>();
  Range whole = find(op.getTrueValue(), depth), limit = find(op.getFalseValue(), depth);
  Range either = {std::min(whole.low, limit.low), std::max(whole.high, limit.high)};
  if (!compare || compare.getLhs() != op.getTrueValue() || compare.getRhs() != op.getFalseValue())
    return either;
  if (compare.getPredicate() == arith::CmpFPredicate::OGE)
    either.low = std::max(whole.low, limit.low);
  if (compare.getPredicate() == arith::CmpFPredicate::OLE)
    either.high = std::min(whole.high, limit.high);
  return either;
}

static Range findArgument(BlockArgument argument, int depth) {
  Operation *parent = argument.getOwner()->getParentOp();
  if (auto kernel = dyn_cast<tile::KernelOp>(parent))
    return argument == kernel.getTask() ? Range{0, double(kernel.getTasks()) - 1} : anything;
  auto loop = dyn_cast<scf::ForOp>(parent);
  if (!loop || argument != loop.getInductionVar())
    return anything;
  Range first = find(loop.getLowerBound(), depth), end = find(loop.getUpperBound(), depth),
        step = find(loop.getStep(), depth);
  // From one place on it stops at whole steps.
  if (first.low == first.high && step.low == step.high && end.high > first.low)
    return {first.low, first.low + std::floor((end.high - 1 - first.low) / step.low) * step.low};
  return {first.low, end.high - 1};
}

static Range findUnbounded(Value value, int depth) {
  if (depth == 0 || !value.getType().isIntOrIndexOrFloat())
    return anything;
  --depth;
  if (auto argument = dyn_cast<BlockArgument>(value))
    return findArgument(argument, depth);
  APInt integer;
  APFloat number(0.0);
  if (matchPattern(value, m_ConstantInt(&integer)))
    return {double(integer.getSExtValue()), double(integer.getSExtValue())};
  if (matchPattern(value, m_ConstantFloat(&number)) && !number.isNaN()) {
    bool loses;
    number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &loses);
    return {number.convertToDouble(), number.convertToDouble()};
  }
  auto operand = [&](unsigned i) { return find(value.getDefiningOp()->getOperand(i), depth); };
  return llvm::TypeSwitch<Operation *, Range>(value.getDefiningOp())
      .Case([&](arith::AddIOp) {
        return Range{operand(0).low + operand(1).low, operand(0).high + operand(1).high};
      })
      .Case([&](arith::SubIOp) {
        return Range{operand(0).low - operand(1).high, operand(0).high - operand(1).low};
      })
      .Case([&](arith::MulIOp) { return findProduct(operand(0), operand(1)); })
      .Case([&](arith::MinSIOp) {
        return Range{std::min(operand(0).low, operand(1).low),
                     std::min(operand(0).high, operand(1).high)};
      })
      .Case([&](arith::MaxSIOp) {
        return Range{std::max(operand(0).low, operand(1).low),
                     std::max(operand(0).high, operand(1).high)};
      })
      .Case([&](arith::RemUIOp) {
        return operand(0).low >= 0 && operand(1).low > 0
                   ? Range{0, std::min(operand(0).high, operand(1).high - 1)}
                   : anything;
      })
      .Case([&](arith::DivUIOp) {
        return operand(0).low >= 0 && operand(1).low > 0
                   ? Range{std::floor(operand(0).low / operand(1).high),
                           std::floor(operand(0).high / operand(1).low)}
                   : anything;
      })
      .Case([&](arith::SelectOp op) { return findClamp(op, depth); })
      .Case([&](tile::SizeOp op) {
        auto kernel = op->getParentOfType<tile::KernelOp>();
        return Range{0, double(kernel.getSizes()[op.getNumber()])};
      })
      .Case([&](tile::MathOp op) {
        return op.getFunction() == tile::Function::floor
                   ? Range{std::floor(operand(0).low), std::floor(operand(0).high)}
                   : anything;
      })
      // Outside of its type's range a float gives anything.
      .Case([&](arith::FPToSIOp op) {
        double most = std::ldexp(1.0, int(op.getType().getIntOrFloatBitWidth()) - 1);
        return operand(0).low >= -most && operand(0).high < most
                   ? Range{std::trunc(operand(0).low), std::trunc(operand(0).high)}
                   : anything;
      })
      .Case([&](arith::IndexCastOp op) {
        // A narrow result may lack high bits.
        return op.getType().isIndex() ? operand(0) : anything;
      })
      .Default([](Operation *) { return anything; });
}

/// Integers that leave their type wrap.
static Range find(Value value, int depth) {
  Range range = findUnbounded(value, depth);
  double most = std::ldexp(1.0, 53);
  if (auto type = dyn_cast<IntegerType>(value.getType()))
    most = std::ldexp(1.0, std::min<int>(type.getWidth() - 1, 53));
  bool isInteger = value.getType().isIntOrIndex();
  return isInteger && !(range.low >= -most && range.high <= most) ? anything : range;
}

Range getRange(Value value) { return find(value, 32); }

bool isAlwaysBelow(Value index, int64_t reach, Value size) {
  Range first = getRange(index);
  return first.low >= 0 && first.high + double(reach) < getRange(size).low;
}

namespace {

/// A sum of multiples of values, so that what two places have in common takes no part in how far
/// they are apart.
struct Sum {
  llvm::MapVector<Value, double> terms;
  double constant = 0;

  void add(Value value, double factor, int depth) {
    IntegerAttr number;
    Operation *op = depth > 0 ? value.getDefiningOp() : nullptr;
    if (matchPattern(value, m_Constant(&number)))
      constant += factor * double(number.getInt());
    else if (isa_and_nonnull<arith::AddIOp, arith::SubIOp>(op)) {
      add(op->getOperand(0), factor, depth - 1);
      add(op->getOperand(1), isa<arith::AddIOp>(op) ? factor : -factor, depth - 1);
    } else if (auto product = dyn_cast_or_null<arith::MulIOp>(op);
               product && matchPattern(product.getRhs(), m_Constant(&number)))
      add(product.getLhs(), factor * double(number.getInt()), depth - 1);
    else
      terms[value] += factor;
  }

  /// The least that it may be.
  double getLow() const {
    double low = constant;
    for (auto [value, factor] : terms) {
      Range range = getRange(value);
      if (factor != 0)
        low += factor * (factor > 0 ? range.low : range.high);
    }
    return low;
  }
};

} // namespace

static bool isAlwaysLess(Value low, Value high, int depth) {
  if (depth == 0)
    return false;
  auto test = [&](Value one, Value other) { return isAlwaysLess(one, other, depth - 1); };
  if (auto least = high.getDefiningOp<arith::MinSIOp>())
    return test(low, least.getLhs()) && test(low, least.getRhs());
  if (auto most = low.getDefiningOp<arith::MaxSIOp>())
    return test(most.getLhs(), high) && test(most.getRhs(), high);
  Sum difference;
  difference.add(high, 1, depth);
  difference.add(low, -1, depth);
  return difference.getLow() >= 1;
}

bool runsOnce(scf::ForOp loop) {
  constexpr int mostSteps = 16;
  return isAlwaysLess(loop.getLowerBound(), loop.getUpperBound(), mostSteps);
}

} // namespace weft::compiler
