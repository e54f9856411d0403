// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradient of weft.scan is a scan the other way. It carries the gradients of what the forward
// one carries, reads what that one kept of each step, and sums over time what flows into captures:
// products, as those of weights are, as one contraction behind the loop, the rest within it.
#include "dialects/weft/transforms/ReverseMode.h"
#include "dialects/weft/transforms/Signature.h"

using namespace mlir;

namespace weft::ir {

namespace {

/// One value of each step, stacked along a new axis 0: `whole`, or output number `index` of the
/// forward scan or of the gradient's, neither of which is made yet.
struct Stack {
  enum class Kind { Whole, Kept, Emitted } kind;
  Value whole;
  size_t index = 0;
};

/// An op of one operand that is applied to each term of a sum over time, or to the sum.
struct Move {
  OperationName name;
  DictionaryAttr attributes;
  Type type;
};

/// The sum over time of a product, or of a sum, of what each step has.
struct SumOverTime {
  Value target;
  SmallVector<Stack> factors; // two of a product, one of a sum
  SmallVector<int64_t> lhsBatch, rhsBatch, lhsContract, rhsContract;
  SmallVector<Move> moves; // the last first
};

class ScanGradient {
public:
  ScanGradient(ImplicitLocOpBuilder &builder, ScanOp scan, Gradients &gradients)
      : builder(builder), scan(scan), gradients(gradients), body(scan.getBody().front()),
        trips(getDimSize(cast<RankedTensorType>(scan.getInputs().front().getType()), 0)),
        block(region.emplaceBlock()), inner(scan.getLoc(), builder.getContext()) {
    inner.setInsertionPointToEnd(&block);
  }

  LogicalResult run() {
    findWanted();
    addCotangents();
    auto found = findGradients(inner, body, seeds, wanted);
    if (failed(found))
      return failure();
    endBody(*found);
    eraseDeadOps(block);
    transferValues(scan.getBody(), block, [&](Value value) { return handIn(value); });
    keepValues();
    createLoop();
    return success();
  }

private:
  ValueRange getYielded() { return body.getTerminator()->getOperands(); }
  size_t countCarried() { return scan.getInitial().size(); }

  /// The arguments of the body that a gradient flows into: a carried value, too, that becomes
  /// active in a later step.
  void findWanted() {
    SmallVector<bool> isActive;
    for (Value operand : scan.getOperands())
      isActive.push_back(gradients.isActive(operand));
    for (bool changes = true; changes;) {
      wanted.clear();
      for (BlockArgument argument : body.getArguments())
        if (isActive[argument.getArgNumber()])
          wanted.push_back(argument);
      llvm::DenseSet<Value> active = findActiveValues(body, wanted);
      changes = false;
      for (size_t i = 0; i < countCarried(); ++i)
        if (!isActive[i] && active.contains(getYielded()[i]))
          isActive[i] = changes = true;
    }
  }

  /// What flows into the values that a step yields.
  void addCotangents() {
    for (Value argument : wanted) {
      size_t i = cast<BlockArgument>(argument).getArgNumber();
      if (i >= countCarried())
        break;
      Value last = gradients.lookup(scan.getCarried()[i]);
      initial.push_back(last ? last
                             : createSplat(builder, builder.getLoc(), argument.getType(), 0.0));
      seeds.push_back({getYielded()[i], block.addArgument(argument.getType(), argument.getLoc())});
    }
    for (auto [i, output] : llvm::enumerate(scan.getOutputs()))
      if (Value gradient = gradients.lookup(output))
        seeds.push_back({getYielded()[countCarried() + i],
                         addInput({Stack::Kind::Whole, gradient}, output.getLoc())});
  }

  Type getSliceType(const Stack &stack) {
    if (stack.kind == Stack::Kind::Kept)
      return stack.index < scan.getOutputs().size()
                 ? getYielded()[countCarried() + stack.index].getType()
                 : kept[stack.index - scan.getOutputs().size()].getType();
    auto type = cast<RankedTensorType>(stack.whole.getType());
    return getTensorType(ArrayRef(getDimSizes(type)).drop_front(), type.getElementType());
  }
  Type getStackType(Value slice) {
    auto type = cast<RankedTensorType>(slice.getType());
    SmallVector<SizeAttr> sizes = getDimSizes(type);
    sizes.insert(sizes.begin(), trips);
    return getTensorType(sizes, type.getElementType());
  }

  /// The argument for its slices; inputs stand between what is carried and the captures.
  Value addInput(const Stack &stack, Location loc) {
    Value slice = block.insertArgument(initial.size() + inputs.size(), getSliceType(stack), loc);
    inputs.push_back(stack);
    wholes[slice] = stack;
    return slice;
  }

  /// A value of the forward step: kept, unless the scan gives it anyway.
  Stack keep(Value value) {
    ValueRange outputs = getYielded().drop_front(countCarried());
    size_t index = llvm::find(outputs, value) - outputs.begin();
    if (index == outputs.size()) {
      if (!llvm::is_contained(kept, value))
        kept.push_back(value);
      index += llvm::find(kept, value) - kept.begin();
    }
    return {Stack::Kind::Kept, Value(), index};
  }

