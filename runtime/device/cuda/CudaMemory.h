// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory of a card.
#ifndef RUNTIME_DEVICE_CUDA_CUDAMEMORY_H
#define RUNTIME_DEVICE_CUDA_CUDAMEMORY_H

#include <set>
#include <unordered_map>
#include <utility>

#include "runtime/device/cuda/CudaContext.h"

namespace weft::cuda {

/// Asking the driver costs as much as a small kernel and may stop the card, and every step brings
/// fresh scalars and tokens: small blocks are kept when they come back and given out again. All use
/// is on one stream, so what is given out again is used after what used it before.
class CudaMemory {
public:
  explicit CudaMemory(CudaContext &context) : context(context) {}

  Status allocate(uint64_t bytes, void **memory);
  void release(void *memory);
  /// Bytes that could be had, and all there are.
  Status count(uint64_t &unused, uint64_t &total);
  void close();

private:
  void freeIdle();
  void free(CuAddress address);

  CudaContext &context;
  std::unordered_map<CuAddress, uint64_t> blocks; ///< all, with their sizes
  std::set<std::pair<uint64_t, CuAddress>> idle;  ///< of them, by size: the lowest goes first
  uint64_t idleBytes = 0;
};

} // namespace weft::cuda

#endif
