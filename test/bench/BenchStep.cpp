// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A training step of the adaptive-span model against the eager PyTorch model of
// test/bench/reference, each in a process of its own and by turns (docs/guides/performance.md):
//
//   weft-bench-step [--threads=N] [--rounds=N] [--case=NAME] [--check] [key=value ...]
//
// The reference first compares its loss and gradients with Weft's on the same weights, caches and
// text; a reference that begins without positions must be refused. key=value changes the model of
// every case. With one thread, processor time counts, which a busy machine changes little. --check:
// a tiny model and few rounds, no speed.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/ranges.h>

#include "test/bench/Arguments.h"
#include "test/bench/FirstStep.h"
#include "test/bench/StepModel.h"
#include "test/bench/Workers.h"
#include "tools/weft/Child.h"
#include "tools/weft/CompilerLibrary.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::bench;

namespace {

/// Relative, by the norm of a tensor. Of millions of ReLUs some have an input that is nothing but
/// rounding, and let a token through on one side only.
constexpr double gradientBound = 1e-2;
/// Factors in bf16 have 8 bits: far more inputs of ReLUs are within rounding of 0.
constexpr double roundedGradientBound = 1e-1;
/// Below this a median says nothing.
constexpr int64_t fewestRounds = 3;

struct Options {
  int threads = 2;
  RoundOptions rounds = {
      .rounds = 10, .window = 0, .probe = 5e-3, .disagreement = 0.1, .errorBound = gradientBound};
  std::string only;
  bool isCheck = false;
  std::vector<std::string> settings;
};

std::vector<StepCase> getCases(const Options &options) {
  std::vector<std::string> model = {"layers=8", "hidden=512",     "heads=8", "ff=2048", "block=512",
                                    "ramp=32",  "optimizer=adam", "clip=1",  "lr=1e-12"};
  if (options.isCheck)
    model = {"layers=3", "hidden=64",      "heads=2", "ff=128",  "block=16",
             "ramp=8",   "optimizer=adam", "clip=1",  "lr=1e-12"};
  std::string full = options.isCheck ? "span=64" : "span=1024";
  std::string wide = options.isCheck ? "span=256" : "span=8192";
  std::vector<StepCase> cases = {
      {"full-1", {full, "span_init=1", "batch=1", "eval_batch=1"}},
      {"full-2", {full, "span_init=1", "batch=2", "eval_batch=1"}},
      {"learned-1", {wide, "span_init=0.03", "batch=1", "eval_batch=1"}}};
  cases[2].longLayers = options.isCheck ? std::vector<int64_t>{1} : std::vector<int64_t>{1, 4, 6};
  cases[2].longSpan = options.isCheck ? 120 : 2100;
  cases[2].otherSpan = options.isCheck ? 20 : 196; // the mean is 285
  std::erase_if(cases, [&](const StepCase &row) {
    return !options.only.empty() && row.name != options.only;
  });
  for (StepCase &row : cases) {
    row.settings.insert(row.settings.begin(), model.begin(), model.end());
    for (const std::string &given : options.settings) {
      std::string key = given.substr(0, given.find('=') + 1);
      std::erase_if(row.settings, [&](const std::string &known) { return known.starts_with(key); });
      row.settings.push_back(given);
    }
  }
  return cases;
}

bool isTraining(const std::string &key) {
  static const std::vector<driver::Field> fields = driver::getTrainingFields();
  return std::any_of(fields.begin(), fields.end(),
                     [&](const driver::Field &field) { return field.name == key; });
}

void run(std::vector<std::string> command) {
  driver::ChildResult result = driver::runChild(command);
  if (result.exitCode != 0)
    driver::fail(ErrorCode::Device, "{} failed: {}", fmt::join(command, " "), result.errors);
}

class TemporaryFolder {
public:
  TemporaryFolder()
      : path((std::filesystem::temp_directory_path() / "weft-bench-XXXXXX").string()) {
    if (!::mkdtemp(path.data()))
      driver::fail(ErrorCode::Resource, "cannot make a folder {}", path);
  }
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path, error);
  }
  std::string path;
};

bool hasReference() {
  return driver::runChild({"/usr/bin/python3", "-c", "import torch"}).exitCode == 0;
}

std::shared_ptr<Worker> startReference(const std::string &folder, const Options &options,
                                       bool plants) {
  std::vector<std::string> command = {WEFT_BENCH_REFERENCE "/serve-step", folder,
                                      std::to_string(options.threads)};
  if (plants)
    command.push_back("plant");
  return std::make_shared<Worker>(command);
}

double toMebibytes(int64_t bytes) { return double(bytes) / double(1 << 20); }

