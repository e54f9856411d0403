// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gradient of weft.scan is a scan the other way. It carries the gradients of what the forward
// one carries, reads what that one kept of each step, and sums over time what flows into captures:
// products, as those of weights are, as one contraction behind the loop, the rest within it. What
// flows into windows and memories is summed slot by slot; what flows into sums is a memory.
#include "dialects/weft/transforms/ReverseMode.h"
#include "dialects/weft/transforms/Signature.h"
#include "dialects/weft/transforms/Term.h"
#include "dialects/weft/transforms/TermOverTime.h"

using namespace mlir;

namespace weft::ir {

namespace {

/// What the steps of the gradient see of a tensor of slots: `whole`, or something of the forward
/// scan or of the gradient's, neither of which is made yet, by its index.
struct Stack {
  enum class Kind {
    Whole,
    Kept,    // an output of the forward scan
    Written, // a memory of the forward scan
    Slots,   // what the forward scan saw of its sums
    Emitted, // an output of the gradient's
  } kind;
  Value whole;
  size_t index = 0;
};

/// A part of a capture's gradient.
struct SumOverTime {
  Value target;
  TermOverTime term;
  SmallVector<Stack, 2> factors;
};

class ScanGradient {
public:
  ScanGradient(ImplicitLocOpBuilder &builder, ScanOp scan, Gradients &gradients)
      : builder(builder), scan(scan), gradients(gradients), body(scan.getBody().front()),
        trips(scan.getTrips()), block(region.emplaceBlock()),
        inner(scan.getLoc(), builder.getContext()) {
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
  ValueRange getYielded() { return scan.getYielded(); }

  enum class Kind { Carried, Slice, Window, Memory, Sum, Capture };

  /// What an argument of the body is, and which of them.
  std::pair<Kind, size_t> classify(Value argument) {
    size_t i = cast<BlockArgument>(argument).getArgNumber();
    size_t counts[] = {scan.getInitial().size(), scan.getInputs().size(), scan.getWindows().size(),
                       scan.getMemories().size(), scan.getSums().size()};
    int kind = 0;
    for (; kind < int(Kind::Capture) && i >= counts[kind]; ++kind)
      i -= counts[kind];
    return {Kind(kind), i};
  }
  Value getOperand(Value argument) {
    return scan.getOperand(cast<BlockArgument>(argument).getArgNumber());
  }

  ValueRange getYieldedOutputs() {
    return getYielded().slice(scan.getInitial().size(), scan.getOutputs().size());
  }
  /// What a step yields for the argument of the next ones; null if it does not.
  Value getNext(Value argument) {
    auto [kind, i] = classify(argument);
    size_t slots = scan.getInitial().size() + scan.getOutputs().size();
    if (kind == Kind::Carried)
      return getYielded()[i];
    if (kind == Kind::Memory)
      return getYielded()[slots + i];
    if (kind == Kind::Sum)
      return getYielded()[slots + scan.getMemories().size() + i];
    return {};
  }

  /// The arguments of the body that a gradient flows into: also those that become active in a later
  /// step.
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
      for (BlockArgument argument : body.getArguments())
        if (Value next = getNext(argument);
            next && !isActive[argument.getArgNumber()] && active.contains(next))
          isActive[argument.getArgNumber()] = changes = true;
    }
  }

  Value makeZeros(OpBuilder &at, Type type) { return createSplat(at, builder.getLoc(), type, 0.0); }
  Value getGradientOr0(Value result) {
    Value gradient = gradients.lookup(result);
    return gradient ? gradient : makeZeros(builder, result.getType());
  }

  /// What flows into the values that a step yields.
  void addCotangents() {
    for (auto [output, yielded] : llvm::zip(scan.getOutputs(), getYieldedOutputs()))
      if (Value gradient = gradients.lookup(output))
        seeds.push_back({yielded, addInput({Stack::Kind::Whole, gradient}, output.getLoc())});
    for (Value argument : wanted) {
      auto [kind, i] = classify(argument);
      Value next = getNext(argument);
      Location loc = argument.getLoc();
      if (kind == Kind::Carried) {
        Value gradient = getGradientOr0(scan.getCarried()[i]);
        seeds.push_back({next, addArgument(initial, gradient, gradient.getType(), loc)});
      } else if (kind == Kind::Memory) {
        Value gradient = getGradientOr0(scan.getWritten()[i]);
        seeds.push_back({next, addArgument(sums, gradient, next.getType(), loc)});
      } else if (kind == Kind::Sum && scan.getReverse()) {
        Value gradient = getGradientOr0(scan.getTotals()[i]);
        seeds.push_back({next, addArgument(memories, gradient, next.getType(), loc)});
      } else if (kind == Kind::Sum) {
        if (Value gradient = gradients.lookup(scan.getTotals()[i]))
          seeds.push_back({next, addWindow({Stack::Kind::Whole, gradient}, next.getType(), loc)});
      }
    }
  }

