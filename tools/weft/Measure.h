// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loss of a model on a text: states cleared, the text walked in blocks as parallel streams with
// the states carried, the last incomplete block dropped; the mean of the block means.
#ifndef TOOLS_WEFT_MEASURE_H
#define TOOLS_WEFT_MEASURE_H

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "tools/weft/Session.h"

namespace weft::driver {

struct Measurement {
  double loss = 0; ///< nats a token
  int64_t blocks = 0;
  int64_t tokens = 0;
  bool isComplete = true; ///< false: the progress wished to stop
};

/// `limit` blocks at most, 0 for all. `origin` names the text in errors; `progress` hears (done,
/// all) after a block and says whether to go on.
Measurement measure(Session &session, std::span<const int32_t> ids, const std::string &origin,
                    int64_t limit = 0, const std::function<bool(int64_t, int64_t)> &progress = {});

} // namespace weft::driver

#endif
