// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loop of a training run: blocks of text in, updates, measurements on held-out text,
// checkpoints. A run that is stopped and resumed gives the same bits as one that was not.
#ifndef TOOLS_WEFT_TRAINER_H
#define TOOLS_WEFT_TRAINER_H

#include "models/common/Batches.h"
#include "tools/weft/Config.h"
#include "tools/weft/Report.h"
#include "tools/weft/RunFolder.h"
#include "tools/weft/Session.h"
#include "weft/Optimizer.h"

namespace weft::driver {

class Trainer {
public:
  /// All arguments must outlive the trainer.
  Trainer(Session &session, const Config &config, const models::Corpus &corpus,
          const RunFolder &folder, const RunFacts &facts);

  /// Fresh weights, or those of the newest checkpoint. Returns the step it stands at.
  int64_t start(bool resume);
  /// Trains until the config's steps, a signal or the time is up; saves at the end. Returns the
  /// exit code.
  int run(ReportStyle style, double minutes);

private:
  /// One update; returns what there is to tell about it.
  StepFacts update();
  void save();
  void load();
  int64_t step() const { return int64_t(optimizer.updates()); }

  Session &session;
  const Config &config;
  const models::Corpus &corpus;
  const RunFolder &folder;
  const RunFacts &facts;
  Optimizer optimizer;
  models::Batches batches;
  TensorMap inputs;
  int64_t savedStep = -1;
  bool measures = false; ///< there is held-out text, and the model has an eval
};

/// The number of the signal that asked to stop since listenForSignals, or 0. A second signal ends
/// the process.
int getStopSignal();
void listenForSignals();

} // namespace weft::driver

#endif
