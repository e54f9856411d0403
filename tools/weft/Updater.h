// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How one block of text becomes one update: a compiled step, or the gradients of several
// micro-batches summed up and then a compiled update.
//
// With accumulate = k the model is compiled for batch / k streams. Micro-batch i takes the i-th
// part of the streams and carries states of its own, which stand in the model's states under
// "<state>#<i>" (the first without "#"). The gradients' mean feeds the function `update`, so an
// update is that of one batch, but for the order of sums and for dropout, which draws other
// numbers.
#ifndef TOOLS_WEFT_UPDATER_H
#define TOOLS_WEFT_UPDATER_H

#include "tools/weft/Config.h"
#include "tools/weft/Session.h"
#include "weft/LossScale.h"
#include "weft/Optimizer.h"

namespace weft::driver {

/// Fails with Usage where fields of training do not fit together, or one is set that its optimizer
/// or schedule does not have.
void checkTraining(const Config &config);
/// The same for a run that goes on: what was compiled into it cannot change.
void checkResumed(const Config &config, const Config &before);
/// The config to trace the model with: `batch` is that of a micro-batch.
Config getTraced(const Config &config);

/// The compiled function of an update with the schedule and the numbers of the config.
Optimizer makeOptimizer(const Session &session, const Config &config, const std::string &function);

class Updater {
public:
  /// The session must outlive the updater.
  Updater(Session &session, const Config &config);

  /// [B, M] of all micro-batches together.
  std::pair<int64_t, int64_t> getBlock() const;
  /// Fresh optimizer state and averages for the parameters, which must have their first values.
  void start();
  /// Zeros for the states of every micro-batch.
  void clearStates();

  struct Outcome {
    double loss = 0, gradientNorm = 0;
    /// That the step was computed with; 0 where the artifact takes none.
    double lossScale = 0;
    /// The scale was too large, and is halved: the step does not count, the next one may.
    bool isOverflow = false;
  };
  /// One update on i32 tensors [B, M]. A failure leaves the model as it was. Where the loss or the
  /// gradient norm is not finite, weights and optimizer state are left, too, but the states are
  /// those after the block.
  Outcome update(const TensorMap &inputs, uint64_t seed);

  uint64_t updates() const { return optimizer.updates(); }
  void setUpdates(uint64_t count) { optimizer.setUpdates(count); }
  double rate() const { return optimizer.rate(); }

  /// Adds the loss scale to the states of a checkpoint, where the artifact takes one.
  void saveScale(TensorMap &states) const;
  /// Takes it out of them again. Fails with File where it is missing or not what saveScale writes.
  Status loadScale(TensorMap &states, uint64_t step);

private:
  /// Adds the gradients of micro-batch i to `sum`, keeps its new states in `states`, returns its
  /// loss.
  double addGradients(int64_t i, const TensorMap &inputs, uint64_t seed, TensorMap &sum,
                      TensorMap &states);
  Outcome accumulateAndUpdate(const TensorMap &inputs, uint64_t seed);
  /// The loss scale of this step, and the number of updates that count, for Adam.
  void addScale(const FunctionSpec &spec, TensorMap &inputs) const;
  /// What the outcome means for the next step's loss scale.
  void judgeScale(Outcome &outcome);
  /// The optimizer's update. `loss` is null where it is among the outputs.
  Outcome apply(const TensorMap &inputs, const double *loss);

  Session &session;
  int64_t parts;     ///< micro-batches of an update
  Function function; ///< takes the text: step.train, or step.grad
  Optimizer optimizer;
  bool isScaled; ///< the artifact takes a loss scale
  LossScale scale;
};

} // namespace weft::driver

#endif
