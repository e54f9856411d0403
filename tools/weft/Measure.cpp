// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Measure.h"

#include <algorithm>

#include "models/common/Batches.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

/// The sum of the losses {batch, time} of a block from position `begin` on.
static double addLosses(const Tensor &losses, int64_t begin) {
  std::vector<double> numbers = getNumbers(losses);
  int64_t length = losses.shape()[1];
  double sum = 0;
  for (int64_t row = 0; row < losses.shape()[0]; ++row)
    for (int64_t i = begin; i < length; ++i)
      sum += numbers[size_t(row * length + i)];
  return sum;
}

/// Fails with Usage where blocks cannot overlap.
static void checkLeastContext(const Session &session, const MeasureOptions &options,
                              int64_t length) {
  int64_t context = options.leastContext;
  if (options.areRecords)
    fail(ErrorCode::Usage, "--min-context expects blocks that may overlap, got images or pairs");
  FunctionSpec spec = take(session.module.function("eval")).spec();
  bool hasState = false, hasLosses = false;
  for (const TensorSpec &argument : spec.arguments)
    hasState |= argument.role == "state";
  for (const TensorSpec &result : spec.results)
    hasLosses |= result.role == "output" && result.name == "losses" && result.shape.size() == 2;
  if (hasState || !hasLosses)
    fail(ErrorCode::Usage,
         "--min-context expects a model whose eval returns `losses` of every position and carries "
         "nothing from block to block, got {}, which {}",
         session.module.manifest().model, hasState ? "carries states" : "returns none");
  if (context >= length)
    fail(ErrorCode::Usage, "--min-context expects fewer than the {} positions of a block, got {}",
         length, context);
}

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

Measurement driver::measure(Session &session, const models::TokenText &text,
                            const MeasureOptions &options,
                            const std::function<bool(int64_t, int64_t)> &progress) {
  auto [streams, length] = session.getBlock("eval");
  int64_t overlap = options.leastContext;
  if (overlap > 0)
    checkLeastContext(session, options, length);
  models::Batches batches =
      take(models::Batches::make(text.ids, streams, length, text.origin,
                                 {.areRecords = options.areRecords, .labels = text.labels}));
  TensorMap inputs = {{"tokens", take(Tensor::zeros(DType::I32, {streams, length}))},
                      {"targets", take(Tensor::zeros(DType::I32, {streams, length}))}};
  int64_t count = batches.blockCount(overlap);
  if (options.limit > 0)
    count = std::min(count, options.limit);
  Measurement result;
  Sums sums;
  session.clearStates("eval");
  for (int64_t i = 0; i < count && result.isComplete; ++i) {
    batches.read(inputs.at("tokens"), inputs.at("targets"));
    TensorMap outputs = session.call("eval", inputs, 0, uint64_t(i));
    if (overlap > 0) {
      sums.weighted += addLosses(outputs.at("losses"), i == 0 ? 0 : overlap);
      check(batches.seek({batches.place().position - overlap, 0}));
    } else {
      sums.add(outputs);
      if (i == 0 && outputs.contains("correct"))
        result.accuracy = 0;
    }
    if (progress)
      result.isComplete = progress(i + 1, count);
  }
  session.dropStates("eval");
  int64_t counted = count * (length - overlap) + overlap;
  if (overlap > 0)
    sums.weight = double(counted * streams);
  if (sums.weight == 0)
    fail(ErrorCode::File, "{}: expects a label in the {} blocks that are measured, got none",
         text.origin, count);
  result.loss = sums.weighted / sums.weight;
  if (result.accuracy)
    result.accuracy = sums.correct / sums.weight;
  result.blocks = count;
  result.tokens = counted * streams;
  return result;
}
