// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Words that the card writes into pinned memory while it works on (WeftWordApi).
#ifndef RUNTIME_DEVICE_CUDA_CUDAWORDS_H
#define RUNTIME_DEVICE_CUDA_CUDAWORDS_H

#include <span>
#include <vector>

#include "runtime/device/cuda/CudaContext.h"

namespace weft::cuda {

class CudaWords {
public:
  explicit CudaWords(CudaContext &context) : context(context) {}

  Status note(const void *source, uint32_t &slot);
  /// A slot that is given back may be written once more by a copy under way; what is noted there
  /// next comes after it.
  Status read(std::span<const uint32_t> slots, int32_t *values);
  void close();

private:
  CudaContext &context;
  int32_t *memory = nullptr;  ///< pinned
  std::vector<uint32_t> idle; ///< has room for all slots
};

} // namespace weft::cuda

#endif
