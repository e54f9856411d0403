// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a training run tells while it runs: one line that moves on a terminal, lines now and then
// elsewhere, or one JSON object a step. metrics.jsonl of the run's folder receives every step in
// any case.
#ifndef TOOLS_WEFT_REPORT_H
#define TOOLS_WEFT_REPORT_H

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "tools/weft/Terminal.h"

namespace weft::driver {

struct StepFacts {
  int64_t step = 0;
  double loss = 0; ///< mean negative log likelihood in nats
  double learningRate = 0;
  double gradientNorm = 0;
  double seconds = 0;
  int64_t tokens = 0;
  std::optional<double> meanSpan = {}, maxSpan = {};
  std::optional<double> lossScale = {}; ///< of f16
  std::optional<double> reward = {};    ///< of an episode, where an agent acts
  std::optional<double> right = {};     ///< part of its choices
  std::optional<double> entropy = {};   ///< of a choice, in nats
};

/// Bytes of memory this process has had at most.
int64_t getPeakMemory();

class Report {
public:
  /// Appends to `metricsPath`. `bytes`: a token is a byte, so the loss is told in bits per byte.
  /// `skipped`: steps that the run has taken back so far.
  Report(ReportStyle style, int64_t steps, bool bytes, const std::string &metricsPath,
         int64_t skipped = 0);
  ~Report();
  Report(const Report &) = delete;
  Report &operator=(const Report &) = delete;

  void step(const StepFacts &facts);
  /// `accuracy`: the part of the targets that was right, where the model says.
  void validation(int64_t step, double loss, std::optional<double> accuracy = {});
  /// What a policy reached in episodes that it is not trained on.
  void episodes(int64_t step, double reward, std::optional<double> right);
  /// A step that was taken back, with the reason.
  void skip(int64_t step, const std::string &reason);
  /// A line above the moving one.
  void note(const std::string &text);
  /// Puts the records so far on the disk: a checkpoint that is saved afterwards has all of its own.
  void flush();
  /// Ends the moving line.
  void finish();

private:
  std::vector<std::string> describe(const StepFacts &facts);

  using Clock = std::chrono::steady_clock;
  ReportStyle style;
  StatusLine line;
  int64_t steps;
  bool bytes;
  std::FILE *metrics;
  int64_t skipped;
  std::optional<double> smoothLoss;
  std::vector<std::string> lastParts; ///< of the moving line
  std::deque<double>
      recentSeconds; ///< of the last steps; their median gives rate and remaining time
  Clock::time_point lastShown;
};

} // namespace weft::driver

#endif
