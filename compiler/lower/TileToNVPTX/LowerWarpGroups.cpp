// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels of sm_90a whose warps have roles. The first warp groups of a block, the consumers, run
// the kernel; the last one, the producers, runs only the copies, ahead of them. For each stage of
// the rings there are two barriers in shared memory (mbarrier): "full", at which every producer
// arrives when its copies are there, and "empty", at which every consumer's warp arrives when its
// products have read them. Both roles go through the same tasks and rounds, and need tell each
// other nothing else.
#include "compiler/lower/TileToNVPTX/Lowering.h"

using namespace mlir;

namespace weft::compiler {

static constexpr int64_t barrierBytes = 8, warpThreads = 32;

/// The copies and what tells where they are, of a kernel with roles.
static void collectProduced(Operation *op, llvm::DenseSet<Operation *> &produced) {
  if (!op || isa<tile::KernelOp>(op) || !produced.insert(op).second)
    return;
  auto collect = [&](Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    collectProduced(argument ? argument.getOwner()->getParentOp() : value.getDefiningOp(),
                    produced);
  };
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    for (Value bound : {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()})
      collect(bound);
  } else {
    for (Value operand : op->getOperands())
      collect(operand);
  }
  for (Region &region : op->getRegions())
    if (isa<tile::ProduceOp>(op))
      for (Operation &copy : region.front())
        for (Value operand : copy.getOperands())
          collect(operand);
  collectProduced(op->getParentOp(), produced);
}

void GpuKernelLowering::emitRoles(int64_t consumers) {
  kernel.walk([&](tile::BufferOp buffer) {
    int64_t end = buffer.getOffset() + buffer.getType().getByteSize() * buffer.getStages();
    ring.barriers = std::max<int64_t>(ring.barriers, llvm::alignTo(end, barrierBytes));
    ring.stages = buffer.getStages();
  });
  sharedBytes = ring.barriers + 2 * ring.stages * barrierBytes;
  Value one = LLVM::ConstantOp::create(b, b.getI32Type(), b.getI32IntegerAttr(1));
  for (Value *place : {&ring.stage, &ring.parity})
    *place = LLVM::AllocaOp::create(b, getPointer(0), b.getI32Type(), one);
  initialiseBarriers(consumers);
  auto begin = [&](NVVM::SetMaxRegisterAction action, int64_t registers) {
    NVVM::SetMaxRegisterOp::create(b, int32_t(registers), action);
    renewThread();
    for (Value place : {ring.stage, ring.parity})
      LLVM::StoreOp::create(b, b.makeInt(b.getI32Type(), 0), place);
  };
  GroupRegisters registers = getGroupRegisters(consumers);
  const ThreadPlaces all = thread;
  Value isConsumer = b.isBelow(thread.number, b.makeI64(consumers * gpuThreads));
  b.branch(
      isConsumer, {},
      [&] {
        begin(NVVM::SetMaxRegisterAction::increase, registers.consumer);
        emitTasks([&] { lowerBlock(kernel.getBody().front()); });
        thread = all;
        return Registers();
      },
      [&] {
        begin(NVVM::SetMaxRegisterAction::decrease, registers.producer);
        thread.number = arith::SubIOp::create(b, thread.number, b.makeI64(consumers * gpuThreads));
        emitTasks([&] { produceBlock(kernel.getBody().front()); });
        thread = all;
        return Registers();
      });
}

/// One thread makes them, and all see them behind a barrier.
void GpuKernelLowering::initialiseBarriers(int64_t consumers) {
  Value isFirst = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, thread.number, b.makeI64(0));
  b.branch(
      isFirst, {},
      [&] {
        Value memory = LLVM::AddressOfOp::create(b, getPointer(3), sharedMemoryName);
        for (int64_t i = 0; i < 2 * ring.stages; ++i) {
          int64_t arrivals = i < ring.stages ? gpuThreads : consumers * gpuThreads / warpThreads;
          Value place =
              b.offset(b.getI8Type(), memory, b.makeI64(ring.barriers + i * barrierBytes));
          NVVM::MBarrierInitOp::create(b, place, b.makeInt(b.getI32Type(), arrivals), Value());
        }
        return Registers();
      },
      [] { return Registers(); });
  NVVM::Barrier0Op::create(b);
}

/// The barrier of the stage where this role is.
Value GpuKernelLowering::getBarrier(bool isOfFull) {
  Value memory = LLVM::AddressOfOp::create(b, getPointer(3), sharedMemoryName);
  int64_t first = ring.barriers + (isOfFull ? 0 : ring.stages * barrierBytes);
  Value stage = LLVM::LoadOp::create(b, b.getI32Type(), ring.stage);
  memory = b.offset(b.getI8Type(), memory, b.makeI64(first));
  return b.offset(b.getI64Type(), memory, stage);
}

