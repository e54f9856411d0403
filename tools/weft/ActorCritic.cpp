// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/ActorCritic.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tools/weft/Failure.h"
#include "tools/weft/Updater.h"
#include "weft/Average.h"
#include "weft/Random.h"
#include "weft/Tape.h"

using namespace weft;
using namespace weft::driver;
using models::World;

/// Streams of the seed that nothing else draws from: parameters have the first ones.
static constexpr uint64_t playStreams = uint64_t(1) << 40, measureStreams = uint64_t(2) << 40;

void Score::add(const World::Outcome &outcome) {
  reward += outcome.reward;
  choices += outcome.isChoice;
  rightChoices += outcome.isChoice && outcome.reward > 0;
}

Episodes::Episodes(const std::string &world, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    worlds.push_back(models::makeWorld(world));
}

void Episodes::begin(models::TaskPart part, int64_t first) {
  for (size_t i = 0; i < worlds.size(); ++i)
    worlds[i]->begin(part, uint32_t(first + int64_t(i)));
  step = 0;
}

Tensor Episodes::observe() const {
  size_t features = size_t(facts().features);
  Tensor seen = take(Tensor::zeros(DType::I32, {count(), 1, int64_t(features)}));
  for (size_t i = 0; i < worlds.size(); ++i)
    worlds[i]->observe(seen.values<int32_t>().subspan(i * features, features));
  return seen;
}

std::vector<World::Outcome> Episodes::act(std::span<const int32_t> actions) {
  std::vector<World::Outcome> outcomes;
  for (size_t i = 0; i < worlds.size(); ++i)
    outcomes.push_back(worlds[i]->act(actions[i]));
  ++step;
  return outcomes;
}

std::vector<int32_t> driver::drawActions(const Tensor &logits, uint64_t seed, uint64_t stream) {
  size_t rows = size_t(logits.shape()[0]), width = size_t(logits.shape()[1]);
  std::vector<double> numbers = getNumbers(logits);
  Tensor uniform = take(Tensor::zeros(DType::F64, {int64_t(rows)}));
  check(fillUniform(uniform, seed, stream, 0, 1));
  std::vector<int32_t> actions;
  for (size_t row = 0; row < rows; ++row) {
    std::span<double> chances = std::span(numbers).subspan(row * width, width);
    if (!std::all_of(chances.begin(), chances.end(), [](double x) { return std::isfinite(x); }))
      fail(ErrorCode::Numeric, "expects finite logits of every action, got another number; a "
                               "smaller lr or clip may help");
    double most = *std::max_element(chances.begin(), chances.end());
    for (double &chance : chances)
      chance = std::exp(chance - most);
    double rest =
        uniform.values<double>()[row] * std::accumulate(chances.begin(), chances.end(), 0.0);
    size_t chosen = 0;
    while (chosen + 1 < width && (rest -= chances[chosen]) >= 0)
      ++chosen;
    actions.push_back(int32_t(chosen));
  }
  return actions;
}

/// What the model's policy does next in each episode.
static std::vector<int32_t> choose(Session &session, const Tensor &seen,
                                   const models::WorldFacts &facts, uint64_t seed,
                                   uint64_t stream) {
  Tensor logits = session.call("act", {{"seen", seen}}, seed, 0).at("logits");
  if (logits.rank() != 2 || logits.shape()[1] != int64_t(facts.actions.size()))
    fail(ErrorCode::Usage, "the task has {} actions, function act returns logits {}",
         facts.actions.size(), formatType(logits.dtype(), logits.shape()));
  return drawActions(logits, seed, stream);
}

std::vector<double> driver::sumReturns(std::span<const double> rewards,
                                       std::span<const double> after, double discount) {
  std::vector<double> returns(rewards.size());
  size_t length = rewards.size() / after.size();
  for (size_t row = 0; row < after.size(); ++row) {
    double next = after[row];
    for (size_t i = length; i-- > 0;)
      returns[row * length + i] = next = rewards[row * length + i] + discount * next;
  }
  return returns;
}

