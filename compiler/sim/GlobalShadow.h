// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who touched which part of device memory last. Threads of one group are ordered by the clocks of
// their warps, as in shared memory; groups, which run one after another, by what atomics carry.
#ifndef COMPILER_SIM_GLOBALSHADOW_H
#define COMPILER_SIM_GLOBALSHADOW_H

#include <map>
#include <unordered_map>
#include <vector>

#include "compiler/sim/Memory.h"
#include "compiler/sim/Shadow.h"

namespace weft::sim {

class GlobalShadow {
public:
  explicit GlobalShadow(const Memory &memory) : memory(memory) {}
  /// Reports what is wrong with an access of registered memory.
  void access(Thread &thread, uintptr_t address, uint32_t bytes, AccessKind kind, uint32_t site);
  /// The block's atomic on an address: hands over what fences ordered, or all with an ordering.
  void synchronise(Thread &thread, uintptr_t address, bool isWrite, bool isOrdered);
  void fence(Thread &thread);

private:
  struct Touch {
    /// Counted from 1; 0 is nobody.
    uint32_t block = 0, blockClock = 0;
    uint32_t warp = 0; ///< of its clock
    uint8_t lane = 0;
    bool isAtomic : 1 = false;
    /// Other lanes of the warp read beside it.
    bool isMany : 1 = false;
    uint32_t clock = 0, syncs = 0, site = 0;
  };
  struct Cell {
    /// The last write; reads since then that no later read of the list is behind; and one by a
    /// block that has ended.
    Touch writer, readers[2], otherReader;
    bool hasMoreReaders = false;
  };
  /// A registered range, in cells as small as the smallest access of it so far.
  struct Range {
    uintptr_t begin = 0, end = 0;
    uint32_t cellBytes = 0;
    std::vector<Cell> cells;
    std::unordered_map<size_t, std::vector<Touch>> moreReaders;
  };
  using BlockClock = std::map<uint32_t, uint32_t>;

  Range *findRange(uintptr_t address);
  static void split(Range &range, uint32_t cellBytes);
  static void join(BlockClock &clock, const BlockClock &other);
  BlockClock &getClock(uint32_t block);
  bool isOrdered(const Thread &thread, const Touch &before);
  void addRead(Thread &thread, Range &range, size_t index, const Touch &now);
  void addWrite(Thread &thread, Range &range, size_t index, const Touch &now);
  void check(Thread &thread, const char *what, const Range &range, size_t index,
             const Touch &before, const Touch &now);

  const Memory &memory;
  std::map<uintptr_t, Range> ranges;
  Range *last = nullptr;
  /// What each block knows, what its last fence ordered, and what it saw without one.
  std::unordered_map<uint32_t, BlockClock> clocks, fenced, seen;
  std::unordered_map<uintptr_t, BlockClock> objects;
};

} // namespace weft::sim

#endif
