// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/Layouts.h"
#include "compiler/lower/TileToNVPTX/Ranges.h"
#include "compiler/lower/TileToNVPTX/SameThreads.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"
#include "compiler/lower/TileToNVPTX/Waits.h"
#include "compiler/lower/TileToNVPTX/WarpGroups.h"
#include "dialects/tile/TileDialect.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_TILEINSERTBARRIERSPASS
#include "compiler/lower/TileToNVPTX/Passes.h.inc"

namespace {

/// A memory, a buffer or an array, an operation that reads or writes it, and 1 if it did so in an
/// earlier round of a loop around it, where its indices had other values.
using Access = std::tuple<Value, Operation *, int>;

bool isArray(Value memory) { return isa<BlockArgument>(memory); }

/// What was accessed since the last barrier.
struct Pending {
  llvm::SetVector<Access> read, written;
  /// Copies that may be on their way, and the least number of groups that began behind theirs.
  llvm::MapVector<Operation *, int64_t> copied;
  /// Buffers that were written and lie behind no barrier with a fence.
  llvm::SetVector<Value> unfenced;
  /// The last barrier, if it is the same on every way here.
  Operation *barrier = nullptr;

  void add(const Pending &other) {
    for (auto [copy, newer] : other.copied) {
      auto [known, isNew] = copied.try_emplace(copy, newer);
      known->second = std::min(known->second, newer);
    }
    unfenced.insert_range(other.unfenced);
    barrier = barrier == other.barrier ? barrier : nullptr;
    read.insert_range(other.read);
    written.insert_range(other.written);
  }
  void passBarrier(Operation *passed) {
    read.clear();
    written.clear();
    barrier = passed;
    if (barrier->hasAttr(fenceAttrName))
      passFence();
  }
  /// The last barrier has a fence: for what was written before it.
  void passFence() {
    unfenced.remove_if([&](Value memory) {
      return llvm::none_of(written,
                           [&](const Access &access) { return std::get<0>(access) == memory; });
    });
  }
  /// The block goes on with another task, which shares buffers with this one, but no element.
  void dropArrays() {
    for (llvm::SetVector<Access> *accesses : {&read, &written})
      accesses->remove_if([](const Access &access) { return isArray(std::get<0>(access)); });
  }
  void endRound(Operation *loop) {
    for (llvm::SetVector<Access> *accesses : {&read, &written})
      for (const Access &access : accesses->takeVector()) {
        auto [memory, op, isEarlier] = access;
        accesses->insert({memory, op, isEarlier || loop->isProperAncestor(op)});
      }
  }
};

/// Where a load or a store touches its view, and with which layout.
struct Place {
  Value view;
  ValueRange indices;
  RankedTensorType type;

  static Place get(Operation *op) {
    if (auto load = dyn_cast<tile::LoadOp>(op))
      return {load.getView(), load.getIndices(), cast<RankedTensorType>(load.getType())};
    auto store = cast<tile::StoreOp>(op);
    return {store.getView(), store.getIndices(), cast<RankedTensorType>(store.getTile().getType())};
  }
};

/// True if a value is the same in all rounds of all loops.
bool isFixed(Value value) {
  if (Operation *op = value.getDefiningOp())
    return isa<arith::ConstantOp>(op) || !op->getParentOfType<scf::ForOp>();
  return isa<tile::KernelOp>(cast<BlockArgument>(value).getOwner()->getParentOp());
}

/// True if two rounds with this index stand at the same place or whole tiles apart.
bool movesByWholeTiles(Value index, int64_t extent) {
  if (isFixed(index))
    return true;
  auto argument = dyn_cast<BlockArgument>(index);
  auto loop = argument ? dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp()) : scf::ForOp();
  // A loop in another, which begins elsewhere each time, may stand between its earlier tiles.
  if (!loop || argument != loop.getInductionVar() || !isFixed(loop.getLowerBound()))
    return false;
  std::optional<int64_t> step = getConstantIntValue(loop.getStep());
  return step && *step >= extent;
}

/// True if an element is touched by one thread alone, as it is where it is stored.
bool isOfOwner(Operation *op, const Place &place) {
  auto load = dyn_cast<tile::LoadOp>(op);
  return !load || isLoadedByOwner(load) || !hasCopies(getLayout(place.type));
}

