// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Matrix products of layers, f32 and bf16, against OpenBLAS and oneDNN
// (docs/guides/performance.md):
//
//   weft-bench-gemm [--threads=N] [--rounds=N] [--only=MxNxK] [--check]
//
// One thread: all in this process. More: each in a process of its own (Workers.h). The last rows
// are controls; where the harness is deceived by one, the exit code is 1.
// --check: small sizes and few rounds, for a test: outputs and controls, no speed.
#include <cstdio>
#include <cstring>

#include "test/bench/Arguments.h"
#include "test/bench/Controls.h"
#include "test/bench/Rivals.h"
#include "test/bench/Workers.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::bench;

namespace {

struct Options {
  int threads = 1;
  RoundOptions rounds;
  std::string only;
  bool isCheck = false;
};

std::vector<Product> getProducts(const Options &options) {
  static const int64_t sizes[][3] = {{512, 512, 512}, {2048, 512, 512}, {2048, 2048, 512},
                                     {512, 256, 256}, {512, 1024, 256}, {16, 256, 256},
                                     {64, 256, 256},  {64, 512, 512}};
  static const int64_t small[][3] = {{16, 64, 64}, {70, 65, 33}};
  std::vector<Product> products;
  for (Form form : {Form::InOut, Form::OutIn, Form::WeightGradient})
    for (auto [m, n, k] : options.isCheck ? std::span<const int64_t[3]>(small) : sizes) {
      Product product{form, m, n, k};
      if (options.only.empty() || options.only == fmt::format("{}x{}x{}", m, n, k))
        products.push_back(product);
    }
  return products;
}

std::shared_ptr<Candidate> start(Rival rival, const Product &product, int threads,
                                 std::shared_ptr<const ProductData> data) {
  if (threads == 1)
    return makeCandidate(rival, product, threads, data);
  return std::make_shared<Worker>([=] { return makeCandidate(rival, product, threads, data); });
}

/// Below this a median says nothing.
constexpr int64_t fewestRounds = 5;

std::string format(const Quantiles &ratio) {
  return fmt::format("{:.2f} [{:.2f}-{:.2f}]", ratio.median, ratio.low, ratio.high);
}

/// Who stands in a table, and how its column is called.
struct Contender {
  Rival rival;
  const char *name;
  bool isF32 = false; ///< in a table of bf16: it multiplies the same numbers as f32
};

constexpr Contender f32Contenders[] = {{Rival::Weft, "weft"},
                                       {Rival::OpenBlas, "OpenBLAS"},
                                       {Rival::OneDnnPlain, "oneDNN plain"},
                                       {Rival::OneDnnPacked, "oneDNN packed"}};
constexpr Contender bf16Contenders[] = {{Rival::Weft, "weft"},
                                        {Rival::Weft, "weft f32", true},
                                        {Rival::OneDnnPlain, "oneDNN plain"},
                                        {Rival::OneDnnPacked, "oneDNN packed"}};

/// One line of the table; whether every output was right.
bool measure(const Product &product, std::span<const Contender> contenders,
             const Options &options) {
  auto data = std::make_shared<const ProductData>(product);
  std::vector<std::shared_ptr<Candidate>> candidates;
  std::vector<std::string> absences;
  for (const Contender &contender : contenders) {
    bool hasForm = contender.rival != Rival::OneDnnPacked || product.form != Form::WeightGradient;
    bool isThere = findRival(contender.rival).isThere;
    Product own = product;
    own.isBf16 &= !contender.isF32;
    candidates.push_back(hasForm && isThere ? start(contender.rival, own, options.threads, data)
                                            : nullptr);
    absences.push_back(hasForm ? "not installed" : "-");
  }
  // After the workers: it has threads.
  Probe probe(options.threads, product.isBf16 ? Factors::Bf16 : Factors::F32);
  Rounds rounds(probe, options.rounds);
  for (size_t i = 0; i < candidates.size(); ++i)
    candidates[i] ? rounds.add(contenders[i].name, candidates[i])
                  : rounds.addAbsent(contenders[i].name, absences[i]);
  Report report = rounds.measure();
  bool isRight = true, isQuiet = options.isCheck || report.kept >= fewestRounds;
  double error = 0;
  std::string cells;
  for (size_t i = 0; i < report.rows.size(); ++i) {
    const Report::Row &row = report.rows[i];
    isRight &= row.refusal.empty() || !candidates[i];
    error = std::max(error, row.error);
    if (i > 0 && !row.refusal.empty())
      cells += fmt::format(" {} |", row.refusal);
    else if (i > 0)
      cells += fmt::format(" {} |", isQuiet ? format(report.compare(0, i)) : "too busy");
  }
  fmt::print("| {} | {} | {:.1f} | {:.2f} |{} {}/{} | {:.1e} |{}\n", getName(product.form),
             product.name(), report.getFlopsPerSecond(0, product.flops()).median * 1e-9,
             report.getPartOfPeak(0, product.flops()).median, cells, report.kept, report.made,
             error, report.rows[0].refusal.empty() ? "" : " weft " + report.rows[0].refusal);
  std::fflush(stdout);
  return isRight;
}

bool measureAll(std::span<const Contender> contenders, bool isBf16, const Options &options) {
  fmt::print("| form | M x N x K | weft GF/s | of peak |");
  for (const Contender &contender : contenders.subspan(1))
    fmt::print(" {} |", contender.name);
  fmt::print(" rounds | error |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  bool isRight = true;
  for (Product product : getProducts(options)) {
    product.isBf16 = isBf16;
    isRight &= measure(product, contenders, options);
  }
  return isRight;
}

int run(const Options &options) {
  fmt::print("matrix products, {} thread{}; probe: {} FMA on registers\n", options.threads,
             options.threads == 1 ? "" : "s, each candidate in a process of its own",
             Probe::getVectors());
  for (Rival rival : {Rival::OpenBlas, Rival::OneDnnPacked})
    fmt::print("{}: {}\n", getName(rival), findRival(rival).words);
  fmt::print(
      "\nColumns of rivals: how many times as fast weft is, median [quartiles] of the rounds' "
      "ratios.\nrounds: kept/made. error: the largest of all outputs, against f64.\n\nf32\n\n");
  bool isRight = measureAll(f32Contenders, false, options);
  fmt::print("\nbf16 with sums in f32, oneDNN too; probe: {}\n\n",
             Probe::getVectors(Factors::Bf16));
  isRight &= measureAll(bf16Contenders, true, options);
  fmt::print("\n");
  Product control{Form::OutIn, 64, 128, 128};
  auto data = std::make_shared<const ProductData>(control);
  isRight &= checkControls([&] { return makeCandidate(Rival::Weft, control, 1, data); });
  return isRight ? 0 : 1;
}

Options parse(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string_view argument = argv[i];
    if (argument == "--check")
      options.isCheck = true, options.rounds.rounds = 3, options.rounds.disagreement = 1e9;
    else if (argument.starts_with("--only="))
      options.only = argument.substr(7);
    else if (!readNumber(argument, "--threads=", options.threads) &&
             !readNumber(argument, "--rounds=", options.rounds.rounds))
      driver::fail(ErrorCode::Usage,
                   "usage: weft-bench-gemm [--threads=N] [--rounds=N] [--only=MxNxK] [--check]");
  }
  return options;
}

} // namespace

int main(int argc, char **argv) {
  try {
    return run(parse(argc, argv));
  } catch (const driver::Failure &failure) {
    fmt::print(stderr, "weft-bench-gemm: error: {}\n", failure.status.message());
    return int(failure.status.code());
  }
}
