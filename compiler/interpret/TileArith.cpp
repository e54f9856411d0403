// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of arith on one element. Integers are kept as signed numbers in doubles: exact for i1 and
// i32, and for index as far as any array reaches.
#include "compiler/interpret/TileTask.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::arith;

namespace weft::compiler {

namespace {

unsigned getWidth(Type element) { return element.isIndex() ? 64 : element.getIntOrFloatBitWidth(); }

/// The number that the low bits of a result stand for: i1 is 0 or 1, wider ones are signed.
double wrapTo(Type element, int64_t value) {
  unsigned width = getWidth(element);
  return width == 1 ? double(value & 1)
                    : double(llvm::SignExtend64(static_cast<uint64_t>(value), width));
}

/// The same bits read as an unsigned number.
uint64_t toUnsigned(Type element, double value) {
  unsigned width = getWidth(element);
  uint64_t bits = static_cast<uint64_t>(static_cast<int64_t>(value));
  return width == 64 ? bits : bits & llvm::maskTrailingOnes<uint64_t>(width);
}

bool compareFloats(CmpFPredicate predicate, double a, double b) {
  bool unordered = std::isnan(a) || std::isnan(b);
  switch (predicate) {
  case CmpFPredicate::AlwaysFalse:
    return false;
  case CmpFPredicate::AlwaysTrue:
    return true;
  case CmpFPredicate::ORD:
    return !unordered;
  case CmpFPredicate::UNO:
    return unordered;
  case CmpFPredicate::OEQ:
    return a == b;
  case CmpFPredicate::OGT:
    return a > b;
  case CmpFPredicate::OGE:
    return a >= b;
  case CmpFPredicate::OLT:
    return a < b;
  case CmpFPredicate::OLE:
    return a <= b;
  case CmpFPredicate::ONE:
    return !unordered && a != b;
  case CmpFPredicate::UEQ:
    return unordered || a == b;
  case CmpFPredicate::UGT:
    return unordered || a > b;
  case CmpFPredicate::UGE:
    return unordered || a >= b;
  case CmpFPredicate::ULT:
    return unordered || a < b;
  case CmpFPredicate::ULE:
    return unordered || a <= b;
  case CmpFPredicate::UNE:
    return unordered || a != b;
  }
  return false;
}

bool compareIntegers(CmpIPredicate predicate, int64_t a, int64_t b, uint64_t ua, uint64_t ub) {
  switch (predicate) {
  case CmpIPredicate::eq:
    return a == b;
  case CmpIPredicate::ne:
    return a != b;
  case CmpIPredicate::slt:
    return a < b;
  case CmpIPredicate::sle:
    return a <= b;
  case CmpIPredicate::sgt:
    return a > b;
  case CmpIPredicate::sge:
    return a >= b;
  case CmpIPredicate::ult:
    return ua < ub;
  case CmpIPredicate::ule:
    return ua <= ub;
  case CmpIPredicate::ugt:
    return ua > ub;
  case CmpIPredicate::uge:
    return ua >= ub;
  }
  return false;
}

/// The operands of one evaluation in the readings that integer ops need.
struct Operands {
  ArrayRef<double> x;
  Type from, to; // element types of operand 0 and of the result