  /// The argument of the gradient's body for another operand of one kind.
  template <typename Operand>
  Value addArgument(SmallVectorImpl<Operand> &operands, Operand operand, Type type, Location loc) {
    operands.push_back(std::move(operand));
    size_t place = 0;
    for (auto [kind, count] : {std::pair<void *, size_t>(&initial, initial.size()),
                               {&inputs, inputs.size()},
                               {&windows, windows.size()},
                               {&memories, memories.size()},
                               {&sums, sums.size()},
                               {&captures, captures.size()}}) {
      place += count;
      if (kind == &operands)
        break;
    }
    return block.insertArgument(place - 1, type, loc);
  }

  RankedTensorType dropAxis0(Value whole) {
    auto type = cast<RankedTensorType>(whole.getType());
    return getTensorType(ArrayRef(getDimSizes(type)).drop_front(), type.getElementType());
  }
  Type getSliceType(const Stack &stack) {
    if (stack.kind == Stack::Kind::Slots)
      return dropAxis0(scan.getSums()[stack.index]);
    if (stack.kind == Stack::Kind::Whole)
      return dropAxis0(stack.whole);
    size_t outputs = scan.getOutputs().size();
    return (stack.index < outputs ? getYieldedOutputs()[stack.index] : kept[stack.index - outputs])
        .getType();
  }
  Type getStackType(Value slice) {
    auto type = cast<RankedTensorType>(slice.getType());
    SmallVector<SizeAttr> sizes = getDimSizes(type);
    sizes.insert(sizes.begin(), trips);
    return getTensorType(sizes, type.getElementType());
  }

  Value addInput(const Stack &stack, Location loc) {
    Value slice = addArgument(inputs, stack, getSliceType(stack), loc);
    wholes[slice] = stack;
    return slice;
  }
  Value addWindow(const Stack &stack, Type type, Location loc) {
    Value window = addArgument(windows, stack, type, loc);
    seenWindows.insert(window);
    return window;
  }

  /// A value of the forward step: kept, unless the scan gives it anyway.
  Stack keep(Value value) {
    ValueRange outputs = getYieldedOutputs();
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
    Location loc = value.getLoc();
    if (!isa<BlockArgument>(value))
      return addInput(keep(value), loc);
    auto [kind, i] = classify(value);
    switch (kind) {
    case Kind::Carried:
      return addInput(keep(value), loc);
    case Kind::Slice:
      return addInput({Stack::Kind::Whole, getOperand(value)}, loc);
    case Kind::Window:
      return addWindow({Stack::Kind::Whole, getOperand(value)}, value.getType(), loc);
    case Kind::Memory: // no slot is written twice: what a step saw is still there
      return addWindow({Stack::Kind::Written, Value(), i}, value.getType(), loc);
    case Kind::Sum:
      return addInput({Stack::Kind::Slots, Value(), i}, loc);
    case Kind::Capture:
      return addArgument(captures, getOperand(value), value.getType(), loc);
    }
    llvm_unreachable("a kind of argument");
  }

  size_t emit(Value value) {
    if (!llvm::is_contained(emitted, value))
      emitted.push_back(value);
    return llvm::find(emitted, value) - emitted.begin();
  }

  /// False for what is the same in all steps, and for windows, which would be stacked slot by slot.
  bool mayStack(Value value) {
    if (value.getParentBlock() == &block)
      return !seenWindows.contains(value);
    if (!isa<BlockArgument>(value))
      return !isa<ConstantOp, IotaOp, BroadcastOp>(value.getDefiningOp());
    Kind kind = classify(value).first;
    return kind != Kind::Window && kind != Kind::Memory && kind != Kind::Capture;
  }

  /// Where the values of all steps lie, or will.
  Stack findStack(Value value) {
    if (auto known = wholes.find(value); known != wholes.end())
      return known->second;
    if (value.getParentBlock() == &block)
      return {Stack::Kind::Emitted, Value(), emit(value)};
    if (isa<BlockArgument>(value)) {
      auto [kind, i] = classify(value);
      if (kind == Kind::Slice)
        return {Stack::Kind::Whole, getOperand(value)};
      if (kind == Kind::Sum)
        return {Stack::Kind::Slots, Value(), i};
    }
    return keep(value);
  }

  void addTerms(Value gradient, SmallVectorImpl<Value> &terms) {
    auto add = findOp<AddOp>(gradient, block);
    if (!add)
      return terms.push_back(gradient);
    addTerms(add.getLhs(), terms);
    addTerms(add.getRhs(), terms);
  }

