// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Report.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

int64_t driver::getPeakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return int64_t(usage.ru_maxrss) * 1024;
}

Report::Report(ReportStyle style, int64_t steps, bool bytes, const std::string &metricsPath,
               int64_t skipped)
    : style(style), line(style), steps(steps), bytes(bytes),
      metrics(std::fopen(metricsPath.c_str(), "a")), skipped(skipped) {
  if (!metrics)
    fail(ErrorCode::Resource, "{}: cannot write", metricsPath);
}

Report::~Report() {
  finish();
  std::fclose(metrics);
}

/// The parts of the line, what matters most first: a narrow terminal shows the first ones.
std::vector<std::string> Report::describe(const StepFacts &facts) {
  std::vector<double> sorted(recentSeconds.begin(), recentSeconds.end());
  std::nth_element(sorted.begin(), sorted.begin() + int64_t(sorted.size() / 2), sorted.end());
  double median = std::max(sorted[sorted.size() / 2], 1e-9);
  double fraction = double(facts.step) / double(std::max<int64_t>(steps, 1));
  std::vector<std::string> parts = {
      fmt::format("step {}/{} {}%", facts.step, steps, int64_t(fraction * 100))};
  if (line.isBar())
    parts.push_back(drawBar(fraction, 12));
  if (facts.reward)
    parts.push_back(fmt::format("reward {:.2f}", *facts.reward));
  else
    parts.push_back(bytes ? fmt::format("{:.3f} bits/byte", *smoothLoss / std::numbers::ln2)
                          : fmt::format("loss {:.3f} nats", *smoothLoss));
  if (facts.right)
    parts.push_back(fmt::format("right {:.0f} %", *facts.right * 100));
  if (skipped > 0)
    parts.push_back(fmt::format("{} skipped", skipped));
  parts.push_back(fmt::format("{:.0f} tok/s", double(facts.tokens) / median));
  parts.push_back("ETA " + formatDuration(double(steps - facts.step) * median));
  parts.push_back(fmt::format("{:.3g} steps/s", 1 / median));
  parts.push_back(fmt::format("{} MB", getPeakMemory() >> 20));
  if (facts.meanSpan)
    parts.push_back(fmt::format("span {:.0f} (max {:.0f})", *facts.meanSpan, *facts.maxSpan));
  parts.push_back(fmt::format("lr {:.2g}", facts.learningRate));
  parts.push_back(fmt::format("|g| {:.2g}", facts.gradientNorm));
  if (facts.lossScale)
    parts.push_back(fmt::format("scale 2^{:.0f}", std::log2(*facts.lossScale)));
  return parts;
}

void Report::step(const StepFacts &facts) {
  smoothLoss = smoothLoss ? 0.9 * *smoothLoss + 0.1 * facts.loss : facts.loss;
  recentSeconds.push_back(facts.seconds);
  if (recentSeconds.size() > 32)
    recentSeconds.pop_front();

  nlohmann::ordered_json record = {
      {"step", facts.step},
      {"loss", facts.loss},
      {"tokens_per_s", double(facts.tokens) / std::max(facts.seconds, 1e-9)},
      {"lr", facts.learningRate},
      {"grad_norm", facts.gradientNorm},
      {"seconds", facts.seconds}};
  if (facts.meanSpan) {
    record["mean_span"] = *facts.meanSpan;
    record["max_span"] = *facts.maxSpan;
  }
  if (facts.lossScale)
    record["loss_scale"] = *facts.lossScale;
  if (facts.reward)
    record["reward"] = *facts.reward;
  if (facts.right)
    record["right"] = *facts.right;
  if (facts.entropy)
    record["entropy"] = *facts.entropy;
  std::string text = record.dump();
  fmt::print(metrics, "{}\n", text);
  if (style == ReportStyle::Json) {
    fmt::print("{}\n", text);
    std::fflush(stdout);
  }

  auto now = Clock::now();
  bool last = facts.step == steps;
  if (line.isBar())
    line.show(lastParts = describe(facts), last);
  bool due = now - lastShown >= std::chrono::seconds(10) &&
             facts.step % std::max<int64_t>(steps / 100, 1) == 0;
  if (line.isPlain() && (last || due || facts.step == 1)) {
    line.print(fmt::format("{}", fmt::join(describe(facts), "  ")));
    lastShown = now;
  }
}

void Report::validation(int64_t step, double loss, std::optional<double> accuracy) {
  nlohmann::ordered_json record = {{"step", step}, {"valid_loss", loss}};
  if (accuracy)
    record["valid_accuracy"] = *accuracy;
  fmt::print(metrics, "{}\n", record.dump());
  std::fflush(metrics);
  if (style == ReportStyle::Json)
    fmt::print("{}\n", record.dump());
  std::string text =
      bytes ? fmt::format("step {}: held out {:.4f} bits/byte", step, loss / std::numbers::ln2)
            : fmt::format("step {}: held out {:.4f} nats, perplexity {:.2f}", step, loss,
                          std::exp(loss));
  note(accuracy ? fmt::format("{}, accuracy {:.2f} %", text, *accuracy * 100) : text);
}

void Report::episodes(int64_t step, double reward, std::optional<double> right) {
  nlohmann::ordered_json record = {{"step", step}, {"valid_reward", reward}};
  std::string text = fmt::format("step {}: held out reward {:.2f} an episode", step, reward);
  if (right) {
    record["valid_accuracy"] = *right;
    text += fmt::format(", {:.2f} % of choices right", *right * 100);
  }
  fmt::print(metrics, "{}\n", record.dump());
  std::fflush(metrics);
  if (style == ReportStyle::Json)
    fmt::print("{}\n", record.dump());
  note(text);
}

void Report::skip(int64_t step, const std::string &reason) {
  std::string text =
      nlohmann::ordered_json{{"step", step}, {"skipped", reason}, {"skipped_steps", ++skipped}}
          .dump();
  fmt::print(metrics, "{}\n", text);
  if (style == ReportStyle::Json)
    fmt::print("{}\n", text);
  note(fmt::format("step {} skipped: {}", step, reason));
}

void Report::note(const std::string &text) { line.print(text); }

void Report::flush() {
  if (std::fflush(metrics) != 0 || fsync(fileno(metrics)) != 0)
    fail(ErrorCode::Resource, "metrics.jsonl: cannot write: {}", std::strerror(errno));
}

void Report::finish() {
  // A note may have taken the place of the line; where the run ended stays in sight.
  if (!lastParts.empty())
    line.show(lastParts, true);
  lastParts.clear();
  line.keep();
  std::fflush(metrics);
}
