// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Types and numbers of NVIDIA's driver, declared by ourselves after its documentation.
#ifndef RUNTIME_DEVICE_CUDA_DRIVERTYPES_H
#define RUNTIME_DEVICE_CUDA_DRIVERTYPES_H

#include <cstddef>

namespace weft::cuda {

using CuResult = int;
using CuCard = int;                   ///< CUdevice
using CuAddress = unsigned long long; ///< CUdeviceptr
using CuContext = void *;
using CuModule = void *;
using CuFunction = void *;
using CuStream = void *;
using CuEvent = void *;
using CuGraph = void *;
using CuGraphExec = void *;

/// CUresult: those that the runtime treats in a way of their own.
enum : CuResult {
  CuSuccess = 0,
  CuInvalidValue = 1,
  CuOutOfMemory = 2,
  CuNoDevice = 100,
  CuInvalidImage = 200,
  CuInvalidContext = 201,
  CuNoBinaryForGpu = 209,
  CuEccUncorrectable = 214,
  CuInvalidPtx = 218,
  CuUnsupportedPtxVersion = 222,
  CuNotFound = 500,
  CuNotReady = 600,
  CuIllegalAddress = 700,
  CuLaunchOutOfResources = 701,
  CuLaunchFailed = 719,
  CuCaptureUnsupported = 900,
};

/// CUdevice_attribute.
enum : int {
  CuMultiprocessorCount = 16,
  CuCacheBytes = 38, ///< of the second level
  CuComputeCapabilityMajor = 75,
  CuComputeCapabilityMinor = 76,
  CuMaxSharedBytesOptIn = 97,
  CuMaxThreadsPerBlock = 1,
};

/// CUfunction_attribute.
enum : int { CuMaxDynamicSharedBytes = 8 };

/// CUstreamCaptureMode: the thread that captures may ask for memory meanwhile.
enum : int { CuCaptureRelaxed = 2 };

/// CUjit_option.
enum : int {
  CuJitInfoLog = 3,
  CuJitInfoLogBytes = 4,
  CuJitErrorLog = 5,
  CuJitErrorLogBytes = 6,
};

/// Flags of cuStreamCreate and cuEventCreate.
enum : unsigned { CuStreamNonBlocking = 1, CuEventDefault = 0, CuEventDisableTiming = 2 };

} // namespace weft::cuda

#endif
