// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loop of a training run: blocks of text in, updates, measurements on held-out text,
// checkpoints. A run that is stopped and resumed gives the same bits as one that was not.
#ifndef TOOLS_WEFT_TRAINER_H
#define TOOLS_WEFT_TRAINER_H

#include "models/common/Batches.h"
#include "tools/weft/Config.h"
#include "tools/weft/NonFinite.h"
#include "tools/weft/Outliers.h"
#include "tools/weft/Report.h"
#include "tools/weft/RunFolder.h"
#include "tools/weft/Updater.h"
#include "weft/Checkpoint.h"

namespace weft::driver {

class Trainer {
public:
  /// All arguments must outlive the trainer.
  Trainer(Session &session, const Config &config, const models::Corpus &corpus,
          const RunFolder &folder, const RunFacts &facts, NanPolicy nan);

  /// Fresh weights, which are saved as step 0 to show that saving works, or those of the newest
  /// checkpoint. Returns the step it stands at.
  int64_t start(bool resume);
  /// Trains until the config's steps, a signal or the time is up; saves at the end. Returns the
  /// exit code.
  int run(ReportStyle style, double minutes);

private:
  /// One update, or its taking back.
  void advance(Report &report);
  /// Moves `blocks` to the next block.
  void readBlocks();
  StepFacts update();
  /// Ends the run without touching its checkpoints.
  [[noreturn]] void stopNonFinite(const std::string &what, bool wasUpdate);
  /// Nothing is recorded when a signal cuts it short; the resumed run then measures again.
  void validate(Report &report);
  int runSteps(ReportStyle style, double minutes);
  Checkpoint makeCheckpoint() const;
  void save();
  void load();
  int64_t step() const { return int64_t(updater.updates()); }
  bool isDue(const char *field) const { return step() % config.integer(field) == 0; }

  Session &session;
  const Config &config;
  const models::Corpus &corpus;
  const RunFolder &folder;
  const RunFacts &facts;
  NanPolicy nan;
  Updater updater;
  Outliers outliers;
  models::TokenText heldOut; ///< as corpus.valid
  models::Batches batches;
  TensorMap blocks; ///< tokens and targets
  int64_t savedStep = -1;
  bool isOverflow = false;       ///< the last step did not count because of the loss scale
  int skipped = 0;               ///< steps in a row whose numbers were not finite
  int64_t skippedSteps = 0;      ///< of the run, before this process
  bool measures = false;         ///< there is held-out text, and the model has an eval
  bool lacksMeasurement = false; ///< of the step that was resumed at
};

} // namespace weft::driver

#endif
