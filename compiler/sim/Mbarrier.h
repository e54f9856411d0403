// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Barriers in shared memory that count arrivals and bytes.
#ifndef COMPILER_SIM_MBARRIER_H
#define COMPILER_SIM_MBARRIER_H

#include "compiler/sim/Engine.h"

namespace weft::sim {

/// The memory of a barrier holds a word that kernels must not look into; what it means is here, and
/// a word that differs was overwritten.
struct Mbarrier {
  Block *block = nullptr;
  uint32_t offset = 0, site = 0;
  Access init;
  /// Arrivals of a phase, and those that this one still needs.
  uint32_t expected = 0, pending = 0;
  /// Bytes that were announced and have not come.
  int64_t bytes = 0;
  /// Bytes of copies on their way that were issued in this phase.
  int64_t inFlight = 0;
  /// Phases since init.
  uint32_t phase = 0;
  bool isLive = false;
  /// What arrivals of this phase, and of all phases before, carry.
  Clock arriving, completed;
  /// Copies that end here write in the name of this entry of all clocks, at these times: it goes on
  /// over a second init.
  uint32_t engine = 0, time = 1;
  /// Of the last copy that ends here, 0 for none, and the time of its end.
  uint32_t copySite = 0, copyTime = 0;
  std::vector<Thread *> waiting;

  uint64_t getWord() const;
};

/// The barrier at an address, checked as an access of the thread unless it only names it to a copy.
/// Null where there is none, after a report.
Mbarrier *findMbarrier(Thread &thread, uint64_t address, std::optional<AccessKind> kind,
                       uint32_t site);
/// Checks that what copies do with a barrier is ordered behind its init.
void checkInitIsVisible(Thread &thread, const Mbarrier &barrier, uint32_t site);
/// Bytes of a copy, issued in `phase` since init, have come.
void completeBytes(Thread &thread, Mbarrier &barrier, int64_t bytes, uint32_t phase, uint32_t site);
/// An arrival that carries what its thread knew when it asked for it.
void arriveWith(Thread &thread, Mbarrier &barrier, const Clock &clock, uint32_t site);
/// Puts the word of a barrier into memory.
void storeWord(Mbarrier &barrier);

/// Lets all waits of the group give up once. False when that has not helped for long.
bool expireWaits(Group &group);
/// For the report of a deadlock: what the thread waits for.
std::string describeWait(const Thread &thread);

} // namespace weft::sim

#endif
