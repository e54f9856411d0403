// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// No floating-point type of 16 bits reaches LLVM, which would round by a call of its library on
// processors that have no instruction for it, and flush small numbers on those that do.
#include "compiler/lower/TileToMachine/Bf16.h"
#include "compiler/lower/TileToMachine/Math.h"

using namespace mlir;

namespace weft::compiler {

static bool isBf16(Type type) { return getElementTypeOrSelf(type).isBF16(); }

/// The same shape with other elements.
static Type withElement(Type like, Type element) {
  auto vector = dyn_cast<VectorType>(like);
  return vector ? Type(VectorType::get(vector.getShape(), element)) : element;
}

Value emitWiden(Emitter &b, Value bits) {
  Type integers = withElement(bits.getType(), b.getI32Type());
  Value wide = arith::ExtUIOp::create(b, integers, bits);
  wide = arith::ShLIOp::create(b, wide, b.makeInt(integers, 16));
  return arith::BitcastOp::create(b, withElement(bits.getType(), b.getF32Type()), wide);
}

/// The f32 from which rounding again gives what rounding once would: cut off, its last bit set if
/// anything was lost.
static Value emitRoundToOdd(Emitter &b, Value number) {
  Type narrow = withElement(number.getType(), b.getF32Type()),
       integers = withElement(number.getType(), b.getI32Type());
  Value near = arith::TruncFOp::create(b, narrow, number);
  Value back = arith::ExtFOp::create(b, number.getType(), near);
  Value bits = arith::BitcastOp::create(b, integers, near);
  auto magnitude = [&](Value value) -> Value { return LLVM::FAbsOp::create(b, value); };
  Value isAbove =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, magnitude(back), magnitude(number));
  Value isLost = arith::CmpFOp::create(b, arith::CmpFPredicate::ONE, back, number);
  Value one = b.makeInt(integers, 1);
  bits = b.select(isAbove, arith::SubIOp::create(b, bits, one), bits);
  return b.select(isLost, arith::OrIOp::create(b, bits, one), bits);
}

Value emitNarrow(Emitter &b, Value number) {
  Type integers = withElement(number.getType(), b.getI32Type());
  Value bits = getElementTypeOrSelf(number.getType()).isF64()
                   ? emitRoundToOdd(b, number)
                   : Value(arith::BitcastOp::create(b, integers, number));
  auto integer = [&](int64_t value) { return b.makeInt(integers, value); };
  Value upper = arith::ShRUIOp::create(b, bits, integer(16));
  Value isOdd = arith::AndIOp::create(b, upper, integer(1));
  Value rounded = b.add(b.add(bits, integer(0x7FFF)), isOdd);
  rounded = arith::ShRUIOp::create(b, rounded, integer(16));
  // A NaN whose digits lie in the lower half would round to infinity or to a number.
  Value isNan = arith::CmpIOp::create(b, arith::CmpIPredicate::ugt,
                                      arith::AndIOp::create(b, bits, integer(0x7FFFFFFF)),
                                      integer(0x7F800000));
  Value quiet = arith::OrIOp::create(b, upper, integer(0x40));
  Value result = b.select(isNan, quiet, rounded);
  return arith::TruncIOp::create(b, withElement(number.getType(), b.getI16Type()), result);
}

TypedAttr getBits(FloatAttr constant) {
  auto type = IntegerType::get(constant.getContext(), 16);
  return IntegerAttr::get(type, constant.getValue().bitcastToAPInt());
}

bool computesWithBf16(Operation *op) {
  return !isa<arith::SelectOp, arith::ConstantOp>(op) && op->getNumResults() == 1 &&
         (isBf16(op->getResult(0).getType()) || llvm::any_of(op->getOperandTypes(), isBf16));
}

Value emitWithBf16(Emitter &b, Operation *op, ArrayRef<Value> operands) {
  SmallVector<Value> wide;
  for (auto [value, original] : llvm::zip_equal(operands, op->getOperands()))
    wide.push_back(isBf16(original.getType()) ? emitWiden(b, value) : value);
  Type result = getElementTypeOrSelf(op->getResult(0).getType());
  if (isa<arith::ExtFOp>(op))
    return result.isF32()
               ? wide[0]
               : Value(arith::ExtFOp::create(b, withElement(wide[0].getType(), result), wide[0]));
  if (isa<arith::TruncFOp>(op))
    return emitNarrow(b, wide[0]);
  Value value;
  if (auto math = dyn_cast<tile::MathOp>(op)) {
    value = emitMath(b, math.getFunction(), wide[0]);
  } else {
    // Every i32 is an f64: it is rounded once.
    Type computed = result;
    if (result.isBF16())
      computed = isa<arith::SIToFPOp, arith::UIToFPOp>(op) ? b.getF64Type() : b.getF32Type();
    OperationState state(b.getLoc(), op->getName());
    state.addOperands(wide);
    state.addAttributes(op->getAttrs());
    state.addTypes(withElement(wide[0].getType(), computed));
    value = b.create(state)->getResult(0);
  }
  return result.isBF16() ? emitNarrow(b, value) : value;
}

} // namespace weft::compiler
