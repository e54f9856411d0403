// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/Ranges.h"
#include "compiler/lower/TileToNVPTX/Places.h"
#include "dialects/tile/TilePromise.h"

#include <cmath>
#include <numeric>

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
        return operand(0).low >= 0 && operand(1).low >= 0
                   ? Range{0, std::max(0.0, std::min(operand(0).high, operand(1).high - 1))}
                   : anything;
      })
      .Case([&](arith::DivUIOp) {
        // What is divided by 0 has no value.
        return operand(0).low >= 0 && operand(1).low >= 0
                   ? Range{std::floor(operand(0).low / std::max(1.0, operand(1).high)),
                           std::floor(operand(0).high / std::max(1.0, operand(1).low))}
                   : anything;
      })
      .Case([&](arith::SelectOp op) { return findClamp(op, depth); })
      .Case([&](tile::SizeOp op) {
        auto kernel = op->getParentOfType<tile::KernelOp>();
        return Range{0, double(kernel.getSizes()[op.getNumber()])};
      })
      .Case([&](tile::ExtractOp op) {
        std::optional<ArrayRef<int64_t>> within = tile::getWithin(op);
        return within ? Range{double(within->front()), double(within->back())} : anything;
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
  return isInteger && !(range.low >= -most && range.high < most) ? anything : range;
}

Range getRange(Value value) { return find(value, 32); }

static int64_t findDivisor(Value value, int depth) {
  APInt integer;
  if (matchPattern(value, m_ConstantInt(&integer)))
    return std::abs(integer.getSExtValue());
  if (depth == 0 || !value.getType().isIndex())
    return 1;
  --depth;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    return loop && argument == loop.getInductionVar()
               ? std::gcd(findDivisor(loop.getLowerBound(), depth),
                          findDivisor(loop.getStep(), depth))
               : 1;
  }
  auto operand = [&](unsigned i) {
    return findDivisor(value.getDefiningOp()->getOperand(i), depth);
  };
  return llvm::TypeSwitch<Operation *, int64_t>(value.getDefiningOp())
      .Case<arith::AddIOp, arith::SubIOp, arith::MinSIOp, arith::MaxSIOp>(
          [&](Operation *) { return std::gcd(operand(0), operand(1)); })
      .Case([&](arith::SelectOp) { return std::gcd(operand(1), operand(2)); })
      .Case([&](arith::RemUIOp op) {
        return getRange(op.getLhs()).low >= 0 ? std::gcd(operand(0), operand(1)) : 1;
      })
      .Case([&](arith::MulIOp) {
        int64_t product;
        return llvm::MulOverflow(operand(0), operand(1), product) ? 1 : product;
      })
      .Default([](Operation *) { return 1; });
}

int64_t getDivisor(Value value) { return findDivisor(value, 32); }

namespace {

/// A sum of multiples of values, so that what two places have in common takes no part in how far
/// they are apart.
class Sum {
public:
  llvm::MapVector<Value, double> terms;
  double constant = 0;

  void add(Value value, double factor, int depth = 16) {
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

  /// The sum with a multiple of another value in place of a term.
  Sum replace(Value term, Value by, double factor, double more) const {
    Sum other = *this;
    other.terms[term] = 0;
    other.constant += more;
    other.add(by, factor);
    return other;
  }

  /// The least that it may be. What bounds a term may have terms in common with the rest: an index
  /// of a loop lies between its ends, the greater of two values is each of them or more.
  double getLow(int depth) const {
    double low = constant;
    for (auto [value, factor] : terms) {
      Range range = getRange(value);
      if (factor != 0)
        low += factor * (factor > 0 ? range.low : range.high);
    }
    for (auto [value, factor] : terms)
      if (depth > 0 && factor != 0)
        low = std::max(low, getLowWithout(value, factor, depth - 1));
    return low;
  }

private:
  double getLowWithout(Value value, double factor, int depth) const {
    auto with = [&](Value by, double scale, double more) {
      return replace(value, by, scale, more).getLow(depth);
    };
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
      if (!loop || argument != loop.getInductionVar())
        return -infinity;
      return factor > 0 ? with(loop.getLowerBound(), factor, 0)
                        : with(loop.getUpperBound(), factor, -factor);
    }
    Operation *op = value.getDefiningOp();
    if (isa<arith::MinSIOp, arith::MaxSIOp>(op)) {
      double one = with(op->getOperand(0), factor, 0), other = with(op->getOperand(1), factor, 0);
      return isa<arith::MaxSIOp>(op) == (factor > 0) ? std::max(one, other) : std::min(one, other);
    }
    IntegerAttr divisor;
    if (isa<arith::DivUIOp>(op) && matchPattern(op->getOperand(1), m_Constant(&divisor)) &&
        divisor.getInt() > 0 && getRange(op->getOperand(0)).low >= 0) {
      double scale = factor / double(divisor.getInt());
      double lost = factor > 0 ? scale * double(divisor.getInt() - 1) : 0;
      return with(op->getOperand(0), scale, -lost);
    }
    return -infinity;
  }
};

} // namespace

/// True if a value is always less than another by at least so much.
static bool isLessBy(Value value, double distance, Value other) {
  constexpr int mostReplaced = 4;
  Sum difference;
  difference.add(other, 1);
  difference.add(value, -1);
  return difference.getLow(mostReplaced) >= distance;
}

bool isAtMost(Value value, Value other) { return isLessBy(value, 0, other); }

bool isNeverBeyond(Value index, int64_t reach, Value size) {
  auto isBelow = [&](int64_t further) {
    return getRange(index).high + double(further) < getRange(size).low ||
           isLessBy(index, double(further) + 1, size);
  };
  // Between an index and a size that are multiples of a number there is as much room.
  int64_t room = std::gcd(getDivisor(index), getDivisor(size));
  if (isBelow(reach) || (reach < room && isBelow(0)))
    return true;
  return holdsInAllPlaces(index, size, [&](int64_t at, int64_t end) { return at + reach < end; });
}

bool isNeverBefore(Value index) {
  return getRange(index).low >= 0 ||
         holdsInAllPlaces(index, index, [](int64_t at, int64_t) { return at >= 0; });
}

bool isAlwaysBelow(Value index, int64_t reach, Value size) {
  return isNeverBefore(index) && isNeverBeyond(index, reach, size);
}

bool runsOnce(scf::ForOp loop) { return isLessBy(loop.getLowerBound(), 1, loop.getUpperBound()); }

} // namespace weft::compiler
