// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The elementwise vocabulary of weft on tiles and scalars: one case an op.
#include "compiler/lower/WeftToTile/ElementExpr.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace weft::compiler {

static arith::CmpFPredicate getFloatPredicate(ir::ComparePredicate predicate) {
  switch (predicate) {
  case ir::ComparePredicate::eq:
    return arith::CmpFPredicate::OEQ;
  case ir::ComparePredicate::ne:
    return arith::CmpFPredicate::UNE;
  case ir::ComparePredicate::lt:
    return arith::CmpFPredicate::OLT;
  case ir::ComparePredicate::le:
    return arith::CmpFPredicate::OLE;
  case ir::ComparePredicate::gt:
    return arith::CmpFPredicate::OGT;
  case ir::ComparePredicate::ge:
    return arith::CmpFPredicate::OGE;
  }
  return arith::CmpFPredicate::AlwaysFalse;
}

static arith::CmpIPredicate getIntPredicate(ir::ComparePredicate predicate) {
  switch (predicate) {
  case ir::ComparePredicate::eq:
    return arith::CmpIPredicate::eq;
  case ir::ComparePredicate::ne:
    return arith::CmpIPredicate::ne;
  case ir::ComparePredicate::lt:
    return arith::CmpIPredicate::slt;
  case ir::ComparePredicate::le:
    return arith::CmpIPredicate::sle;
  case ir::ComparePredicate::gt:
    return arith::CmpIPredicate::sgt;
  case ir::ComparePredicate::ge:
    return arith::CmpIPredicate::sge;
  }
  return arith::CmpIPredicate::eq;
}

static Value emitCast(KernelBuilder &k, Value input, Type to) {
  Type from = ir::getElementOrSelf(input.getType()), toElement = ir::getElementOrSelf(to);
  if (from == toElement)
    return input;
  if (isa<FloatType>(from) && isa<FloatType>(toElement))
    return k.convertFloat(input, toElement);
  if (isa<FloatType>(from) && toElement.isInteger(1))
    return arith::CmpFOp::create(k, arith::CmpFPredicate::UNE, input,
                                 k.getConstant(input.getType(), 0));
  if (isa<FloatType>(from))
    return arith::FPToSIOp::create(k, to, input);
  if (from.isInteger(1) && isa<FloatType>(toElement))
    return arith::SelectOp::create(k, input, k.getConstant(to, 1), k.getConstant(to, 0));
  if (from.isInteger(1))
    return arith::ExtUIOp::create(k, to, input);
  if (isa<FloatType>(toElement))
    return arith::SIToFPOp::create(k, to, input);
  return arith::CmpIOp::create(k, arith::CmpIPredicate::ne, input,
                               k.getConstant(input.getType(), 0));
}

