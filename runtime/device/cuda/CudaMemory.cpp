// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/device/cuda/CudaMemory.h"

#include <algorithm>

#include "runtime/base/Format.h"

namespace weft::cuda {
namespace {

constexpr uint64_t granule = 512;      ///< that of the driver
constexpr unsigned char poison = 0xFF; ///< NaN in every float type, -1 in integers
constexpr uint64_t largestKept = uint64_t(1) << 20, mostKept = uint64_t(64) << 20;

} // namespace

Status CudaMemory::allocate(uint64_t bytes, void **memory) {
  uint64_t rounded = (std::max<uint64_t>(bytes, 1) + granule - 1) / granule * granule;
  if (rounded < bytes)
    return makeError(ErrorCode::Resource, "no card has {} bytes", bytes);
  CuAddress address = 0;
  auto kept = idle.lower_bound({rounded, 0});
  if (kept != idle.end() && kept->first == rounded) {
    address = kept->second;
    idle.erase(kept);
    idleBytes -= rounded;
  } else {
    CuResult result = context.driver.memAlloc(&address, rounded);
    if (result == CuOutOfMemory && !idle.empty()) {
      freeIdle();
      result = context.driver.memAlloc(&address, rounded);
    }
    if (result != CuSuccess)
      return context.driver.describe(callNames.memAlloc, result)
          .within(fmt::format("{} bytes on card {} ({})", rounded, context.options.card,
                              context.cardName));
    blocks.emplace(address, rounded);
  }
  *memory = reinterpret_cast<void *>(address);
  if (!context.options.poisons)
    return {};
  return WEFT_CUDA_CALL(context.driver, memsetD8Async, address, poison, rounded, context.stream);
}

void CudaMemory::free(CuAddress address) {
  blocks.erase(address);
  context.attempt([&] { return WEFT_CUDA_CALL(context.driver, memFree, address); });
}

void CudaMemory::freeIdle() {
  if (!idle.empty())
    context.attempt([&] { return context.wait(); });
  for (auto [bytes, address] : idle)
    free(address);
  idle.clear();
  idleBytes = 0;
}

void CudaMemory::release(void *memory) {
  auto address = reinterpret_cast<CuAddress>(memory);
  uint64_t bytes = blocks.at(address);
  if (bytes <= largestKept && idleBytes + bytes <= mostKept) {
    idle.emplace(bytes, address);
    idleBytes += bytes;
    return;
  }
  // The driver does not promise to wait for launches that use it.
  context.attempt([&] { return context.wait(); });
  free(address);
}

Status CudaMemory::count(uint64_t &unused, uint64_t &total) {
  size_t free = 0, all = 0;
  Status status = WEFT_CUDA_CALL(context.driver, memGetInfo, &free, &all);
  unused = free + idleBytes;
  total = all;
  return status;
}

void CudaMemory::close() {
  idle.clear();
  for (auto [address, bytes] : blocks)
    context.attempt(
        [&, place = address] { return WEFT_CUDA_CALL(context.driver, memFree, place); });
  blocks.clear();
}

} // namespace weft::cuda
