// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Updater.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/ranges.h>

#include "tools/weft/Failure.h"
#include "weft/Average.h"
#include "weft/Random.h"
#include "weft/Tape.h"

using namespace weft;
using namespace weft::driver;

static Schedule makeSchedule(const Config &config) {
  static const std::map<std::string, Schedule::Kind> kinds = {
      {"constant", Schedule::Kind::Constant},
      {"cosine", Schedule::Kind::Cosine},
      {"rsqrt", Schedule::Kind::InverseSqrt}};
  Schedule schedule = {.kind = kinds.at(config.text("schedule")),
                       .rate = config.number("lr"),
                       .warmup = uint64_t(config.integer("warmup"))};
  if (schedule.kind == Schedule::Kind::Cosine) {
    int64_t end = config.integer("decay_steps");
    schedule.total = uint64_t(end > 0 ? end : config.integer("steps"));
    schedule.floor = config.number("lr_floor");
  }
  return schedule;
}

Optimizer driver::makeOptimizer(const Session &session, const Config &config,
                                const std::string &function) {
  std::map<std::string, double> hypers;
  for (const char *name : {"clip", "momentum", "beta1", "beta2", "weight_decay", "ema"})
    hypers.emplace(name, config.number(name));
  return Optimizer(take(session.module.function(function)), makeSchedule(config), hypers);
}

void driver::checkTraining(const Config &config) {
  auto isIn = [](const std::string &value, std::initializer_list<const char *> list) {
    return std::find(list.begin(), list.end(), value) != list.end();
  };
  /// A key that is not at `idle` needs one of these values of another key.
  auto require = [&](const char *key, double idle, const char *other,
                     std::initializer_list<const char *> wanted) {
    if (config.number(key) != idle && !isIn(config.text(other), wanted))
      fail(ErrorCode::Usage, "{} belongs to {} {}, got {} {}", key, other,
           fmt::join(wanted, " and "), other, config.text(other));
  };
  require("momentum", 0, "optimizer", {"sgd"});
  require("beta1", 0.9, "optimizer", {"adam", "adamw"});
  require("beta2", 0.999, "optimizer", {"adam", "adamw"});
  require("weight_decay", 0, "optimizer", {"adamw"});
  require("decay_steps", 0, "schedule", {"cosine"});
  require("lr_floor", 0, "schedule", {"cosine"});
  require("loss_scale", 65536, "precision", {"f16"});
  require("loss_scale_steps", 1000, "precision", {"f16"});
  if (config.text("epsilon_hat") == "true" && !isIn(config.text("optimizer"), {"adam", "adamw"}))
    fail(ErrorCode::Usage, "epsilon_hat belongs to optimizer adam and adamw, got optimizer {}",
         config.text("optimizer"));
  if (config.integer("outlier_window") != 128 && config.number("outlier_z") == 0)
    fail(ErrorCode::Usage, "outlier_window belongs to outlier_z above 0, got outlier_z 0");
  bool isShort = config.has("short_block") && config.integer("short_block") > 0;
  if (config.integer("short_steps") > 0 && !isShort)
    fail(ErrorCode::Usage,
         "short_steps belongs to a model with a field short_block above 0, got {}",
         config.has("short_block") ? "short_block " + config.text("short_block") : "none");
  for (const char *key : {"momentum", "beta1", "beta2", "ema"})
    if (config.number(key) >= 1)
      fail(ErrorCode::Usage, "{} expects a number of at least 0 and below 1, got {}", key,
           config.text(key));
  check(checkSchedule(makeSchedule(config)));
}

void driver::checkResumed(const Config &config, const Config &before) {
  auto refuse = [&](const char *key) {
    fail(ErrorCode::Usage,
         "{} is compiled into the run, which has {}, got {}; train into another --out DIR", key,
         before.text(key), config.text(key));
  };
  for (const char *key : {"optimizer", "epsilon_hat", "accumulate", "precision"})
    if (config.text(key) != before.text(key))
      refuse(key);
  if ((config.number("ema") > 0) != (before.number("ema") > 0))
    refuse("ema");
  if (config.text("loss_scale") != before.text("loss_scale"))
    fail(ErrorCode::Usage,
         "loss_scale is where a run begins, which goes on with the scale of its checkpoint; it "
         "began with {}, got {}; leave it out, or train into another --out DIR",
         before.text("loss_scale"), config.text("loss_scale"));
}

