// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Measure.h"

#include <algorithm>

#include "models/common/Batches.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

namespace {
/// Sums over blocks.
struct Sums {
  double weighted = 0, weight = 0, correct = 0;

  void add(const TensorMap &outputs) {
    auto counted = outputs.find("counted");
    double count = counted == outputs.end() ? 1 : counted->second.item();
    weighted += outputs.at("loss").item() * count;
    weight += count;
    if (auto right = outputs.find("correct"); right != outputs.end())
      correct += right->second.item();
  }
};
} // namespace

Measurement driver::measure(Session &session, const models::TokenText &text, int64_t limit,
                            const std::function<bool(int64_t, int64_t)> &progress) {
  auto [streams, length] = session.getBlock("eval");
  models::Batches batches =
      take(models::Batches::make(text.ids, streams, length, text.origin, text.labels));
  TensorMap inputs = {{"tokens", take(Tensor::zeros(DType::I32, {streams, length}))},
                      {"targets", take(Tensor::zeros(DType::I32, {streams, length}))}};
  int64_t count = batches.blockCount();
  if (limit > 0)
    count = std::min(count, limit);
  Measurement result;
  Sums sums;
  session.clearStates("eval");
  for (int64_t i = 0; i < count && result.isComplete; ++i) {
    batches.read(inputs.at("tokens"), inputs.at("targets"));
    TensorMap outputs = session.call("eval", inputs, 0, uint64_t(i));
    sums.add(outputs);
    if (i == 0 && outputs.contains("correct"))
      result.accuracy = 0;
    if (progress)
      result.isComplete = progress(i + 1, count);
  }
  session.dropStates("eval");
  if (sums.weight == 0)
    fail(ErrorCode::File, "{}: expects a label in the {} blocks that are measured, got none",
         text.origin, count);
  result.loss = sums.weighted / sums.weight;
  if (result.accuracy)
    result.accuracy = sums.correct / sums.weight;
  result.blocks = count;
  result.tokens = count * streams * length;
  return result;
}
