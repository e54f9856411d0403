// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <tuple>

#include "tools/weft/DataSource.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Measure.h"
#include "tools/weft/Signals.h"
#include "tools/weft/Spans.h"

using namespace weft;
using namespace weft::driver;

/// The sign of NaN means nothing.
static std::string describe(const StepFacts &facts) {
  auto show = [](double value) { return std::isnan(value) ? "nan" : fmt::format("{}", value); };
  return fmt::format("loss {} and gradient norm {}", show(facts.loss), show(facts.gradientNorm));
}

/// Skipped steps in a row after which the weights, not the text, must be the reason.
static constexpr int maxSkipped = 10;

Trainer::Trainer(Session &session, const Config &config, const models::Corpus &corpus,
                 const RunFolder &folder, const RunFacts &facts, NanPolicy nan)
    : session(session), config(config), corpus(corpus), folder(folder), facts(facts), nan(nan),
      updater(session, config),
      outliers(config.number("outlier_z"), config.integer("outlier_window")) {
  auto [streams, length] = updater.getBlock();
  checkRecords(corpus, length);
  bool areRecords = corpus.record > 0;
  batches = take(models::Batches::make(
      corpus.train.ids, streams, length, facts.data,
      {.areRecords = areRecords, .shuffle = facts.seed, .labels = corpus.train.labels}));
  // Targets below 0 would be rows of a table that are not there.
  std::vector<TensorSpec> results = take(session.module.function("step.grad")).spec().results;
  auto isCount = [](const TensorSpec &result) { return result.name == "counted"; };
  if (!corpus.train.labels.empty() && std::none_of(results.begin(), results.end(), isCount))
    fail(ErrorCode::Usage,
         "{}: the text has labels for some of its words, which belong to models whose step has an "
         "output 'counted'; {} has none",
         facts.data, facts.model);
  // A held-out text that is too short ends the run here, not after the first thousand updates.
  heldOut = corpus.valid;
  heldOut.origin = "the held-out text";
  measures = !heldOut.ids.empty() && bool(session.module.function("eval"));
  if (measures) {
    auto [validStreams, validLength] = session.getBlock("eval");
    checkRecords(corpus, validLength);
    take(models::Batches::make(heldOut.ids, validStreams, validLength, heldOut.origin,
                               {.areRecords = areRecords, .labels = heldOut.labels}));
  }
}

int64_t Trainer::start(bool resume) {
  folder.removeStale();
  // A run that was ended before its first checkpoint begins again.
  if (resume && folder.hasCheckpoint()) {
    load();
    Metrics kept = folder.trimMetrics(step());
    lacksMeasurement = !kept.isMeasured;
    skippedSteps = kept.skipped;
    check(checkSpace(folder.checkpoints(), session.model));
    return step();
  }
  folder.trimMetrics(0);
  session.model.params = take(initializeParams(session.module.manifest(), facts.seed));
  updater.start();
  check(checkSpace(folder.path(), session.model));
  save();
  return 0;
}

Checkpoint Trainer::makeCheckpoint() const {
  Checkpoint checkpoint{session.model, {uint64_t(step()), facts.seed, {}, {}}};
  checkpoint.run.loader = {{"position", batches.place().position},
                           {"wraps", batches.place().wraps}};
  for (const Field &field : config.all())
    checkpoint.run.config.emplace(field.name, field.value);
  outliers.save(checkpoint.model.states);
  updater.saveScale(checkpoint.model.states);
  return checkpoint;
}

void Trainer::save() {
  if (std::string name = findNonFinite(session.model); !name.empty())
    stopNonFinite(
        fmt::format("step {}: expects finite weights, got another value in {}", step(), name),
        false);
  check(saveCheckpoint(folder.checkpoints(), makeCheckpoint(), int(config.integer("keep"))));
  savedStep = step();
}

void Trainer::load() {
  FoundCheckpoint found = take(loadLatestCheckpoint(folder.checkpoints()));
  for (const std::string &warning : found.warnings)
    fmt::print(stderr, "weft: warning: {}\n", warning);
  const RunRecord &run = found.checkpoint.run;
  check(verifyParams(session.module.manifest(), found.checkpoint.model.params).within(found.path));
  if (run.seed != facts.seed)
    fail(ErrorCode::File, "{}: expects seed {} of the run, got {}", found.path, facts.seed,
         run.seed);
  auto getPlace = [&](const char *name) {
    auto value = run.loader.find(name);
    if (value == run.loader.end())
      fail(ErrorCode::File, "{}: expects the loader's {}", found.path, name);
    return value->second;
  };
  check(batches.seek({getPlace("position"), getPlace("wraps")}).within(found.path));
  check(outliers.load(found.checkpoint.model.states).within(found.path));
  check(updater.loadScale(found.checkpoint.model.states, run.step).within(found.path));
  session.model = std::move(found.checkpoint.model);
  updater.setUpdates(run.step);
  savedStep = int64_t(run.step);
}

void Trainer::readBlocks() {
  auto [streams, length] = updater.getBlock();
  if (step() < config.integer("short_steps"))
    length = config.integer("short_block");
  if (blocks.empty() || blocks.at("tokens").shape()[1] != length) {
    batches.setBlock(length);
    for (const char *name : {"tokens", "targets"})
      blocks.insert_or_assign(name, take(Tensor::zeros(DType::I32, {streams, length})));
  }
  if (batches.atEnd()) {
    batches.wrap(facts.seed);
    updater.clearStates();
  }
  batches.read(blocks.at("tokens"), blocks.at("targets"));
}