/// The sizes of the input `seen` of a function.
static std::vector<int64_t> getSeen(const Session &session, const char *function) {
  for (const TensorSpec &argument : take(session.module.function(function)).spec().arguments)
    if (argument.name == "seen" && argument.dtype == DType::I32 && argument.shape.size() == 3)
      return {argument.shape[0].offset, argument.shape[1].offset, argument.shape[2].offset};
  fail(ErrorCode::Model,
       "function {} expects an i32 input 'seen' with the axes batch, time and feature", function);
}

int64_t driver::countEpisodes(const Session &session) {
  if (!session.module.hasFunction("act"))
    fail(ErrorCode::Usage, "a world expects a model that acts, got {}, which has no function act",
         session.module.manifest().model);
  return getSeen(session, "act")[0];
}

Score driver::measureScore(Session &session, Episodes &episodes, models::TaskPart part,
                           int64_t rounds, uint64_t seed) {
  if (getSeen(session, "act")[2] != episodes.facts().features)
    fail(ErrorCode::Usage, "the task shows {} features at once, the model expects {}",
         episodes.facts().features, getSeen(session, "act")[2]);
  TensorMap states = session.model.states;
  Score score;
  for (int64_t round = 0; round < rounds; ++round) {
    episodes.begin(part, round * episodes.count());
    session.clearStates("act");
    while (!episodes.atEnd()) {
      uint64_t step = uint64_t(round * episodes.facts().steps + episodes.place());
      for (const World::Outcome &outcome : episodes.act(
               choose(session, episodes.observe(), episodes.facts(), seed, measureStreams + step)))
        score.add(outcome);
    }
  }
  session.model.states = std::move(states);
  return score;
}

/// [B, M] of the steps that `play` takes at once.
static std::pair<int64_t, int64_t> getBlock(const Session &session) {
  for (const char *name : {"act", "play.forward", "judge.forward", "update"})
    if (!session.module.hasFunction(name))
      fail(ErrorCode::Usage,
           "a task in which an agent acts expects a model with the functions act, play and judge, "
           "got {}, which has no {}",
           session.module.manifest().model, name);
  std::vector<int64_t> seen = getSeen(session, "play");
  return {seen[0], seen[1]};
}

ActorCritic::ActorCritic(Session &session, const Config &config, const std::string &world,
                         uint64_t seed)
    : session(session), discount(config.number("discount")), seed(seed),
      block(getBlock(session).second), episodes(world, getBlock(session).first),
      optimizer(makeOptimizer(session, config, "update")) {
  if (episodeSteps() % block != 0)
    fail(ErrorCode::Usage, "block expects a divisor of the {} steps of an episode of {}, got {}",
         episodeSteps(), world, block);
}

void ActorCritic::start() {
  session.model.optimizer = take(zeroOptimizer(optimizer.function().spec()));
  check(startAverages(session.model));
}

void ActorCritic::clearStates() {
  session.clearStates("act");
  session.clearStates("play");
}

ActorCritic::Record ActorCritic::play() {
  size_t rows = size_t(streams()), width = size_t(episodes.facts().features);
  Record record{take(Tensor::zeros(DType::I32, {streams(), block, int64_t(width)})),
                take(Tensor::zeros(DType::I32, {streams(), block})),
                std::vector<double>(rows * size_t(block)),
                std::vector<double>(rows),
                {}};
  uint64_t stream = playStreams + optimizer.updates() * uint64_t(block);
  for (size_t i = 0; i < size_t(block); ++i) {
    Tensor seen = episodes.observe();
    std::vector<int32_t> actions = choose(session, seen, episodes.facts(), seed, stream + i);
    std::vector<World::Outcome> outcomes = episodes.act(actions);
    for (size_t row = 0; row < rows; ++row) {
      size_t place = row * size_t(block) + i;
      std::copy_n(seen.values<int32_t>().begin() + int64_t(row * width), width,
                  record.seen.values<int32_t>().begin() + int64_t(place * width));
      record.actions.values<int32_t>()[place] = actions[row];
      record.rewards[place] = outcomes[row].reward;
      record.score.add(outcomes[row]);
    }
  }
  // Nothing comes behind an episode. Within it the value of what is seen next stands for the rest;
  // the states of this call are not kept, since the next block makes it again.
  if (!episodes.atEnd()) {
    TensorMap states = session.model.states;
    record.after =
        getNumbers(session.call("act", {{"seen", episodes.observe()}}, seed, 0).at("value"));
    session.model.states = std::move(states);
  }
  return record;
}

