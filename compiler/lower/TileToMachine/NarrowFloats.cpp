// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// bf16 never reaches LLVM for x86, which would round by a call of its library on processors that
// have no instruction for it, and flush small numbers on those that do. Where there are none to
// flush, the instruction is called by its name. f16 does, on its way from and to f32: every x86
// with AVX2 converts it by an instruction that flushes nothing.
#include "compiler/lower/TileToMachine/NarrowFloats.h"
#include "compiler/lower/TileToMachine/Math.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace weft::compiler {

bool isNarrowFloat(Type type) { return isa<BFloat16Type, Float16Type>(getElementTypeOrSelf(type)); }

/// The same shape with other elements.
static Type withElement(Type like, Type element) {
  auto vector = dyn_cast<VectorType>(like);
  return vector ? Type(VectorType::get(vector.getShape(), element)) : element;
}

Value emitWiden(Emitter &b, Value bits, Type element) {
  Type single = withElement(bits.getType(), b.getF32Type());
  if (element.isF16()) {
    Value half = arith::BitcastOp::create(b, withElement(bits.getType(), element), bits);
    return arith::ExtFOp::create(b, single, half);
  }
  Type integers = withElement(bits.getType(), b.getI32Type());
  Value wide = arith::ExtUIOp::create(b, integers, bits);
  wide = arith::ShLIOp::create(b, wide, b.makeInt(integers, 16));
  return arith::BitcastOp::create(b, single, wide);
}

/// The f32 from which rounding again gives what rounding once would: cut off, its last bit set if
/// anything was lost (Boldo and Melquiond 2008: to 24 bits by this, then to 11 or fewer).
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
  bits = b.select(isLost, arith::OrIOp::create(b, bits, one), bits);
  return arith::BitcastOp::create(b, narrow, bits);
}

/// By integers, which know no mode of the processor.
static Value emitRoundToBf16(Emitter &b, Value number) {
  Type integers = withElement(number.getType(), b.getI32Type());
  Value bits = arith::BitcastOp::create(b, integers, number);
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

/// Whether operations of the processor compute this: with FTZ, as kernels run, nothing below the
/// normal numbers but zeros.
static bool isComputed(Value number) {
  Operation *op = number.getDefiningOp();
  if (auto select = dyn_cast_or_null<arith::SelectOp>(op))
    return isComputed(select.getTrueValue()) && isComputed(select.getFalseValue());
  FloatAttr constant;
  if (matchPattern(number, m_Constant(&constant)) || matchPattern(number, m_AnyZeroFloat()))
    return !constant || !constant.getValue().isDenormal();
  return isa_and_nonnull<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp, tile::DotOp>(
      op);
}

/// By AVX-512 BF16, which takes numbers below the normal ones for 0; null for other lengths.
static Value emitRoundByInstruction(Emitter &b, Value number) {
  auto type = dyn_cast<VectorType>(number.getType());
  if (!b.hasBf16Rounding || !type || !type.getElementType().isF32() ||
      (type.getDimSize(0) != 16 && type.getDimSize(0) != 8))
    return {};
  std::string name = "llvm.x86.avx512bf16.cvtneps2bf16." + std::to_string(32 * type.getDimSize(0));
  Value rounded =
      LLVM::CallIntrinsicOp::create(b, VectorType::get(type.getShape(), b.getBF16Type()),
                                    b.getStringAttr(name), number)
          .getResult(0);
  return LLVM::BitcastOp::create(b, VectorType::get(type.getShape(), b.getI16Type()), rounded);
}

std::pair<Value, Value> emitNarrowPair(Emitter &b, Value first, Value second, Type element) {
  StringRef name = element.isF16() ? "llvm.nvvm.ff2f16x2.rn" : "llvm.nvvm.ff2bf16x2.rn";
  // The first operand becomes the upper half. A call, not a truncation: LLVM would compute sums of
  // widened numbers in 16 bits, and none of its passes looks into this.
  Value pair = LLVM::CallIntrinsicOp::create(b, VectorType::get({2}, element),
                                             b.getStringAttr(name), ValueRange{second, first})
                   .getResult(0);
  pair = LLVM::BitcastOp::create(b, VectorType::get({2}, b.getI16Type()), pair);
  return {b.extractLane(pair, 0), b.extractLane(pair, 1)};
}

Value emitNarrow(Emitter &b, Value number, Type element) {
  if (getElementTypeOrSelf(number.getType()).isF64())
    number = emitRoundToOdd(b, number);
  if (b.isForGpu)
    return emitNarrowPair(b, number, b.makeFloat(b.getF32Type(), 0.0), element).first;
  if (element.isBF16())
    return emitRoundToBf16(b, number);
  Value half = arith::TruncFOp::create(b, withElement(number.getType(), element), number);
  return arith::BitcastOp::create(b, withElement(number.getType(), b.getI16Type()), half);
}

TypedAttr getBits(FloatAttr constant) {
  auto type = IntegerType::get(constant.getContext(), 16);
  return IntegerAttr::get(type, constant.getValue().bitcastToAPInt());
}

bool computesWithNarrow(Operation *op) {
  return !isa<arith::SelectOp, arith::ConstantOp>(op) && op->getNumResults() == 1 &&
         (isNarrowFloat(op->getResult(0).getType()) ||
          llvm::any_of(op->getOperandTypes(), isNarrowFloat));
}

Value emitWithNarrow(Emitter &b, Operation *op, ArrayRef<Value> operands) {
  SmallVector<Value> wide;
  for (auto [value, original] : llvm::zip_equal(operands, op->getOperands())) {
    Type element = getElementTypeOrSelf(original.getType());
    wide.push_back(isNarrowFloat(element) ? emitWiden(b, value, element) : value);
  }
  Type result = getElementTypeOrSelf(op->getResult(0).getType());
  if (isa<arith::ExtFOp>(op))
    return result.isF32()
               ? wide[0]
               : Value(arith::ExtFOp::create(b, withElement(wide[0].getType(), result), wide[0]));
  if (isa<arith::TruncFOp>(op)) {
    if (result.isBF16() && isComputed(op->getOperand(0)))
      if (Value rounded = emitRoundByInstruction(b, wide[0]))
        return rounded;
    return emitNarrow(b, wide[0], result);
  }
  Value value;
  if (auto math = dyn_cast<tile::MathOp>(op)) {
    value = emitMath(b, math.getFunction(), wide[0]);
  } else {
    // Every i32 is an f64: it is rounded once.
    Type computed = result;
    if (isNarrowFloat(result))
      computed = isa<arith::SIToFPOp, arith::UIToFPOp>(op) ? b.getF64Type() : b.getF32Type();
    OperationState state(b.getLoc(), op->getName());
    state.addOperands(wide);
    state.addAttributes(op->getAttrs());
    state.addTypes(withElement(wide[0].getType(), computed));
    value = b.create(state)->getResult(0);
  }
  return isNarrowFloat(result) ? emitNarrow(b, value, result) : value;
}

} // namespace weft::compiler