StepFacts Trainer::update() {
  auto begin = std::chrono::steady_clock::now();
  StepFacts result;
  result.learningRate = updater.rate();
  Updater::Outcome outcome = updater.update(blocks, facts.seed);

  result.step = step();
  result.loss = outcome.loss;
  result.gradientNorm = outcome.gradientNorm;
  if (outcome.lossScale > 0)
    result.lossScale = outcome.lossScale;
  isOverflow = outcome.isOverflow;
  result.tokens = blocks.at("tokens").size();
  if (auto spans = summarise(measureSpans(session.module.manifest(), session.model.params)))
    std::tie(result.meanSpan, result.maxSpan) = *spans;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

void Trainer::advance(Report &report) {
  models::Batches::Place place = batches.place();
  // Handles: the tensors themselves are not copied. Weights only where a finite step may be taken
  // back, since what others hold is not updated in place.
  TensorMap before = session.model.states;
  readBlocks();
  ModelState cleared;
  cleared.states = session.model.states;
  if (outliers.isOn())
    cleared = session.model;
  StepFacts result = update();
  if (std::isfinite(result.loss) && std::isfinite(result.gradientNorm)) {
    skipped = 0;
    std::string reason = outliers.judge(result.loss, result.gradientNorm);
    if (reason.empty()) {
      report.step(result);
    } else {
      // The caches are sound and move on with the text; those of the block before would make the
      // next step an outlier.
      session.model.params = cleared.params;
      session.model.optimizer = cleared.optimizer;
      report.skip(result.step, reason);
    }
    return;
  }
  if (isOverflow) {
    // The caches are sound: the way forward knows nothing of the scale. The update left the rest.
    report.skip(result.step, fmt::format("gradients beyond f16 at loss scale {}, which is halved",
                                         *result.lossScale));
    return;
  }
  if (nan == NanPolicy::Skip && ++skipped <= maxSkipped) {
    session.model.states = cleared.states;
    report.skip(result.step, describe(result));
    return;
  }
  session.model.states = before;
  check(batches.seek(place));
  updater.setUpdates(uint64_t(result.step) - 1);
  stopNonFinite(fmt::format("step {}: expects a finite loss and gradient, got {}", result.step,
                            describe(result)),
                true);
}

void Trainer::stopNonFinite(const std::string &what, bool wasUpdate) {
  std::string text = what;
  if (skipped > maxSkipped)
    text += fmt::format(", after {} skipped steps", maxSkipped);
  if (nan == NanPolicy::Trace && wasUpdate) {
    Session traced{take(Module::load(session.module.artifact(), openTraceDevice())), session.model};
    Updater again(traced, config);
    again.setUpdates(updater.updates());
    TensorMap scale;
    updater.saveScale(scale);
    check(again.loadScale(scale, updater.updates() + 1));
    text += "; " + traceNonFinite([&] { again.update(blocks, facts.seed); });
  }
  // Beside the checkpoints, never among them: the newest good one stays the newest.
  Status saved = saveCheckpoint(folder.diagnostic(), makeCheckpoint());
  text += saved ? fmt::format("; the state to look at is {}/step-{}", folder.diagnostic(), step())
                : fmt::format("; the state could not be saved: {}", saved.message());
  fail(ErrorCode::Numeric,
       "{}; the newest checkpoint is of step {}; a smaller lr or clip may help{}", text,
       savedStep < 0 ? "none" : std::to_string(savedStep),
       nan == NanPolicy::Trace ? "" : ", --nan=trace names the op that began it");
}

void Trainer::validate(Report &report) {
  try {
    Measurement result =
        measure(session, heldOut,
                {.limit = config.integer("valid_blocks"), .areRecords = corpus.record > 0},
                [](int64_t, int64_t) { return getStopSignal() == 0; });
    if (result.isComplete)
      report.validation(step(), result.loss, result.accuracy);
  } catch (const Failure &failure) {
    // The first measurement takes memory of its own; the steps before it are not lost for that.
    if (failure.status.code() == ErrorCode::Resource && savedStep < step()) {
      report.flush();
      save();
    }
    throw;
  }
}

int Trainer::run(ReportStyle style, double minutes) {
  try {
    return runSteps(style, minutes);
  } catch (const Failure &failure) {
    ErrorCode code = failure.status.code();
    if (code != ErrorCode::Device && code != ErrorCode::Resource)
      throw;
    // Of a device nothing can be saved: what is newer than the checkpoint was the device's.
    fail(code, "{}; the newest checkpoint is of step {}, --resume goes on from it",
         failure.status.message(), savedStep);
  }
}

int Trainer::runSteps(ReportStyle style, double minutes) {
  int64_t steps = config.integer("steps");
  auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(minutes * 60);
  listenForStopSignals();
  Report report(style, steps, corpus.vocabulary.isBytes(), folder.metrics(), skippedSteps);
  if (measures && lacksMeasurement && step() > 0 && (isDue("valid_every") || step() >= steps))
    validate(report);
  if (step() >= steps)
    fmt::print(stderr, "the run stands at step {} of {}; steps=N goes on\n", step(), steps);
  bool stop = getStopSignal() != 0;
  while (step() < steps && !stop) {
    advance(report);
    Status text = corpus.verifyUnchanged();
    bool last = step() == steps || (minutes > 0 && std::chrono::steady_clock::now() >= deadline);
    if (measures && getStopSignal() == 0 && (last || isDue("valid_every")))
      validate(report);
    stop = last || !text || getStopSignal() != 0;
    if (takeSaveRequest() || stop || isDue("checkpoint_every")) {
      report.flush();
      save();
    }
    check(text.within(fmt::format("stopped at step {}, saved", step())));
  }
  report.finish();
  if (int number = getStopSignal()) {
    report.note(fmt::format("stopped at step {}; saved; --resume goes on", step()));
    return 128 + number;
  }
  return 0;
}