  /// A value of the forward step as an argument of the gradient's.
  Value handIn(Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || argument.getArgNumber() < countCarried())
      return addInput(keep(value), value.getLoc());
    Value operand = scan.getOperand(argument.getArgNumber());
    if (argument.getArgNumber() < countCarried() + scan.getInputs().size())
      return addInput({Stack::Kind::Whole, operand}, value.getLoc());
    captures.push_back(operand);
    return block.addArgument(operand.getType(), value.getLoc());
  }

  size_t emit(Value value) {
    if (!llvm::is_contained(emitted, value))
      emitted.push_back(value);
    return llvm::find(emitted, value) - emitted.begin();
  }

  /// False for what is the same in all steps.
  bool changesOverTime(Value value) {
    if (value.getParentBlock() == &block)
      return true;
    if (auto argument = dyn_cast<BlockArgument>(value))
      return argument.getArgNumber() < countCarried() + scan.getInputs().size();
    return !isa<ConstantOp, IotaOp, BroadcastOp>(value.getDefiningOp());
  }

  /// Where the values of all steps lie, or will.
  Stack findStack(Value value) {
    if (auto known = wholes.find(value); known != wholes.end())
      return known->second;
    if (value.getParentBlock() == &block)
      return {Stack::Kind::Emitted, Value(), emit(value)};
    auto argument = dyn_cast<BlockArgument>(value);
    if (argument && argument.getArgNumber() >= countCarried())
      return {Stack::Kind::Whole, scan.getOperand(argument.getArgNumber())};
    return keep(value);
  }

  void addTerms(Value gradient, SmallVectorImpl<Value> &terms) {
    auto add = findOp<AddOp>(gradient);
    if (!add)
      return terms.push_back(gradient);
    addTerms(add.getLhs(), terms);
    addTerms(add.getRhs(), terms);
  }

  template <typename Op> Op findOp(Value value) {
    auto op = value.getDefiningOp<Op>();
    return op && op->getBlock() == &block ? op : Op();
  }

  /// What transposes and reshapes are applied to, which may as well come behind the sum.
  Value passMoves(Value term, SmallVectorImpl<Move> &moves) {
    while (findOp<TransposeOp>(term) || findOp<ReshapeOp>(term)) {
      Operation *op = term.getDefiningOp();
      moves.push_back({op->getName(), op->getAttrDictionary(), term.getType()});
      term = op->getOperand(0);
    }
    return term;
  }

  /// True if the loop need not sum the term.
  bool takeProduct(Value target, Value term) {
    SumOverTime sum{target, {}, {}, {}, {}, {}, {}};
    auto dot = findOp<DotOp>(passMoves(term, sum.moves));
    if (!dot || !changesOverTime(dot.getLhs()) || !changesOverTime(dot.getRhs()))
      return false;
    sum.factors = {findStack(dot.getLhs()), findStack(dot.getRhs())};
    sum.lhsBatch.assign(dot.getLhsBatch().begin(), dot.getLhsBatch().end());
    sum.rhsBatch.assign(dot.getRhsBatch().begin(), dot.getRhsBatch().end());
    sum.lhsContract.assign(dot.getLhsContract().begin(), dot.getLhsContract().end());
    sum.rhsContract.assign(dot.getRhsContract().begin(), dot.getRhsContract().end());
    sums.push_back(std::move(sum));
    return true;
  }

  /// A sum of what is stacked for some product, as the gradient of a bias is.
  bool takeSum(Value target, Value term) {
    SumOverTime sum{target, {}, {}, {}, {}, {}, {}};
    term = passMoves(term, sum.moves);
    if (auto op = findOp<SumOp>(term)) {
      term = op.getInput();
      sum.lhsContract.assign(op.getAxes().begin(), op.getAxes().end());
    }
    if (!llvm::is_contained(emitted, term) && !wholes.contains(term))
      return false;
    sum.factors = {findStack(term)};
    sums.push_back(std::move(sum));
    return true;
  }

  void endBody(ArrayRef<Value> found) {
    SmallVector<Value> next;
    SmallVector<std::pair<Value, Value>> terms;
    for (auto [argument, gradient] : llvm::zip(wanted, found)) {
      size_t i = cast<BlockArgument>(argument).getArgNumber();
      if (i < countCarried()) {
        carriedTargets.push_back(scan.getOperand(i));
        next.push_back(gradient ? gradient
                                : createSplat(inner, inner.getLoc(), argument.getType(), 0.0));
      } else if (gradient && i < countCarried() + scan.getInputs().size()) {
        stackedTargets.push_back({scan.getOperand(i), emit(gradient)});
      } else if (gradient) {
        SmallVector<Value> parts;
        addTerms(gradient, parts);
        for (Value part : parts)
          if (!takeProduct(scan.getOperand(i), part))
            terms.push_back({scan.getOperand(i), part});
      }
    }
    llvm::MapVector<Value, Value> rest;
    for (auto [target, term] : terms)
      if (!takeSum(target, term)) {
        Value &sum = rest[target];
        sum = sum ? AddOp::create(inner, sum, term).getResult() : term;
      }
    for (auto [target, term] : rest) {
      Value sum = block.insertArgument(initial.size(), target.getType(), target.getLoc());
      initial.push_back(createSplat(builder, builder.getLoc(), target.getType(), 0.0));
      carriedTargets.push_back(target);
      next.push_back(AddOp::create(inner, sum, term));
    }
    llvm::append_range(next, emitted);
    YieldOp::create(inner, next);
  }

