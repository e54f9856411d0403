// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where each arena buffer lies. Steps are numbered in program order; a loop spans the numbers of
// its body.
#include "compiler/lower/PlanMemory/PlanMemory.h"

#include "compiler/support/Bytes.h"
#include "compiler/support/Loops.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace weft::compiler {

namespace {

using Span = std::pair<int64_t, int64_t>;

void number(Block &block, int64_t &next, DenseMap<Operation *, Span> &spans) {
  for (Operation &op : block) {
    int64_t first = next++;
    if (auto loop = dyn_cast<exec::ForOp>(op)) {
      number(loop.getBody().front(), next, spans);
      spans[&op] = {first, next++};
    } else {
      spans[&op] = {first, first};
    }
  }
}

/// The steps that touch a buffer, directly or through a window.
SmallVector<Operation *> getSteps(Value buffer) {
  SmallVector<Operation *> steps;
  for (Operation *user : buffer.getUsers()) {
    if (auto window = dyn_cast<exec::WindowOp>(user))
      llvm::append_range(steps, getSteps(window.getResult()));
    else
      steps.push_back(user);
  }
  return steps;
}

/// The smallest body that holds all steps. A buffer whose steps all lie in one loop body is written
/// anew in each iteration; one that is also used outside must survive the whole loop, which is the
/// step of the outer body.
Block *getCommonBlock(ArrayRef<Operation *> steps) {
  Block *block = steps.front()->getBlock();
  while (!llvm::all_of(steps, [&](Operation *step) { return block->findAncestorOpInBlock(*step); }))
    block = block->getParentOp()->getBlock();
  return block;
}

} // namespace

/// The parallel loop that a block is in, or null.
static Operation *findTurns(Block *block) {
  for (Operation *op = block->getParentOp(); isa<exec::ForOp>(op); op = op->getParentOp())
    if (op->hasAttr(parallelAttrName))
      return op;
  return nullptr;
}

SmallVector<Lifetime> getLifetimes(exec::ProgramOp program) {
  DenseMap<Operation *, Span> spans;
  int64_t next = 0;
  number(program.getBody().front(), next, spans);
  SmallVector<Lifetime> lifetimes;
  for (auto buffer : program.getBody().front().getOps<exec::BufferOp>()) {
    SmallVector<Operation *> steps = getSteps(buffer.getResult());
    if (buffer.getKind() != exec::BufferKind::arena || steps.empty())
      continue;
    Block *block = getCommonBlock(steps);
    Lifetime life{buffer, next, -1, findTurns(block)};
    for (Operation *step : steps) {
      Span span = spans.lookup(block->findAncestorOpInBlock(*step));
      life.first = std::min(life.first, span.first);
      life.last = std::max(life.last, span.second);
    }
    lifetimes.push_back(life);
  }
  return lifetimes;
}

LogicalResult assignOffsets(exec::ProgramOp program) {
  struct Placed {
    Lifetime life;
    int64_t bytes, offset;
  };
  SmallVector<Placed> buffers;
  for (Lifetime life : getLifetimes(program))
    buffers.push_back({life, *getBoundBytes(life.buffer.getType().getTensor()), 0});
  // Large ones first leave small gaps for small ones; stable, so that equal ones keep the order of
  // the program.
  llvm::stable_sort(buffers, [](const Placed &a, const Placed &b) { return a.bytes > b.bytes; });
  int64_t arena = 0;
  // Those placed so far, in the order of their offsets: one pass over them finds the first gap.
  std::vector<Placed> placed;
  placed.reserve(buffers.size());
  for (Placed &buffer : buffers) {
    for (const Placed &other : placed) {
      bool meet = other.life.last >= buffer.life.first && buffer.life.last >= other.life.first;
      // Another worker may be at any step of another turn: two buffers of a parallel loop share
      // bytes only where each turn has the same part of both.
      bool isSame = other.offset == buffer.offset && other.bytes == buffer.bytes;
      if (!meet && (!buffer.life.turns || other.life.turns != buffer.life.turns || isSame))
        continue;
      if (buffer.offset + buffer.bytes <= other.offset)
        break;
      buffer.offset = std::max<int64_t>(buffer.offset,
                                        llvm::alignTo(other.offset + other.bytes, bufferAlignment));
    }
    arena = std::max<int64_t>(arena, llvm::alignTo(buffer.offset + buffer.bytes, bufferAlignment));
    if (arena > largestBytes)
      return program.emitOpError("expects an arena of at most ")
             << largestBytes << " bytes, got " << arena << " (plan_memory.C7)";
    buffer.life.buffer.setOffset(buffer.offset);
    // Behind those of the same offset, as they came.
    placed.insert(
        llvm::upper_bound(placed, buffer,
                          [](const Placed &a, const Placed &b) { return a.offset < b.offset; }),
        buffer);
  }
  program.setArena(arena);
  for (auto buffer : llvm::make_early_inc_range(program.getBody().front().getOps<exec::BufferOp>()))
    if (buffer.getKind() == exec::BufferKind::arena && buffer->use_empty())
      buffer.erase();
  return success();
}

} // namespace weft::compiler
