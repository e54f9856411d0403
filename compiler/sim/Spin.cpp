// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops that wait on plain loads. LLVM may read once and never again, and here nobody else would
// get a turn: such a thread is made to yield, and when all do nothing else, it is reported.
#include <algorithm>

#include "compiler/sim/Engine.h"

namespace weft::sim {

void watchReads(Thread &thread, const void *address, uint32_t site) {
  Group &group = *thread.group;
  // One of many reads is compared with the last ones. Their distance is a prime: a loop over a
  // table comes to other places of it, one over a few words comes back to each.
  std::pair<const void *, uint32_t> read{address, site};
  auto &last = thread.sampledReads;
  bool isKnown = std::find(std::begin(last), std::end(last), read) != std::end(last);
  last[thread.reads / readsPerSample % std::size(last)] = read;
  if (!isKnown) {
    group.spinReads = 0;
    return;
  }
  // About as much time as so many yields take.
  constexpr uint64_t yieldsPerSample = 64;
  if (++group.spinReads * yieldsPerSample > group.launch.options.livelockYields)
    return abortGroup(thread, Diagnostic::Kind::Livelock,
                      "livelock: reads the same again and again, and nobody writes; a plain load "
                      "need not even see what others write: make it volatile or atomic",
                      site);
  yield(thread);
}

} // namespace weft::sim