Config driver::getTraced(const Config &config) {
  int64_t parts = config.integer("accumulate");
  if (parts == 1)
    return config;
  if (!config.has("batch") || config.integer("batch") % parts != 0)
    fail(ErrorCode::Usage,
         "accumulate = {} expects a model with a field batch that it divides, got {}", parts,
         config.has("batch") ? "batch = " + config.text("batch") : "none");
  Config traced = config;
  traced.set("batch", std::to_string(config.integer("batch") / parts), "accumulate");
  return traced;
}

static bool takesScale(const FunctionSpec &spec) {
  return std::any_of(spec.arguments.begin(), spec.arguments.end(), [](const TensorSpec &argument) {
    return argument.role == "hyper" && argument.name == "loss_scale";
  });
}

Updater::Updater(Session &session, const Config &config)
    : session(session), parts(config.integer("accumulate")),
      function(take(session.module.function(parts == 1 ? "step.train" : "step.grad"))),
      optimizer(makeOptimizer(session, config, parts == 1 ? "step.train" : "update")),
      isScaled(takesScale(function.spec())),
      scale(config.number("loss_scale"), uint64_t(config.integer("loss_scale_steps"))) {}

std::pair<int64_t, int64_t> Updater::getBlock() const {
  auto [streams, length] = session.getBlock(function.spec().name);
  return {streams * parts, length};
}

void Updater::start() {
  session.model.optimizer = take(zeroOptimizer(optimizer.function().spec()));
  check(startAverages(session.model));
  clearStates();
}

/// No state of a model has such a name: they begin with the function's.
static constexpr const char *scaleName = "#loss_scale";

void Updater::addScale(const FunctionSpec &spec, TensorMap &inputs) const {
  if (!isScaled)
    return;
  for (const TensorSpec &argument : spec.arguments) {
    if (argument.role != "hyper")
      continue;
    // Weights have not moved in the steps that were skipped: a moment that Adam would correct for
    // them was never added.
    if (argument.name == "step")
      inputs.insert_or_assign(argument.key,
                              take(Tensor::scalar(float(updates() + 1 - scale.skippedSteps()))));
    if (argument.name == "loss_scale")
      inputs.insert_or_assign(argument.key, take(Tensor::scalar(float(scale.value()))));
  }
}

void Updater::judgeScale(Outcome &outcome) {
  if (!isScaled)
    return;
  outcome.lossScale = scale.value();
  // A loss that is not finite left f16 on the way forward: no scale helps.
  if (!std::isfinite(outcome.loss))
    return;
  bool isFinite = std::isfinite(outcome.gradientNorm);
  outcome.isOverflow = scale.judge(isFinite) && !isFinite;
}

void Updater::saveScale(TensorMap &states) const {
  if (!isScaled)
    return;
  Tensor tensor = take(Tensor::zeros(DType::F64, {3}));
  std::span<double> values = tensor.values<double>();
  values[0] = scale.value();
  values[1] = double(scale.goodSteps());
  values[2] = double(scale.skippedSteps());
  states.insert_or_assign(scaleName, tensor);
}

Status Updater::loadScale(TensorMap &states, uint64_t step) {
  if (!isScaled)
    return {};
  auto found = states.find(scaleName);
  if (found == states.end() || found->second.dtype() != DType::F64 ||
      found->second.shape() != Shape{3})
    return Status(
        ErrorCode::File,
        fmt::format("`{}` expects f64 [3]: the scale, its good and its skipped steps", scaleName));
  std::span<double> saved = found->second.values<double>();
  if (Status status = scale.restore(saved[0], saved[1], saved[2]); !status)
    return status.within(fmt::format("`{}`", scaleName));
  if (scale.skippedSteps() > step || scale.goodSteps() > step)
    return Status(
        ErrorCode::File,
        fmt::format("`{}` expects at most the {} steps of the run as good and as skipped, "
                    "got {} and {}",
                    scaleName, step, scale.goodSteps(), scale.skippedSteps()));
  states.erase(found);
  return {};
}

