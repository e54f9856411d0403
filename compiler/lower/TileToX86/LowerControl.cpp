// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Blocks, loops, conditions and scalars.
#include "compiler/lower/TileToMachine/Math.h"
#include "compiler/lower/TileToMachine/NarrowFloats.h"
#include "compiler/lower/TileToX86/Lowering.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft::compiler {

Type KernelLowering::convertScalar(Type type) {
  return type.isIndex() ? Type(b.getI64Type()) : getValueType(type);
}

void KernelLowering::lowerBlock(Block &block) {
  for (Operation &op : block.without_terminator()) {
    b.setLoc(op.getLoc());
    lowerOperation(&op);
    releaseDead(&op);
  }
}

void KernelLowering::lowerOperation(Operation *op) {
  // What nobody reads is not computed.
  bool isPure = isMemoryEffectFree(op) || isa<tile::LoadOp>(op);
  if (isPure && op->use_empty())
    return;
  TypeSwitch<Operation *>(op)
      .Case<tile::ViewOp>([&](auto view) { lowerView(view); })
      .Case<tile::LoadOp>([&](auto load) { lowerLoad(load); })
      .Case<tile::StoreOp>([&](auto store) { lowerStore(store); })
      .Case<tile::DotOp>([&](auto dot) { lowerDot(dot); })
      .Case<tile::TransposeOp>([&](auto exchange) { lowerTranspose(exchange); })
      .Case<tile::ShearOp>([&](auto shear) { lowerShear(shear); })
      .Case<tile::UnshearOp>([&](auto unshear) { lowerUnshear(unshear); })
      .Case<tile::ReduceOp>([&](auto reduce) { lowerReduce(reduce); })
      .Case<tile::ExtractOp>([&](auto extract) { lowerExtract(extract); })
      .Case<tile::SizeOp>([&](auto size) { lowerSize(size); })
      .Case<scf::ForOp>([&](auto loop) { lowerFor(loop); })
      .Case<scf::IfOp>([&](auto branch) { lowerIf(branch); })
      .Default([&](Operation *other) {
        // Readers compute virtual and deferred tiles.
        if (isVirtual(other) || (isElementwise(other) && getRoot(other)))
          return;
        if (!isElementwise(other))
          return lowerScalar(other);
        TileMemory memory = getDestination(other->getResult(0));
        evaluate(other->getResult(0), memory);
        bind(other->getResult(0), memory);
      });
}

/// Arithmetic on scalars: the same op, index values as i64.
void KernelLowering::lowerScalar(Operation *op) {
  Value result = op->getResult(0);
  Type type = convertScalar(result.getType());
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    TypedAttr value = constant.getValue();
    if (result.getType().isIndex())
      value = b.getI64IntegerAttr(cast<IntegerAttr>(value).getInt());
    if (type != getElementTypeOrSelf(value.getType()))
      value = getBits(cast<FloatAttr>(value));
    scalars.map(result, arith::ConstantOp::create(b, value));
    return;
  }
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(scalars.lookup(operand));
  if (computesWithNarrow(op)) {
    scalars.map(result, emitWithNarrow(b, op, operands));
    return;
  }
  Value first = operands[0];
  if (auto math = dyn_cast<tile::MathOp>(op)) {
    scalars.map(result, emitMath(b, math.getFunction(), first));
    return;
  }
  if (isa<arith::IndexCastOp, arith::IndexCastUIOp>(op)) {
    unsigned from = first.getType().getIntOrFloatBitWidth(), to = type.getIntOrFloatBitWidth();
    if (from > to)
      first = arith::TruncIOp::create(b, type, first);
    else if (from < to && isa<arith::IndexCastOp>(op))
      first = arith::ExtSIOp::create(b, type, first);
    else if (from < to)
      first = arith::ExtUIOp::create(b, type, first);
    scalars.map(result, first);
    return;
  }
  OperationState state(b.getLoc(), op->getName());
  state.addOperands(operands);
  state.addAttributes(op->getAttrs());
  for (Type resultType : op->getResultTypes())
    state.addTypes(convertScalar(resultType));
  Operation *lowered = b.create(state);
  for (auto [from, to] : llvm::zip(op->getResults(), lowered->getResults()))
    scalars.map(from, to);
}

void KernelLowering::lowerSize(tile::SizeOp op) {
  Value pointer = b.offset(b.getI64Type(), sizesTable, b.makeI64(op.getNumber()));
  scalars.map(op.getResult(), b.loadScalar(b.getI64Type(), pointer));
}

