// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/bench/Rounds.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace weft::bench {

double LocalCandidate::run(int64_t calls) {
  double begin = getSeconds(clock);
  for (int64_t i = 0; i < calls; ++i)
    call();
  return getSeconds(clock) - begin;
}

double LocalCandidate::getError() {
  double error = 0;
  for (const Output &output : outputs())
    error = std::max(error, getLargestError(output));
  return error;
}

Quantiles getQuantiles(std::vector<double> values) {
  if (values.empty())
    return {};
  std::sort(values.begin(), values.end());
  auto at = [&](double part) {
    double place = part * double(values.size() - 1);
    auto below = size_t(place);
    double next = values[std::min(below + 1, values.size() - 1)];
    return values[below] + (place - double(below)) * (next - values[below]);
  };
  return {at(0.5), at(0.25), at(0.75)};
}

Quantiles Report::compare(size_t a, size_t b) const {
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min(rows[a].seconds.size(), rows[b].seconds.size()); ++i)
    ratios.push_back(rows[b].seconds[i] / rows[a].seconds[i]);
  return getQuantiles(ratios);
}

Quantiles Report::getPartOfPeak(size_t a, double flops) const {
  std::vector<double> parts;
  for (size_t i = 0; i < rows[a].seconds.size(); ++i)
    parts.push_back(flops / rows[a].seconds[i] / rows[a].peaks[i]);
  return getQuantiles(parts);
}

Quantiles Report::getFlopsPerSecond(size_t a, double flops) const {
  std::vector<double> speeds;
  for (double seconds : rows[a].seconds)
    speeds.push_back(flops / seconds);
  return getQuantiles(speeds);
}

void Rounds::add(const std::string &name, std::shared_ptr<Candidate> candidate) {
  entries.push_back({name, "", std::move(candidate)});
}

void Rounds::addAbsent(const std::string &name, const std::string &reason) {
  entries.push_back({name, reason, nullptr});
}

/// Its output is judged before its speed; then how many calls fill a window.
void Rounds::prepare(Entry &entry) {
  if (!entry.candidate)
    return;
  entry.candidate->run(1);
  entry.error = entry.candidate->getError();
  if (!(entry.error <= options.errorBound)) {
    entry.refusal = fmt::format("refused: error {:.1e}", entry.error);
    entry.candidate = nullptr;
    return;
  }
  double seconds = std::max(std::min(entry.candidate->run(1), entry.candidate->run(1)), 1e-7);
  entry.calls = std::max(int64_t(1), int64_t(options.window / seconds));
}

bool Rounds::runRound(size_t first, std::vector<double> &seconds, std::vector<double> &peaks) {
  double before = probe.measure(options.probe), least = before, most = before;
  for (size_t i = 0; i < entries.size(); ++i) {
    size_t index = (first + i) % entries.size();
    Entry &entry = entries[index];
    if (!entry.candidate)
      continue;
    // Its data was driven out by the others; long calls bring it back themselves.
    if (entry.calls > 1)
      entry.candidate->run(1);
    seconds[index] = entry.candidate->run(entry.calls) / double(entry.calls);
    double after = probe.measure(options.probe);
    peaks[index] = (before + after) / 2;
    least = std::min(least, after);
    most = std::max(most, after);
    before = after;
  }
  return most <= least * (1 + options.disagreement);
}

Report Rounds::measure() {
  for (Entry &entry : entries)
    prepare(entry);
  Report report;
  for (const Entry &entry : entries)
    report.rows.push_back({entry.name, entry.refusal, entry.error, {}, {}});
  std::vector<double> seconds(entries.size()), peaks(entries.size());
  for (; report.kept < options.rounds && report.made < 3 * options.rounds; ++report.made) {
    if (!runRound(size_t(report.made) % entries.size(), seconds, peaks))
      continue;
    ++report.kept;
    for (size_t i = 0; i < entries.size(); ++i)
      if (entries[i].candidate) {
        report.rows[i].seconds.push_back(seconds[i]);
        report.rows[i].peaks.push_back(peaks[i]);
      }
  }
  // Whatever the rounds did to the memory it works on.
  for (size_t i = 0; i < entries.size(); ++i)
    if (entries[i].candidate && !(entries[i].candidate->getError() <= options.errorBound))
      report.rows[i].refusal = "refused: its output changed over the rounds";
  return report;
}

double getLargestError(const Output &output) {
  const std::vector<double> &expected = *output.expected;
  if (output.values.size() != expected.size())
    return std::numeric_limits<double>::infinity();
  double square = 0, largest = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    double error = std::abs(double(output.values[i]) - expected[i]);
    if (!std::isfinite(error))
      return std::numeric_limits<double>::infinity();
    largest = std::max(largest, error);
    square += expected[i] * expected[i];
  }
  return largest / std::sqrt(square / double(std::max(expected.size(), size_t(1))));
}

} // namespace weft::bench
