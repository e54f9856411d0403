// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tasks in which an agent acts: it sees a few tokens, chooses an action and may get a reward. Their
// rules stand in docs/spec/tasks.md. All episodes of a world have the same number of steps, so many
// of them run side by side and end together.
//
//   std::unique_ptr<World> world = makeWorld("corridor");
//   world->begin(TaskPart::Train, /*episode=*/7);
//   for (int i = 0; i < world->facts().steps; ++i) {
//     world->observe(tokens); // facts().features of them
//     reward += world->act(choose(tokens)).reward;
//   }
#ifndef MODELS_COMMON_WORLDS_H
#define MODELS_COMMON_WORLDS_H

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/common/Tasks.h"

namespace weft::models {

struct WorldFacts {
  /// What each token means, by its id. Every feature of an observation has tokens of its own.
  std::vector<std::string> tokens;
  std::vector<std::string> actions;
  int features = 1; ///< tokens of an observation
  int steps = 0;    ///< of an episode
};

class World {
public:
  struct Outcome {
    double reward = 0;
    bool isChoice = false; ///< the agent chose between things of which one earns the reward
  };

  virtual ~World() = default;
  virtual const WorldFacts &facts() const = 0;
  /// The episode of this number: the same one whenever it is asked for.
  virtual void begin(TaskPart part, uint32_t episode) = 0;
  /// What the agent sees now: an id for each feature.
  virtual void observe(std::span<int32_t> tokens) const = 0;
  /// One step; `action` must be one of the actions.
  virtual Outcome act(int action) = 0;
};

/// The names of all worlds.
std::vector<std::string> listWorlds();
bool isWorld(const std::string &name);

/// `name` must be of the list. `begin` comes before anything else.
std::unique_ptr<World> makeWorld(const std::string &name);

} // namespace weft::models

#endif
