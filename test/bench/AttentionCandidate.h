// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weft's attention forwards and backwards, as the tape of the runtime calls them.
#ifndef TEST_BENCH_ATTENTIONCANDIDATE_H
#define TEST_BENCH_ATTENTIONCANDIDATE_H

#include <optional>

#include "test/bench/AttentionCase.h"
#include "test/bench/Rounds.h"
#include "weft/Module.h"

namespace weft::bench {

enum class Pass { Forward, Backward, Both };

class AttentionCalls {
public:
  AttentionCalls(const AttentionCase &row, int threads);
  void call(Pass pass);
  std::vector<Output> getOutputs(Pass pass);

private:
  void bindBackward();

  AttentionData data;
  std::optional<Module> module;
  std::optional<Function> forward, backward;
  TensorMap forwardArguments, backwardArguments, results, gradients;
};

std::shared_ptr<LocalCandidate> makeAttention(std::shared_ptr<AttentionCalls> calls, Pass pass,
                                              int threads);

} // namespace weft::bench

#endif
