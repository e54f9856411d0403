// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Our declarations of NVIDIA's driver against the Toolkit's, where there is one.
#include <cuda.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <type_traits>

#include "runtime/device/cuda/Driver.h"

using namespace weft::cuda;

namespace {

/// Whether both are passed alike: two pointers, or two integers (an enum is one) of the same width.
template <typename A, typename B> constexpr bool isAlike() {
  constexpr bool integers =
      (std::is_integral_v<A> || std::is_enum_v<A>)&&(std::is_integral_v<B> || std::is_enum_v<B>);
  return (std::is_pointer_v<A> && std::is_pointer_v<B>) || (integers && sizeof(A) == sizeof(B));
}

template <typename Ours, typename Theirs> struct SameCall : std::false_type {};
template <typename R, typename... A, typename S, typename... B>
requires(sizeof...(A) == sizeof...(B)) struct SameCall<R (*)(A...), S (*)(B...)>
    : std::bool_constant<isAlike<R, S>() && (isAlike<A, B>() && ...)> {
};

#define WEFT_CUDA_FUNCTION(name, exported, ...)                                                    \
  static_assert(SameCall<CuResult (*)(__VA_ARGS__), decltype(&exported)>::value);
#include "runtime/device/cuda/Driver.def"

/// Numbers of two enums.
constexpr bool isEqual(int ours, int theirs) { return ours == theirs; }

static_assert(isEqual(CuSuccess, CUDA_SUCCESS));
static_assert(isEqual(CuInvalidValue, CUDA_ERROR_INVALID_VALUE));
static_assert(isEqual(CuOutOfMemory, CUDA_ERROR_OUT_OF_MEMORY));
static_assert(isEqual(CuNoDevice, CUDA_ERROR_NO_DEVICE));
static_assert(isEqual(CuInvalidImage, CUDA_ERROR_INVALID_IMAGE));
static_assert(isEqual(CuInvalidContext, CUDA_ERROR_INVALID_CONTEXT));
static_assert(isEqual(CuNoBinaryForGpu, CUDA_ERROR_NO_BINARY_FOR_GPU));
static_assert(isEqual(CuEccUncorrectable, CUDA_ERROR_ECC_UNCORRECTABLE));
static_assert(isEqual(CuInvalidPtx, CUDA_ERROR_INVALID_PTX));
static_assert(isEqual(CuUnsupportedPtxVersion, CUDA_ERROR_UNSUPPORTED_PTX_VERSION));
static_assert(isEqual(CuNotFound, CUDA_ERROR_NOT_FOUND));
static_assert(isEqual(CuNotReady, CUDA_ERROR_NOT_READY));
static_assert(isEqual(CuCaptureUnsupported, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED));
static_assert(isEqual(CuIllegalAddress, CUDA_ERROR_ILLEGAL_ADDRESS));
static_assert(isEqual(CuLaunchOutOfResources, CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES));
static_assert(isEqual(CuLaunchFailed, CUDA_ERROR_LAUNCH_FAILED));
static_assert(isEqual(CuMultiprocessorCount, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT));
static_assert(isEqual(CuCacheBytes, CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE));
static_assert(isEqual(CuComputeCapabilityMajor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR));
static_assert(isEqual(CuComputeCapabilityMinor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR));
static_assert(isEqual(CuMaxSharedBytesOptIn,
                      CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN));
static_assert(isEqual(CuMaxThreadsPerBlock, CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK));
static_assert(isEqual(CuMaxDynamicSharedBytes, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES));
static_assert(isEqual(CuJitInfoLog, CU_JIT_INFO_LOG_BUFFER));
static_assert(isEqual(CuJitInfoLogBytes, CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES));
static_assert(isEqual(CuJitErrorLog, CU_JIT_ERROR_LOG_BUFFER));
static_assert(isEqual(CuJitErrorLogBytes, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES));
static_assert(isEqual(CuStreamNonBlocking, CU_STREAM_NON_BLOCKING));
static_assert(isEqual(CuCaptureRelaxed, CU_STREAM_CAPTURE_MODE_RELAXED));
static_assert(isEqual(CuEventDefault, CU_EVENT_DEFAULT));
static_assert(isEqual(CuEventDisableTiming, CU_EVENT_DISABLE_TIMING));
static_assert(!isEqual(CuNotFound, CUDA_ERROR_NOT_READY));

TEST(DriverHeaders, AnotherCallIsSeen) {
  // The second is passed as 8 bytes, or there is one more.
  using Two = CuResult (*)(CuAddress *, int);
  using Three = CuResult (*)(CuAddress *, size_t, int);
  EXPECT_FALSE((SameCall<Two, decltype(&cuMemAlloc_v2)>::value));
  EXPECT_FALSE((SameCall<Three, decltype(&cuMemAlloc_v2)>::value));
}

TEST(DriverHeaders, StubHasEveryFunction) {
  void *stub = ::dlopen(WEFT_TEST_CUDA_STUB, RTLD_LAZY | RTLD_LOCAL);
  if (!stub)
    GTEST_SKIP() << "the Toolkit has no stub library at " WEFT_TEST_CUDA_STUB;
#define WEFT_CUDA_FUNCTION(name, exported, ...) EXPECT_TRUE(::dlsym(stub, #exported)) << #exported;
#include "runtime/device/cuda/Driver.def"
  EXPECT_FALSE(::dlsym(stub, "cuNoSuchFunction"));
  ::dlclose(stub);
}

} // namespace
