// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dispatch form -> program form. Assumes verified dispatch form: functions of one block holding
// only exec ops and a return. Emits every buffer at offset 0 first; AssignOffsets.cpp then places
// them by what the steps use.
#include "compiler/lower/PlanMemory/ProgramBuilder.h"

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
    // A loop's windows are made for the shape of its own result.
    bool written = isa_and_nonnull<exec::DispatchOp>(owner.getDefiningOp()) ||
                   (isa_and_nonnull<exec::LoopOp>(owner.getDefiningOp()) &&
                    owner.getType() == value.getType());
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

FailureOr<Value> ProgramBuilder::addPlaceOfTurn(Location loc, RankedTensorType type) {
  std::optional<int64_t> bytes = getBoundBytes(type);
  if (!bytes || !type.hasStaticShape())
    return emitError(loc) << "expects values of a parallel loop to have constant sizes, so that "
                             "turns lie at constant distances, got "
                          << ir::formatShape(type) << " (plan_memory.C5)";
  // Workers that write one line of the cache by turns would wait for each other.
  int64_t stride = llvm::alignTo(std::max<int64_t>(*bytes, 1), bufferAlignment);
  int64_t width = *getBoundBytes(RankedTensorType::get({1}, type.getElementType()));
  FailureOr<Value> buffer =
      addBuffer(loc, exec::BufferKind::arena,
                RankedTensorType::get({turns->count, stride / width}, type.getElementType()));
  if (failed(buffer))
    return failure();
  Value place = exec::WindowOp::create(steps, loc, exec::BufferType::get(type.getContext(), type),
                                       *buffer, turns->depth, stride, /*offset=*/0);
  placesOfTurns.insert(place);
  return place;
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

namespace {

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
