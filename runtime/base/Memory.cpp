// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/base/Memory.h"

#include <algorithm>
#include <cstdlib>
#include <sys/mman.h>

namespace weft {

static constexpr uint64_t line = 64, hugePage = uint64_t(1) << 21;

uint64_t getUsableBytes(uint64_t bytes) {
  return bytes > UINT64_MAX - line ? 0 : std::max((bytes + line - 1) / line * line, line);
}

void *allocateMemory(uint64_t bytes) {
  uint64_t usable = getUsableBytes(bytes);
  bool isLarge = usable >= 2 * hugePage;
  void *memory = nullptr;
  if (usable == 0 || ::posix_memalign(&memory, isLarge ? hugePage : line, usable) != 0)
    return nullptr;
#ifdef MADV_HUGEPAGE
  // A first step touches hundreds of megabytes: in pages of 4 KiB that costs more than computing
  // with them. Advice may go unheard.
  if (isLarge)
    ::madvise(memory, usable / hugePage * hugePage, MADV_HUGEPAGE);
#endif
  return memory;
}

} // namespace weft
