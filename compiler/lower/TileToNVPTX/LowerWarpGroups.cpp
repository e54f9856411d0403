// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels of sm_90a whose warps have roles. The first warp groups of a block, the consumers, run
// the kernel; the last one, the producers, runs only the copies, ahead of them. For each stage of
// the rings there are two barriers in shared memory (mbarrier): "full", at which every producer
// arrives when its copies are there, and "empty", at which every consumer's warp arrives when its
// products have read them. Both roles go through the same tasks and rounds, and need tell each
// other nothing else.
//
// wgmma reads its factors from shared memory by descriptors; docs/spec/kernels.md says which bits.
#include "compiler/lower/TileToNVPTX/Lowering.h"

using namespace mlir;

namespace weft::compiler {

static constexpr int64_t barrierBytes = 8, warpThreads = 32;

/// Without an instruction, or with one that NVVM has no operation for.
static LLVM::InlineAsmOp emitAsm(Emitter &b, Type result, ValueRange operands, StringRef text,
                                 StringRef constraints) {
  auto dialect = LLVM::AsmDialectAttr::get(b.getContext(), LLVM::AsmDialect::AD_ATT);
  return LLVM::InlineAsmOp::create(b, result, operands, text, constraints,
                                   /*has_side_effects=*/true, /*is_align_stack=*/false,
                                   LLVM::TailCallKind::None, dialect, ArrayAttr());
}

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
  emitAsm(b, Type(), {address, parity},
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
  NVVM::FenceProxyOp::create(
      b, NVVM::ProxyKind::async_shared,
      NVVM::SharedSpaceAttr::get(b.getContext(), NVVM::SharedSpace::shared_cta));
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

namespace {

/// One factor of a product, as wgmma is told where it is.
struct GroupFactor {
  tile::BufferType type;
  bool kIsDown; ///< k counts the rows of the buffer
  Value first;

  /// Bytes from one step along k to the next.
  int64_t getStep() const {
    return groupDepth * (kIsDown ? tile::BufferType::lineBytes : type.getElementBytes());
  }
};

} // namespace

/// A descriptor: the address in 16 bytes; from bit 16 on how far it is from panel to panel, used
/// where k is down; from bit 32 on from 8 rows to the next 8; in bits 62 and 63 that lines of 128
/// bytes are swizzled.
static Value makeDescriptor(Emitter &b, const GroupFactor &factor, Value address) {
  constexpr int64_t unit = 16, window = 0x3FFFF;
  int64_t panel = factor.kIsDown ? factor.type.getPanelBytes() : unit;
  int64_t eight = tile::BufferType::period * tile::BufferType::lineBytes;
  int64_t fixed = panel / unit << 16 | eight / unit << 32 | int64_t(1) << 62;
  Type word = b.getI32Type();
  Value start = arith::AndIOp::create(b, address, b.makeInt(word, window));
  start = arith::ShRUIOp::create(b, start, b.makeInt(word, 4));
  return arith::OrIOp::create(b, arith::ExtUIOp::create(b, b.getI64Type(), start),
                              b.makeI64(fixed));
}

/// sums += a b: of each warp group 64 rows, 16 along k at a time.
void GpuKernelLowering::lowerGroupDot(tile::DotOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  GroupFactor factors[2] = {
      {cast<tile::BufferType>(op.getA().getType()), op.getTransposeA(), buffers.lookup(op.getA())},
      {cast<tile::BufferType>(op.getB().getType()), !op.getTransposeB(),
       buffers.lookup(op.getB())}};
  // The rows of this thread's group: lines further down, or a panel further across.
  int64_t lines = groupRows * tile::BufferType::lineBytes;
  int64_t apart = factors[0].kIsDown ? factors[0].type.getPanelBytes() : lines;
  Value descriptors[2];
  for (auto [factor, descriptor] : llvm::zip_equal(factors, descriptors)) {
    Value address = LLVM::PtrToIntOp::create(b, b.getI32Type(), factor.first);
    if (&factor == &factors[0] && getConsumers(kernel) > 1) {
      Value group = arith::ShRUIOp::create(b, thread.number, b.makeI64(llvm::Log2_64(gpuThreads)));
      group = arith::TruncIOp::create(b, b.getI32Type(), group);
      address = b.add(address, b.mul(group, b.makeInt(b.getI32Type(), apart)));
    }
    descriptor = makeDescriptor(b, factor, address);
  }
  Registers sums = tiles.lookup(op.getAcc());
  auto together = LLVM::LLVMStructType::getLiteral(b.getContext(),
                                                   SmallVector<Type>(sums.size(), b.getF32Type()));
  Value product = LLVM::PoisonOp::create(b, together);
  for (auto [i, sum] : llvm::enumerate(sums))
    product = LLVM::InsertValueOp::create(b, product, sum, int64_t(i));
  // From here to the wait nothing touches the sums' registers.
  NVVM::WgmmaFenceAlignedOp::create(b);
  MLIRContext *context = b.getContext();
  auto element = NVVM::WGMMATypesAttr::get(context, factors[0].type.getElement().isF16()
                                                        ? NVVM::WGMMATypes::f16
                                                        : NVVM::WGMMATypes::bf16);
  auto layoutOf = [&](NVVM::MMALayout layout) { return NVVM::MMALayoutAttr::get(context, layout); };
  auto plus = NVVM::WGMMAScaleInAttr::get(context, NVVM::WGMMAScaleIn::one);
  for (int64_t k = 0; k < op.getDepth(); k += groupDepth) {
    Value places[2];
    for (auto [factor, descriptor, place] : llvm::zip_equal(factors, descriptors, places))
      place = b.add(descriptor, b.makeI64(k / groupDepth * factor.getStep() / 16));
    product = NVVM::WgmmaMmaAsyncOp::create(
        b, together, product, places[0], places[1],
        NVVM::MMAShapeAttr::get(context, groupRows, type.getDimSize(1), groupDepth), element,
        element, NVVM::WGMMATypesAttr::get(context, NVVM::WGMMATypes::f32),
        NVVM::WGMMAScaleOutAttr::get(context, NVVM::WGMMAScaleOut::one), plus, plus,
        layoutOf(factors[0].kIsDown ? NVVM::MMALayout::col : NVVM::MMALayout::row),
        layoutOf(factors[1].kIsDown ? NVVM::MMALayout::row : NVVM::MMALayout::col),
        NVVM::MMAIntOverflowAttr());
  }
  NVVM::WgmmaGroupSyncAlignedOp::create(b);
  NVVM::WgmmaWaitGroupSyncOp::create(b, 0);
  for (auto [i, sum] : llvm::enumerate(sums))
    sum = LLVM::ExtractValueOp::create(b, product, int64_t(i));
  tiles[op] = keepBehindWait(sums);
}

/// LLVM does not know that products write registers later than where they stand: behind these,
/// which are no instructions, it reads them behind the wait.
GpuKernelLowering::Registers GpuKernelLowering::keepBehindWait(ArrayRef<Value> sums) {
  std::string outputs, tied;
  for (size_t i = 0; i < sums.size(); ++i) {
    outputs += i ? ",=f" : "=f";
    tied += "," + std::to_string(i);
  }
  auto together = LLVM::LLVMStructType::getLiteral(b.getContext(),
                                                   SmallVector<Type>(sums.size(), b.getF32Type()));
  Value same = emitAsm(b, together, sums, "", outputs + tied).getResult(0);
  Registers results;
  for (size_t i = 0; i < sums.size(); ++i)
    results.push_back(LLVM::ExtractValueOp::create(b, same, int64_t(i)));
  return results;
}

} // namespace weft::compiler