/// True if an element that both touch is touched by one thread: along each axis the tile is one
/// element or both stand at the same index.
bool areOfOneThread(Operation *a, bool isEarlier, Operation *c) {
  Place one = Place::get(a), other = Place::get(c);
  if (!isOfOwner(a, one) || !isOfOwner(c, other))
    return false;
  if (one.view != other.view || one.type.getShape() != other.type.getShape() ||
      one.type.getEncoding() != other.type.getEncoding())
    return false;
  for (auto [axis, index] : llvm::enumerate(one.indices)) {
    int64_t extent = int64_t(axis) < one.type.getRank() ? one.type.getDimSize(axis) : 1;
    bool isOnePlace =
        index == other.indices[axis] && (!isEarlier || movesByWholeTiles(index, extent));
    if (extent > 1 && !isOnePlace)
      return false;
  }
  return true;
}

class BarrierInsertion {
public:
  explicit BarrierInsertion(tile::KernelOp kernel) : kernel(kernel) {}

  void run() {
    Pending pending;
    visit(kernel.getBody().front(), pending);
    if (kernel.getTasks() == 1)
      return;
    pending.dropArrays();
    visit(kernel.getBody().front(), pending);
  }

private:
  void visit(Block &block, Pending &pending) {
    for (Operation &op : llvm::make_early_inc_range(block.without_terminator()))
      visit(&op, pending);
  }

  void visit(Operation *op, Pending &pending) {
    if (isa<tile::BarrierOp>(op))
      return pending.passBarrier(op);
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return visitLoop(loop, pending);
    if (auto branch = dyn_cast<scf::IfOp>(op)) {
      Pending before = pending, other = pending;
      visit(*branch.thenBlock(), pending);
      if (branch.elseBlock())
        visit(*branch.elseBlock(), other);
      return pending.add(other);
    }
    if (auto write = dyn_cast<tile::WriteOp>(op))
      return addWrite(op, getMemory(write.getBuffer()), pending);
    if (auto copy = dyn_cast<tile::CopyOp>(op))
      return addCopy(op, getMemory(copy.getBuffer()), pending);
    if (isa<tile::CommitOp>(op))
      for (auto &[begun, newer] : pending.copied)
        ++newer;
    if (auto wait = dyn_cast<tile::WaitOp>(op))
      return addArrivals(wait, pending);
    if (auto store = dyn_cast<tile::StoreOp>(op))
      return addWrite(op, getArray(store.getView()), pending);
    if (auto read = dyn_cast<tile::ReadOp>(op))
      addRead(op, {getMemory(read.getBuffer())}, pending);
    else if (auto dot = dyn_cast<tile::DotOp>(op))
      addProduct(dot, pending);
    else if (auto load = dyn_cast<tile::LoadOp>(op))
      addRead(op, {getArray(load.getView())}, pending);
  }

  void visitLoop(scf::ForOp loop, Pending &pending) {
    std::optional<int64_t> few = getFewRounds(loop);
    if (few == 0)
      return;
    if (few)
      separate(loop, *few, pending);
    Pending before = pending, left = pending;
    // What a round leaves behind is known first: one barrier then serves this round and the next.
    {
      llvm::SaveAndRestore dry(isDry, true);
      visit(*loop.getBody(), left);
    }
    left.endRound(loop);
    if (few != 1)
      pending.add(left);
    visit(*loop.getBody(), pending);
    for (int64_t round = 1; round < few.value_or(2); ++round) {
      pending.endRound(loop);
      if (!few)
        pending.add(before);
      visit(*loop.getBody(), pending);
    }
    if (!few && !runsOnce(loop))
      pending.add(before);
  }