/// Until the phase of this role's round is over, or the one before it: a barrier without any round
/// counts as one whose round before is.
void GpuKernelLowering::waitForPhase(Value barrier, bool isBefore) {
  Value parity = LLVM::LoadOp::create(b, b.getI32Type(), ring.parity);
  if (isBefore)
    parity = arith::XOrIOp::create(b, parity, b.makeInt(b.getI32Type(), 1));
  Value address = LLVM::PtrToIntOp::create(b, b.getI32Type(), barrier);
  // NVVM's operation does not say that memory is other behind it.
  emitAsm(Type(), {address, parity},
          "{ .reg .pred P1; LAB_WAIT: mbarrier.try_wait.parity.shared.b64 P1, [$0], $1; @P1 bra "
          "DONE; bra LAB_WAIT; DONE: }",
          "r,r,~{memory}");
}

void GpuKernelLowering::advanceStage() {
  Type word = b.getI32Type();
  Value zero = b.makeInt(word, 0), one = b.makeInt(word, 1);
  Value next = b.add(LLVM::LoadOp::create(b, word, ring.stage), one);
  Value isRound =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, next, b.makeInt(word, ring.stages));
  LLVM::StoreOp::create(b, b.select(isRound, zero, next), ring.stage);
  Value parity = LLVM::LoadOp::create(b, word, ring.parity);
  parity = arith::XOrIOp::create(b, parity, b.select(isRound, one, zero));
  LLVM::StoreOp::create(b, parity, ring.parity);
}

void GpuKernelLowering::holdStages(ValueRange rings, ValueRange stages) {
  Value stage = arith::ExtUIOp::create(b, b.getI64Type(),
                                       LLVM::LoadOp::create(b, b.getI32Type(), ring.stage));
  for (auto [from, to] : llvm::zip_equal(rings, stages)) {
    Value place = b.mul(stage, b.makeI64(cast<tile::BufferType>(to.getType()).getByteSize()));
    buffers[to] = b.offset(b.getI8Type(), buffers.lookup(from), place);
  }
}

/// What a producer does of a block: loops without what they carry, and the copies.
void GpuKernelLowering::produceBlock(Block &block) {
  llvm::DenseSet<Operation *> produced;
  kernel.walk([&](tile::ProduceOp op) { collectProduced(op, produced); });
  const ThreadPlaces outside = thread;
  for (Operation &op : block.without_terminator()) {
    if (!produced.contains(&op))
      continue;
    b.setLoc(op.getLoc());
    if (auto produce = dyn_cast<tile::ProduceOp>(op)) {
      lowerProduce(produce);
    } else if (auto from = dyn_cast<scf::ForOp>(op)) {
      auto loop =
          scf::ForOp::create(b, scalars.lookup(from.getLowerBound()),
                             scalars.lookup(from.getUpperBound()), scalars.lookup(from.getStep()));
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPoint(loop.getBody()->getTerminator());
      scalars.map(from.getInductionVar(), loop.getInductionVar());
      produceBlock(*from.getBody());
    } else {
      lowerOperation(&op);
    }
  }
  thread = outside;
}

void GpuKernelLowering::lowerProduce(tile::ProduceOp op) {
  waitForPhase(getBarrier(/*isOfFull=*/false), /*isBefore=*/true);
  holdStages(op.getRings(), op.getBody().getArguments());
  Value arePieces;
  for (auto copy : op.getBody().getOps<tile::CopyOp>())
    arePieces = allOf({arePieces, lowerCopy(copy)});
  Value full = getBarrier(/*isOfFull=*/true);
  // Pieces that are on their way arrive by themselves; what the thread has written, with it.
  b.branch(
      arePieces, {},
      [&] {
        NVVM::CpAsyncMBarrierArriveOp::create(b, full, /*noinc=*/true);
        return Registers();
      },
      [&] {
        // Copies of the factor that can be in pieces belong to no group yet.
        NVVM::CpAsyncCommitGroupOp::create(b);
        NVVM::CpAsyncWaitGroupOp::create(b, 0);
        NVVM::MBarrierArriveOp::create(b, b.getI64Type(), full, Value());
        return Registers();
      });
  advanceStage();
}

void GpuKernelLowering::lowerConsume(tile::ProduceOp op) {
  waitForPhase(getBarrier(/*isOfFull=*/true), /*isBefore=*/false);
  // Products see shared memory another way than the threads and cp.async that wrote it.
  fenceBuffers();
  holdStages(op.getRings(), op.getStages());
}

void GpuKernelLowering::lowerRelease() {
  Value lane = arith::AndIOp::create(b, thread.number, b.makeI64(warpThreads - 1));
  Value isFirst = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, lane, b.makeI64(0));
  Value empty = getBarrier(/*isOfFull=*/false);
  b.branch(
      isFirst, {},
      [&] {
        NVVM::MBarrierArriveOp::create(b, b.getI64Type(), empty, Value());
        return Registers();
      },
      [] { return Registers(); });
  advanceStage();
}

void GpuKernelLowering::fenceBuffers() {
  NVVM::FenceProxyOp::create(
      b, NVVM::ProxyKind::async_shared,
      NVVM::SharedSpaceAttr::get(b.getContext(), NVVM::SharedSpace::shared_cta));
}

} // namespace weft::compiler
