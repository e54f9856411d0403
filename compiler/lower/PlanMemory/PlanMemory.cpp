// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dispatch form -> program form. Assumes verified dispatch form: functions of one block holding
// only exec ops and a return. Emits every buffer at offset 0 first; AssignOffsets.cpp then places
// them by what the steps use.
#include "compiler/lower/PlanMemory/PlanMemory.h"

#include "compiler/support/Bytes.h"
#include "compiler/support/Flops.h"
#include "compiler/support/Loops.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_PLANMEMORYPASS
#include "compiler/lower/PlanMemory/Passes.h.inc"

namespace {

RankedTensorType getTensor(Value value) {
  if (auto buffer = dyn_cast<exec::BufferType>(value.getType()))
    return buffer.getTensor();
  return cast<RankedTensorType>(value.getType());
}

/// The value that owns the bytes of this one: the first of a chain of other names.
Value getOwner(Value value) {
  while (auto alias = value.getDefiningOp<exec::AliasOp>())
    value = alias.getInput();
  return value;
}

/// Rewrites one function.
class ProgramBuilder {
public:
  ProgramBuilder(func::FuncOp function, SymbolTable &symbols,
                 DenseMap<Attribute, int64_t> &constants)
      : function(function), symbols(symbols), constants(constants), buffers(function.getContext()),
        steps(function.getContext()) {}

  FailureOr<exec::ProgramOp> build();

private:
  FailureOr<Value> addBuffer(Location loc, exec::BufferKind kind, RankedTensorType type,
                             int64_t offset = 0, ElementsAttr value = {});
  FailureOr<Value> addArena(Location loc, RankedTensorType type) {
    return addBuffer(loc, exec::BufferKind::arena, type);
  }
  void copy(Location loc, Value from, Value to);
  LogicalResult addSignature();
  std::optional<unsigned> findTaken(unsigned result);
  LogicalResult lowerBlock(Block &block, int64_t depth);
  LogicalResult lower(exec::DispatchOp op);
  LogicalResult lower(exec::ConstantOp op);
  LogicalResult lower(exec::LoopOp op, int64_t depth);
  exec::ForOp createFor(exec::LoopOp op);
  /// The part of `whole` that a step sees, a slice or a window of several; in the first step it
  /// begins at slot `first`.
  FailureOr<Value> createWindow(exec::LoopOp loop, Value whole, RankedTensorType slice,
                                int64_t depth, int64_t first = 0);
  Value findTakenPlace(exec::LoopOp loop, Value initial);
  FailureOr<SmallVector<Value>> placeOutside(exec::LoopOp loop, ValueRange values);
  LogicalResult finishBody(exec::LoopOp loop, ArrayRef<Value> current, ArrayRef<Value> windows);

