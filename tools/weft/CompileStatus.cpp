// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/CompileStatus.h"

#include <cstdio>

#include <fmt/format.h>

using namespace weft::driver;

CompileProgress CompileStatus::progress() {
  return [this](const std::string &stage) { begin(stage); };
}

/// `stage` is "3/8 fused".
void CompileStatus::begin(const std::string &stage) {
  Clock::time_point now = Clock::now();
  double last = std::chrono::duration<double>(now - stageStart).count();
  if (!current.empty() && last > slowestSeconds) {
    slowestSeconds = last;
    slowest = current;
  }
  stageStart = now;
  current = stage.substr(stage.find(' ') + 1);
  if (line.isPlain())
    line.print("compile " + stage);
  int number = 0, count = 1;
  std::sscanf(stage.c_str(), "%d/%d", &number, &count);
  double seconds = std::chrono::duration<double>(now - start).count();
  line.show({"compile " + stage, drawBar(double(number - 1) / count, 20),
             fmt::format("{:.1f} s", seconds),
             slowest.empty() ? "" : fmt::format("slowest: {} {:.1f} s", slowest, slowestSeconds)},
            true);
}
