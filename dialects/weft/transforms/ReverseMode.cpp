// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/weft/transforms/ReverseMode.h"

#include "dialects/weft/transforms/Signature.h"
#include "dialects/weft/transforms/VjpRules.h"

using namespace mlir;

namespace weft::ir {

llvm::DenseSet<Value> findActiveValues(Block &block, ValueRange wanted) {
  llvm::DenseSet<Value> active(wanted.begin(), wanted.end());
  for (Operation &op : block) {
    const VjpRule *rule = findVjpRule(&op);
    if (rule && rule->isConstant)
      continue;
    if (llvm::none_of(op.getOperands(), [&](Value operand) { return active.contains(operand); }))
      continue;
    for (Value result : op.getResults())
      if (isFloatTensor(result.getType()))
        active.insert(result);
  }
  return active;
}

namespace {

/// The gradients found so far; a value's is complete when the walk reaches its definition.
class Gradients {
public:
  Gradients(ImplicitLocOpBuilder &builder, llvm::DenseSet<Value> active)
      : builder(builder), active(std::move(active)) {}

  void add(Value value, Value gradient) {
    if (!active.contains(value))
      return;
    Value &sum = gradients[value];
    sum = sum ? AddOp::create(builder, sum, gradient).getResult() : gradient;
  }

  Value lookup(Value value) const { return gradients.lookup(value); }

private:
  ImplicitLocOpBuilder &builder;
  llvm::DenseSet<Value> active;
  DenseMap<Value, Value> gradients;
};

} // namespace

/// Sends the gradient of one op's result to its operands.
static LogicalResult applyRule(ImplicitLocOpBuilder &builder, Operation &op, Gradients &gradients) {
  if (llvm::none_of(op.getResults(), [&](Value result) { return gradients.lookup(result); }))
    return success();
  const VjpRule *rule = findVjpRule(&op);
  if (!rule)
    return op.emitOpError(
        "expects a gradient to find a rule, got none: the op is not differentiable "
        "(differentiate.C2)");
  for (Value result : op.getResults().drop_front())
    if (gradients.lookup(result))
      return op.emitOpError("expects a gradient only for result 0, got one for result ")
             << cast<OpResult>(result).getResultNumber() << " (differentiate.C5)";
  builder.setLoc(op.getLoc());
  rule->apply(&op, Vjp(builder, gradients.lookup(op.getResult(0)),
                       [&](Value operand, Value gradient) { gradients.add(operand, gradient); }));
  return success();
}

FailureOr<SmallVector<Value>> emitGradients(ImplicitLocOpBuilder &builder, Block &block,
                                            ArrayRef<Seed> seeds, ValueRange wanted) {
  Gradients gradients(builder, findActiveValues(block, wanted));
  for (const Seed &seed : seeds)
    gradients.add(seed.value, seed.gradient);
  // The rules may append to this very block.
  auto forward = llvm::map_to_vector(block.without_terminator(), [](Operation &op) { return &op; });
  for (Operation *op : llvm::reverse(forward))
    if (failed(applyRule(builder, *op, gradients)))
      return failure();

  SmallVector<Value> results;
  for (Value value : wanted) {
    Value gradient = gradients.lookup(value);
    if (!gradient)
      gradient = createSplat(builder, builder.getLoc(), value.getType(), 0.0);
    results.push_back(gradient);
  }
  return results;
}

} // namespace weft::ir
