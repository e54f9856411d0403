// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Blocks that reach each other's shared memory, and their barrier.
#ifndef COMPILER_SIM_CLUSTER_H
#define COMPILER_SIM_CLUSTER_H

#include "compiler/sim/Engine.h"

namespace weft::sim {

struct Cluster {
  /// By rank.
  std::vector<Block *> blocks;
  uint32_t live = 0, arrived = 0, phase = 0;
  Clock arriving, completed;
  std::vector<Thread *> waiting;
};

/// Reports when the block has ended, and its memory with it.
void checkAlive(Thread &thread, const Block &block, uint32_t site);
/// Remembers that a thread of another block touches shared memory of `block`, which must not end
/// before that.
void noteRemoteAccess(Thread &thread, Block &block, uint32_t site);

} // namespace weft::sim

#endif