/// Copies the yielded tiles to where their readers expect them, all at once.
void KernelLowering::yieldTiles(scf::YieldOp yield, ArrayRef<TileMemory> destinations) {
  SmallVector<std::pair<Value, TileMemory>> moves;
  SmallVector<TileMemory> temporaries;
  llvm::DenseMap<Value, TileMemory> saved;
  unsigned position = 0;
  for (Value value : yield.getOperands()) {
    if (!isTile(value))
      continue;
    TileMemory destination = destinations[position++];
    auto known = tiles.find(value);
    if (known != tiles.end() && known->second.base == destination.base)
      continue;
    moves.push_back({value, destination});
    // A tile that another move overwrites is saved first.
    auto source = tiles.find(getAliased(value));
    auto overwrites = [&](const TileMemory &other) { return other.base == source->second.base; };
    if (known == tiles.end() || llvm::none_of(destinations, overwrites) || saved.count(value))
      continue;
    TileMemory copy = allocate(value.getType());
    evaluate(value, copy);
    temporaries.push_back(copy);
    saved[value] = copy;
  }
  // Tiles without memory may read what a move overwrites.
  std::stable_partition(moves.begin(), moves.end(),
                        [&](const auto &move) { return !tiles.count(move.first); });
  for (auto [value, destination] : moves) {
    auto copy = saved.find(value);
    if (copy != saved.end())
      std::swap(tiles[value], copy->second);
    evaluate(value, destination);
    if (copy != saved.end())
      std::swap(tiles[value], copy->second);
  }
  for (TileMemory memory : temporaries)
    release(memory);
}

void KernelLowering::lowerFor(scf::ForOp op) {
  SmallVector<Value> initial;
  SmallVector<TileMemory> memories;
  for (Value value : op.getInitArgs()) {
    if (!isTile(value)) {
      initial.push_back(scalars.lookup(value));
      continue;
    }
    TileMemory memory = allocate(value.getType());
    evaluate(value, memory);
    memories.push_back(memory);
  }
  auto loop =
      scf::ForOp::create(b, scalars.lookup(op.getLowerBound()), scalars.lookup(op.getUpperBound()),
                         scalars.lookup(op.getStep()), initial);
  auto yield = cast<scf::YieldOp>(op.getBody()->getTerminator());
  SmallVector<CarriedTile> own(memories.size());
  unsigned scalar = 0, position = 0;
  scalars.map(op.getInductionVar(), loop.getInductionVar());
  for (auto [argument, result, next] :
       llvm::zip(op.getRegionIterArgs(), op.getResults(), yield.getOperands())) {
    if (!isTile(argument)) {
      scalars.map(argument, loop.getRegionIterArg(scalar));
      scalars.map(result, loop.getResult(scalar++));
      continue;
    }
    CarriedTile &slot = own[position];
    slot = {memories[position++], argument, op.getBody()};
    bind(argument, slot.memory);
    bind(result, slot.memory);
    carried.try_emplace(next, &slot);
  }
  {
    OpBuilder::InsertionGuard guard(b);
    Block *body = loop.getBody();
    body->clear();
    b.setInsertionPointToEnd(body);
    for (CarriedTile &slot : own)
      slots.push_back(&slot);
    lowerBlock(*op.getBody());
    yieldTiles(yield, memories);
    slots.truncate(slots.size() - own.size());
    emitYield(yield);
  }
  for (Value next : yield.getOperands())
    carried.erase(next);
  for (Value result : op.getResults())
    if (isTile(result))
      this->own(result, tiles[result], op->getBlock());
}

void KernelLowering::emitYield(scf::YieldOp yield) {
  SmallVector<Value> values;
  for (Value value : yield.getOperands())
    if (!isTile(value))
      values.push_back(scalars.lookup(value));
  scf::YieldOp::create(b, values);
  releaseDead(yield);
}

void KernelLowering::lowerIf(scf::IfOp op) {
  SmallVector<TileMemory> memories;
  SmallVector<Type> types;
  for (Value result : op.getResults()) {
    if (!isTile(result)) {
      types.push_back(convertScalar(result.getType()));
      continue;
    }
    memories.push_back(allocate(result.getType()));
    bind(result, memories.back());
    own(result, memories.back(), op->getBlock());
  }
  bool hasElse = op.elseBlock();
  auto lowered = scf::IfOp::create(b, types, scalars.lookup(op.getCondition()), true, hasElse);
  for (auto [from, to] : {std::pair(op.thenBlock(), lowered.thenBlock()),
                          std::pair(op.elseBlock(), lowered.elseBlock())}) {
    if (!from)
      continue;
    OpBuilder::InsertionGuard guard(b);
    to->clear();
    b.setInsertionPointToEnd(to);
    auto yield = cast<scf::YieldOp>(from->getTerminator());
    SmallVector<CarriedTile> targets;
    for (TileMemory memory : memories)
      targets.push_back({memory, Value(), from});
    unsigned position = 0;
    for (Value value : yield.getOperands())
      if (isTile(value))
        carried.try_emplace(value, &targets[position++]);
    lowerBlock(*from);
    yieldTiles(yield, memories);
    emitYield(yield);
    for (Value value : yield.getOperands())
      carried.erase(value);
  }
  unsigned scalar = 0;
  for (Value result : op.getResults())
    if (!isTile(result))
      scalars.map(result, lowered.getResult(scalar++));
}

} // namespace weft::compiler
