// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Measure.h"

#include <algorithm>

#include "models/common/Batches.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

Measurement driver::measure(Session &session, std::span<const int32_t> ids,
                            const std::string &origin, int64_t limit,
                            const std::function<bool(int64_t, int64_t)> &progress) {
  auto [streams, length] = session.getBlock("eval");
  models::Batches batches = take(models::Batches::make(ids, streams, length, origin));
  TensorMap inputs = {{"tokens", take(Tensor::zeros(DType::I32, {streams, length}))},
                      {"targets", take(Tensor::zeros(DType::I32, {streams, length}))}};
  int64_t count = batches.blockCount();
  if (limit > 0)
    count = std::min(count, limit);
  Measurement result;
  session.clearStates("eval");
  for (int64_t i = 0; i < count && result.isComplete; ++i) {
    batches.read(inputs.at("tokens"), inputs.at("targets"));
    result.loss += session.call("eval", inputs, 0, uint64_t(i)).at("loss").item();
    if (progress)
      result.isComplete = progress(i + 1, count);
  }
  session.dropStates("eval");
  result.loss /= double(count);
  result.blocks = count;
  result.tokens = count * streams * length;
  return result;
}