Tensor ActorCritic::makeRows(const std::vector<double> &numbers, DType type) const {
  if (type == DType::F64)
    return take(Tensor::of<double>({streams(), block}, std::span<const double>(numbers)));
  std::vector<float> narrow(numbers.begin(), numbers.end());
  return take(Tensor::of<float>({streams(), block}, std::span<const float>(narrow)));
}

ActorCritic::Outcome ActorCritic::update() {
  if (isBetween()) {
    int64_t round = int64_t(updates()) / blocksOfEpisode();
    episodes.begin(models::TaskPart::Train, round * streams());
    clearStates();
  }
  Record record = play();

  Tape tape;
  TensorMap inputs = {{"seen", record.seen}};
  for (const TensorSpec &argument : take(session.module.function("play")).spec().arguments)
    if (argument.role == "key")
      inputs.emplace(argument.key, take(makeKey(seed, updates() + 1)));
  TensorMap played = take(tape.call(session.module, "play", inputs, session.model));

  std::vector<double> values = getNumbers(played.at("value"));
  std::vector<double> returns = sumReturns(record.rewards, record.after, discount);
  std::vector<double> advantages = returns;
  for (size_t i = 0; i < values.size(); ++i)
    advantages[i] -= values[i];

  DType type = played.at("value").dtype();
  TensorMap judged = take(tape.call(session.module, "judge",
                                    {{"logits", played.at("logits")},
                                     {"value", played.at("value")},
                                     {"actions", record.actions},
                                     {"returns", makeRows(returns, type)},
                                     {"advantages", makeRows(advantages, type)}},
                                    session.model));
  Tensor loss = judged.at("loss");
  TensorMap gradients;
  check(tape.addGradients(gradients, loss, 1, session.model));
  tape.clear(); // it holds weights, which are updated in place
  TensorMap outputs = take(optimizer.update(gradients, session.model));
  return {loss.item(), outputs.at("grad_norm").item(), judged.at("entropy").item(), record.score};
}

void driver::fitWorld(Config &config, const std::string &world) {
  models::WorldFacts facts = models::makeWorld(world)->facts();
  std::pair<const char *, int64_t> sizes[] = {{"actions", int64_t(facts.actions.size())},
                                              {"features", facts.features}};
  for (auto [key, size] : sizes) {
    if (!config.has(key))
      fail(ErrorCode::Usage,
           "--task {} expects a model that acts, with a field {}; got one without", world, key);
    if (config.isDefault(key))
      config.set(key, std::to_string(size), "the task");
    else if (config.integer(key) != size)
      fail(ErrorCode::Usage, "{} expects the {} of the task {}, got {}", key, size, world,
           config.text(key));
  }
  auto refuse = [&](const char *key, const std::string &idle) {
    if (config.text(key) != idle)
      fail(ErrorCode::Usage, "{} belongs to training on a text, not to the task {}, got {}", key,
           world, config.text(key));
  };
  refuse("accumulate", "1");
  refuse("short_steps", "0");
  if (config.number("outlier_z") != 0)
    refuse("outlier_z", "0");
  if (config.text("precision") == "f16")
    refuse("precision", "f32");
}
