// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Times by events of the card.
#ifndef RUNTIME_DEVICE_CUDA_CUDACLOCK_H
#define RUNTIME_DEVICE_CUDA_CUDACLOCK_H

#include <array>

#include "runtime/device/cuda/CudaContext.h"

namespace weft::cuda {

class CudaClock {
public:
  explicit CudaClock(CudaContext &context) : context(context) {}

  Status mark(uint32_t number);
  Status measure(uint32_t first, uint32_t second, double &seconds);
  void close();

private:
  CudaContext &context;
  std::array<CuEvent, 16> events = {}; ///< made when they are first needed
};

} // namespace weft::cuda

#endif
