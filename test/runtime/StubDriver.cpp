// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The least that passes for NVIDIA's driver: memory that nobody touches, and a card that refuses to
// take it back. It allocates nothing, so that a test that lets allocations fail hits the runtime's.
#include <cstdio>
#include <cstring>

#include "runtime/device/cuda/DriverTypes.h"

using namespace weft::cuda;

namespace {

int handle;
CuAddress next = 4096;

CuResult give(void **place) {
  *place = &handle;
  return CuSuccess;
}

} // namespace

extern "C" {

// All of Driver.def must be there; those below are called.
#define STUB(name)                                                                                 \
  CuResult name() { return CuInvalidValue; }
STUB(cuModuleLoadDataEx)
STUB(cuModuleUnload)
STUB(cuModuleGetFunction)
STUB(cuFuncSetAttribute)
STUB(cuOccupancyMaxActiveBlocksPerMultiprocessor)
STUB(cuMemGetInfo_v2)
STUB(cuMemHostAlloc)
STUB(cuMemFreeHost)
STUB(cuMemcpyHtoDAsync_v2)
STUB(cuMemcpyDtoHAsync_v2)
STUB(cuMemcpyDtoDAsync_v2)
STUB(cuMemsetD8Async)
STUB(cuStreamBeginCapture_v2)
STUB(cuStreamEndCapture)
STUB(cuGraphInstantiateWithFlags)
STUB(cuGraphDestroy)
STUB(cuGraphLaunch)
STUB(cuGraphExecDestroy)
STUB(cuEventCreate)
STUB(cuEventRecord)
STUB(cuEventSynchronize)
STUB(cuEventElapsedTime)
STUB(cuEventDestroy_v2)
STUB(cuLaunchKernel)

CuResult cuInit(unsigned) { return CuSuccess; }
CuResult cuDriverGetVersion(int *version) {
  *version = 12040;
  return CuSuccess;
}
CuResult cuGetErrorName(CuResult, const char **text) {
  *text = "STUB_ERROR_WITH_A_LONG_NAME";
  return CuSuccess;
}
CuResult cuGetErrorString(CuResult, const char **text) {
  *text = "the words of the stub";
  return CuSuccess;
}
CuResult cuDeviceGetCount(int *count) {
  *count = 1;
  return CuSuccess;
}
CuResult cuDeviceGet(CuCard *card, int) {
  *card = 0;
  return CuSuccess;
}
CuResult cuDeviceGetName(char *name, int length, CuCard) {
  std::snprintf(name, size_t(length), "stub");
  return CuSuccess;
}
CuResult cuDeviceGetAttribute(int *value, int attribute, CuCard) {
  *value = attribute == CuComputeCapabilityMajor   ? 8
           : attribute == CuComputeCapabilityMinor ? 0
                                                   : 1;
  return CuSuccess;
}
CuResult cuDevicePrimaryCtxRetain(CuContext *context, CuCard) { return give(context); }
CuResult cuDevicePrimaryCtxRelease_v2(CuCard) { return CuSuccess; }
CuResult cuCtxSetCurrent(CuContext) { return CuSuccess; }
CuResult cuStreamCreate(CuStream *stream, unsigned) { return give(stream); }
CuResult cuStreamSynchronize(CuStream) { return CuSuccess; }
CuResult cuStreamDestroy_v2(CuStream) { return CuSuccess; }
CuResult cuMemAlloc_v2(CuAddress *address, size_t bytes) {
  *address = next;
  next += bytes;
  return CuSuccess;
}
CuResult cuMemFree_v2(CuAddress) { return CuLaunchFailed; }

} // extern "C"
