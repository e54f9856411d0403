// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bulk copies: they run on their own, at moments that the scheduler chooses.
#ifndef COMPILER_SIM_TRANSFER_H
#define COMPILER_SIM_TRANSFER_H

#include <functional>

#include "compiler/sim/Mbarrier.h"
#include "compiler/sim/TensorMap.h"

namespace weft::sim {

/// Some bytes of a copy. Without a source they are filled.
struct Piece {
  uint32_t sharedOffset;
  uint32_t bytes;
  char *other;
};

/// A block that a copy writes to, and the barrier that counts its bytes.
struct TransferTarget {
  Block *block;
  Mbarrier *barrier;
  uint32_t phase;
};

/// What a reduction does with the element that is there.
enum class Reduction : uint8_t { None, Add, Min, Max, And, Or, Xor };

/// A thread's copies out of shared memory, which it waits for in groups.
struct BulkGroup {
  uint32_t number = 0, issued = 0, readsLeft = 0, writesLeft = 0;
};

struct BulkCopies {
  /// The reads' place in the clocks, at the time of their group.
  uint32_t engine = 0;
  std::shared_ptr<BulkGroup> open;
  std::deque<std::shared_ptr<BulkGroup>> groups;
  /// The last group whose reads were waited for.
  uint32_t waited = 0;
  bool isWaiting = false;
  uint32_t site = 0;
};

struct Transfer {
  Thread *thread;
  uint32_t site;
  std::vector<Piece> pieces;
  uint64_t bytes = 0;
  uint8_t fill = 0;
  bool isHalfNan = false;
  /// Into shared memory.
  std::vector<TransferTarget> targets;
  /// Out of shared memory: of whom, to whom the waits belong, and what was read already.
  Block *source = nullptr;
  std::shared_ptr<BulkGroup> group;
  Reduction reduction = Reduction::None;
  TensorElement element = TensorElement::U8;
  bool isRead = false;
  std::vector<char> data;
  /// Copies of cp.async that arrive at a barrier: what happens at their end, all in one step.
  std::function<void()> action;
};

/// Starts a checked copy: it runs now or later.
void startTransfer(Thread &thread, std::shared_ptr<Transfer> transfer);
/// Lets one copy go on now and then, or one surely when `force`d. False where there was none.
bool runTransfers(Group &group, bool force);
/// Lets the actions of one thread happen.
void finishActions(Thread &thread);
/// Lets all finish.
void drainTransfers(Group &group);
/// `bytes` at `to`, each element of them combined with what comes.
void reduceInto(char *to, const char *from, uint32_t bytes, TensorElement element,
                Reduction reduction);

} // namespace weft::sim

#endif
