// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention forwards and backwards in f32, features 64 (docs/guides/performance.md):
//
//   weft-bench-attention [--threads=N] [--rounds=N] [--only=shapes|heads] [--check]
//
// Shapes: plain, and with relative keys and soft spans. Heads: eight of which one looks far, beside
// each head alone and all of them far. --check: small sizes and few rounds, no speed.
#include <cstdio>

#include <fmt/format.h>

#include "test/bench/Arguments.h"
#include "test/bench/AttentionCandidate.h"
#include "test/bench/Controls.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::bench;

namespace {

/// The first keys of a causal band have gradients far above the root mean square, and errors to
/// match.
struct Options {
  int threads = 1;
  RoundOptions rounds = {.rounds = 20, .window = 10e-3, .errorBound = 5e-4};
  std::string only;
  bool isCheck = false;
};

struct Shape {
  const char *name;
  int64_t queries, cached, span;
};

/// One shape, plain and with everything, both passes in the same rounds.
bool measureShape(const Shape &shape, const Options &options) {
  AttentionCase plain{options.isCheck ? 1 : 4, shape.queries, shape.cached, shape.span};
  AttentionCase full = plain;
  full.isSoft = full.isRelative = true;
  full.cached = std::max(full.cached, full.span); // no query meets the start
  full.spans.assign(size_t(full.heads), full.span - AttentionCase::ramp);
  Probe probe(options.threads);
  Rounds rounds(probe, options.rounds);
  std::vector<double> flops;
  for (const AttentionCase *row : {&plain, &full}) {
    auto calls = std::make_shared<AttentionCalls>(*row, options.threads);
    for (Pass pass : {Pass::Forward, Pass::Backward}) {
      rounds.add("", makeAttention(calls, pass, options.threads));
      flops.push_back(row->countFlops(pass == Pass::Backward));
    }
  }
  Report report = rounds.measure();
  bool isRight = true;
  for (size_t i = 0; i < 4; ++i) {
    const Report::Row &row = report.rows[i];
    isRight &= row.refusal.empty();
    Quantiles part = report.getPartOfPeak(i, flops[i]);
    std::string beside =
        i < 2 ? ""
              : fmt::format("{:.2f}", report.compare(i, i - 2).median * flops[i] / flops[i - 2]);
    fmt::print("| {} | {} | {} | {:.1f} | {:.2f} [{:.2f}-{:.2f}] | {} | {}/{} | {:.1e} |{}\n",
               shape.name, i < 2 ? "plain" : "relative, soft", i % 2 ? "backward" : "forward",
               report.getFlopsPerSecond(i, flops[i]).median * 1e-9, part.median, part.low,
               part.high, beside, report.kept, report.made, row.error,
               row.refusal.empty() ? "" : " " + row.refusal);
  }
  std::fflush(stdout);
  return isRight;
}

/// Seven heads look near and one looks far: what that costs beside the sum of all alone.
bool measureHeads(const Options &options) {
  int64_t span = options.isCheck ? 320 : 8192, queries = options.isCheck ? 48 : 512;
  int64_t nearby = options.isCheck ? 20 : 150, far = options.isCheck ? 200 : 4000;
  auto make = [&](std::vector<int64_t> spans) {
    auto heads = int64_t(spans.size());
    return AttentionCase{heads, queries, span, span, true, true, std::move(spans), true};
  };
  std::vector<int64_t> mixed(8, nearby), all(8, far);
  mixed[3] = far;
  Probe probe(options.threads);
  Rounds rounds(probe, options.rounds);
  for (const AttentionCase &row : {make(mixed), make({nearby}), make({far}), make(all)})
    rounds.add("", makeAttention(std::make_shared<AttentionCalls>(row, options.threads), Pass::Both,
                                 options.threads));
  Report report = rounds.measure();
  std::vector<double> toSum, toAll;
  for (size_t i = 0; i < report.rows[0].seconds.size(); ++i) {
    double together = report.rows[0].seconds[i];
    toSum.push_back(together / (7 * report.rows[1].seconds[i] + report.rows[2].seconds[i]));
    toAll.push_back(report.rows[3].seconds[i] / together);
  }
  Quantiles sum = getQuantiles(toSum), far8 = getQuantiles(toAll);
  fmt::print(
      "\neight heads of {}, seven spans at {}, one at {}, skip, forward and backward: {:.2f} "
      "[{:.2f}-{:.2f}] x the sum of each alone; all at {} take {:.2f} [{:.2f}-{:.2f}] x as "
      "long; rounds {}/{}\n",
      span, nearby, far, sum.median, sum.low, sum.high, far, far8.median, far8.low, far8.high,
      report.kept, report.made);
  bool isRight = true;
  for (const Report::Row &row : report.rows) {
    isRight &= row.refusal.empty();
    fmt::print("  error {:.1e} {}\n", row.error, row.refusal);
  }
  return isRight;
}

int run(const Options &options) {
  fmt::print("attention, f32, features 64, {} thread{}; probe: {} FMA on registers\n"
             "GF/s: of pairs with a weight above 0 alone. beside plain: the speed in GF/s, as a "
             "part of the "
             "same pass without relative keys and soft spans.\n\n"
             "| shape | kind | pass | GF/s | of peak | beside plain | rounds | error |\n"
             "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |\n",
             options.threads, options.threads == 1 ? "" : "s", Probe::getVectors());
  static const Shape shapes[] = {{"causal 1536", 1536, 0, 1536},
                                 {"576, span 1024", 576, 1024, 1024},
                                 {"576, span 192", 576, 192, 192}};
  static const Shape small[] = {{"causal 96", 96, 0, 96}, {"70, span 50", 70, 50, 50}};
  bool isRight = true;
  if (options.only != "heads")
    for (const Shape &shape : options.isCheck ? std::span<const Shape>(small) : shapes)
      isRight &= measureShape(shape, options);
  if (options.only != "shapes")
    isRight &= measureHeads(options);
  fmt::print("\n");
  isRight &= checkControls([] {
    AttentionCase control{1, 100, 64, 64};
    return makeAttention(std::make_shared<AttentionCalls>(control, 1), Pass::Both, 1);
  });
  return isRight ? 0 : 1;
}

Options parse(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string_view argument = argv[i];
    if (argument == "--check")
      options.isCheck = true, options.rounds.rounds = 3, options.rounds.disagreement = 1e9;
    else if (argument == "--only=shapes" || argument == "--only=heads")
      options.only = argument.substr(7);
    else if (!readNumber(argument, "--threads=", options.threads) &&
             !readNumber(argument, "--rounds=", options.rounds.rounds))
      driver::fail(ErrorCode::Usage, "usage: weft-bench-attention [--threads=N] [--rounds=N] "
                                     "[--only=shapes|heads] [--check]");
  }
  return options;
}

} // namespace

int main(int argc, char **argv) {
  try {
    return run(parse(argc, argv));
  } catch (const driver::Failure &failure) {
    fmt::print(stderr, "weft-bench-attention: error: {}\n", failure.status.message());
    return int(failure.status.code());
  }
}
