// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/device/cuda/CudaClock.h"

#include "runtime/base/Format.h"

namespace weft::cuda {

Status CudaClock::mark(uint32_t number) {
  if (number >= events.size())
    return makeError(ErrorCode::Usage, "a mark expects a number in [0, {}], got {}",
                     events.size() - 1, number);
  CuEvent &event = events[number];
  if (!event)
    if (Status status = WEFT_CUDA_CALL(context.driver, eventCreate, &event, CuEventDefault);
        !status)
      return status;
  return WEFT_CUDA_CALL(context.driver, eventRecord, event, context.stream);
}

Status CudaClock::measure(uint32_t first, uint32_t second, double &seconds) {
  if (first >= events.size() || second >= events.size() || !events[first] || !events[second])
    return makeError(ErrorCode::Usage, "expects two marks that were set, got {} and {}", first,
                     second);
  float milliseconds = 0;
  Status status = WEFT_CUDA_CALL(context.driver, eventSynchronize, events[second]);
  if (status)
    status = WEFT_CUDA_CALL(context.driver, eventElapsedTime, &milliseconds, events[first],
                            events[second]);
  seconds = double(milliseconds) * 1e-3;
  return status;
}

void CudaClock::close() {
  for (CuEvent &event : events) {
    if (event)
      context.attempt([&] { return WEFT_CUDA_CALL(context.driver, eventDestroy, event); });
    event = nullptr;
  }
}

} // namespace weft::cuda
