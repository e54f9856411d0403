// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft-reduce/Substitutes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace weft::reduce {

static Value findOfType(ValueRange values, Type type) {
  auto found = llvm::find_if(values, [&](Value value) { return value.getType() == type; });
  return found == values.end() ? Value() : *found;
}

bool hasFreeSignature(func::FuncOp function) {
  return !function.isExternal() &&
         SymbolTable::symbolKnownUseEmpty(function, function->getParentOp());
}

Value findOperand(Operation *op, Type type) { return findOfType(op->getOperands(), type); }

static Value findInBlock(Operation *op, Type type) {
  if (Value argument = findOfType(op->getBlock()->getArguments(), type))
    return argument;
  for (Operation &earlier : *op->getBlock()) {
    if (&earlier == op)
      break;
    if (Value result = findOfType(earlier.getResults(), type))
      return result;
  }
  return {};
}

Value findEarlier(Operation *op, Type type) {
  while (true) {
    if (Value value = findInBlock(op, type))
      return value;
    op = op->getParentOp();
    if (op->hasTrait<OpTrait::IsIsolatedFromAbove>())
      return {};
  }
}

Value addArgument(Operation *op, Type type) {
  auto function = dyn_cast<func::FuncOp>(op->getParentOp());
  if (!function || !hasFreeSignature(function))
    return {};
  unsigned index = function.getNumArguments();
  if (failed(function.insertArgument(index, type, {}, op->getLoc())))
    return {};
  return function.getArgument(index);
}

Value makeZero(Operation *op, Type type) {
  // A constant is as small as its zero; and a zero would be replaced by itself for ever.
  if (op->hasTrait<OpTrait::ConstantLike>())
    return {};
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (tensor ? !tensor.hasStaticShape() || !tensor.getElementType().isIntOrIndexOrFloat()
             : !type.isIntOrIndexOrFloat())
    return {};
  OpBuilder builder(op);
  Attribute zero = builder.getZeroAttr(type);
  Operation *constant =
      op->getDialect() ? op->getDialect()->materializeConstant(builder, zero, type, op->getLoc())
                       : nullptr;
  if (!constant)
    constant = builder.getContext()->getOrLoadDialect<arith::ArithDialect>()->materializeConstant(
        builder, zero, type, op->getLoc());
  return constant ? constant->getResult(0) : Value();
}

Value findAny(Operation *op, Type type) {
  for (Substitute find : {findOperand, findEarlier, addArgument, makeZero})
    if (Value value = find(op, type))
      return value;
  return {};
}

} // namespace weft::reduce
