// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/weft/transforms/ReverseMode.h"

#include "dialects/weft/transforms/Signature.h"
#include "dialects/weft/transforms/VjpRules.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace weft::ir {

/// Adds the op's results where they change with what is active.
static void addActive(Operation &op, llvm::DenseSet<Value> &active) {
  const VjpRule *rule = findVjpRule(&op);
  if (rule && rule->isConstant)
    return;
  if (llvm::none_of(op.getOperands(), [&](Value operand) { return active.contains(operand); }))
    return;
  for (Value result : op.getResults())
    if (isFloatTensor(result.getType()))
      active.insert(result);
}

llvm::DenseSet<Value> findActiveValues(Block &block, ValueRange wanted) {
  llvm::DenseSet<Value> active(wanted.begin(), wanted.end());
  for (Operation &op : block)
    addActive(op, active);
  return active;
}

void Gradients::activate(Operation &op) { addActive(op, active); }

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

void Gradients::move(Value from, Value to) {
  if (from == to || !isActive(from))
    return;
  active.insert(to);
  if (Value gradient = gradients.lookup(from)) {
    gradients.erase(from);
    add(to, gradient);
  }
}

/// A weight is there all the time; what is made of weights alone is made once.
static bool isParam(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  auto function = argument ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp()) : nullptr;
  auto role = function ? function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "weft.role")
                       : nullptr;
  return role && role == "param";
}

static LogicalResult applyRule(ImplicitLocOpBuilder &builder, Operation &op, Gradients &gradients,
                               Copies *copies);

/// Copies the region to the way back, and differentiates the copy. A value's gradients are added in
/// the order that they have without the region: so the sum has the same bits.
static LogicalResult differentiateRecompute(ImplicitLocOpBuilder &builder, RecomputeOp op,
                                            Gradients &gradients, Copies *copies) {
  IRMapping mapping;
  SmallVector<std::pair<Value, Value>> moved;
  for (auto [input, argument] : llvm::zip_equal(op.getInputs(), op.getBody().getArguments())) {
    Value again = input;
    // In another function or region nothing can be merged with what the forward pass does.
    if (builder.getBlock() == op->getBlock() && !isParam(input))
      again = OptimizationBarrierOp::create(builder, input);
    mapping.map(argument, again);
    moved.push_back({input, again});
    gradients.move(input, again);
  }
  SmallVector<Operation *> forward;
  for (Operation &inner : op.getBody().front().without_terminator()) {
    forward.push_back(builder.clone(inner, mapping));
    gradients.activate(*forward.back());
    // A scan gives way to another one when it is differentiated.
    if (copies && !isa<ScanOp>(inner))
      copies->insert(forward.back());
  }
  Operation *terminator = op.getBody().front().getTerminator();
  for (auto [result, yielded] : llvm::zip_equal(op.getResults(), terminator->getOperands()))
    if (Value gradient = gradients.lookup(result))
      gradients.add(mapping.lookup(yielded), gradient);
  for (Operation *inner : llvm::reverse(forward))
    if (failed(applyRule(builder, *inner, gradients, copies)))
      return failure();
  for (auto [input, again] : moved)
    gradients.move(again, input);
  return success();
}

/// Sends the gradient of one op's result to its operands.
static LogicalResult applyRule(ImplicitLocOpBuilder &builder, Operation &op, Gradients &gradients,
                               Copies *copies) {
  if (llvm::none_of(op.getResults(), [&](Value result) { return gradients.lookup(result); }))
    return success();
  builder.setLoc(op.getLoc());
  if (auto scan = dyn_cast<ScanOp>(op))
    return differentiateScan(builder, scan, gradients);
  if (auto recompute = dyn_cast<RecomputeOp>(op))
    return differentiateRecompute(builder, recompute, gradients, copies);
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
                                            ArrayRef<Seed> seeds, ValueRange wanted,
                                            Copies *copies) {
  Gradients gradients(builder, findActiveValues(block, wanted));
  for (const Seed &seed : seeds)
    gradients.add(seed.value, seed.gradient);
  // The rules may append to this very block.
  auto forward = llvm::map_to_vector(block.without_terminator(), [](Operation &op) { return &op; });
  for (Operation *op : llvm::reverse(forward))
    if (failed(applyRule(builder, *op, gradients, copies)))
      return failure();
  return llvm::map_to_vector(wanted, [&](Value value) { return gradients.lookup(value); });
}

FailureOr<SmallVector<Value>> emitGradients(ImplicitLocOpBuilder &builder, Block &block,
                                            ArrayRef<Seed> seeds, ValueRange wanted,
                                            Copies *copies) {
  FailureOr<SmallVector<Value>> results = findGradients(builder, block, seeds, wanted, copies);
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

int64_t countRecomputedBytes(Block &block, const Copies &copies) {
  llvm::DenseSet<Value> read;
  for (Operation &op : block) {
    if (copies.contains(&op))
      continue;
    for (Value operand : op.getOperands()) {
      Value value = operand;
      while (Operation *maker = value.getDefiningOp()) {
        if (!isRecomputed(maker) || maker->getNumOperands() == 0)
          break;
        value = maker->getOperand(0);
      }
      Operation *maker = value.getDefiningOp();
      if (maker && copies.contains(maker) && !isRecomputed(maker))
        read.insert(value);
    }
  }
  int64_t bytes = 0;
  for (Value value : read) {
    auto type = cast<RankedTensorType>(value.getType());
    int64_t size = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
    for (SizeAttr dim : getDimSizes(type))
      size *= dim.getMaximum();
    bytes += size;
  }
  return bytes;
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
