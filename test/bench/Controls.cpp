// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/bench/Controls.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace weft::bench {
namespace {

/// Another candidate whose outputs are spoiled after every turn.
class Spoiled : public Candidate {
public:
  using Spoil = std::function<void(const Output &)>;
  Spoiled(std::shared_ptr<LocalCandidate> right, Spoil spoil)
      : right(std::move(right)), spoil(std::move(spoil)) {}
  double run(int64_t calls) override {
    double seconds = right->run(calls);
    spoil(right->getOutputs().back());
    return seconds;
  }
  double getError() override { return right->getError(); }

private:
  std::shared_ptr<LocalCandidate> right;
  Spoil spoil;
};

/// Does everything twice.
class Doubled : public Candidate {
public:
  explicit Doubled(std::shared_ptr<Candidate> right) : right(std::move(right)) {}
  double run(int64_t calls) override { return right->run(calls) + right->run(calls); }
  double getError() override { return right->getError(); }

private:
  std::shared_ptr<Candidate> right;
};

void clear(const Output &output) { std::fill(output.values.begin(), output.values.end(), 0.0f); }

/// One element, by a hundredth of the root mean square.
void nudge(const Output &output) {
  double square = 0;
  for (double value : *output.expected)
    square += value * value;
  output.values[output.values.size() / 2] +=
      float(0.01 * std::sqrt(square / double(output.expected->size())));
}

bool say(const char *name, const std::string &words, bool holds) {
  fmt::print("control {}: {}{}\n", name, words, holds ? "" : ", WHICH MUST NOT BE");
  return holds;
}

} // namespace

bool checkControls(const std::function<std::shared_ptr<LocalCandidate>()> &make) {
  Probe probe(1);
  Rounds rounds(probe, {.rounds = 15, .disagreement = 1e9});
  rounds.add("right", make());
  rounds.add("same", make());
  rounds.add("twice", std::make_shared<Doubled>(make()));
  rounds.add("zeros", std::make_shared<Spoiled>(make(), clear));
  rounds.add("one element", std::make_shared<Spoiled>(make(), nudge));
  Report report = rounds.measure();
  bool holds = say("right", report.rows[0].refusal.empty() ? "accepted" : report.rows[0].refusal,
                   report.rows[0].refusal.empty());
  for (size_t i : {3, 4})
    holds &= say(report.rows[i].name.c_str(),
                 report.rows[i].refusal.empty() ? "accepted" : report.rows[i].refusal,
                 !report.rows[i].refusal.empty());
  double same = report.compare(0, 1).median, twice = report.compare(0, 2).median;
  holds &= say("same", fmt::format("{:.2f} of the time", same), same > 0.7 && same < 1.4);
  holds &= say("twice", fmt::format("{:.2f} of the time", twice), twice > 1.5 && twice < 2.8);
  return holds;
}

} // namespace weft::bench
