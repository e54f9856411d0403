// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <tuple>

#include "tools/weft/Failure.h"
#include "tools/weft/Measure.h"
#include "tools/weft/Signals.h"
#include "tools/weft/Spans.h"
#include "weft/Random.h"

using namespace weft;
using namespace weft::driver;

/// The compiled update of the model's step.
static constexpr const char *trainFunction = "step.train";
/// How errors name the text of corpus.valid.
static constexpr const char *heldOut = "the held-out text";

/// The sign of NaN means nothing.
static std::string describe(const StepFacts &facts) {
  auto show = [](double value) { return std::isnan(value) ? "nan" : fmt::format("{}", value); };
  return fmt::format("loss {} and gradient norm {}", show(facts.loss), show(facts.gradientNorm));
}

/// Skipped steps in a row after which the weights, not the text, must be the reason.
static constexpr int maxSkipped = 10;

static Optimizer makeOptimizer(const Module &module, const Config &config) {
  Schedule schedule = {.rate = config.number("lr"), .warmup = uint64_t(config.integer("warmup"))};
  std::map<std::string, double> hypers;
  for (const char *name : {"clip", "momentum", "beta1", "beta2"})
    hypers.emplace(name, config.number(name));
  return Optimizer(take(module.function(trainFunction)), schedule, hypers);
}

Trainer::Trainer(Session &session, const Config &config, const models::Corpus &corpus,
                 const RunFolder &folder, const RunFacts &facts, NanPolicy nan)
    : session(session), config(config), corpus(corpus), folder(folder), facts(facts), nan(nan),
      optimizer(makeOptimizer(session.module, config)) {
  auto [streams, length] = session.getBlock(trainFunction);
  batches = take(models::Batches::make(corpus.train, streams, length, facts.data));
  // A held-out text that is too short ends the run here, not after the first thousand updates.
  measures = !corpus.valid.empty() && bool(session.module.function("eval"));
  if (measures) {
    auto [validStreams, validLength] = session.getBlock("eval");
    take(models::Batches::make(corpus.valid, validStreams, validLength, heldOut));
  }
  for (const char *name : {"tokens", "targets"})
    blocks.emplace(name, take(Tensor::zeros(DType::I32, {streams, length})));
}

int64_t Trainer::start(bool resume) {
  folder.removeStale();
  // A run that was ended before its first checkpoint begins again.
  if (resume && folder.hasCheckpoint()) {
    load();
    lacksMeasurement = !folder.trimMetrics(step());
    check(checkSpace(folder.checkpoints(), session.model));
    return step();
  }
  folder.trimMetrics(0);
  session.model.params = take(initializeParams(session.module.manifest(), facts.seed));
  session.model.optimizer = take(zeroOptimizer(optimizer.function().spec()));
  session.clearStates(trainFunction);
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
  return checkpoint;
}

void Trainer::save() {
  if (std::string name = findNonFinite(session.model); !name.empty())
    stopNonFinite(
        fmt::format("step {}: expects finite weights, got another value in {}", step(), name), {});
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
  session.model = std::move(found.checkpoint.model);
  optimizer.setUpdates(run.step);
  savedStep = int64_t(run.step);
}

TensorMap Trainer::readInputs() {
  if (batches.atEnd()) {
    batches.wrap(facts.seed);
    session.clearStates(trainFunction);
  }
  batches.read(blocks.at("tokens"), blocks.at("targets"));
  TensorMap inputs = blocks;
  for (const TensorSpec &argument : optimizer.function().spec().arguments)
    if (argument.role == "key")
      inputs.emplace(argument.key, take(makeKey(facts.seed, uint64_t(step()) + 1)));
  return inputs;
}

StepFacts Trainer::update(const TensorMap &inputs) {
  auto begin = std::chrono::steady_clock::now();
  StepFacts result;
  result.learningRate = optimizer.rate();
  TensorMap outputs = take(optimizer.update(inputs, session.model));

  result.step = step();
  result.loss = outputs.at("loss").item();
  result.gradientNorm = outputs.contains("grad_norm") ? outputs.at("grad_norm").item() : 0;
  result.tokens = blocks.at("tokens").size();
  if (auto spans = summarise(measureSpans(session.module.manifest(), session.model.params)))
    std::tie(result.meanSpan, result.maxSpan) = *spans;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

void Trainer::advance(Report &report) {
  models::Batches::Place place = batches.place();
  ModelState before = session.model; // handles: the tensors themselves are not copied
  TensorMap inputs = readInputs();
  ModelState cleared = session.model;
  StepFacts result = update(inputs);
  if (std::isfinite(result.loss) && std::isfinite(result.gradientNorm)) {
    skipped = 0;
    report.step(result);
    return;
  }
  if (nan == NanPolicy::Skip && ++skipped <= maxSkipped) {
    session.model = cleared;
    report.skip(result.step, describe(result));
    return;
  }
  session.model = before;
  check(batches.seek(place));
  optimizer.setUpdates(uint64_t(result.step) - 1);
  stopNonFinite(fmt::format("step {}: expects a finite loss and gradient, got {}", result.step,
                            describe(result)),
                inputs);
}

void Trainer::stopNonFinite(const std::string &what, const TensorMap &inputs) {
  std::string text = what;
  if (skipped > maxSkipped)
    text += fmt::format(", after {} skipped steps", maxSkipped);
  if (nan == NanPolicy::Trace && !inputs.empty()) {
    Module module = take(Module::load(session.module.artifact(), openTraceDevice()));
    Optimizer again = makeOptimizer(module, config);
    again.setUpdates(optimizer.updates());
    text += "; " + traceNonFinite(again, inputs, session.model);
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
  Measurement result = measure(session, corpus.valid, heldOut, config.integer("valid_blocks"),
                               [](int64_t, int64_t) { return getStopSignal() == 0; });
  if (result.isComplete)
    report.validation(step(), result.loss);
}

int Trainer::run(ReportStyle style, double minutes) {
  int64_t steps = config.integer("steps");
  auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(minutes * 60);
  listenForStopSignals();
  Report report(style, steps, corpus.vocabulary.isBytes(), folder.metrics());
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