Value emitElementwise(KernelBuilder &k, Operation *op, ValueRange in, ArrayRef<int64_t> shape) {
  Type element = ir::getElementOrSelf(op->getResult(0).getType());
  Type type = shape.empty() ? element : Type(k.getTileType(shape, element));
  bool isFloat = isa<FloatType>(element);
  auto math = [&](tile::Function function) -> Value {
    return tile::MathOp::create(k, type, function, in[0]);
  };
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](ir::ConstantOp constant) -> Value {
        std::optional<double> splat = constant.getSplatValue();
        return splat ? k.getConstant(type, *splat) : Value();
      })
      .Case([&](ir::AddOp) -> Value {
        return isFloat ? arith::AddFOp::create(k, in[0], in[1]).getResult()
                       : arith::AddIOp::create(k, in[0], in[1]);
      })
      .Case([&](ir::SubOp) -> Value {
        return isFloat ? arith::SubFOp::create(k, in[0], in[1]).getResult()
                       : arith::SubIOp::create(k, in[0], in[1]);
      })
      .Case([&](ir::MulOp) -> Value {
        return isFloat ? arith::MulFOp::create(k, in[0], in[1]).getResult()
                       : arith::MulIOp::create(k, in[0], in[1]);
      })
      .Case([&](ir::DivOp) -> Value {
        return isFloat ? arith::DivFOp::create(k, in[0], in[1]).getResult()
                       : arith::DivSIOp::create(k, in[0], in[1]);
      })
      .Case([&](ir::MaximumOp) -> Value {
        return isFloat ? arith::MaximumFOp::create(k, in[0], in[1]).getResult()
                       : arith::MaxSIOp::create(k, in[0], in[1]);
      })
      .Case([&](ir::MinimumOp) -> Value {
        return isFloat ? arith::MinimumFOp::create(k, in[0], in[1]).getResult()
                       : arith::MinSIOp::create(k, in[0], in[1]);
      })
      .Case([&](ir::NegOp) -> Value {
        return isFloat ? arith::NegFOp::create(k, in[0]).getResult()
                       : arith::SubIOp::create(k, k.getConstant(type, 0), in[0]);
      })
      .Case([&](ir::ExpOp) { return math(tile::Function::exp); })
      .Case([&](ir::LogOp) { return math(tile::Function::log); })
      .Case([&](ir::SqrtOp) { return math(tile::Function::sqrt); })
      .Case([&](ir::RsqrtOp) { return math(tile::Function::rsqrt); })
      .Case([&](ir::TanhOp) { return math(tile::Function::tanh); })
      .Case([&](ir::ErfOp) { return math(tile::Function::erf); })
      .Case([&](ir::SigmoidOp) { return math(tile::Function::sigmoid); })
      .Case([&](ir::SinOp) { return math(tile::Function::sin); })
      .Case([&](ir::CosOp) { return math(tile::Function::cos); })
      .Case([&](ir::FloorOp) { return math(tile::Function::floor); })
      .Case([&](ir::ReluOp) -> Value {
        return arith::MaximumFOp::create(k, in[0], k.getConstant(type, 0));
      })
      .Case([&](ir::StopGradientOp) -> Value { return in[0]; })
      .Case([&](ir::ClampOp clamp) -> Value {
        Value low = k.getConstant(type, clamp.getLow().convertToDouble());
        Value high = k.getConstant(type, clamp.getHigh().convertToDouble());
        return arith::MinimumFOp::create(k, arith::MaximumFOp::create(k, in[0], low), high);
      })
      .Case([&](ir::CompareOp compare) -> Value {
        if (isa<FloatType>(ir::getElementOrSelf(in[0].getType())))
          return arith::CmpFOp::create(k, getFloatPredicate(compare.getPredicate()), in[0], in[1]);
        return arith::CmpIOp::create(k, getIntPredicate(compare.getPredicate()), in[0], in[1]);
      })
      .Case([&](ir::SelectOp) -> Value { return arith::SelectOp::create(k, in[0], in[1], in[2]); })
      .Case([&](ir::CastOp) { return emitCast(k, in[0], type); })
      .Default([](Operation *) { return Value(); });
}

KernelBuilder::Values loadDropoutKey(KernelBuilder &k, FunctionLowering &lowering, Value key) {
  TensorView view = lowering.getView(key);
  Value array = k.addInput(view.base);
  KernelBuilder::Values words;
  for (int64_t word = 0; word < 4; ++word)
    words.push_back(k.loadScalar(array, view, k.getIndex(word)));
  return words;
}

Value emitDropped(KernelBuilder &k, Value index, ValueRange key, int64_t id, double rate) {
  // Every dropout of a model has an id of its own.
  Value given = arith::IndexCastUIOp::create(k, k.getI32Type(), k.getGiven(id, UINT32_MAX));
  Value words =
      tile::PhiloxOp::create(k, index.getType(), index, key[0], key[1], key[2], key[3], given);
  // word * 2^-32 < rate as integers: word < ceil(rate * 2^32), and rate * 2^32 is exact.
  int64_t limit = static_cast<int64_t>(std::ceil(std::ldexp(rate, 32)));
  if (limit == 0)
    return k.getConstant(cast<RankedTensorType>(index.getType()).clone(k.getI1Type()), 0);
  Value last =
      k.getConstant(index.getType(), static_cast<int32_t>(static_cast<uint32_t>(limit - 1)));
  return arith::CmpIOp::create(k, arith::CmpIPredicate::ule, words, last);
}

} // namespace weft::compiler
