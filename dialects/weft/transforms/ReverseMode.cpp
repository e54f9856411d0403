// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/weft/transforms/ReverseMode.h"

#include "dialects/weft/transforms/Signature.h"
#include "dialects/weft/transforms/VjpRules.h"

#include "mlir/IR/IRMapping.h"

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

void Gradients::add(Value value, Value gradient) {
  if (!isActive(value))
    return;
  Value &sum = gradients[value];
  sum = sum ? AddOp::create(builder, sum, gradient).getResult() : gradient;
}

void Gradients::replace(Value value, Value by) {
  value.replaceAllUsesWith(by);
  gradients.erase(value);
  for (auto &[other, gradient] : gradients)
    if (gradient == value)
      gradient = by;
  if (active.erase(value))
    active.insert(by);
}

/// Sends the gradient of one op's result to its operands.
static LogicalResult applyRule(ImplicitLocOpBuilder &builder, Operation &op, Gradients &gradients) {
  if (llvm::none_of(op.getResults(), [&](Value result) { return gradients.lookup(result); }))
    return success();
  builder.setLoc(op.getLoc());
  if (auto scan = dyn_cast<ScanOp>(op))
    return differentiateScan(builder, scan, gradients);
  const VjpRule *rule = findVjpRule(&op);
  if (!rule)
    return op.emitOpError(
        "expects a gradient to find a rule, got none: the op is not differentiable "
        "(differentiate.C2)");
  for (Value result : op.getResults().drop_front())
    if (gradients.lookup(result))
      return op.emitOpError("expects a gradient only for result 0, got one for result ")
             << cast<OpResult>(result).getResultNumber() << " (differentiate.C4)";
  rule->apply(&op, Vjp(builder, gradients.lookup(op.getResult(0)),
                       [&](Value operand, Value gradient) { gradients.add(operand, gradient); }));
  return success();
}

FailureOr<SmallVector<Value>> findGradients(ImplicitLocOpBuilder &builder, Block &block,
                                            ArrayRef<Seed> seeds, ValueRange wanted) {
  Gradients gradients(builder, findActiveValues(block, wanted));
  for (const Seed &seed : seeds)
    gradients.add(seed.value, seed.gradient);
  // The rules may append to this very block.
  auto forward = llvm::map_to_vector(block.without_terminator(), [](Operation &op) { return &op; });
  for (Operation *op : llvm::reverse(forward))
    if (failed(applyRule(builder, *op, gradients)))
      return failure();
  return llvm::map_to_vector(wanted, [&](Value value) { return gradients.lookup(value); });
}

FailureOr<SmallVector<Value>> emitGradients(ImplicitLocOpBuilder &builder, Block &block,
                                            ArrayRef<Seed> seeds, ValueRange wanted) {
  FailureOr<SmallVector<Value>> results = findGradients(builder, block, seeds, wanted);
  if (failed(results))
    return failure();
  for (auto [value, gradient] : llvm::zip(wanted, *results))
    if (!gradient)
      gradient = createSplat(builder, builder.getLoc(), value.getType(), 0.0);
  return results;
}

/// Cheaper to do again than to keep: no arithmetic, no more to read than what would be kept.
static bool isRecomputed(Operation *op) {
  return isa<ConstantOp, IotaOp, BroadcastOp, ReshapeOp, TransposeOp>(op);
}

static Value fetch(OpBuilder &builder, Value value, DenseMap<Value, Value> &fetched,
                   function_ref<Value(Value)> handIn) {
  if (Value known = fetched.lookup(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (!op || !isRecomputed(op))
    return fetched[value] = handIn(value);
  IRMapping mapping;
  for (Value operand : op->getOperands())
    mapping.map(operand, fetch(builder, operand, fetched, handIn));
  return fetched[value] = builder.clone(*op, mapping)->getResult(0);
}

void transferValues(Region &from, Block &block, function_ref<Value(Value)> handIn) {
  auto ops = llvm::map_to_vector(block, [](Operation &op) { return &op; });
  OpBuilder builder(ops.front()); // not of the block, which may have no context yet
  DenseMap<Value, Value> fetched;
  for (Operation *op : ops)
    for (OpOperand &operand : op->getOpOperands())
      if (operand.get().getParentRegion() == &from)
        operand.set(fetch(builder, operand.get(), fetched, handIn));
}

} // namespace weft::ir
