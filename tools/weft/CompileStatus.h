// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a compilation tells while it runs: the stage it is in, and in the end nothing.
#ifndef TOOLS_WEFT_COMPILESTATUS_H
#define TOOLS_WEFT_COMPILESTATUS_H

#include <chrono>
#include <string>

#include "tools/weft/CompilerLibrary.h"
#include "tools/weft/Terminal.h"

namespace weft::driver {

class CompileStatus {
public:
  explicit CompileStatus(ReportStyle style) : line(style) {}

  /// For compileText; must not outlive this object.
  CompileProgress progress();

private:
  using Clock = std::chrono::steady_clock;

  void begin(const std::string &stage);

  StatusLine line;
  Clock::time_point start = Clock::now(), stageStart = start;
  std::string current, slowest; ///< stages, without their numbers
  double slowestSeconds = 0;
};

} // namespace weft::driver

#endif