  func::FuncOp function;
  SymbolTable &symbols;
  DenseMap<Attribute, int64_t> &constants; // place of each constant in the constants section
  OpBuilder buffers, steps;                // where the next buffer, the next step goes
  exec::BufferOp last;
  DenseMap<Value, Value> memory;      // tensor value -> its buffer or window
  DenseMap<Value, Value> destination; // owner not yet computed -> where it must be written
  SmallVector<std::pair<Value, Value>> resultCopies; // tensor value -> result buffer
};

FailureOr<exec::ProgramOp> ProgramBuilder::build() {
  OpBuilder outer(function);
  auto program = exec::ProgramOp::create(outer, function.getLoc(), function.getSymName(), 0);
  Block &body = program.getBody().emplaceBlock();
  buffers.setInsertionPointToStart(&body);
  steps.setInsertionPoint(exec::EndOp::create(buffers, function.getLoc()));

  if (failed(addSignature()) || failed(lowerBlock(function.getBody().front(), 0))) {
    program.erase();
    return failure();
  }
  for (auto [value, result] : resultCopies)
    copy(result.getLoc(), memory.lookup(value), result);

  if (Attribute bytes = function->getAttr(ir::recomputedAttrName))
    program->setAttr(ir::recomputedAttrName, bytes);
  auto describe = [&](unsigned count, auto attributesOf) {
    SmallVector<Attribute> dictionaries;
    for (unsigned i = 0; i < count; ++i) {
      DictionaryAttr attributes = attributesOf(i);
      dictionaries.push_back(attributes ? attributes : outer.getDictionaryAttr({}));
    }
    return outer.getArrayAttr(dictionaries);
  };
  program->setAttr(argumentsAttrName, describe(function.getNumArguments(), [&](unsigned i) {
                     return function.getArgAttrDict(i);
                   }));
  program->setAttr(resultsAttrName, describe(function.getNumResults(), [&](unsigned i) {
                     NamedAttrList attributes(function.getResultAttrDict(i));
                     if (std::optional<unsigned> argument = findTaken(i))
                       attributes.set(takesAttrName, outer.getI64IntegerAttr(*argument));
                     return attributes.getDictionary(outer.getContext());
                   }));
  return program;
}

LogicalResult ProgramBuilder::addSignature() {
  for (BlockArgument argument : function.getArguments()) {
    FailureOr<Value> buffer =
        addBuffer(argument.getLoc(), exec::BufferKind::argument, getTensor(argument));
    if (failed(buffer))
      return failure();
    memory[argument] = *buffer;
  }
  Operation *terminator = function.getBody().front().getTerminator();
  for (Value value : terminator->getOperands()) {
    FailureOr<Value> buffer = addBuffer(value.getLoc(), exec::BufferKind::result, getTensor(value));
    if (failed(buffer))
      return failure();
    Value owner = getOwner(value);
    bool written = isa_and_nonnull<exec::DispatchOp, exec::LoopOp>(owner.getDefiningOp());
    if (!written || !destination.try_emplace(owner, *buffer).second)
      resultCopies.push_back({value, *buffer});
  }
  return success();
}

/// The argument that this result renews, if the result may have its bytes: a kernel that works in
/// place makes the one of the other, and what else reads the argument runs before it.
std::optional<unsigned> ProgramBuilder::findTaken(unsigned result) {
  auto describes = [&](unsigned i, StringRef name) {
    Attribute wanted = function.getResultAttr(result, name);
    return wanted && function.getArgAttr(i, name) == wanted;
  };
  auto role = function.getResultAttrOfType<StringAttr>(result, "weft.role");
  if (!role || (role != "param" && role != "optimizer"))
    return {};
  auto numbers = llvm::seq<unsigned>(0, function.getNumArguments());
  auto found = llvm::find_if(
      numbers, [&](unsigned i) { return describes(i, "weft.role") && describes(i, "weft.name"); });
  Block &body = function.getBody().front();
  OperandRange returned = body.getTerminator()->getOperands();
  Value value = returned[result];
  auto maker = value.getDefiningOp<exec::DispatchOp>();
  // A second result of this value would be copied.
  if (found == numbers.end() || !maker || llvm::count(returned, value) != 1)
    return {};
  BlockArgument argument = function.getArgument(*found);
  auto kernel = symbols.lookup<tile::KernelOp>(maker.getKernel());
  unsigned place = cast<OpResult>(value).getResultNumber() + maker.getInputs().size();
  auto reads = llvm::count(maker.getInputs(), argument);
  bool isRead = reads == 1 && argument.getType() == value.getType();
  if (!isRead ||
      !mayWorkInPlace(kernel, llvm::find(maker.getInputs(), argument) - maker.getInputs().begin(),
                      place))
    return {};
  // Other names of the argument are read where they stand, at the latest.
  SmallVector<Value> names = {argument};
  for (unsigned i = 0; i < names.size(); ++i)
    for (Operation *user : names[i].getUsers()) {
      Operation *outer = body.findAncestorOpInBlock(*user);
      if (auto alias = dyn_cast<exec::AliasOp>(user))
        names.push_back(alias.getResult());
      else if (outer == body.getTerminator() || (outer != maker && maker->isBeforeInBlock(outer)) ||
               (outer == maker && names[i] != argument))
        return {};
    }
  return *found;
}

FailureOr<Value> ProgramBuilder::addBuffer(Location loc, exec::BufferKind kind,
                                           RankedTensorType type, int64_t offset,
                                           ElementsAttr value) {
  if (!getBoundBytes(type))
    return emitError(loc) << "expects a tensor to take at most " << largestBytes
                          << " bytes at the bounds of its sizes, got " << ir::formatShape(type)
                          << " of " << type.getElementType() << " (plan_memory.C1)";
  // Behind the last buffer, which is in front of the first step.
  if (last)
    buffers.setInsertionPointAfter(last);
  else
    buffers.setInsertionPointToStart(buffers.getBlock());
  last = exec::BufferOp::create(buffers, loc, exec::BufferType::get(type.getContext(), type), kind,
                                offset, value);
  return last.getResult();
}

void ProgramBuilder::copy(Location loc, Value from, Value to) {
  if (from != to)
    exec::CopyOp::create(steps, loc, from, to);
}

LogicalResult ProgramBuilder::lowerBlock(Block &block, int64_t depth) {
  for (Operation &op : block.without_terminator()) {
    LogicalResult result =
        TypeSwitch<Operation *, LogicalResult>(&op)
            .Case<exec::DispatchOp, exec::ConstantOp>([&](auto op) { return lower(op); })
            .Case([&](exec::LoopOp op) { return lower(op, depth); })
            .Case([&](exec::AliasOp op) {
              memory[op.getResult()] = memory.lookup(op.getInput());
              return success();
            })
            .Case([&](exec::BindSizeOp op) {
              exec::SetSizeOp::create(steps, op.getLoc(), op.getSymbolAttr(), op.getBoundAttr(),
                                      op.getStepAttr(), memory.lookup(op.getValue()));
              return success();
            })
            .Default([](Operation *op) {
              return op->emitOpError("expects to be lowered to the exec dialect before memory is "
                                     "planned (plan_memory.C2)");
            });
    if (failed(result))
      return failure();
  }
  return success();
}

LogicalResult ProgramBuilder::lower(exec::DispatchOp op) {
  auto kernel = symbols.lookup<tile::KernelOp>(op.getKernel());
  if (!kernel)
    return op.emitOpError("expects the kernel to be a tile.kernel, got ")
           << op.getKernelAttr() << " (plan_memory.C3)";
  SmallVector<Value> arrays;
  for (Value input : op.getInputs())
    arrays.push_back(memory.lookup(input));
  for (Value output : op.getOutputs()) {
    Value place = destination.lookup(output);
    if (!place) {
      FailureOr<Value> fresh = addArena(op.getLoc(), getTensor(output));
      if (failed(fresh))
        return failure();
      place = *fresh;
    }
    memory[output] = place;
    arrays.push_back(place);
  }
  auto launch = exec::LaunchOp::create(steps, op.getLoc(), op.getKernelAttr(), arrays,
                                       kernel.getTasksAttr(), op.getSizesAttr());
  if (Attribute flops = op->getAttr(flopsAttrName))
    launch->setAttr(flopsAttrName, flops);
  return success();
}

LogicalResult ProgramBuilder::lower(exec::ConstantOp op) {
  RankedTensorType type = getTensor(op.getResult());
  // Equal constants of all functions share their bytes. The section is as large as the places
  // handed out so far.
  int64_t &size = constants[Attribute()];
  auto [place, fresh] = constants.try_emplace(op.getValue(), size);
  int64_t offset = place->second;
  FailureOr<Value> buffer =
      addBuffer(op.getLoc(), exec::BufferKind::constant, type, offset, op.getValue());
  if (failed(buffer))
    return failure();
  if (fresh)
    constants[Attribute()] = llvm::alignTo(offset + *getBoundBytes(type), bufferAlignment);
  memory[op.getResult()] = *buffer;
  return success();
}

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
  loop.getBody().emplaceBlock();
  OpBuilder inner = OpBuilder::atBlockEnd(&loop.getBody().front());
  exec::EndOp::create(inner, op.getLoc());
  return loop;
}