  /// What is pending in front of a loop of few rounds that need none between them, as those that
  /// begin the copies of a ring, takes one barrier before the loop, not one in each round.
  void separate(scf::ForOp loop, int64_t rounds, Pending &pending) {
    auto needsBarrier = [&](Pending from) {
      llvm::SaveAndRestore dry(isDry, true);
      llvm::SaveAndRestore<int64_t> counted(inserted, 0);
      for (int64_t round = 0; round < rounds; ++round) {
        visit(*loop.getBody(), from);
        from.endRound(loop);
      }
      return inserted > 0;
    };
    Pending onlyCopies;
    onlyCopies.copied = pending.copied;
    if (!needsBarrier(onlyCopies) && needsBarrier(pending))
      insert(loop, pending);
  }

  static Value getArray(Value view) { return view.getDefiningOp<tile::ViewOp>().getArray(); }

  /// Arrays that are only read need no order.
  bool isShared(Value memory) {
    auto array = dyn_cast<BlockArgument>(memory);
    return !array || llvm::is_contained(kernel.getWrites(), int64_t(array.getArgNumber()));
  }

  /// True if one of these accesses touches the memory with other threads than `op`.
  static bool meets(const llvm::SetVector<Access> &accesses, Value memory, Operation *op) {
    return llvm::any_of(accesses, [&](const Access &access) {
      auto [touched, by, isEarlier] = access;
      if (touched != memory)
        return false;
      return isArray(memory) ? !areOfOneThread(by, isEarlier, op) : !areOfSameThreads(by, op);
    });
  }

  void addRead(Operation *op, ArrayRef<Value> memories, Pending &pending) {
    if (llvm::any_of(memories, [&](Value memory) { return meets(pending.written, memory, op); }))
      insert(op, pending);
    for (Value memory : memories)
      if (isShared(memory))
        pending.read.insert({memory, op, 0});
  }

  /// Warp groups read buffers another way than threads and copies write them.
  void addProduct(tile::DotOp dot, Pending &pending) {
    SmallVector<Value, 2> memories = getFactorMemories(dot);
    addRead(dot, memories, pending);
    bool needsFence = isOfGroup(dot) && llvm::any_of(memories, [&](Value memory) {
                        return pending.unfenced.contains(memory);
                      });
    if (!needsFence)
      return;
    if (!pending.barrier)
      insert(dot, pending);
    if (!isDry)
      pending.barrier->setAttr(fenceAttrName, UnitAttr::get(dot.getContext()));
    pending.passFence();
  }

  void addWrite(Operation *op, Value memory, Pending &pending) {
    // No kernel stores an element of an array twice without reading it in between.
    if (meets(pending.read, memory, op) || (!isArray(memory) && meets(pending.written, memory, op)))
      insert(op, pending);
    pending.written.insert({memory, op, 0});
    if (!isArray(memory))
      pending.unfenced.insert(memory);
  }

  /// A copy begins to write at once, but what it writes is read behind a wait only.
  void addCopy(Operation *op, Value memory, Pending &pending) {
    if (meets(pending.read, memory, op) || meets(pending.written, memory, op))
      insert(op, pending);
    pending.copied[op] = -1;
  }

  /// Other threads see what arrived behind the next barrier. A copy that may still be on its way
  /// arrives in this wait, too, and again in the next one.
  static void addArrivals(tile::WaitOp wait, Pending &pending) {
    for (auto [copy, newer] : pending.copied) {
      Value memory = getMemory(cast<tile::CopyOp>(copy).getBuffer());
      pending.written.insert({memory, copy, 0});
      pending.unfenced.insert(memory);
    }
    pending.copied.remove_if(
        [&](const auto &begun) { return begun.second >= int64_t(wait.getOpen()); });
  }

  void insert(Operation *before, Pending &pending) {
    OpBuilder builder(before);
    // Where none is put, its place stands for it.
    Operation *barrier = before;
    if (!isDry)
      barrier = tile::BarrierOp::create(builder, before->getLoc());
    ++inserted;
    pending.passBarrier(barrier);
  }

  tile::KernelOp kernel;
  /// Looks where barriers would stand and puts none.
  bool isDry = false;
  int64_t inserted = 0;
};

struct TileInsertBarriersPass : impl::TileInsertBarriersPassBase<TileInsertBarriersPass> {
  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<tile::KernelOp>()) {
      leaveOutWaits(kernel);
      BarrierInsertion(kernel).run();
    }
  }
};

} // namespace

} // namespace weft::compiler
