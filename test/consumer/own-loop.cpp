// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A training loop of one's own: compiled steps, a schedule, a moving average, checkpoints. The loop
// is stopped in the middle and goes on from its checkpoint; the end must be that of a run that was
// not stopped, bit for bit, and the loss must have fallen.
//
//   own-loop segments.weft FOLDER [no-count|no-average]     a word: make this mistake, be noticed
#include "common.h"

using namespace weft;

static constexpr uint64_t steps = 60, half = 30;

struct Loop {
  Loop(const Module &module)
      : optimizer(
            take(module.function("step.train")),
            Schedule{.kind = Schedule::Kind::Cosine, .rate = 0.05, .warmup = 5, .total = steps},
            {{"clip", 1}, {"beta1", 0.9}, {"beta2", 0.99}, {"weight_decay", 0.01}, {"ema", 0.9}}) {
    model = take(initializeModel(module.manifest(), "step.train", 7));
  }

  double run(uint64_t until) {
    double loss = 0;
    while (optimizer.updates() < until)
      loss = take(optimizer.update(makeBlocks(3, 5, 6, int64_t(optimizer.updates())), model))
                 .at("loss")
                 .item();
    return loss;
  }

  Optimizer optimizer;
  ModelState model;
};

int main(int argc, char **argv) {
  if (argc < 3)
    return 2;
  std::string folder = argv[2], mistake = argc > 3 ? argv[3] : "";
  Module module = take(Module::load(argv[1], take(Device::open("cpu", "threads=2"))));
  Loop whole(module);
  double first = whole.run(1), last = whole.run(steps);

  Loop stopped(module);
  stopped.run(half);
  check(saveCheckpoint(folder, {stopped.model, {half, 7, {}, {}}}));

  Loop resumed(module);
  FoundCheckpoint found = take(loadLatestCheckpoint(folder));
  resumed.model = found.checkpoint.model;
  if (mistake != "no-count")
    resumed.optimizer.setUpdates(found.checkpoint.run.step);
  if (mistake == "no-average")
    check(startAverages(resumed.model));
  resumed.run(steps);
  double difference = distance(resumed.model, whole.model);
  double lag = distance(take(getAverages(whole.model)), whole.model.params);
  std::printf("loss %.4f -> %.4f, resumed differs by %g, average lags by %.2g\n", first, last,
              difference, lag);
  return last < first / 4 && difference == 0 && lag > 0 ? 0 : 1;
}
