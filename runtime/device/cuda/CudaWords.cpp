// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/device/cuda/CudaWords.h"

#include "weft/abi/Device.h"

namespace weft::cuda {

static constexpr uint32_t slotCount = 1024;

Status CudaWords::note(const void *source, uint32_t &slot) {
  slot = WEFT_NO_SLOT;
  if (!memory) {
    idle.reserve(slotCount);
    void *place = nullptr;
    if (Status status =
            WEFT_CUDA_CALL(context.driver, memHostAlloc, &place, slotCount * sizeof(int32_t), 0);
        !status)
      return status.within("pinned memory");
    memory = static_cast<int32_t *>(place);
    for (uint32_t i = slotCount; i > 0; --i)
      idle.push_back(i - 1);
  }
  if (idle.empty())
    return {};
  Status status =
      WEFT_CUDA_CALL(context.driver, memcpyDtoHAsync, memory + idle.back(),
                     reinterpret_cast<CuAddress>(source), sizeof(int32_t), context.stream);
  if (status) {
    slot = idle.back();
    idle.pop_back();
  }
  return status;
}

Status CudaWords::read(std::span<const uint32_t> slots, int32_t *values) {
  Status status = values ? context.wait() : Status();
  for (size_t i = 0; i < slots.size(); ++i) {
    if (values && status)
      values[i] = memory[slots[i]];
    idle.push_back(slots[i]);
  }
  return status;
}

void CudaWords::close() {
  if (memory)
    context.attempt([&] { return WEFT_CUDA_CALL(context.driver, memFreeHost, memory); });
  memory = nullptr;
  idle.clear();
}

} // namespace weft::cuda