  /// True if the loop need not sum the term.
  bool takeProduct(Value target, Value term) {
    auto product = TermOverTime::findProduct(term, block);
    if (!product || !llvm::all_of(product->getFactors(), [&](Value v) { return mayStack(v); }))
      return false;
    addSum(target, *product);
    return true;
  }

  /// A sum of what is stacked for some product, as the gradient of a bias is.
  bool takeSum(Value target, Value term) {
    TermOverTime sum = TermOverTime::findSum(term, block);
    Value summed = sum.getFactors().front();
    if (!llvm::is_contained(emitted, summed) && !wholes.contains(summed))
      return false;
    addSum(target, sum);
    return true;
  }

  void addSum(Value target, const TermOverTime &term) {
    SmallVector<Stack, 2> stacks;
    for (Value factor : term.getFactors())
      stacks.push_back(findStack(factor));
    sumsOverTime.push_back({target, term, stacks});
  }

  void endBody(ArrayRef<Value> found) {
    SmallVector<Value> next, slots, added;
    SmallVector<std::pair<Value, Value>> terms;
    for (auto [argument, gradient] : llvm::zip(wanted, found)) {
      auto [kind, i] = classify(argument);
      Value target = getOperand(argument);
      auto orZeros = [&](Value value) {
        return value ? value : makeZeros(inner, argument.getType());
      };
      if (kind == Kind::Carried) {
        carriedTargets.push_back(target);
        next.push_back(orZeros(gradient));
      } else if (kind == Kind::Memory) {
        memoryTargets.push_back(argument);
        added.push_back(orZeros(gradient));
      } else if (kind == Kind::Sum) {
        endSum(argument, gradient, slots);
      } else if (gradient && kind == Kind::Slice) {
        stackedTargets.push_back({target, emit(gradient)});
      } else if (gradient && kind == Kind::Capture) {
        SmallVector<Value> parts;
        addTerms(gradient, parts);
        for (Value part : parts)
          if (!takeProduct(target, part))
            terms.push_back({target, part});
      }
    }
    // Behind those of memories, whose arguments are there already.
    for (auto [argument, gradient] : llvm::zip(wanted, found))
      if (gradient && classify(argument).first == Kind::Window) {
        Value target = getOperand(argument);
        windowTargets.push_back(target);
        addArgument(sums, makeZeros(builder, target.getType()), dropAxis0(target), target.getLoc());
        added.push_back(gradient);
      }
    llvm::MapVector<Value, Value> rest;
    for (auto [target, term] : terms)
      if (!takeSum(target, term)) {
        Value &sum = rest[target];
        sum = sum ? AddOp::create(inner, sum, term).getResult() : term;
      }
    for (auto [target, term] : rest) {
      Value sum = addArgument(initial, makeZeros(builder, target.getType()), target.getType(),
                              target.getLoc());
      carriedTargets.push_back(target);
      next.push_back(AddOp::create(inner, sum, term));
    }
    llvm::append_range(next, emitted);
    llvm::append_range(next, slots);
    llvm::append_range(next, added);
    YieldOp::create(inner, next);
  }

  /// In reverse a slot was seen when all was added to it, so its gradient reaches all that was;
  /// else before anything was, so it is one of what the sums began with.
  void endSum(Value argument, Value gradient, SmallVectorImpl<Value> &slots) {
    size_t i = classify(argument).second;
    Value target = getOperand(argument), last = gradients.lookup(scan.getTotals()[i]);
    if (!scan.getReverse()) {
      if (last)
        gradients.add(target, last);
      if (gradient)
        slotTargets.push_back({target, emit(gradient)});
      return;
    }
    sumTargets.push_back(target);
    if (last) {
      Term own = part({&builder, last}, 0, getSeen(target), trips);
      Value slot = addInput({Stack::Kind::Whole, own}, argument.getLoc());
      gradient = gradient ? AddOp::create(inner, slot, gradient).getResult() : slot;
    }
    slots.push_back(gradient ? gradient : makeZeros(inner, argument.getType()));
  }

  /// How many slots a step sees.
  SizeAttr getSeen(Value whole) {
    SizeAttr slots = getDimSize(cast<RankedTensorType>(whole.getType()), 0);
    return SizeAttr::get(builder.getContext(), slots.getOffset() - trips.getOffset());
  }

