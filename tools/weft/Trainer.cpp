// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <tuple>

#include "tools/weft/Failure.h"
#include "tools/weft/Measure.h"
#include "tools/weft/Spans.h"
#include "weft/Checkpoint.h"
#include "weft/Random.h"

using namespace weft;
using namespace weft::driver;

/// The compiled update of the model's step.
static constexpr const char *trainFunction = "step.train";
/// How errors name the text of corpus.valid.
static constexpr const char *heldOut = "the held-out text";

static volatile std::sig_atomic_t stopSignal = 0;

int driver::getStopSignal() { return stopSignal; }

void driver::listenForSignals() {
  struct sigaction action {};
  action.sa_handler = [](int number) { stopSignal = number; };
  // Once only: the second signal finds the default action and ends the process, which loses nothing
  // that was saved.
  action.sa_flags = int(SA_RESETHAND);
  for (int number : {SIGINT, SIGTERM, SIGHUP})
    sigaction(number, &action, nullptr);
}

static Optimizer makeOptimizer(const Session &session, const Config &config) {
  Schedule schedule = {.rate = config.number("lr"), .warmup = uint64_t(config.integer("warmup"))};
  std::map<std::string, double> hypers;
  for (const char *name : {"clip", "momentum", "beta1", "beta2"})
    hypers.emplace(name, config.number(name));
  return Optimizer(take(session.module.function(trainFunction)), schedule, hypers);
}

Trainer::Trainer(Session &session, const Config &config, const models::Corpus &corpus,
                 const RunFolder &folder, const RunFacts &facts)
    : session(session), config(config), corpus(corpus), folder(folder), facts(facts),
      optimizer(makeOptimizer(session, config)) {
  auto [streams, length] = session.getBlock(trainFunction);
  batches = take(models::Batches::make(corpus.train, streams, length, facts.data));
  // A held-out text that is too short ends the run here, not after the first thousand updates.
  measures = !corpus.valid.empty() && bool(session.module.function("eval"));
  if (measures) {
    auto [validStreams, validLength] = session.getBlock("eval");
    take(models::Batches::make(corpus.valid, validStreams, validLength, heldOut));
  }
  for (const char *name : {"tokens", "targets"})
    inputs.emplace(name, take(Tensor::zeros(DType::I32, {streams, length})));
}

int64_t Trainer::start(bool resume) {
  // A run that was ended before its first checkpoint begins again.
  if (resume && folder.hasCheckpoint()) {
    load();
    folder.trimMetrics(step());
    return step();
  }
  folder.trimMetrics(0);
  session.model.params = take(initializeParams(session.module.manifest(), facts.seed));
  session.model.optimizer = take(zeroOptimizer(optimizer.function().spec()));
  session.clearStates(trainFunction);
  return 0;
}

void Trainer::save() {
  Checkpoint checkpoint{session.model, {uint64_t(step()), facts.seed, {}, {}}};
  checkpoint.run.loader = {{"position", batches.place().position},
                           {"wraps", batches.place().wraps}};
  for (const Field &field : config.all())
    checkpoint.run.config.emplace(field.name, field.value);
  check(saveCheckpoint(folder.checkpoints(), checkpoint));
  savedStep = step();
}

void Trainer::load() {
  FoundCheckpoint found = take(loadLatestCheckpoint(folder.checkpoints()));
  for (const std::string &warning : found.warnings)
    fmt::print(stderr, "weft: warning: {}\n", warning);
  const RunRecord &run = found.checkpoint.run;
  check(verifyParams(session.module.manifest(), found.checkpoint.model.params).within(found.path));
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

StepFacts Trainer::update() {
  auto begin = std::chrono::steady_clock::now();
  if (batches.atEnd()) {
    batches.wrap(facts.seed);
    session.clearStates(trainFunction);
  }
  batches.read(inputs.at("tokens"), inputs.at("targets"));
  TensorMap arguments = inputs;
  for (const TensorSpec &argument : optimizer.function().spec().arguments)
    if (argument.role == "key")
      arguments.emplace(argument.key, take(makeKey(facts.seed, uint64_t(step()) + 1)));
  StepFacts result;
  result.learningRate = optimizer.rate();
  TensorMap outputs = take(optimizer.update(arguments, session.model));

  result.step = step();
  result.loss = outputs.at("loss").item();
  result.gradientNorm = outputs.contains("grad_norm") ? outputs.at("grad_norm").item() : 0;
  result.tokens = inputs.at("tokens").size();
  if (auto spans = summarise(measureSpans(session.module.manifest(), session.model.params)))
    std::tie(result.meanSpan, result.maxSpan) = *spans;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (!std::isfinite(result.loss) || !std::isfinite(result.gradientNorm))
    fail(ErrorCode::Numeric,
         "step {}: expects a finite loss and gradient, got {} and {}; the newest checkpoint is of "
         "step {}; a smaller "
         "lr or clip may help",
         step(), result.loss, result.gradientNorm,
         savedStep < 0 ? "none" : std::to_string(savedStep));
  return result;
}

int Trainer::run(ReportStyle style, double minutes) {
  int64_t steps = config.integer("steps");
  if (step() >= steps) {
    fmt::print(stderr, "the run stands at step {} of {}; steps=N goes on\n", step(), steps);
    return 0;
  }
  bool bytes = corpus.vocabulary.isBytes();
  auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(minutes * 60);
  listenForSignals();
  Report report(style, steps, bytes, folder.metrics());
  bool stop = false;
  while (step() < steps && !stop) {
    report.step(update());
    stop = getStopSignal() != 0 || (minutes > 0 && std::chrono::steady_clock::now() >= deadline);
    bool last = stop || step() == steps;
    if (measures && getStopSignal() == 0 && (last || step() % config.integer("valid_every") == 0))
      report.validation(
          step(), measure(session, corpus.valid, heldOut, config.integer("valid_blocks")).loss);
    if (last || step() % config.integer("checkpoint_every") == 0)
      save();
  }
  report.finish();
  if (int number = getStopSignal()) {
    report.note(fmt::format("stopped at step {}; saved; --resume goes on", step()));
    return 128 + number;
  }
  return 0;
}