  /// The scan, giving also what was asked of its steps.
  void keepValues() {
    if (kept.empty())
      return;
    SmallVector<Type> outputs(scan.getOutputs().getTypes());
    for (Value value : kept)
      outputs.push_back(getStackType(value));
    OpBuilder at(scan);
    auto keeping =
        ScanOp::create(at, scan.getLoc(), scan.getCarried().getTypes(), outputs, scan.getInitial(),
                       scan.getInputs(), scan.getCaptures(), scan.getReverse());
    keeping->setDiscardableAttrs(scan->getDiscardableAttrDictionary());
    keeping.getBody().takeBody(scan.getBody());
    body.getTerminator()->insertOperands(body.getTerminator()->getNumOperands(), kept);
    for (auto [i, value] : llvm::enumerate(scan.getCarried()))
      gradients.replace(value, keeping.getCarried()[i]);
    for (auto [i, value] : llvm::enumerate(scan.getOutputs()))
      gradients.replace(value, keeping.getOutputs()[i]);
    scan.erase();
    scan = keeping;
  }

  Value resolve(const Stack &stack) {
    switch (stack.kind) {
    case Stack::Kind::Whole:
      return stack.whole;
    case Stack::Kind::Kept:
      return scan.getOutputs()[stack.index];
    case Stack::Kind::Emitted:
      return loop.getOutputs()[stack.index];
    }
    llvm_unreachable("a kind of stack");
  }

  Value sumOverTime(const SumOverTime &sum) {
    auto shift = [](ArrayRef<int64_t> axes) {
      return llvm::map_to_vector(axes, [](int64_t axis) { return axis + 1; });
    };
    auto withTime = [&](ArrayRef<int64_t> axes) {
      SmallVector<int64_t> all = shift(axes);
      all.insert(all.begin(), 0);
      return all;
    };
    SmallVector<Value> factors = llvm::map_to_vector(
        sum.factors, [&](const Stack &stack) -> Value { return resolve(stack); });
    Value result;
    if (factors.size() == 2)
      result =
          DotOp::create(builder, factors[0], factors[1], shift(sum.lhsBatch), shift(sum.rhsBatch),
                        withTime(sum.lhsContract), withTime(sum.rhsContract));
    else
      result = SumOp::create(builder, factors[0], withTime(sum.lhsContract));
    for (const Move &move : llvm::reverse(sum.moves)) {
      OperationState state(builder.getLoc(), move.name, result, move.type,
                           move.attributes.getValue());
      result = builder.create(state)->getResult(0);
    }
    return result;
  }

  void createLoop() {
    if (inputs.empty()) // the steps are still to be counted
      addInput({Stack::Kind::Whole, scan.getInputs().front()}, scan.getLoc());
    SmallVector<Type> outputs =
        llvm::map_to_vector(emitted, [&](Value value) -> Type { return getStackType(value); });
    SmallVector<Value> wholeInputs =
        llvm::map_to_vector(inputs, [&](const Stack &stack) -> Value { return resolve(stack); });
    loop = ScanOp::create(builder, TypeRange(ValueRange(initial)), outputs, initial, wholeInputs,
                          captures, !scan.getReverse());
    loop.getBody().takeBody(region);
    for (auto [target, gradient] : llvm::zip(carriedTargets, loop.getCarried()))
      gradients.add(target, gradient);
    for (auto [target, index] : stackedTargets)
      gradients.add(target, loop.getOutputs()[index]);
    for (const SumOverTime &sum : sums)
      gradients.add(sum.target, sumOverTime(sum));
  }

  ImplicitLocOpBuilder &builder;
  ScanOp scan, loop;
  Gradients &gradients;
  Block &body;
  SizeAttr trips;

  Region region;
  Block &block; // the gradient of `body`
  ImplicitLocOpBuilder inner;

  SmallVector<Value> wanted, kept, emitted;
  SmallVector<Seed> seeds;
  SmallVector<Value> initial, captures;
  SmallVector<Stack> inputs;
  /// Slices that `block` takes, and what they are slices of.
  DenseMap<Value, Stack> wholes;
  SmallVector<Value> carriedTargets;
  SmallVector<std::pair<Value, size_t>> stackedTargets;
  std::vector<SumOverTime> sums;
};

} // namespace

LogicalResult differentiateScan(ImplicitLocOpBuilder &builder, ScanOp scan, Gradients &gradients) {
  return ScanGradient(builder, scan, gradients).run();
}

} // namespace weft::ir
