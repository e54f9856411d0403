// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compares candidates that do the same: by turns, in windows of a few milliseconds, each between
// two probes (tools/weft/Probe.h). What counts is the median over rounds of a ratio within a round;
// a round whose probes disagree saw the machine change and is dropped, and counted. A candidate
// whose output is wrong is refused, however fast it is.
//
// Example:
//   Rounds rounds(probe, {});
//   rounds.add("weft", weft);
//   rounds.add("OpenBLAS", blas);
//   Report report = rounds.measure();
//   if (report.rows[0].refusal.empty())
//     fmt::print("{:.2f}", report.compare(0, 1).median); // how much faster than OpenBLAS
#ifndef TEST_BENCH_ROUNDS_H
#define TEST_BENCH_ROUNDS_H

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tools/weft/Probe.h"

namespace weft::bench {

using driver::Clock, driver::Factors, driver::getSeconds, driver::Probe;

class Candidate {
public:
  virtual ~Candidate() = default;
  /// Seconds of this many calls together.
  virtual double run(int64_t calls) = 0;
  /// Largest error of the last call's output, in units of the reference's root mean square.
  virtual double getError() = 0;
};

/// A tensor that a call wrote, and what it should be.
struct Output {
  std::span<float> values;
  const std::vector<double> *expected = nullptr;
};

/// One that is called in this process.
class LocalCandidate : public Candidate {
public:
  using Outputs = std::function<std::vector<Output>()>;

  LocalCandidate(Clock clock, std::function<void()> call, Outputs outputs)
      : clock(clock), call(std::move(call)), outputs(std::move(outputs)) {}
  double run(int64_t calls) override;
  double getError() override;
  /// Of the last call.
  std::vector<Output> getOutputs() const { return outputs(); }

private:
  Clock clock;
  std::function<void()> call;
  Outputs outputs;
};

struct RoundOptions {
  int64_t rounds = 50;        ///< to keep; at most three times as many are made
  double window = 2.5e-3;     ///< seconds of a candidate's turn, at least one call
  double probe = 0.5e-3;      ///< seconds of a probe
  double disagreement = 0.06; ///< of the probes of a round, at most
  double errorBound = 1e-5;
};

struct Quantiles {
  double median = 0, low = 0, high = 0; ///< low and high: the quartiles
};
/// Zeros where there are no values.
Quantiles getQuantiles(std::vector<double> values);

struct Report {
  struct Row {
    std::string name;
    std::string refusal; ///< why it does not count; empty where it does
    double error = 0;
    std::vector<double> seconds; ///< of one call, in each round kept
    std::vector<double> peaks;   ///< flops a second of the probes around it
  };
  std::vector<Row> rows;
  int64_t made = 0, kept = 0; ///< rounds

  /// How many times as fast row a is as row b.
  Quantiles compare(size_t a, size_t b) const;
  /// Part of the probe's speed that row a reaches with so many flops a call.
  Quantiles getPartOfPeak(size_t a, double flops) const;
  Quantiles getFlopsPerSecond(size_t a, double flops) const;
};

class Rounds {
public:
  Rounds(Probe &probe, const RoundOptions &options) : probe(probe), options(options) {}
  void add(const std::string &name, std::shared_ptr<Candidate> candidate);
  /// A row that stays empty, with the reason.
  void addAbsent(const std::string &name, const std::string &reason);
  Report measure();

private:
  struct Entry {
    std::string name, refusal;
    std::shared_ptr<Candidate> candidate;
    int64_t calls = 1; ///< that fill a window
    double error = 0;
  };
  void prepare(Entry &entry);
  /// One turn of everybody, from the one at `first` on; whether its probes agree.
  bool runRound(size_t first, std::vector<double> &seconds, std::vector<double> &peaks);

  Probe &probe;
  RoundOptions options;
  std::vector<Entry> entries;
};

/// Largest difference over the root mean square of what is expected; infinity for a value that is
/// not finite.
double getLargestError(const Output &output);

} // namespace weft::bench

#endif
