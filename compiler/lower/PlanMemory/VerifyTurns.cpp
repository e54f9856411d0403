// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns of a parallel loop run at the same time: whatever one writes, no other may touch. Knows
// nothing of how the plan was made.
#include "compiler/lower/PlanMemory/PlanMemory.h"

#include "compiler/support/Bytes.h"

using namespace mlir;

namespace weft::compiler {

namespace {

/// How the steps of a turn see one buffer.
struct Seen {
  int64_t stride = 0; ///< from turn to turn, where all of them see parts of one stride; else 0
  bool isWritten = false;
  Operation *step = nullptr; ///< the last that writes, or else reads
};

class TurnCheck {
public:
  TurnCheck(exec::ForOp loop, unsigned depth, SymbolTable &symbols)
      : loop(loop), depth(depth), symbols(symbols) {}

  LogicalResult run() {
    loop.getBody().walk([&](Operation *op) {
      if (auto launch = dyn_cast<exec::LaunchOp>(op)) {
        auto kernel = symbols.lookup<tile::KernelOp>(launch.getKernel());
        for (auto [i, value] : llvm::enumerate(launch.getBuffers()))
          touch(op, value, kernel && llvm::is_contained(kernel.getWrites(), int64_t(i)));
      } else if (auto copy = dyn_cast<exec::CopyOp>(op)) {
        touch(op, copy.getSource(), false);
        touch(op, copy.getDestination(), true);
      }
    });
    for (auto &[buffer, seen] : buffers)
      if (seen.isWritten && failed(check(cast<exec::BufferOp>(buffer), seen)))
        return failure();
    return success();
  }

private:
  void touch(Operation *step, Value value, bool isWritten) {
    int64_t stride = 0;
    while (auto window = value.getDefiningOp<exec::WindowOp>()) {
      value = window.getBuffer();
      // A turn has the bytes from its counter times the stride on, up to the next turn's.
      std::optional<int64_t> bytes = getBoundBytes(window.getType().getTensor());
      int64_t offset = window.getOffset(), distance = window.getStride();
      if (int64_t(window.getDepth()) == int64_t(depth) && bytes && offset >= 0 &&
          *bytes <= distance - offset)
        stride = distance;
    }
    auto [place, isNew] = buffers.try_emplace(value.getDefiningOp(), Seen{stride, false, step});
    Seen &seen = place->second;
    if (seen.stride != stride)
      seen.stride = 0;
    if (isWritten || !seen.isWritten)
      seen.step = step;
    seen.isWritten |= isWritten;
  }

  LogicalResult check(exec::BufferOp buffer, const Seen &seen) {
    if (seen.stride == 0)
      return explain(buffer, seen)
             << "a turn of a parallel loop to have a part of what turns write "
                "for itself (program.C15)";
    if (buffer.getKind() != exec::BufferKind::arena)
      return success();
    auto end = [](exec::BufferOp op) {
      return int64_t(op.getOffset()) + *getBoundBytes(op.getType().getTensor());
    };
    for (auto &[op, other] : buffers) {
      auto second = cast<exec::BufferOp>(op);
      bool shares = op != buffer && second.getKind() == exec::BufferKind::arena &&
                    int64_t(second.getOffset()) < end(buffer) &&
                    int64_t(buffer.getOffset()) < end(second);
      if (shares && (second.getOffset() != buffer.getOffset() || other.stride != seen.stride))
        return explain(buffer, seen)
               << "buffers of a parallel loop that share bytes to begin at one offset and to have "
                  "one stride, got "
               << buffer.getOffset() << " by " << seen.stride << " and " << second.getOffset()
               << " by " << other.stride << " (program.C15)";
    }
    return success();
  }

  InFlightDiagnostic explain(exec::BufferOp buffer, const Seen &seen) {
    InFlightDiagnostic error = seen.step->emitOpError("expects ");
    error.attachNote(buffer.getLoc()) << "the buffer is declared here";
    return error;
  }

  exec::ForOp loop;
  unsigned depth;
  SymbolTable &symbols;
  llvm::MapVector<Operation *, Seen> buffers;
};

} // namespace

LogicalResult verifyTurns(exec::ForOp loop, unsigned depth, SymbolTable &symbols) {
  return TurnCheck(loop, depth, symbols).run();
}

} // namespace weft::compiler
