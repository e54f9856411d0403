// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/Waits.h"

#include "compiler/lower/TileToNVPTX/Ranges.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace weft::compiler {

Value getMemory(Value buffer) {
  auto stage = buffer.getDefiningOp<tile::StageOp>();
  return stage ? stage.getRing() : buffer;
}

SmallVector<Value, 2> getFactorMemories(tile::DotOp dot) {
  SmallVector<Value, 2> memories;
  for (Value factor : {dot.getA(), dot.getB()})
    if (isa<tile::BufferType>(factor.getType()))
      memories.push_back(getMemory(factor));
  return memories;
}

std::optional<int64_t> getFewRounds(scf::ForOp loop) {
  constexpr int64_t few = 4;
  std::optional<int64_t> first = getConstantIntValue(loop.getLowerBound()),
                         end = getConstantIntValue(loop.getUpperBound()),
                         step = getConstantIntValue(loop.getStep());
  if (!first || !end || !step || *step <= 0)
    return std::nullopt;
  int64_t rounds = *end > *first ? llvm::divideCeil(*end - *first, *step) : 0;
  return rounds <= few ? std::optional(rounds) : std::nullopt;
}

namespace {

/// What becomes of groups of copies on the way from one operation to another.
enum class Fate { Open, Landed, Touched };

/// Follows the copies of some groups through the code.
class CopyWalk {
public:
  /// `newer`: the least number of groups that began behind them. `ignored` is not there.
  CopyWalk(const llvm::SetVector<Value> &memories, Operation *ignored, int64_t newer)
      : memories(memories), ignored(ignored), newer(newer) {}

  /// From `first` to before `end`, or to the end of the block.
  Fate follow(Operation *first, Operation *end) {
    for (Operation *op = first; op && op != end; op = op->getNextNode())
      if (Fate fate = followOne(op); fate != Fate::Open)
        return fate;
    return Fate::Open;
  }

private:
  Fate followOne(Operation *op) {
    if (op == ignored)
      return Fate::Open;
    if (auto wait = dyn_cast<tile::WaitOp>(op))
      return newer >= int64_t(wait.getOpen()) ? Fate::Landed : Fate::Open;
    if (isa<tile::CommitOp>(op))
      ++newer;
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return followLoop(loop);
    if (auto branch = dyn_cast<scf::IfOp>(op))
      return followBranch(branch);
    return touches(op) ? Fate::Touched : Fate::Open;
  }

  Fate followLoop(scf::ForOp loop) {
    std::optional<int64_t> few = getFewRounds(loop);
    bool isSure = few ? *few > 0 : runsOnce(loop);
    CopyWalk inside(memories, ignored, newer);
    for (int64_t round = 0; round < few.value_or(1); ++round) {
      Fate fate = inside.follow(&loop.getBody()->front(), nullptr);
      if (fate == Fate::Touched || (fate == Fate::Landed && isSure))
        return fate;
      if (fate == Fate::Landed)
        return Fate::Open; // where the loop does not run
    }
    if (isSure)
      newer = inside.newer;
    return Fate::Open;
  }

  Fate followBranch(scf::IfOp branch) {
    auto followBlock = [&](Block *block) {
      return block ? CopyWalk(memories, ignored, newer).follow(&block->front(), nullptr)
                   : Fate::Open;
    };
    Fate one = followBlock(branch.thenBlock()), other = followBlock(branch.elseBlock());
    if (one == Fate::Touched || other == Fate::Touched)
      return Fate::Touched;
    return one == other ? one : Fate::Open;
  }

  bool touches(Operation *op) {
    SmallVector<Value> buffers;
    if (auto read = dyn_cast<tile::ReadOp>(op))
      buffers = {read.getBuffer()};
    else if (auto write = dyn_cast<tile::WriteOp>(op))
      buffers = {write.getBuffer()};
    else if (auto copy = dyn_cast<tile::CopyOp>(op))
      buffers = {copy.getBuffer()};
    else if (auto dot = dyn_cast<tile::DotOp>(op))
      llvm::append_range(buffers, getFactorMemories(dot));
    return llvm::any_of(buffers,
                        [&](Value buffer) { return memories.contains(getMemory(buffer)); });
  }

  const llvm::SetVector<Value> &memories;
  Operation *ignored;
  int64_t newer;
};

} // namespace

/// Copies that follow one another, with nothing in between that reads them, are one group with one
/// wait.
static void joinWaits(Block &block) {
  tile::WaitOp last;
  bool isOneMore = false; // group, behind the last wait
  for (Operation &op : llvm::make_early_inc_range(block)) {
    auto wait = dyn_cast<tile::WaitOp>(op);
    if (last && wait && wait.getOpen() == 0) {
      if (auto commit = dyn_cast_or_null<tile::CommitOp>(last->getPrevNode()); commit && isOneMore)
        commit.erase();
      last.erase();
    }
    isOneMore = !wait && (isOneMore || isa<tile::CommitOp>(op));
    if (wait)
      last = wait.getOpen() == 0 ? wait : tile::WaitOp();
    else if (op.getNumRegions() > 0 || isa<tile::ReadOp, tile::DotOp, tile::BarrierOp>(op))
      last = tile::WaitOp();
  }
}

/// The buffers that copies may be on their way to where a wait of the kernel's own block stands.
static llvm::SetVector<Value> listOpen(Block &block, tile::WaitOp wait) {
  llvm::SetVector<Value> open, none;
  block.walk([&](tile::CopyOp copy) {
    Operation *outer = block.findAncestorOpInBlock(*copy);
    // In a loop nothing need have begun behind the last group, nor is the group known elsewhere.
    CopyWalk walk(none, wait, outer == copy ? -1 : 0);
    bool isBefore = outer->isBeforeInBlock(wait);
    Fate fate = walk.follow(outer->getNextNode(), isBefore ? wait.getOperation() : nullptr);
    if (fate == Fate::Open && !isBefore)
      fate = walk.follow(&block.front(), wait);
    if (fate == Fate::Open)
      open.insert(getMemory(copy.getBuffer()));
  });
  return open;
}

/// Whether nothing touches what a wait is for before another wait covers it, in this task or in the
/// next one, or before the kernel ends.
static bool isNeedless(tile::KernelOp kernel, tile::WaitOp wait) {
  Block &block = kernel.getBody().front();
  llvm::SetVector<Value> open = listOpen(block, wait);
  CopyWalk walk(open, wait, 0);
  Fate fate = walk.follow(wait->getNextNode(), nullptr);
  if (fate != Fate::Open || kernel.getTasks() == 1)
    return fate != Fate::Touched;
  return walk.follow(&block.front(), wait) == Fate::Landed;
}

void leaveOutWaits(tile::KernelOp kernel) {
  kernel.walk([](Block *block) { joinWaits(*block); });
  for (auto wait : llvm::make_early_inc_range(kernel.getBody().front().getOps<tile::WaitOp>()))
    if (isNeedless(kernel, wait))
      wait.erase();
}

} // namespace weft::compiler
