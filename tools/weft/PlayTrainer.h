// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loop of a run in which an agent acts: updates of the actor-critic, measurements on episodes
// that are held out, checkpoints between episodes. A run that is stopped and resumed gives the same
// bits as one that was not.
#ifndef TOOLS_WEFT_PLAYTRAINER_H
#define TOOLS_WEFT_PLAYTRAINER_H

#include "tools/weft/ActorCritic.h"
#include "tools/weft/Report.h"
#include "tools/weft/RunFolder.h"

namespace weft::driver {

class PlayTrainer {
public:
  /// All arguments must outlive the trainer.
  PlayTrainer(Session &session, const Config &config, const std::string &world,
              const RunFolder &folder, const RunFacts &facts);

  /// Fresh weights, saved as step 0, or those of the newest checkpoint. Returns the step it stands
  /// at.
  int64_t start(bool resume);
  /// Trains until the config's steps, a signal or the time is up, in each case to the end of the
  /// episodes; saves. Returns the exit code.
  int run(ReportStyle style, double minutes);

private:
  void advance(Report &report);
  void validate(Report &report);
  void save();
  int64_t step() const { return int64_t(actor.updates()); }
  /// Whether a multiple of the field was reached since the last time between episodes.
  bool isDue(const char *field) const {
    return step() % config.integer(field) < actor.blocksOfEpisode();
  }

  Session &session;
  const Config &config;
  const RunFolder &folder;
  const RunFacts &facts;
  ActorCritic actor;
  int64_t savedStep = -1;
};

/// The part of choices that were right, where there was one.
std::optional<double> getRightPart(const Score &score);

} // namespace weft::driver

#endif
