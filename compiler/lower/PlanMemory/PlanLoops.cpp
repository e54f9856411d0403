// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Counted loops of dispatch form: what steps see is windows that move with the counter.
#include "compiler/lower/PlanMemory/ProgramBuilder.h"

#include "compiler/support/Bytes.h"
#include "compiler/support/Loops.h"

using namespace mlir;

namespace weft::compiler {

/// The trip count is the size of axis 0 of whatever the loop slices or stacks.
static ir::SizeAttr getTrips(exec::LoopOp op) {
  Value sliced = op.getInputs().empty() ? Value(op.getOutputs().front()) : op.getInputs().front();
  return ir::getDimSize(getTensor(sliced), 0);
}

/// How many slots a step sees of a buffer that has one more for each step.
static int64_t getSeenSlots(exec::LoopOp op, Value buffer) {
  return ir::getDimSize(getTensor(buffer), 0).getOffset() - getTrips(op).getOffset();
}

exec::ForOp ProgramBuilder::createFor(exec::LoopOp op) {
  ir::SizeAttr trips = getTrips(op);
  auto loop = exec::ForOp::create(steps, op.getLoc(), trips.getSymbol(),
                                  steps.getI64IntegerAttr(trips.getOffset()));
  if (op.getReverse())
    loop->setAttr(reverseAttrName, steps.getUnitAttr());
  if (Attribute form = op->getAttr(loopFormAttrName))
    loop->setAttr(loopFormAttrName, form);
  if (op->hasAttr(parallelAttrName) && trips.isConstant() && !turns)
    loop->setAttr(parallelAttrName, steps.getUnitAttr());
  loop.getBody().emplaceBlock();
  OpBuilder inner = OpBuilder::atBlockEnd(&loop.getBody().front());
  exec::EndOp::create(inner, op.getLoc());
  return loop;
}

FailureOr<Value> ProgramBuilder::createWindow(exec::LoopOp loop, Value whole, RankedTensorType type,
                                              RankedTensorType slice, int64_t depth,
                                              int64_t first) {
  if (!slice.hasStaticShape())
    return loop.emitOpError("expects slices of constant size, so that they lie at constant "
                            "distances, got ")
           << ir::formatShape(slice) << " (plan_memory.C5)";
  int64_t stride = *getBoundBytes(slice);
  if (type.getRank() == slice.getRank() && slice.getDimSize(0) > 0)
    stride /= slice.getDimSize(0);
  return exec::WindowOp::create(steps, loop.getLoc(),
                                exec::BufferType::get(slice.getContext(), slice), whole, depth,
                                stride, /*offset=*/first * stride)
      .getResult();
}

/// Where values lie that a loop sees in parts. A record of the program moves with two counters at
/// most, so a slice of a slice that is sliced again is copied out first.
FailureOr<SmallVector<Value>> ProgramBuilder::placeOutside(exec::LoopOp loop, ValueRange values) {
  SmallVector<Value> places;
  for (Value value : values) {
    Value place = memory.lookup(value);
    auto window = place.getDefiningOp<exec::WindowOp>();
    if (window && window.getBuffer().getDefiningOp<exec::WindowOp>()) {
      FailureOr<Value> own = addArena(loop.getLoc(), getTensor(value));
      if (failed(own))
        return failure();
      copy(loop.getLoc(), place, *own);
      place = *own;
    }
    places.push_back(place);
  }
  return places;
}

/// Where what the loop begins with lies, if the loop may write there: a step of this block made it,
/// for the loop alone. Else null.
Value ProgramBuilder::findTakenPlace(exec::LoopOp loop, Value initial) {
  Operation *maker = getOwner(initial).getDefiningOp();
  if (!isa_and_nonnull<exec::DispatchOp, exec::LoopOp>(maker) ||
      maker->getBlock() != loop->getBlock())
    return {};
  Value name = initial;
  for (; name.hasOneUse() && name.getDefiningOp<exec::AliasOp>();)
    name = name.getDefiningOp<exec::AliasOp>().getInput();
  Value place = memory.lookup(initial);
  auto buffer = place.getDefiningOp<exec::BufferOp>();
  bool isOwn =
      placesOfTurns.contains(place) || (buffer && buffer.getKind() == exec::BufferKind::arena);
  bool isFree = name.hasOneUse() && isOwn && getTensor(place) == getTensor(initial);
  return isFree ? place : Value();
}

bool isSamePart(Value a, Value b) {
  auto first = a.getDefiningOp<exec::WindowOp>(), second = b.getDefiningOp<exec::WindowOp>();
  if (!first || !second)
    return a == b;
  return first.getType() == second.getType() && first.getDepth() == second.getDepth() &&
         first.getStride() == second.getStride() && first.getOffset() == second.getOffset() &&
         isSamePart(first.getBuffer(), second.getBuffer());
}

/// What a launch writes may not be of a buffer that it reads, though it be another part; but a
/// kernel that works in place may write what it alone has read, as sums are added to.
bool ProgramBuilder::mayWriteBeside(exec::DispatchOp producer, Value result,
                                    exec::WindowOp window) {
  auto kernel = symbols.lookup<tile::KernelOp>(producer.getKernel());
  unsigned written = producer.getInputs().size() + cast<OpResult>(result).getResultNumber();
  return llvm::all_of(llvm::enumerate(producer.getInputs()), [&](auto entry) {
    Value input = entry.value(), from = memory.lookup(getOwner(input));
    auto part = from ? from.getDefiningOp<exec::WindowOp>() : exec::WindowOp();
    if (!part || part.getBuffer() != window.getBuffer())
      return true;
    return kernel && input.hasOneUse() && isSamePart(part, window) &&
           mayWorkInPlace(kernel, entry.index(), written);
  });
}

LogicalResult ProgramBuilder::lower(exec::LoopOp op, int64_t depth) {
  SmallVector<Value> current, whole, changed, windows;
  auto addPlace = [&](Value result, SmallVector<Value> &places, Value taken = {}) -> LogicalResult {
    Value place = destination.lookup(result);
    FailureOr<Value> chosen =
        place ? FailureOr<Value>(place)
              : (taken ? FailureOr<Value>(taken) : addArena(op.getLoc(), getTensor(result)));
    if (failed(chosen))
      return failure();
    memory[result] = *chosen;
    places.push_back(*chosen);
    return success();
  };
  for (auto [initial, result] : llvm::zip(op.getInitial(), op.getCarried())) {
    if (failed(addPlace(result, current, findTakenPlace(op, initial))))
      return failure();
    copy(op.getLoc(), memory.lookup(initial), current.back());
  }
  for (Value output : op.getOutputs())
    if (failed(addPlace(output, whole)))
      return failure();
  for (auto [buffer, result] : llvm::zip(op.getBuffers(), op.getChanged())) {
    if (failed(addPlace(result, changed, findTakenPlace(op, buffer))))
      return failure();
    copy(op.getLoc(), memory.lookup(buffer), changed.back());
  }
  FailureOr<SmallVector<Value>> seen = placeOutside(op, op.getInputs());
  FailureOr<SmallVector<Value>> seenWindows = placeOutside(op, op.getWindows());
  if (failed(seen) || failed(seenWindows))
    return failure();
  // The places may be those of other shapes of the same bytes.
  auto getType = [](Value value) { return getTensor(value); };
  SmallVector<RankedTensorType> types = llvm::map_to_vector(op.getInputs(), getType);
  for (ValueRange values :
       {ValueRange(op.getWindows()), ValueRange(op.getChanged()), ValueRange(op.getChanged())})
    llvm::append_range(types, llvm::map_range(values, getType));
  llvm::append_range(*seen, *seenWindows);
  llvm::append_range(*seen, changed); // each buffer's window; its slot comes behind them
  size_t windowCount = seen->size();
  llvm::append_range(*seen, changed);

  exec::ForOp loop = createFor(op);
  OpBuilder::InsertionGuard guard(steps);
  steps.setInsertionPoint(loop.getBody().front().getTerminator());

  Block &body = op.getBody().front();
  unsigned carried = op.getInitial().size();
  for (auto [argument, place] : llvm::zip(body.getArguments(), current))
    memory[argument] = place;
  for (auto [i, argument, place] :
       llvm::enumerate(body.getArguments().drop_front(carried), *seen)) {
    FailureOr<Value> window = createWindow(op, place, types[i], getTensor(argument), depth,
                                           i < windowCount ? 0 : getSeenSlots(op, place));
    if (failed(window))
      return failure();
    memory[argument] = *window;
  }
  llvm::append_range(whole, changed);
  OperandRange yielded = body.getTerminator()->getOperands();
  for (auto [i, value, place] : llvm::enumerate(yielded.drop_front(carried), whole)) {
    bool isSlot =
        i >= op.getOutputs().size() && getTensor(value).getRank() < getTensor(place).getRank();
    FailureOr<Value> window =
        createWindow(op, place, getTensor(op->getResult(carried + i)), getTensor(value), depth,
                     isSlot ? getSeenSlots(op, place) : 0);
    if (failed(window))
      return failure();
    windows.push_back(*window);
    Value owner = getOwner(value);
    auto producer = owner.getDefiningOp<exec::DispatchOp>();
    bool mayWrite =
        producer && mayWriteBeside(producer, owner, (*window).getDefiningOp<exec::WindowOp>());
    // A loop makes windows of its own there, of two counters at most, for its own shape.
    auto inner = owner.getDefiningOp<exec::LoopOp>();
    bool isPlain = inner && i < op.getOutputs().size() && place.getDefiningOp<exec::BufferOp>() &&
                   owner.getType() == value.getType();
    if (owner.getParentBlock() == &body && (mayWrite || isPlain))
      destination.try_emplace(owner, *window);
  }
  std::optional<Turns> outside = turns;
  if (loop->hasAttr(parallelAttrName))
    turns = Turns{depth, int64_t(loop.getOffset())};
  LogicalResult lowered = lowerBlock(body, depth + 1);
  if (succeeded(lowered))
    lowered = finishBody(op, current, windows);
  turns = outside;
  return lowered;
}

/// Hands the yielded values on: first the stacked outputs and the parts of buffers, which may read
/// the carried values of this iteration, then the carried values of the next one, all read before
/// any is written.
LogicalResult ProgramBuilder::finishBody(exec::LoopOp loop, ArrayRef<Value> current,
                                         ArrayRef<Value> windows) {
  OperandRange yielded = loop.getBody().front().getTerminator()->getOperands();
  for (auto [value, window] : llvm::zip(yielded.drop_front(current.size()), windows))
    copy(loop.getLoc(), memory.lookup(value), window);
  SmallVector<Value> next;
  for (auto [value, place] : llvm::zip(yielded, current)) {
    Value source = memory.lookup(value);
    if (source != place && llvm::is_contained(current, source)) {
      FailureOr<Value> saved = addArena(loop.getLoc(), getTensor(value));
      if (failed(saved))
        return failure();
      copy(loop.getLoc(), source, *saved);
      source = *saved;
    }
    next.push_back(source);
  }
  for (auto [source, place] : llvm::zip(next, current))
    copy(loop.getLoc(), source, place);
  return success();
}

} // namespace weft::compiler
