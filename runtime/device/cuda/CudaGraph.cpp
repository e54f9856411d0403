// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/device/cuda/CudaGraph.h"

namespace weft::cuda {

CudaGraph::~CudaGraph() {
  if (exec)
    context.attempt([&] { return WEFT_CUDA_CALL(context.driver, graphExecDestroy, exec); });
  for (void *place : places)
    context.attempt([&] {
      memory.release(place);
      return Status();
    });
}

Status CudaGraph::begin() {
  return WEFT_CUDA_CALL(context.driver, streamBeginCapture, context.stream, CuCaptureRelaxed);
}

Status CudaGraph::end(bool isWanted) {
  CuGraph graph = nullptr;
  Status status = WEFT_CUDA_CALL(context.driver, streamEndCapture, context.stream, &graph);
  if (status && isWanted)
    status = WEFT_CUDA_CALL(context.driver, graphInstantiate, &exec, graph, 0);
  if (!status)
    exec = nullptr;
  // What runs is a copy of it.
  if (graph)
    context.attempt([&] { return WEFT_CUDA_CALL(context.driver, graphDestroy, graph); });
  return status;
}

Status CudaGraph::run() {
  return WEFT_CUDA_CALL(context.driver, graphLaunch, exec, context.stream);
}

Status CudaGraph::allocate(uint64_t bytes, void **place) {
  places.reserve(places.size() + 1);
  Status status = memory.allocate(bytes, place);
  if (status)
    places.push_back(*place);
  return status;
}

} // namespace weft::cuda
