// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/PlayTrainer.h"

#include <chrono>
#include <cmath>

#include "tools/weft/Failure.h"
#include "tools/weft/NonFinite.h"
#include "tools/weft/Signals.h"
#include "weft/Checkpoint.h"

using namespace weft;
using namespace weft::driver;

std::optional<double> driver::getRightPart(const Score &score) {
  if (score.choices == 0)
    return std::nullopt;
  return double(score.rightChoices) / double(score.choices);
}

PlayTrainer::PlayTrainer(Session &session, const Config &config, const std::string &world,
                         const RunFolder &folder, const RunFacts &facts)
    : session(session), config(config), folder(folder), facts(facts),
      actor(session, config, world, facts.seed) {
  // A run ends, is measured and is saved where all episodes have ended.
  if (int64_t blocks = actor.blocksOfEpisode(); config.integer("steps") % blocks != 0)
    fail(ErrorCode::Usage, "steps expects a multiple of the {} blocks of an episode, got {}",
         blocks, config.integer("steps"));
}

int64_t PlayTrainer::start(bool resume) {
  folder.removeStale();
  if (!resume || !folder.hasCheckpoint()) {
    folder.trimMetrics(0);
    session.model.params = take(initializeParams(session.module.manifest(), facts.seed));
    actor.start();
    check(checkSpace(folder.path(), session.model));
    save();
    return 0;
  }
  FoundCheckpoint found = take(loadLatestCheckpoint(folder.checkpoints()));
  for (const std::string &warning : found.warnings)
    fmt::print(stderr, "weft: warning: {}\n", warning);
  const RunRecord &run = found.checkpoint.run;
  check(verifyParams(session.module.manifest(), found.checkpoint.model.params).within(found.path));
  if (run.seed != facts.seed)
    fail(ErrorCode::File, "{}: expects seed {} of the run, got {}", found.path, facts.seed,
         run.seed);
  session.model = std::move(found.checkpoint.model);
  actor.setUpdates(run.step);
  savedStep = int64_t(run.step);
  if (!actor.isBetween())
    fail(ErrorCode::File, "{}: expects a step between two episodes of {} blocks, got {}",
         found.path, actor.blocksOfEpisode(), run.step);
  folder.trimMetrics(step());
  check(checkSpace(folder.checkpoints(), session.model));
  return step();
}

void PlayTrainer::save() {
  if (std::string name = findNonFinite(session.model); !name.empty())
    fail(ErrorCode::Numeric,
         "step {}: expects finite weights, got another value in {}; the newest checkpoint is of "
         "step {}; a smaller lr or clip may help",
         step(), name, savedStep < 0 ? "none" : std::to_string(savedStep));
  // States begin anew with the next episodes.
  Checkpoint checkpoint{{session.model.params, session.model.optimizer, {}},
                        {uint64_t(step()), facts.seed, {}, {}}};
  for (const Field &field : config.all())
    checkpoint.run.config.emplace(field.name, field.value);
  check(saveCheckpoint(folder.checkpoints(), checkpoint, int(config.integer("keep"))));
  savedStep = step();
}

void PlayTrainer::advance(Report &report) {
  auto begin = std::chrono::steady_clock::now();
  StepFacts result;
  result.learningRate = actor.rate();
  ActorCritic::Outcome outcome = actor.update();
  result.step = step();
  result.loss = outcome.loss;
  result.gradientNorm = outcome.gradientNorm;
  result.tokens = actor.streams() * actor.blockSize();
  result.reward = outcome.score.reward / double(actor.streams() * actor.blockSize()) *
                  double(actor.episodeSteps());
  result.right = getRightPart(outcome.score);
  result.entropy = outcome.entropy;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (!std::isfinite(result.loss) || !std::isfinite(result.gradientNorm))
    fail(ErrorCode::Numeric,
         "step {}: expects a finite loss and gradient, got loss {} and gradient norm {}; the "
         "newest checkpoint is of step {}; a smaller lr or clip may help",
         step(), result.loss, result.gradientNorm, savedStep);
  report.step(result);
}

void PlayTrainer::validate(Report &report) {
  int64_t rounds = config.integer("valid_blocks");
  Score score = actor.measure(models::TaskPart::Valid, rounds);
  report.episodes(step(), score.reward / double(rounds * actor.streams()), getRightPart(score));
}

int PlayTrainer::run(ReportStyle style, double minutes) {
  int64_t steps = config.integer("steps");
  auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(minutes * 60);
  listenForStopSignals();
  Report report(style, steps, /*bytes=*/false, folder.metrics());
  if (step() >= steps)
    fmt::print(stderr, "the run stands at step {} of {}; steps=N goes on\n", step(), steps);
  bool stop = getStopSignal() != 0;
  while (step() < steps && !stop) {
    advance(report);
    if (!actor.isBetween())
      continue;
    bool last = step() >= steps || (minutes > 0 && std::chrono::steady_clock::now() >= deadline);
    if (getStopSignal() == 0 && (last || isDue("valid_every")))
      validate(report);
    stop = last || getStopSignal() != 0;
    if (takeSaveRequest() || stop || isDue("checkpoint_every")) {
      report.flush();
      save();
    }
  }
  report.finish();
  if (int number = getStopSignal()) {
    report.note(fmt::format("stopped at step {}; saved; --resume goes on", step()));
    return 128 + number;
  }
  return 0;
}
