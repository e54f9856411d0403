// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Blocks, loops, conditions and scalars. All threads of a block take the same way: scalars are
// computed alike in each.
#include "compiler/lower/TileToMachine/Math.h"
#include "compiler/lower/TileToMachine/NarrowFloats.h"
#include "compiler/lower/TileToNVPTX/Lowering.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft::compiler {

Type GpuKernelLowering::convertScalar(Type type) {
  return type.isIndex() ? Type(b.getI64Type()) : getValueType(type);
}

void GpuKernelLowering::lowerBlock(Block &block) {
  const ThreadPlaces outside = thread;
  for (Operation &op : block.without_terminator()) {
    b.setLoc(op.getLoc());
    lowerOperation(&op);
    if (isa<scf::ForOp>(op))
      renewThread();
  }
  thread = outside;
}

void GpuKernelLowering::lowerOperation(Operation *op) {
  bool isPure = isMemoryEffectFree(op) || isa<tile::LoadOp, tile::ReadOp>(op);
  if (isPure && op->use_empty())
    return;
  TypeSwitch<Operation *>(op)
      .Case([&](tile::ViewOp view) { lowerView(view); })
      .Case([&](tile::LoadOp load) { lowerLoad(load); })
      .Case([&](tile::StoreOp store) { lowerStore(store); })
      .Case([&](tile::BufferOp buffer) { lowerBuffer(buffer); })
      .Case([&](tile::WriteOp write) { lowerWrite(write); })
      .Case([&](tile::ReadOp read) { lowerRead(read); })
      .Case([&](tile::StageOp stage) { lowerStage(stage); })
      .Case([&](tile::CopyOp copy) { lowerCopy(copy); })
      .Case([&](tile::CommitOp) { NVVM::CpAsyncCommitGroupOp::create(b); })
      .Case([&](tile::WaitOp wait) { NVVM::CpAsyncWaitGroupOp::create(b, wait.getOpen()); })
      // Not BarrierOp: its text with a location is not read back.
      .Case([&](tile::BarrierOp barrier) {
        NVVM::Barrier0Op::create(b);
        if (barrier->hasAttr(fenceAttrName))
          fenceBuffers();
      })
      .Case([&](tile::DotOp dot) {
        if (isOfGroup(dot))
          lowerGroupDot(dot);
        else
          usesTensorCores(dot) ? lowerTensorDot(dot) : lowerDot(dot);
      })
      .Case([&](tile::ProduceOp produce) { lowerConsume(produce); })
      .Case([&](tile::ReleaseOp) { lowerRelease(); })
      .Case([&](tile::ReduceOp reduce) { lowerReduce(reduce); })
      .Case([&](tile::BroadcastOp broadcast) { lowerBroadcast(broadcast); })
      .Case([&](tile::IotaOp iota) { lowerIota(iota); })
      .Case([&](tile::ExtractOp extract) {
        // All threads hold it, in their only register.
        scalars.map(extract.getResult(), tiles.lookup(extract.getTile()).front());
      })
      .Case([&](tile::SizeOp size) { scalars.map(size.getResult(), sizes[size.getNumber()]); })
      .Case([&](scf::ForOp loop) { lowerFor(loop); })
      .Case([&](scf::IfOp branch) { lowerIf(branch); })
      .Default([&](Operation *other) {
        if (auto constant = dyn_cast<arith::ConstantOp>(other); constant && isTile(constant))
          return lowerConstant(constant);
        isElementwise(other) ? lowerElementwise(other) : lowerScalar(other);
      });
}

