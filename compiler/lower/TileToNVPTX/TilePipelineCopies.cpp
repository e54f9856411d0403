// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/Layouts.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_TILEPIPELINECOPIESPASS
#include "compiler/lower/TileToNVPTX/Passes.h.inc"

namespace {

/// Rings of more stages hide no more of the memory's latency; with more bytes fewer blocks are on a
/// processor.
constexpr int64_t mostStages = 4, ringBudget = 48 * 1024;

class LoopPipeline {
public:
  explicit LoopPipeline(scf::ForOp loop) : loop(loop) {}

  /// Whether the loop has copies that can run ahead of it. Not around other loops, whose copies
  /// hide the latency already.
  bool find() {
    bool isInnermost = true;
    loop.getBody()->walk([&](scf::ForOp) { isInnermost = false; });
    if (!isInnermost)
      return false;
    for (auto copy : loop.getBody()->getOps<tile::CopyOp>())
      copies.push_back(copy);
    if (copies.empty())
      return false;
    for (tile::CopyOp copy : copies) {
      auto buffer = copy.getBuffer().getDefiningOp<tile::BufferOp>();
      // Waited for where it begins: nothing else is in its group.
      bool isAlone = isa<tile::CommitOp>(copy->getNextNode()) &&
                     isa<tile::WaitOp>(copy->getNextNode()->getNextNode());
      bool isOwn =
          buffer && isAlone && llvm::all_of(buffer->getUsers(), [&](Operation *user) {
            return loop->isProperAncestor(user) && (user == copy || !isa<tile::CopyOp>(user));
          });
      if (!isOwn || !loop.isDefinedOutsideOfLoop(copy.getView()) ||
          !llvm::all_of(copy.getIndices(), [&](Value index) { return collect(index); }))
        return false;
      bytes += buffer.getType().getByteSize();
    }
    stages = std::min(mostStages, ringBudget / bytes);
    return stages > 1;
  }

  void run() {
    leaveOutWaitsBefore();
    Location loc = loop.getLoc();
    OpBuilder b(loop);
    auto index = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, loc, value);
    };
    Value zero = index(0), one = index(1), last = index(stages - 1);
    // A loop, too, since a copy is much code.
    auto first = scf::ForOp::create(b, loc, zero, last, one);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPoint(first.getBody()->getTerminator());
      Value place = arith::MulIOp::create(b, loc, loop.getStep(), first.getInductionVar());
      emitCopies(b, arith::AddIOp::create(b, loc, loop.getLowerBound(), place),
                 first.getInductionVar());
    }
    Value ahead = arith::MulIOp::create(b, loc, loop.getStep(), last);
    for (tile::CopyOp copy : copies)
      copy.getBuffer().getDefiningOp<tile::BufferOp>().setStages(stages);

    SmallVector<Value> initial(loop.getInitArgs());
    initial.push_back(zero);
    auto next = scf::ForOp::create(b, loc, loop.getLowerBound(), loop.getUpperBound(),
                                   loop.getStep(), initial);
    // Behind it nothing is on its way any more.
    tile::WaitOp::create(b, loc, 0);
    Block *body = next.getBody();
    b.setInsertionPointToStart(body);
    Value stage = body->getArguments().back();
    // The oldest group is this round's.
    tile::WaitOp::create(b, loc, stages - 2);
    // The stage that the round before has read is filled next.
    auto isAt = [&](Value place) -> Value {
      return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, stage, place);
    };
    Value before = arith::SubIOp::create(b, loc, stage, one);
    before = arith::SelectOp::create(b, loc, isAt(zero), last, before);
    emitCopies(b, arith::AddIOp::create(b, loc, next.getInductionVar(), ahead), before);
    Value after = arith::AddIOp::create(b, loc, stage, one);
    after = arith::SelectOp::create(b, loc, isAt(last), zero, after);
    moveBody(b, next, stage, after);
  }

private:
  /// The wait in the first round is for older copies, too; without one, that behind the loop is.
  void leaveOutWaitsBefore() {
    for (Operation *op = loop->getPrevNode(); op;) {
      Operation *before = op->getPrevNode();
      if (op->getNumRegions() > 0 || isa<tile::ReadOp, tile::DotOp>(op))
        return;
      if (auto wait = dyn_cast<tile::WaitOp>(op))
        wait.erase();
      op = before;
    }
  }

  /// The operations in the loop that an index takes: arithmetic on what every round knows.
  bool collect(Value value) {
    if (loop.isDefinedOutsideOfLoop(value) || value == loop.getInductionVar())
      return true;
    Operation *op = value.getDefiningOp();
    if (!op || !isa<arith::ArithDialect>(op->getDialect()) || op->getBlock() != loop.getBody() ||
        !llvm::all_of(op->getOperands(), [&](Value operand) { return collect(operand); }))
      return false;
    arithmetic.insert(op);
    return true;
  }

  /// The copies of the round whose induction variable has this value.
  void emitCopies(OpBuilder &b, Value place, Value stage) {
    IRMapping map;
    map.map(loop.getInductionVar(), place);
    for (Operation *op : arithmetic)
      b.clone(*op, map);
    for (tile::CopyOp copy : copies) {
      Value buffer = tile::StageOp::create(b, copy.getLoc(), copy.getBuffer(), stage);
      SmallVector<Value> indices;
      for (Value index : copy.getIndices())
        indices.push_back(map.lookupOrDefault(index));
      tile::CopyOp::create(b, copy.getLoc(), copy.getView(), indices, buffer);
    }
    tile::CommitOp::create(b, loop.getLoc());
  }

  /// The rest of the body, on the buffers of one stage.
  void moveBody(OpBuilder &b, scf::ForOp next, Value stage, Value after) {
    for (tile::CopyOp copy : copies) {
      Value ring = copy.getBuffer();
      Value buffer = tile::StageOp::create(b, copy.getLoc(), ring, stage);
      ring.replaceUsesWithIf(
          buffer, [&](OpOperand &use) { return loop->isProperAncestor(use.getOwner()); });
    }
    for (tile::CopyOp copy : copies) {
      Operation *commit = copy->getNextNode();
      commit->getNextNode()->erase();
      commit->erase();
      copy.erase();
    }
    for (auto [from, to] :
         llvm::zip(loop.getBody()->getArguments(), next.getBody()->getArguments()))
      from.replaceAllUsesWith(to);
    auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
    yield->insertOperands(yield->getNumOperands(), after);
    Block *body = next.getBody();
    body->getOperations().splice(body->end(), loop.getBody()->getOperations());
    loop->replaceAllUsesWith(next->getResults().drop_back());
    loop->erase();
  }

  scf::ForOp loop;
  SmallVector<tile::CopyOp> copies;
  llvm::SetVector<Operation *> arithmetic;
  int64_t bytes = 0, stages = 0;
};

struct TilePipelineCopiesPass : impl::TilePipelineCopiesPassBase<TilePipelineCopiesPass> {
  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<tile::KernelOp>()) {
      SmallVector<scf::ForOp> loops;
      kernel.walk([&](scf::ForOp loop) { loops.push_back(loop); });
      for (scf::ForOp loop : loops)
        if (LoopPipeline pipeline(loop); pipeline.find())
          pipeline.run();
      if (failed(placeBuffers(kernel)))
        return signalPassFailure();
    }
  }
};

} // namespace

} // namespace weft::compiler
