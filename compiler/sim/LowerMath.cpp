// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic intrinsics as instructions of the host. The approximate ones of a GPU are off by a few
// units in the last place; here they are as exact as libm.
#include "llvm/ADT/StringSwitch.h"

#include "compiler/sim/Rewriter.h"

using namespace llvm;

namespace weft::sim {

namespace {

struct MathBuilder {
  IRBuilder<> &builder;
  /// .ftz: subnormal operands and results are zeros of their sign.
  bool flushes = false;

  Value *flush(Value *value) {
    Type *type = value->getType();
    if (!flushes || !type->getScalarType()->isFloatTy())
      return value;
    Value *size = builder.CreateUnaryIntrinsic(Intrinsic::fabs, value);
    Value *isSmall = builder.CreateFCmpOLT(
        size, ConstantFP::get(type, APFloat::getSmallestNormalized(APFloat::IEEEsingle())));
    Value *zero =
        builder.CreateBinaryIntrinsic(Intrinsic::copysign, ConstantFP::get(type, 0.0), value);
    return builder.CreateSelect(isSmall, zero, value);
  }
  Value *invert(Value *value) {
    return builder.CreateFDiv(ConstantFP::get(value->getType(), 1.0), value);
  }
};

} // namespace

/// Words of a name that say how, not what: rounding to the nearest is the host's; others differ.
struct MathName {
  StringRef what;
  bool flushes = false, saturates = false, isRelu = false, keepsNan = false, isKnown = true;
};

static MathName parse(StringRef name) {
  MathName result;
  auto [what, rest] = name.split('.');
  result.what = what;
  while (!rest.empty()) {
    auto [word, next] = rest.split('.');
    rest = next;
    if (word == "ftz")
      result.flushes = true;
    else if (word == "sat")
      result.saturates = true;
    else if (word == "relu")
      result.isRelu = true;
    else if (word == "nan")
      result.keepsNan = true;
    else
      result.isKnown &= StringSwitch<bool>(word)
                            .Cases({"approx", "rn", "full", "f", "d", "f32", "f64"}, true)
                            .Cases({"f16", "f16x2", "v2f16", "bf16", "bf16x2", "v2bf16"}, true)
                            .Default(false);
  }
  return result;
}

static Intrinsic::ID getUnary(StringRef what) {
  return StringSwitch<Intrinsic::ID>(what)
      .Case("ex2", Intrinsic::exp2)
      .Case("lg2", Intrinsic::log2)
      .Case("sqrt", Intrinsic::sqrt)
      .Case("sin", Intrinsic::sin)
      .Case("cos", Intrinsic::cos)
      .Case("tanh", Intrinsic::tanh)
      .Case("fabs", Intrinsic::fabs)
      .Case("floor", Intrinsic::floor)
      .Case("ceil", Intrinsic::ceil)
      .Case("trunc", Intrinsic::trunc)
      .Case("round", Intrinsic::roundeven)
      .Default(Intrinsic::not_intrinsic);
}

static Value *lower(MathBuilder &math, const MathName &name, ArrayRef<Value *> operands) {
  IRBuilder<> &builder = math.builder;
  Value *a = operands[0];
  if (Intrinsic::ID unary = getUnary(name.what); unary != Intrinsic::not_intrinsic)
    return builder.CreateUnaryIntrinsic(unary, a);
  if (name.what == "rcp")
    return math.invert(a);
  if (name.what == "rsqrt")
    return math.invert(builder.CreateUnaryIntrinsic(Intrinsic::sqrt, a));
  if (name.what == "neg")
    return builder.CreateFNeg(a);
  if (operands.size() < 2)
    return nullptr;
  Value *b = operands[1];
  if (name.what == "fmax")
    return builder.CreateBinaryIntrinsic(name.keepsNan ? Intrinsic::maximum : Intrinsic::maxnum, a,
                                         b);
  if (name.what == "fmin")
    return builder.CreateBinaryIntrinsic(name.keepsNan ? Intrinsic::minimum : Intrinsic::minnum, a,
                                         b);
  if (name.what == "add")
    return builder.CreateFAdd(a, b);
  if (name.what == "mul")
    return builder.CreateFMul(a, b);
  if (name.what == "div")
    return builder.CreateFDiv(a, b);
  if (name.what == "fma" && operands.size() == 3)
    return builder.CreateIntrinsic(Intrinsic::fma, {a->getType()}, {a, b, operands[2]});
  return nullptr;
}

/// f32 to bf16 or f16, where every NaN becomes 0x7FFF; the pair forms put their second operand into
/// the low half.
static Value *lowerConversion(IRBuilder<> &builder, CallInst &call, const MathName &name) {
  bool isBfloat = name.what.contains("bf16");
  Type *element = isBfloat ? builder.getBFloatTy() : builder.getHalfTy();
  auto convert = [&](Value *value) {
    if (name.isRelu)
      value = builder.CreateBinaryIntrinsic(Intrinsic::maximum, value,
                                            ConstantFP::get(value->getType(), 0.0));
    Value *isNan = builder.CreateFCmpUNO(value, value);
    auto *nan = ConstantFP::get(element, APFloat(element->getFltSemantics(), APInt(16, 0x7FFF)));
    return builder.CreateSelect(isNan, nan, builder.CreateFPTrunc(value, element));
  };
  Value *result = convert(call.getArgOperand(0));
  if (name.what.starts_with("ff2")) {
    auto *pair = FixedVectorType::get(element, 2);
    Value *low = convert(call.getArgOperand(1));
    low = builder.CreateInsertElement(PoisonValue::get(pair), low, uint64_t{0});
    result = builder.CreateInsertElement(low, result, uint64_t{1});
  }
  return result->getType() == call.getType() ? result
                                             : builder.CreateBitCast(result, call.getType());
}

Value *lowerMath(CallInst &call, StringRef text) {
  MathName name = parse(text);
  if (!name.isKnown || call.arg_empty())
    return nullptr;
  IRBuilder<> builder(&call);
  if (StringSwitch<bool>(name.what)
          .Cases({"f2bf16", "f2f16", "ff2bf16x2", "ff2f16x2"}, true)
          .Default(false))
    return lowerConversion(builder, call, name);
  if (!call.getType()->isFPOrFPVectorTy())
    return nullptr;
  MathBuilder math{builder, name.flushes};
  SmallVector<Value *> operands;
  for (Value *operand : call.args())
    operands.push_back(math.flush(operand));
  Value *result = lower(math, name, operands);
  if (!result)
    return nullptr;
  Type *type = result->getType();
  if (name.isRelu || name.saturates)
    result = builder.CreateBinaryIntrinsic(Intrinsic::maxnum, result, ConstantFP::get(type, 0.0));
  if (name.saturates)
    result = builder.CreateBinaryIntrinsic(Intrinsic::minnum, result, ConstantFP::get(type, 1.0));
  return math.flush(result);
}

} // namespace weft::sim