/// The name of a state of micro-batch i.
static std::string getPartName(const std::string &state, int64_t i) {
  return i == 0 ? state : fmt::format("{}#{}", state, i);
}

void Updater::clearStates() {
  session.clearStates(function.spec().name);
  for (const TensorSpec &argument : function.spec().arguments)
    if (argument.role == "state")
      for (int64_t i = 1; i < parts; ++i)
        session.model.states[getPartName(argument.target, i)] =
            take(session.model.states.at(argument.target).clone());
}

/// Rows [start, start + rows) of a tensor [B, M].
static Tensor takeRows(const Tensor &tensor, int64_t start, int64_t rows) {
  int64_t length = tensor.shape()[1];
  Tensor part = take(Tensor::zeros(tensor.dtype(), {rows, length}));
  std::copy_n(tensor.values<int32_t>().data() + start * length, rows * length,
              part.values<int32_t>().data());
  return part;
}

static void addKey(const FunctionSpec &function, uint64_t seed, uint64_t count, TensorMap &inputs) {
  for (const TensorSpec &argument : function.arguments)
    if (argument.role == "key")
      inputs.insert_or_assign(argument.key, take(makeKey(seed, count)));
}

double Updater::addGradients(int64_t i, const TensorMap &inputs, uint64_t seed, TensorMap &sum,
                             TensorMap &states) {
  const FunctionSpec &spec = function.spec();
  TensorMap arguments;
  for (const auto &[name, tensor] : inputs) {
    int64_t rows = tensor.shape()[0] / parts;
    arguments.emplace(name, takeRows(tensor, i * rows, rows));
  }
  addKey(spec, seed, updates() * uint64_t(parts) + uint64_t(i) + 1, arguments);
  addScale(spec, arguments);
  ModelState part{session.model.params, {}, {}};
  for (const TensorSpec &argument : spec.arguments)
    if (argument.role == "state")
      part.states.emplace(argument.target,
                          session.model.states.at(getPartName(argument.target, i)));
  bindArguments(spec, part, arguments);
  TensorMap results = take(function.call(arguments));
  keepResults(spec, results, part);
  for (const auto &[name, tensor] : part.states)
    states.insert_or_assign(getPartName(name, i), tensor);

  TensorMap gradients;
  for (const TensorSpec &result : spec.results)
    if (result.role == "gradient" && part.params.contains(result.name))
      gradients.emplace(result.name + ".gradient", results.at(result.key));
  check(accumulate(sum, gradients));
  return results.at("loss").item();
}

Updater::Outcome Updater::accumulateAndUpdate(const TensorMap &inputs, uint64_t seed) {
  TensorMap sum, states;
  double loss = 0;
  for (int64_t i = 0; i < parts; ++i)
    loss += addGradients(i, inputs, seed, sum, states) / double(parts);
  check(weft::scale(sum, 1.0 / double(parts)));
  addScale(optimizer.function().spec(), sum);
  Outcome outcome = apply(sum, &loss);
  for (const auto &[name, tensor] : states)
    session.model.states.insert_or_assign(name, tensor);
  return outcome;
}

Updater::Outcome Updater::apply(const TensorMap &inputs, const double *loss) {
  // What is held here is not updated in place. `update` does not see the loss, and artifacts of
  // older versions look neither at that nor at the norm.
  std::optional<ModelState> before;
  if (!optimizer.worksInPlace() || (loss && !std::isfinite(*loss)))
    before = session.model;
  TensorMap outputs = take(optimizer.update(inputs, session.model));
  Outcome outcome{loss ? *loss : outputs.at("loss").item(), outputs.at("grad_norm").item()};
  if (before && (!std::isfinite(outcome.loss) || !std::isfinite(outcome.gradientNorm))) {
    session.model.params = before->params;
    session.model.optimizer = before->optimizer;
  }
  judgeScale(outcome);
  return outcome;
}

Updater::Outcome Updater::update(const TensorMap &inputs, uint64_t seed) {
  if (parts > 1)
    return accumulateAndUpdate(inputs, seed);
  TensorMap arguments = inputs;
  addKey(function.spec(), seed, updates() + 1, arguments);
  addScale(function.spec(), arguments);
  return apply(arguments, nullptr);
}
