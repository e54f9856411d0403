// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/Layouts.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"
#include "compiler/lower/TileToNVPTX/WarpGroups.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_TILESPECIALISEPASS
#include "compiler/lower/TileToNVPTX/Passes.h.inc"

namespace {

/// More stages hide no more of the memory's latency.
constexpr int64_t mostStages = 4;

/// Bytes for the rings of a kernel: what one of its blocks has of a processor's 228 KiB, of which
/// each block takes one for the driver, but for the barriers of the stages.
int64_t getRingBudget(int64_t consumers) {
  int64_t blocks = getGroupRegisters(consumers).blocks;
  return (228 / blocks - 1) * 1024 - 16 * mostStages;
}

void specialise(tile::KernelOp kernel, tile::DotOp dot) {
  SmallVector<Value> rings = {dot.getA(), dot.getB()};
  SmallVector<tile::CopyOp> copies;
  Block *block = dot->getBlock();
  for (auto copy : block->getOps<tile::CopyOp>())
    copies.push_back(copy);
  // A copy is waited for by whoever is told that its stage is full.
  for (Operation &op : llvm::make_early_inc_range(block->without_terminator()))
    if (isa<tile::CommitOp, tile::WaitOp>(op))
      op.erase();
  int64_t bytes = 0;
  for (Value ring : rings)
    bytes += cast<tile::BufferType>(ring.getType()).getByteSize();
  int64_t stages = std::clamp<int64_t>(getRingBudget(getConsumers(kernel)) / bytes, 1, mostStages);
  for (Value ring : rings)
    ring.getDefiningOp<tile::BufferOp>().setStages(stages);
  OpBuilder b(dot);
  auto produce = tile::ProduceOp::create(b, dot.getLoc(), rings);
  Block *body = b.createBlock(&produce.getBody());
  for (Value ring : rings)
    body->addArgument(ring.getType(), ring.getLoc());
  for (tile::CopyOp copy : copies) {
    copy->moveBefore(body, body->end());
    auto which = llvm::find(rings, copy.getBuffer()) - rings.begin();
    copy.getBufferMutable().set(body->getArgument(which));
  }
  dot.getAMutable().set(produce.getStages()[0]);
  dot.getBMutable().set(produce.getStages()[1]);
  b.setInsertionPointAfter(dot);
  tile::ReleaseOp::create(b, dot.getLoc());
}

struct TileSpecialisePass : impl::TileSpecialisePassBase<TileSpecialisePass> {
  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<tile::KernelOp>()) {
      if (getConsumers(kernel) == 0)
        continue;
      SmallVector<tile::DotOp> dots;
      kernel.walk([&](tile::DotOp dot) { dots.push_back(dot); });
      for (tile::DotOp dot : dots)
        specialise(kernel, dot);
      if (failed(placeBuffers(kernel)))
        return signalPassFailure();
    }
  }
};

} // namespace

} // namespace weft::compiler