void printFirstStep(const StepCase &row, const std::string &folder, const Options &options) {
  std::ofstream text(folder + "/text");
  for (int i = 0; i < 60000; ++i)
    text << "word " << (i * 7919) % 1009 << '\n';
  text.close();
  FirstStep cold = measureFirstStep(folder, row.settings, options.threads);
  FirstStep warm = measureFirstStep(folder, row.settings, options.threads);
  fmt::print(
      "{}: first step of weft train after {:.2f} s cold, {:.2f} s warm; peak resident {:.0f} "
      "MiB with the compiler\n",
      row.name, cold.seconds, warm.seconds, toMebibytes(warm.peakBytes));
}

/// Whether the reference agrees, or is not there.
bool measure(const StepCase &row, const Options &options) {
  TemporaryFolder folder;
  std::vector<std::string> compile = {
      driver::findPrefix() + "/bin/weft", "compile", "adaptive-span", "-q", "--gradients", "-o",
      folder.path + "/model.weft"};
  for (const std::string &setting : row.settings) {
    std::string key = setting.substr(0, setting.find('='));
    if (key == "optimizer" || key == "precision")
      compile.push_back("--" + setting);
    else if (!isTraining(key))
      compile.push_back(setting);
  }
  run(compile);
  auto weft = std::make_shared<Worker>([&] {
    auto model = std::make_shared<StepModel>(row, folder.path, options.threads);
    model->write();
    return model;
  });
  weft->getError(); // has written
  bool isThere = hasReference();
  std::shared_ptr<Worker> reference, planted;
  if (isThere) {
    reference = startReference(folder.path, options, false);
    planted = startReference(folder.path, options, true);
  }
  Probe probe(options.threads);
  driver::Config config = row.configure();
  RoundOptions limits = options.rounds;
  if (config.text("precision") == "bf16")
    limits.errorBound = roundedGradientBound;
  Rounds rounds(probe, limits);
  rounds.add("weft", weft);
  isThere ? rounds.add("reference", reference) : rounds.addAbsent("reference", "no PyTorch");
  double plantedError = isThere ? planted->getError() : 0;
  planted = nullptr;
  Report report = rounds.measure();
  const Report::Row &other = report.rows[1];
  auto tokens = double(config.integer("batch") * config.integer("block"));
  Quantiles ours = getQuantiles(report.rows[0].seconds), theirs = getQuantiles(other.seconds);
  Quantiles ratio = report.compare(0, 1);
  bool isQuiet = report.kept >= (options.isCheck ? 1 : fewestRounds);
  std::string name = row.name + (config.text("precision") == "bf16" ? ", bf16" : "");
  std::string speed = isQuiet ? fmt::format("{:.3f} | {:.0f}", ours.median, tokens / ours.median)
                              : "too busy | too busy";
  std::string rival = other.refusal + " | ";
  if (isThere && other.refusal.empty())
    rival = isQuiet ? fmt::format("{:.3f} | {:.2f} [{:.2f}-{:.2f}]", theirs.median, ratio.median,
                                  ratio.low, ratio.high)
                    : "too busy | too busy";
  double weftPeak = toMebibytes(weft->finish());
  double referencePeak = isThere ? toMebibytes(reference->finish()) : 0;
  fmt::print("| {} | {} | {} | {}/{} | {:.1e} | {:.0f} | {:.0f} |\n", name, speed, rival,
             report.kept, report.made, other.error, weftPeak, referencePeak);
  bool isCaught = !isThere || !(plantedError <= limits.errorBound);
  if (isThere)
    fmt::print("{}: control without positions: {}\n", row.name,
               isCaught ? fmt::format("refused: error {:.1e}", plantedError)
                        : "accepted, WHICH MUST NOT BE");
  printFirstStep(row, folder.path, options);
  std::fflush(stdout);
  return isCaught && (!isThere || other.refusal.empty());
}

Options parse(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string_view argument = argv[i];
    if (argument == "--check")
      options.isCheck = true, options.rounds.rounds = 2, options.rounds.disagreement = 1e9;
    else if (argument.starts_with("--case="))
      options.only = argument.substr(7);
    else if (!argument.starts_with("-") && argument.find('=') != std::string_view::npos)
      options.settings.emplace_back(argument);
    else if (!readNumber(argument, "--threads=", options.threads) &&
             !readNumber(argument, "--rounds=", options.rounds.rounds))
      driver::fail(ErrorCode::Usage, "usage: weft-bench-step [--threads=N] [--rounds=N] "
                                     "[--case=full-1|full-2|learned-1] [--check] [key=value ...]");
  }
  return options;
}

} // namespace

int main(int argc, char **argv) {
  try {
    Options options = parse(argc, argv);
    fmt::print(
        "adaptive span, one training step, {} threads; the reference computes in f32\n\n"
        "| case | weft s | tokens/s | reference s | times as fast | rounds | gradients within | "
        "weft MiB | reference MiB |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
        options.threads);
    bool isRight = true;
    for (const StepCase &row : getCases(options))
      isRight &= measure(row, options);
    return isRight ? 0 : 1;
  } catch (const driver::Failure &failure) {
    fmt::print(stderr, "weft-bench-step: error: {}\n", failure.status.message());
    return int(failure.status.code());
  }
}
