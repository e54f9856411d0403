// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory of tensors and arenas.
#ifndef RUNTIME_BASE_MEMORY_H
#define RUNTIME_BASE_MEMORY_H

#include <cstdint>

namespace weft {

/// Uninitialised memory that begins on a cache line and ends with one: at least one, so that empty
/// tensors have an address and kernels may load a whole last vector. Null where there is not
/// enough. std::free gives it back.
void *allocateMemory(uint64_t bytes);

/// What allocateMemory(bytes) can hold; 0 if no memory is so large.
uint64_t getUsableBytes(uint64_t bytes);

} // namespace weft

#endif
