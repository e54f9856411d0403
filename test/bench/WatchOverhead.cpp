// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What watching the numbers of every step costs (test/bench/watch-overhead):
//
//   weft-watch-overhead RUN PAIRS [plant]
//
// The same update of a run's model, alone and with what Trainer::advance adds to it, by turns in
// one process and on one thread; each pair gives a ratio of processor times, and a median of ratios
// minds a busy machine little. What must hold is counted, not timed: the bytes that the watch
// touches against those that an update cannot do without. `plant` looks through all weights at each
// step, which both must show.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "tools/weft/Failure.h"
#include "tools/weft/Loading.h"
#include "tools/weft/ModelSource.h"
#include "tools/weft/NonFinite.h"
#include "tools/weft/Outliers.h"
#include "tools/weft/Updater.h"

using namespace weft;
using namespace weft::driver;

namespace {

/// Of this process, so that what else the machine does is left out.
double getSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

double getMedian(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + int64_t(values.size() / 2), values.end());
  return values[values.size() / 2];
}

class Overhead {
public:
  Overhead(const std::string &path, bool plants)
      : folder(path), facts(folder.readFacts()),
        config(ModelSource::find(facts.model).configure(folder.config(), {})),
        session{take(Module::load(folder.artifact(),
                                  openDevice({.name = "cpu", .options = "", .threads = 1}))),
                {}},
        updater(session, config), outliers(8, window), plants(plants) {
    session.model.params = take(initializeParams(session.module.manifest(), facts.seed));
    updater.start();
    auto [streams, length] = updater.getBlock();
    for (const char *name : {"tokens", "targets"}) {
      Tensor tokens = take(Tensor::zeros(DType::I32, {streams, length}));
      int32_t next = 0;
      for (int32_t &token : tokens.values<int32_t>())
        token = 32 + (next = (next * 5 + 3) % 95);
      blocks.emplace(name, tokens);
    }
    for (int64_t i = 0; i < window; ++i)
      outliers.judge(double(i % 7), double(i % 5));
  }

  /// The ratio of two updates that are the same, bit for bit: watched to alone.
  double measurePair(bool watchedFirst) {
    double watched = watchedFirst ? measure(true) : 0, alone = measure(false);
    return (watchedFirst ? watched : measure(true)) / alone;
  }
  double measure(bool isWatched) {
    ModelState start = session.model;
    double begin = getSeconds();
    isWatched ? updateWatched() : updateAlone();
    double seconds = getSeconds() - begin;
    session.model = start;
    return seconds;
  }
  /// Of the look through all weights before a save.
  double measureScan() const {
    double begin = getSeconds();
    if (!findNonFinite(session.model).empty())
      fail(ErrorCode::Numeric, "expects finite weights");
    return getSeconds() - begin;
  }
  int64_t getSavePeriod() const { return config.integer("checkpoint_every"); }

  /// Handles are copied twice a step: a tree's node with a name and a Tensor. The two windows are
  /// read twice each.
  double countWatchedBytes() const {
    size_t handles = 0;
    for (const TensorMap *map :
         {&session.model.params, &session.model.optimizer, &session.model.states})
      handles += map->size();
    double node = sizeof(TensorMap::value_type) + 4 * sizeof(void *) + 32;
    return 2 * double(handles) * node + 4 * double(window) * sizeof(double) +
           (plants ? countModelBytes() : 0);
  }
  /// An update reads and writes every weight and the optimizer's state, and writes and reads a
  /// gradient of each weight; products, activations and caches come on top.
  double countUpdateBytes() const {
    double params = 0;
    for (const auto &[name, tensor] : session.model.params)
      params += double(tensor.byteCount());
    return 2 * countModelBytes() + 2 * params;
  }

private:
  double countModelBytes() const {
    double bytes = 0;
    for (const TensorMap *map : {&session.model.params, &session.model.optimizer})
      for (const auto &[name, tensor] : *map)
        bytes += double(tensor.byteCount());
    return bytes;
  }

  void updateAlone() { updater.update(blocks, facts.seed); }
  /// As Trainer::advance.
  void updateWatched() {
    ModelState before = session.model;
    ModelState cleared = session.model;
    Updater::Outcome outcome = updater.update(blocks, facts.seed);
    if (!std::isfinite(outcome.loss) || !std::isfinite(outcome.gradientNorm))
      fail(ErrorCode::Numeric, "expects a finite loss and gradient");
    outliers.judge(outcome.loss, outcome.gradientNorm);
    if (plants)
      measureScan();
  }

  static constexpr int64_t window = 128;
  RunFolder folder;
  RunFacts facts;
  Config config;
  Session session;
  Updater updater;
  Outliers outliers;
  TensorMap blocks;
  bool plants;
};

int run(const std::string &path, int pairs, bool plants) {
  Overhead overhead(path, plants);
  overhead.measurePair(true); // the first touches fresh memory
  std::vector<double> ratios, steps, scans;
  for (int i = 0; i < pairs; ++i) {
    ratios.push_back(overhead.measurePair(i % 2 == 0));
    steps.push_back(overhead.measure(false));
    scans.push_back(overhead.measureScan());
  }
  double scan = getMedian(scans) / (getMedian(steps) * double(overhead.getSavePeriod()));
  double bytes = overhead.countWatchedBytes() / overhead.countUpdateBytes();
  fmt::print("watched to alone: {:+.3f} % of a step, median of {} pairs; weights before a save: "
             "{:.5f} % of the steps between saves\n",
             (getMedian(ratios) - 1) * 100, pairs, scan * 100);
  fmt::print("launches 0, waits 0; bytes {:.0f} of at least {:.0f}: {:.3f} %, at most 1 %\n",
             overhead.countWatchedBytes(), overhead.countUpdateBytes(), bytes * 100);
  return bytes <= 0.01 ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) {
  int pairs = argc > 2 ? std::atoi(argv[2]) : 0;
  if (pairs < 1)
    return fmt::print(stderr, "usage: weft-watch-overhead RUN PAIRS [plant]\n"), 2;
  try {
    return run(argv[1], pairs, argc > 3 && argv[3] == std::string_view("plant"));
  } catch (const Failure &failure) {
    fmt::print(stderr, "weft-watch-overhead: error: {}\n", failure.status.message());
    return int(failure.status.code());
  }
}
