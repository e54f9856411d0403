// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Report.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numbers>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
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

/// A bar needs a terminal that can move its cursor.
static ReportStyle chooseStyle() {
  const char *terminal = std::getenv("TERM");
  bool dumb = !terminal || std::string_view(terminal) == "dumb" || std::getenv("NO_COLOR");
  return isatty(STDERR_FILENO) && !dumb ? ReportStyle::Bar : ReportStyle::Plain;
}

static size_t getTerminalWidth() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

static std::string formatDuration(double seconds) {
  auto whole = int64_t(seconds);
  if (whole >= 3600)
    return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
  return whole >= 60 ? fmt::format("{}m{:02}s", whole / 60, whole % 60) : fmt::format("{}s", whole);
}

Report::Report(ReportStyle style, int64_t steps, bool bytes, const std::string &metricsPath)
    : style(style == ReportStyle::Automatic ? chooseStyle() : style), steps(steps), bytes(bytes),
      metrics(std::fopen(metricsPath.c_str(), "a")) {
  if (!metrics)
    fail(ErrorCode::Resource, "{}: cannot write", metricsPath);
}

Report::~Report() {
  finish();
  std::fclose(metrics);
}

std::string Report::describe(const StepFacts &facts) {
  std::vector<double> sorted(recentSeconds.begin(), recentSeconds.end());
  std::nth_element(sorted.begin(), sorted.begin() + int64_t(sorted.size() / 2), sorted.end());
  double median = std::max(sorted[sorted.size() / 2], 1e-9);
  std::string text = fmt::format("step {}/{} {}%", facts.step, steps,
                                 facts.step * 100 / std::max<int64_t>(steps, 1));
  text += bytes ? fmt::format("  {:.3f} bits/byte", *smoothLoss / std::numbers::ln2)
                : fmt::format("  loss {:.3f} nats", *smoothLoss);
  text += fmt::format("  {:.0f} tok/s  ETA {}  {} MB", double(facts.tokens) / median,
                      formatDuration(double(steps - facts.step) * median), getPeakMemory() >> 20);
  if (facts.meanSpan)
    text += fmt::format("  span {:.0f} (max {:.0f})", *facts.meanSpan, *facts.maxSpan);
  return text + fmt::format("  lr {:.2g}  |g| {:.2g}", facts.learningRate, facts.gradientNorm);
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
  std::string line = record.dump();
  fmt::print(metrics, "{}\n", line);
  if (style == ReportStyle::Json) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
  }

  auto now = Clock::now();
  bool last = facts.step == steps;
  if (style == ReportStyle::Bar && (last || now - lastShown >= std::chrono::milliseconds(100))) {
    std::string text = describe(facts).substr(0, getTerminalWidth() - 1);
    fmt::print(stderr, "\r\x1b[K{}", text);
    std::fflush(stderr);
    barShown = true;
    lastShown = now;
  }
  bool due = now - lastShown >= std::chrono::seconds(10) &&
             facts.step % std::max<int64_t>(steps / 100, 1) == 0;
  if (style == ReportStyle::Plain && (last || due || facts.step == 1)) {
    fmt::print(stderr, "{}\n", describe(facts));
    lastShown = now;
  }
}

void Report::validation(int64_t step, double loss) {
  nlohmann::ordered_json record = {{"step", step}, {"valid_loss", loss}};
  fmt::print(metrics, "{}\n", record.dump());
  std::fflush(metrics);
  if (style == ReportStyle::Json)
    fmt::print("{}\n", record.dump());
  note(bytes ? fmt::format("step {}: held out {:.4f} bits/byte", step, loss / std::numbers::ln2)
             : fmt::format("step {}: held out {:.4f} nats, perplexity {:.2f}", step, loss,
                           std::exp(loss)));
}

void Report::skip(int64_t step, const std::string &reason) {
  std::string line = nlohmann::ordered_json{{"step", step}, {"skipped", reason}}.dump();
  fmt::print(metrics, "{}\n", line);
  if (style == ReportStyle::Json)
    fmt::print("{}\n", line);
  note(fmt::format("step {} skipped: {}", step, reason));
}

void Report::note(const std::string &text) {
  if (style == ReportStyle::None || style == ReportStyle::Json)
    return;
  clearBar();
  fmt::print(stderr, "{}\n", text);
}

void Report::clearBar() {
  if (barShown)
    fmt::print(stderr, "\r\x1b[K");
  barShown = false;
}

void Report::flush() {
  if (std::fflush(metrics) != 0 || fsync(fileno(metrics)) != 0)
    fail(ErrorCode::Resource, "metrics.jsonl: cannot write: {}", std::strerror(errno));
}

void Report::finish() {
  if (barShown)
    fmt::print(stderr, "\n");
  barShown = false;
  std::fflush(metrics);
}
