// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Launches and copies that were recorded from the stream, and run as one.
#ifndef RUNTIME_DEVICE_CUDA_CUDAGRAPH_H
#define RUNTIME_DEVICE_CUDA_CUDAGRAPH_H

#include <memory>
#include <vector>

#include "runtime/device/cuda/CudaMemory.h"

namespace weft::cuda {

class CudaGraph {
public:
  CudaGraph(CudaContext &context, CudaMemory &memory) : context(context), memory(memory) {}
  CudaGraph(const CudaGraph &) = delete;
  CudaGraph &operator=(const CudaGraph &) = delete;
  ~CudaGraph();

  /// Nothing runs that is put on the stream from here to `end`.
  Status begin();
  /// Must follow a `begin` that succeeded. `isWanted`: to be run.
  Status end(bool isWanted);
  Status run();
  /// Memory that recorded copies go through: it stays theirs.
  Status allocate(uint64_t bytes, void **place);

private:
  CudaContext &context;
  CudaMemory &memory;
  CuGraphExec exec = nullptr;
  std::vector<void *> places;
};

} // namespace weft::cuda

#endif
