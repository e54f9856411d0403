// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/AttentionRegion.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace weft::compiler {

void AttentionRegion::run(ArrayRef<Value> arguments) {
  for (auto [argument, tile] : llvm::zip(block.getArguments(), arguments))
    tiles[argument] = tile;
  for (Operation &op : block.without_terminator()) {
    KernelBuilder::Values operands;
    for (Value operand : op.getOperands())
      operands.push_back(tiles.lookup(operand));
    tiles[op.getResult(0)] = emitElementwise(k, &op, operands, shape);
  }
}

Value AttentionRegion::getYielded(unsigned index) {
  return tiles.lookup(block.getTerminator()->getOperand(index));
}

bool AttentionRegion::hasConstantMask() const {
  auto constant = block.getTerminator()->getOperand(1).getDefiningOp<ir::ConstantOp>();
  return constant && constant.getSplatValue() == 1.0;
}

void AttentionRegion::addGradient(Value of, Value gradient) {
  if (!isa<FloatType>(of.getType()) || of.getDefiningOp<ir::ConstantOp>())
    return;
  Value &sum = gradients[of];
  sum = sum ? arith::AddFOp::create(k, sum, gradient).getResult() : gradient;
}

void AttentionRegion::reverseOp(Operation *op, Value g) {
  auto in = [&](unsigned i) { return tiles.lookup(op->getOperand(i)); };
  auto give = [&](unsigned i, Value gradient) { addGradient(op->getOperand(i), gradient); };
  Value y = tiles.lookup(op->getResult(0));
  Value zero = k.getConstant(g.getType(), 0);
  auto number = [&](double value) { return k.getConstant(g.getType(), value); };
  auto mul = [&](Value a, Value b) -> Value { return arith::MulFOp::create(k, a, b); };
  auto div = [&](Value a, Value b) -> Value { return arith::DivFOp::create(k, a, b); };
  auto neg = [&](Value a) -> Value { return arith::NegFOp::create(k, a); };
  auto function = [&](tile::Function name, Value a) -> Value {
    return tile::MathOp::create(k, a.getType(), name, a);
  };
  auto where = [&](Value condition, Value a, Value b) -> Value {
    return arith::SelectOp::create(k, condition, a, b);
  };
  auto compare = [&](arith::CmpFPredicate predicate, Value a, Value b) -> Value {
    return arith::CmpFOp::create(k, predicate, a, b);
  };
  auto choose = [&](Value first) {
    give(0, where(first, g, zero));
    give(1, where(first, zero, g));
  };
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](ir::AddOp) { give(0, g), give(1, g); })
      .Case([&](ir::SubOp) { give(0, g), give(1, neg(g)); })
      .Case([&](ir::MulOp) { give(0, mul(g, in(1))), give(1, mul(g, in(0))); })
      .Case([&](ir::DivOp) { give(0, div(g, in(1))), give(1, neg(div(mul(g, y), in(1)))); })
      .Case([&](ir::MaximumOp) { choose(compare(arith::CmpFPredicate::OGE, in(0), in(1))); })
      .Case([&](ir::MinimumOp) { choose(compare(arith::CmpFPredicate::OLE, in(0), in(1))); })
      .Case([&](ir::NegOp) { give(0, neg(g)); })
      .Case([&](ir::ExpOp) { give(0, mul(g, y)); })
      .Case([&](ir::LogOp) { give(0, div(g, in(0))); })
      .Case([&](ir::SqrtOp) { give(0, div(mul(g, number(0.5)), y)); })
      .Case([&](ir::RsqrtOp) { give(0, mul(mul(g, number(-0.5)), mul(y, mul(y, y)))); })
      .Case([&](ir::TanhOp) { give(0, mul(g, arith::SubFOp::create(k, number(1), mul(y, y)))); })
      .Case([&](ir::ErfOp) {
        Value power = function(tile::Function::exp, neg(mul(in(0), in(0))));
        give(0, mul(mul(g, number(M_2_SQRTPI)), power));
      })
      .Case([&](ir::SigmoidOp) { give(0, mul(mul(g, y), arith::SubFOp::create(k, number(1), y))); })
      .Case([&](ir::SinOp) { give(0, mul(g, function(tile::Function::cos, in(0)))); })
      .Case([&](ir::CosOp) { give(0, neg(mul(g, function(tile::Function::sin, in(0))))); })
      .Case([&](ir::ReluOp) {
        give(0, where(compare(arith::CmpFPredicate::OGT, in(0), zero), g, zero));
      })
      .Case([&](ir::ClampOp clamp) {
        Value low = number(clamp.getLow().convertToDouble()),
              high = number(clamp.getHigh().convertToDouble());
        Value inside = arith::AndIOp::create(k, compare(arith::CmpFPredicate::OGE, in(0), low),
                                             compare(arith::CmpFPredicate::OLE, in(0), high));
        give(0, where(inside, g, zero));
      })
      .Case([&](ir::SelectOp) {
        give(1, where(in(0), g, zero));
        give(2, where(in(0), zero, g));
      })
      .Case([&](ir::CastOp) {
        Type from = op->getOperand(0).getType();
        if (from == op->getResult(0).getType())
          give(0, g);
        else if (isa<FloatType>(from))
          give(0, k.convertFloat(g, from));
      });
  // The others (floor, compare, constant, stop_gradient) have gradient 0.
}

KernelBuilder::Values AttentionRegion::reverse(Value scoreGradient, Value weightGradient) {
  gradients.clear();
  addGradient(block.getTerminator()->getOperand(0), scoreGradient);
  addGradient(block.getTerminator()->getOperand(2), weightGradient);
  for (Operation &op : llvm::reverse(block.without_terminator()))
    if (Value gradient = gradients.lookup(op.getResult(0)))
      reverseOp(&op, gradient);
  KernelBuilder::Values result;
  for (BlockArgument argument : block.getArguments())
    result.push_back(gradients.lookup(argument));
  return result;
}

} // namespace weft::compiler
