// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Advantage actor-critic (Mnih et al. 2016, "Asynchronous methods for deep reinforcement learning",
// algorithm S3, with many episodes in step in place of threads), in ordinary C++ around compiled
// functions: `act` chooses, the tape records `play`, returns are worked out here from its values,
// `judge` makes a loss of them, and the gradient goes back through both.
#ifndef TOOLS_WEFT_ACTORCRITIC_H
#define TOOLS_WEFT_ACTORCRITIC_H

#include <memory>
#include <span>
#include <vector>

#include "models/common/Worlds.h"
#include "tools/weft/Config.h"
#include "tools/weft/Session.h"
#include "weft/Optimizer.h"

namespace weft::driver {

/// What came of some steps of some episodes.
struct Score {
  double reward = 0;
  int64_t choices = 0, rightChoices = 0; ///< World::Outcome::isChoice, and those with a reward
  void add(const models::World::Outcome &outcome);
};

/// Episodes of one world that run side by side.
class Episodes {
public:
  Episodes(const std::string &world, int64_t count);

  const models::WorldFacts &facts() const { return worlds.front()->facts(); }
  int64_t count() const { return int64_t(worlds.size()); }
  /// Episodes first .. first + count() - 1.
  void begin(models::TaskPart part, int64_t first);
  bool atEnd() const { return step == facts().steps; }
  int64_t place() const { return step; }
  /// What all see, an i32 tensor [B, 1, features].
  Tensor observe() const;
  /// One step of each.
  std::vector<models::World::Outcome> act(std::span<const int32_t> actions);

private:
  std::vector<std::unique_ptr<models::World>> worlds;
  int64_t step = 0;
};

/// One action for each row of logits [B, actions], drawn from their softmax by numbers that depend
/// on seed and stream alone. Fails with Numeric where a logit is not finite.
std::vector<int32_t> drawActions(const Tensor &logits, uint64_t seed, uint64_t stream);

/// R_t = r_t + discount R_{t+1} of rows [B, M], behind which stands `after`, a value for each row.
std::vector<double> sumReturns(std::span<const double> rewards, std::span<const double> after,
                               double discount);

/// How many episodes the function `act` plays side by side. Fails with Usage where the model has no
/// such function.
int64_t countEpisodes(const Session &session);

/// What the policy reaches in `rounds` rounds of the part's first episodes. The states of `act` are
/// as before.
Score measureScore(Session &session, Episodes &episodes, models::TaskPart part, int64_t rounds,
                   uint64_t seed);

class ActorCritic {
public:
  /// The session must outlive the object. Fails with Usage where the functions are not those of a
  /// model that acts, or an episode is not a whole number of blocks.
  ActorCritic(Session &session, const Config &config, const std::string &world, uint64_t seed);

  /// Fresh optimizer state and averages for the parameters, which must have their first values.
  void start();

  struct Outcome {
    double loss = 0, gradientNorm = 0, entropy = 0;
    Score score;
  };
  /// One block of steps of every episode, and an update. An end of the episodes is followed by new
  /// ones, with states cleared.
  Outcome update();
  /// Between episodes: measureScore.
  Score measure(models::TaskPart part, int64_t rounds) {
    return measureScore(session, episodes, part, rounds, seed);
  }

  /// Between an end of the episodes and the next beginning: where a run can be saved, since the
  /// count of updates alone says what comes next.
  bool isBetween() const { return optimizer.updates() % uint64_t(blocksOfEpisode()) == 0; }
  int64_t blocksOfEpisode() const { return episodes.facts().steps / block; }
  int64_t streams() const { return episodes.count(); }
  int64_t blockSize() const { return block; }
  int64_t episodeSteps() const { return episodes.facts().steps; }
  uint64_t updates() const { return optimizer.updates(); }
  void setUpdates(uint64_t count) { optimizer.setUpdates(count); }
  double rate() const { return optimizer.rate(); }

private:
  /// What was seen, done and earned in a block, by row and step.
  struct Record {
    Tensor seen, actions;
    std::vector<double> rewards, after;
    Score score;
  };
  void clearStates();
  Record play();
  Tensor makeRows(const std::vector<double> &numbers, DType type) const;

  Session &session;
  double discount;
  uint64_t seed;
  int64_t block = 0;
  Episodes episodes;
  Optimizer optimizer;
};

/// Fails with Usage where the config is not for a model that acts in the world.
void fitWorld(Config &config, const std::string &world);

} // namespace weft::driver

#endif