FailureOr<Value> ProgramBuilder::createWindow(exec::LoopOp loop, Value whole,
                                              RankedTensorType slice, int64_t depth,
                                              int64_t first) {
  if (!slice.hasStaticShape())
    return loop.emitOpError("expects slices of constant size, so that they lie at constant "
                            "distances, got ")
           << ir::formatShape(slice) << " (plan_memory.C5)";
  RankedTensorType slots = getTensor(whole);
  int64_t stride = *getBoundBytes(slice);
  if (slots.getRank() == slice.getRank() && slice.getDimSize(0) > 0)
    stride /= slice.getDimSize(0);
  return exec::WindowOp::create(steps, loop.getLoc(),
                                exec::BufferType::get(slice.getContext(), slice), whole, depth,
                                stride, /*offset=*/first * stride)
      .getResult();
}

/// Where values lie that a loop sees in parts. A record of the program moves with one counter only,
/// so a slice that is sliced again is copied out first.
FailureOr<SmallVector<Value>> ProgramBuilder::placeOutside(exec::LoopOp loop, ValueRange values) {
  SmallVector<Value> places;
  for (Value value : values) {
    Value place = memory.lookup(value);
    if (place.getDefiningOp<exec::WindowOp>()) {
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
  bool isFree = name.hasOneUse() && buffer && buffer.getKind() == exec::BufferKind::arena &&
                getTensor(place) == getTensor(initial);
  return isFree ? place : Value();
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
    FailureOr<Value> window = createWindow(op, place, getTensor(argument), depth,
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
        createWindow(op, place, getTensor(value), depth, isSlot ? getSeenSlots(op, place) : 0);
    if (failed(window))
      return failure();
    windows.push_back(*window);
    Value owner = getOwner(value);
    auto producer = owner.getDefiningOp<exec::DispatchOp>();
    // What a launch writes may not be of the buffer that it reads, though it be another part.
    bool reads = producer && llvm::any_of(producer.getInputs(), [&](Value input) {
                   Value from = memory.lookup(getOwner(input));
                   auto part = from ? from.getDefiningOp<exec::WindowOp>() : exec::WindowOp();
                   return part && part.getBuffer() == place;
                 });
    if (producer && producer->getBlock() == &body && !reads)
      destination.try_emplace(owner, *window);
  }
  if (failed(lowerBlock(body, depth + 1)))
    return failure();
  return finishBody(op, current, windows);
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

struct PlanMemory : impl::PlanMemoryPassBase<PlanMemory> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    DenseMap<Attribute, int64_t> constants;
    auto functions = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions) {
      bool tensors =
          llvm::all_of(function.getFunctionType().getInputs(), llvm::IsaPred<RankedTensorType>);
      if (function.isExternal() || !function.getBody().hasOneBlock() || !tensors) {
        function.emitOpError("expects tensor arguments and a body of one block (plan_memory.C6)");
        return signalPassFailure();
      }
      FailureOr<exec::ProgramOp> program = ProgramBuilder(function, symbols, constants).build();
      if (failed(program) || failed(assignOffsets(*program)))
        return giveUp();
    }
    // Only now: until here the symbol table refers to them.
    for (func::FuncOp function : functions)
      function.erase();
  }

  /// A limit that a model meets leaves valid IR behind: the functions, without what was made of
  /// them.
  void giveUp() {
    for (auto program : llvm::make_early_inc_range(getOperation().getOps<exec::ProgramOp>()))
      program.erase();
    signalPassFailure();
  }
};

} // namespace
} // namespace weft::compiler