  /// The scan, giving also what was asked of its steps.
  void keepValues() {
    if (kept.empty())
      return;
    size_t place = scan.getInitial().size() + scan.getOutputs().size();
    SmallVector<Type> outputs(scan.getOutputs().getTypes());
    for (Value value : kept)
      outputs.push_back(getStackType(value));
    OpBuilder at(scan);
    auto keeping = ScanOp::create(at, scan.getLoc(), outputs, scan.getInitial(), scan.getInputs(),
                                  scan.getWindows(), scan.getMemories(), scan.getSums(),
                                  scan.getCaptures(), scan.getReverse());
    keeping->setDiscardableAttrs(scan->getDiscardableAttrDictionary());
    keeping.getBody().takeBody(scan.getBody());
    body.getTerminator()->insertOperands(place, kept);
    SmallVector<Value> results(keeping.getResults());
    results.erase(results.begin() + place, results.begin() + place + kept.size());
    for (auto [value, by] : llvm::zip_equal(scan.getResults(), results))
      gradients.replace(value, by);
    scan.erase();
    scan = keeping;
  }

  Value resolve(const Stack &stack) {
    switch (stack.kind) {
    case Stack::Kind::Whole:
      return stack.whole;
    case Stack::Kind::Kept:
      return scan.getOutputs()[stack.index];
    case Stack::Kind::Written:
      return scan.getWritten()[stack.index];
    case Stack::Kind::Slots: {
      Value sum = scan.getReverse() ? scan.getTotals()[stack.index] : scan.getSums()[stack.index];
      return part({&builder, sum}, 0, getSeen(sum), trips);
    }
    case Stack::Kind::Emitted:
      return loop.getOutputs()[stack.index];
    }
    llvm_unreachable("a kind of stack");
  }

  SmallVector<Value> resolveAll(ArrayRef<Stack> stacks) {
    return llvm::map_to_vector(stacks, [&](const Stack &stack) { return resolve(stack); });
  }

  /// The slots that a step saw before any was written, and zeros for the others.
  Value keepPast(Value total) {
    auto type = cast<RankedTensorType>(total.getType());
    SmallVector<SizeAttr> sizes = getDimSizes(type);
    sizes.front() = trips;
    Value past = part({&builder, total}, 0, SizeAttr::get(builder.getContext(), 0), getSeen(total));
    Value zeros = makeZeros(builder, getTensorType(sizes, type.getElementType()));
    return ConcatOp::create(builder, ValueRange{past, zeros}, /*axis=*/0);
  }
  /// Zeros for the slots that a step saw before any was written, and the others.
  Value padPast(Value slots, Value like) {
    SmallVector<SizeAttr> sizes = getDimSizes(cast<RankedTensorType>(slots.getType()));
    sizes.front() = getSeen(like);
    Type element = getElementTypeOrSelf(slots.getType());
    Value zeros = makeZeros(builder, getTensorType(sizes, element));
    return ConcatOp::create(builder, ValueRange{zeros, slots}, /*axis=*/0);
  }

  void createLoop() {
    if (inputs.empty()) // the steps are still to be counted
      addInput({Stack::Kind::Whole, scan.getInputs().front()}, scan.getLoc());
    SmallVector<Type> outputs =
        llvm::map_to_vector(emitted, [&](Value value) -> Type { return getStackType(value); });
    loop = ScanOp::create(builder, outputs, initial, resolveAll(inputs), resolveAll(windows),
                          memories, sums, captures, !scan.getReverse());
    loop.getBody().takeBody(region);
    for (auto [target, gradient] : llvm::zip(carriedTargets, loop.getCarried()))
      gradients.add(target, gradient);
    for (auto [target, index] : stackedTargets)
      gradients.add(target, loop.getOutputs()[index]);
    for (auto [target, index] : slotTargets)
      gradients.add(target, padPast(loop.getOutputs()[index], target));
    for (auto [argument, total] : llvm::zip(memoryTargets, loop.getTotals()))
      gradients.add(getOperand(argument), keepPast(total));
    for (auto [target, total] :
         llvm::zip(windowTargets, loop.getTotals().drop_front(memoryTargets.size())))
      gradients.add(target, total);
    for (auto [target, written] : llvm::zip(sumTargets, loop.getWritten()))
      gradients.add(target, written);
    for (const SumOverTime &sum : sumsOverTime)
      gradients.add(sum.target, sum.term.emitSum(builder, resolveAll(sum.factors)));
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
  /// The operands of the gradient's scan.
  SmallVector<Value> initial, memories, sums, captures;
  SmallVector<Stack> inputs, windows;
  /// Slices that `block` takes, and what they are slices of; windows that it takes.
  DenseMap<Value, Stack> wholes;
  llvm::DenseSet<Value> seenWindows;
  /// Where the results of the gradient's scan go.
  SmallVector<Value> carriedTargets, memoryTargets, windowTargets, sumTargets;
  SmallVector<std::pair<Value, size_t>> stackedTargets, slotTargets;
  std::vector<SumOverTime> sumsOverTime;
};

} // namespace

LogicalResult differentiateScan(ImplicitLocOpBuilder &builder, ScanOp scan, Gradients &gradients) {
  return ScanGradient(builder, scan, gradients).run();
}

} // namespace weft::ir
