// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a run does when its numbers leave the finite ones (docs/spec/cli.md).
#ifndef TOOLS_WEFT_NONFINITE_H
#define TOOLS_WEFT_NONFINITE_H

#include <string>

#include "weft/Module.h"
#include "weft/Optimizer.h"
#include "weft/ParamStore.h"

namespace weft::driver {

enum class NanPolicy {
  Stop,  ///< keep what was there before the step, end the run
  Skip,  ///< forget the step, go on with the next text
  Trace, ///< as Stop, and find the op that began it
};

/// "parameter `embed`" or "optimizer state `embed.sum`", the first that holds a value that is not
/// finite; empty when all are finite.
std::string findNonFinite(const ModelState &model);

/// Runs one update again op by op in the interpreter, every result rounded to its type, and says
/// which op first gave a value that is not finite, where the user wrote it, and the range of its
/// operands. `optimizer` has its function from openTraceDevice() and stands before the update.
std::string traceNonFinite(Optimizer optimizer, const TensorMap &inputs, ModelState before);

/// The interpreter, with these checks.
Device openTraceDevice();

} // namespace weft::driver

#endif