/// Arithmetic on scalars: the same op, index values as i64.
void GpuKernelLowering::lowerScalar(Operation *op) {
  Value result = op->getResult(0);
  Type type = convertScalar(result.getType());
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    TypedAttr value = constant.getValue();
    if (result.getType().isIndex())
      value = b.getI64IntegerAttr(cast<IntegerAttr>(value).getInt());
    else if (type != value.getType())
      value = getBits(cast<FloatAttr>(value));
    scalars.map(result, arith::ConstantOp::create(b, value));
    return;
  }
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(scalars.lookup(operand));
  if (computesWithNarrow(op)) {
    scalars.map(result, emitWithNarrow(b, op, operands));
  } else if (auto math = dyn_cast<tile::MathOp>(op)) {
    scalars.map(result, emitMath(b, math.getFunction(), operands[0]));
  } else if (isa<arith::IndexCastOp, arith::IndexCastUIOp>(op)) {
    unsigned from = operands[0].getType().getIntOrFloatBitWidth(),
             to = type.getIntOrFloatBitWidth();
    Value cast = operands[0];
    if (from > to)
      cast = arith::TruncIOp::create(b, type, cast);
    else if (from < to && isa<arith::IndexCastOp>(op))
      cast = arith::ExtSIOp::create(b, type, cast);
    else if (from < to)
      cast = arith::ExtUIOp::create(b, type, cast);
    scalars.map(result, cast);
  } else {
    OperationState state(b.getLoc(), op->getName());
    state.addOperands(operands);
    state.addAttributes(op->getAttrs());
    state.addTypes(type);
    scalars.map(result, b.create(state)->getResult(0));
  }
}

GpuKernelLowering::Registers GpuKernelLowering::flatten(ValueRange values) {
  Registers flat;
  for (Value value : values)
    if (isTile(value))
      llvm::append_range(flat, tiles.lookup(value));
    else
      flat.push_back(scalars.lookup(value));
  return flat;
}

SmallVector<Type> GpuKernelLowering::flattenTypes(ValueRange values) {
  SmallVector<Type> types;
  for (Value value : values)
    if (isTile(value))
      types.append(getLayout(value.getType()).getRegisterCount(),
                   getValueType(getElementTypeOrSelf(value.getType())));
    else
      types.push_back(convertScalar(value.getType()));
  return types;
}

void GpuKernelLowering::unflatten(ValueRange values, ValueRange flat) {
  for (Value value : values) {
    if (isTile(value)) {
      size_t count = getLayout(value.getType()).getRegisterCount();
      tiles[value] = Registers(flat.take_front(count));
      flat = flat.drop_front(count);
    } else {
      scalars.map(value, flat.front());
      flat = flat.drop_front();
    }
  }
}

void GpuKernelLowering::lowerFor(scf::ForOp op) {
  auto loop =
      scf::ForOp::create(b, scalars.lookup(op.getLowerBound()), scalars.lookup(op.getUpperBound()),
                         scalars.lookup(op.getStep()), flatten(op.getInitArgs()));
  scalars.map(op.getInductionVar(), loop.getInductionVar());
  unflatten(op.getRegionIterArgs(), loop.getRegionIterArgs());
  {
    OpBuilder::InsertionGuard guard(b);
    Block *body = loop.getBody();
    if (!body->empty())
      body->getTerminator()->erase();
    b.setInsertionPointToEnd(body);
    lowerBlock(*op.getBody());
    scf::YieldOp::create(b, flatten(op.getYieldedValues()));
  }
  unflatten(op.getResults(), loop.getResults());
}

void GpuKernelLowering::lowerIf(scf::IfOp op) {
  auto branch =
      scf::IfOp::create(b, flattenTypes(op.getResults()), scalars.lookup(op.getCondition()),
                        /*addThenBlock=*/true, /*addElseBlock=*/op.elseBlock() != nullptr);
  auto fill = [&](Block *from, Block *to) {
    OpBuilder::InsertionGuard guard(b);
    to->clear();
    b.setInsertionPointToEnd(to);
    lowerBlock(*from);
    scf::YieldOp::create(b, flatten(from->getTerminator()->getOperands()));
  };
  fill(op.thenBlock(), branch.thenBlock());
  if (op.elseBlock())
    fill(op.elseBlock(), branch.elseBlock());
  unflatten(op.getResults(), branch.getResults());
}

} // namespace weft::compiler
