// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loss of a model on a text: states cleared, the text walked in blocks as parallel streams with
// the states carried, the last incomplete block dropped; the mean of the block means, or of what
// was counted where an eval says how much that is (docs/spec/model.md). With a least context of N,
// for models that carry nothing, blocks overlap by N tokens, which only the first one counts: every
// other token is predicted from N before it at least.
#ifndef TOOLS_WEFT_MEASURE_H
#define TOOLS_WEFT_MEASURE_H

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "models/common/Data.h"
#include "tools/weft/Session.h"

namespace weft::driver {

struct Measurement {
  double loss = 0;                     ///< nats a token
  std::optional<double> accuracy = {}; ///< part of what was counted that was right
  int64_t blocks = 0;
  int64_t tokens = 0;
  bool isComplete = true; ///< false: the progress wished to stop
};

struct MeasureOptions {
  int64_t limit = 0;        ///< blocks at most, 0 for all
  bool areRecords = false;  ///< blocks are images or pairs
  int64_t leastContext = 0; ///< N; needs an eval that returns `losses`, of every position
};

/// `progress` hears (done, all) after a block and says whether to go on. Fails with File where
/// nothing was counted.
Measurement measure(Session &session, const models::TokenText &text,
                    const MeasureOptions &options = {},
                    const std::function<bool(int64_t, int64_t)> &progress = {});

} // namespace weft::driver

#endif
