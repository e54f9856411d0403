// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of vector-Jacobian products: for every op, how the gradient of its result becomes
// gradients of its operands. VjpRules.cpp is the table; this is what a rule may use.
#ifndef DIALECTS_WEFT_TRANSFORMS_VJPRULES_H
#define DIALECTS_WEFT_TRANSFORMS_VJPRULES_H

#include "dialects/weft/transforms/Term.h"

#include <functional>

namespace weft::ir {

/// One application of a rule.
class Vjp {
public:
  /// `give` takes the gradient that flows into one operand.
  Vjp(mlir::ImplicitLocOpBuilder &builder, mlir::Value resultGradient,
      llvm::function_ref<void(mlir::Value, mlir::Value)> give)
      : g{&builder, resultGradient}, builder(builder), giveGradient(give) {}

  /// The gradient of the op's first result.
  const Term g;

  /// A value of the forward function, to compute with.
  Term operator()(mlir::Value value) const { return {&builder, value}; }

  /// Adds `gradient` to what `operand` has; integers and i1 take none.
  void give(mlir::Value operand, mlir::Value gradient) const { giveGradient(operand, gradient); }

  mlir::ImplicitLocOpBuilder &builder;

private:
  llvm::function_ref<void(mlir::Value, mlir::Value)> giveGradient;
};

/// What is known about an op kind.
struct VjpRule {
  /// The result does not change, to first order, with the operands: no gradient passes.
  bool isConstant = false;
  std::function<void(mlir::Operation *, const Vjp &)> apply;
};

/// The rule of an op, or null: then a gradient that reaches the op is an error.
const VjpRule *findVjpRule(mlir::Operation *op);

} // namespace weft::ir

#endif