  int64_t s(unsigned i) const { return static_cast<int64_t>(x[i]); }
  uint64_t u(unsigned i) const { return toUnsigned(from, x[i]); }
  double wrap(int64_t value) const { return wrapTo(to, value); }
  double wrap(uint64_t value) const { return wrapTo(to, static_cast<int64_t>(value)); }
};

using Number = FailureOr<double>;
using MaybeNumber = std::optional<Number>;

MaybeNumber evaluateFloat(Operation *op, const Operands &o) {
  ArrayRef<double> x = o.x;
  auto orNaN = [&](double value) {
    return std::isnan(x[0]) || std::isnan(x[1]) ? std::nan("") : value;
  };
  return llvm::TypeSwitch<Operation *, MaybeNumber>(op)
      .Case([&](AddFOp) { return Number(x[0] + x[1]); })
      .Case([&](SubFOp) { return Number(x[0] - x[1]); })
      .Case([&](MulFOp) { return Number(x[0] * x[1]); })
      .Case([&](DivFOp) { return Number(x[0] / x[1]); })
      .Case([&](RemFOp) { return Number(std::fmod(x[0], x[1])); })
      .Case([&](NegFOp) { return Number(-x[0]); })
      .Case([&](MaximumFOp) { return Number(orNaN(std::max(x[0], x[1]))); })
      .Case([&](MinimumFOp) { return Number(orNaN(std::min(x[0], x[1]))); })
      .Case([&](MaxNumFOp) { return Number(std::fmax(x[0], x[1])); })
      .Case([&](MinNumFOp) { return Number(std::fmin(x[0], x[1])); })
      .Case([&](CmpFOp op) {
        return Number(compareFloats(op.getPredicate(), x[0], x[1]) ? 1.0 : 0.0);
      })
      .Case<ExtFOp, TruncFOp>([&](auto) { return Number(x[0]); })
      .Case<FPToSIOp, FPToUIOp>([&](auto) {
        double low = isa<FPToUIOp>(op) ? 0.0 : -2147483648.0,
               high = isa<FPToUIOp>(op) ? 4294967295.0 : 2147483647.0;
        double whole = std::isnan(x[0]) ? 0 : std::trunc(std::clamp(x[0], low, high));
        return Number(o.wrap(static_cast<int64_t>(whole)));
      })
      .Default(MaybeNumber());
}

/// Division by zero has no value; everything else rounds as the op says.
Number evaluateDivision(Operation *op, const Operands &o) {
  if (o.x[1] == 0)
    return op->emitOpError("expects a divisor other than 0, got ") << o.s(0) << " / 0";
  int64_t a = o.s(0), b = o.s(1);
  return llvm::TypeSwitch<Operation *, Number>(op)
      .Case([&](DivSIOp) { return o.wrap(a / b); })
      .Case([&](RemSIOp) { return o.wrap(a % b); })
      .Case([&](CeilDivSIOp) { return o.wrap(a / b + (a % b != 0 && (a < 0) == (b < 0) ? 1 : 0)); })
      .Case(
          [&](FloorDivSIOp) { return o.wrap(a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0)); })
      .Case([&](DivUIOp) { return o.wrap(o.u(0) / o.u(1)); })
      .Case([&](RemUIOp) { return o.wrap(o.u(0) % o.u(1)); })
      .Default(
          [&](Operation *) { return o.wrap(o.u(0) / o.u(1) + (o.u(0) % o.u(1) != 0 ? 1 : 0)); });
}

MaybeNumber evaluateShift(Operation *op, const Operands &o) {
  uint64_t distance = o.u(1);
  bool outside = distance >= getWidth(o.from);
  return llvm::TypeSwitch<Operation *, MaybeNumber>(op)
      .Case([&](ShLIOp) { return Number(outside ? 0 : o.wrap(o.u(0) << distance)); })
      .Case([&](ShRUIOp) { return Number(outside ? 0 : o.wrap(o.u(0) >> distance)); })
      .Case([&](ShRSIOp) { return Number(o.wrap(o.s(0) >> (outside ? 63 : distance))); })
      .Default(MaybeNumber());
}

MaybeNumber evaluateInteger(Operation *op, const Operands &o) {
  return llvm::TypeSwitch<Operation *, MaybeNumber>(op)
      .Case([&](AddIOp) { return Number(o.wrap(o.s(0) + o.s(1))); })
      .Case([&](SubIOp) { return Number(o.wrap(o.s(0) - o.s(1))); })
      .Case([&](MulIOp) {
        return Number(o.wrap(static_cast<uint64_t>(o.s(0)) * static_cast<uint64_t>(o.s(1))));
      })
      .Case<DivSIOp, RemSIOp, CeilDivSIOp, FloorDivSIOp, DivUIOp, RemUIOp, CeilDivUIOp>(
          [&](auto) { return evaluateDivision(op, o); })
      .Case([&](AndIOp) { return Number(o.wrap(o.s(0) & o.s(1))); })
      .Case([&](OrIOp) { return Number(o.wrap(o.s(0) | o.s(1))); })
      .Case([&](XOrIOp) { return Number(o.wrap(o.s(0) ^ o.s(1))); })
      .Case<ShLIOp, ShRUIOp, ShRSIOp>([&](auto) { return evaluateShift(op, o); })
      .Case([&](MaxSIOp) { return Number(o.wrap(std::max(o.s(0), o.s(1)))); })
      .Case([&](MinSIOp) { return Number(o.wrap(std::min(o.s(0), o.s(1)))); })
      .Case([&](MaxUIOp) { return Number(o.wrap(std::max(o.u(0), o.u(1)))); })
      .Case([&](MinUIOp) { return Number(o.wrap(std::min(o.u(0), o.u(1)))); })
      .Case([&](CmpIOp op) {
        return Number(compareIntegers(op.getPredicate(), o.s(0), o.s(1), o.u(0), o.u(1)) ? 1.0
                                                                                         : 0.0);
      })
      .Case([&](SelectOp) { return Number(o.x[0] != 0 ? o.x[1] : o.x[2]); })
      // i1 counts as signed here: true is -1.
      .Case<ExtSIOp, IndexCastOp>(
          [&](auto) { return Number(o.wrap(o.from.isInteger(1) ? -o.s(0) : o.s(0))); })
      .Case<ExtUIOp, IndexCastUIOp>([&](auto) { return Number(o.wrap(o.u(0))); })
      .Case([&](TruncIOp) { return Number(o.wrap(o.s(0))); })
      .Case([&](SIToFPOp) { return Number(o.from.isInteger(1) ? -o.x[0] : o.x[0]); })
      .Case([&](UIToFPOp) { return Number(double(o.u(0))); })
      .Default(MaybeNumber());
}

} // namespace

std::optional<FailureOr<double>> evaluateArith(Operation *op, ArrayRef<double> operands) {
  if (operands.empty())
    return std::nullopt;
  Operands o{operands, ir::getElementOrSelf(op->getOperand(0).getType()),
             ir::getElementOrSelf(op->getResult(0).getType())};
  MaybeNumber result = evaluateFloat(op, o);
  return result ? result : evaluateInteger(op, o);
}

} // namespace weft::compiler
