// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Updates parameters by a compiled function. The mathematics of sgd, adagrad, adam or adamw,
// clipping and bounds included, is in the artifact (`weft compile --optimizer=adamw`); the schedule
// and the count of updates are here.
//
// An artifact has two such functions. `step.train` is a whole step: forward, backward, update.
// `update` is the update alone, for gradients that a program has summed up itself (Tape.h).
//
// Example:
//   Result<Function> train = module.function("step.train");
//   Result<TensorMap> slots =
//       train ? zeroOptimizer(train->spec()) : Result<TensorMap>(train.status());
//   if (!slots)
//     return slots.status();
//   model.optimizer = *slots;
//   Optimizer optimizer(*train, Schedule{.rate = 0.07, .warmup = 32000}, {{"clip", 0.03}});
//   TensorMap inputs = {{"tokens", tokens}, {"targets", targets}};
//   Result<TensorMap> outputs = optimizer.update(inputs, model);
//   if (!outputs)
//     return outputs.status();
//   double loss = outputs->at("loss").item(), norm = outputs->at("grad_norm").item();
//
// Hyper arguments are scalars. `lr` comes from the schedule and `step` from the count, unless they
// are given; the others must be given: clip (0 is off) of every optimizer, momentum of sgd, beta1
// and beta2 of adam and adamw, weight_decay of adamw (on parameters of rank 2 and more), ema where
// the artifact averages (Average.h), loss_scale where it multiplies f16 (LossScale.h; it changes,
// so it is given with the inputs). One that the function does not take is ignored, so one set
// serves every artifact; Function::spec says which there are.
//
// In place: params and optimizer state are updated where they lie if the model holds the only
// handles on them; a copy of the ModelState, or of one Tensor, keeps the old values and makes the
// update write new tensors. A step whose loss or gradient norm is not finite leaves params and
// optimizer state as they were, whatever else it returns.
//
// Ownership: an Optimizer holds its Function, and nothing of the model between calls. Resuming:
// save updates() with the model (RunRecord::step) and give it back with setUpdates. Threads: one
// update at a time. Failure: a Status, and the model and the count are as before; only a device
// that fails in the middle of an update in place leaves some values new.
#ifndef WEFT_OPTIMIZER_H
#define WEFT_OPTIMIZER_H

#include <map>

#include "weft/Module.h"
#include "weft/ParamStore.h"
#include "weft/Schedule.h"

namespace weft {

class Optimizer {
public:
  /// `hypers` gives the scalar arguments of role hyper other than "lr" (the schedule's) and "step"
  /// (the update's number, unless given).
  Optimizer(Function function, Schedule schedule, std::map<std::string, double> hypers = {});

  /// One update: calls the function on `inputs`, the hyper arguments and `model`, puts the new
  /// parameters, states and optimizer state into `model` and returns the other results. Fails as
  /// Function::call does, or with Usage when a hyper argument has no value.
  Result<TensorMap> update(TensorMap inputs, ModelState &model);

  /// Updates done; the next one has the number after it. A resumed run sets it.
  uint64_t updates() const { return done; }
  void setUpdates(uint64_t count) { done = count; }
  /// The rate of the next update.
  double rate() const { return schedule.at(done + 1); }
  const Function &function() const { return compiled; }
  /// Whether the function was compiled to work in place, and so to leave everything as it was where
  /// the loss or the norm is not finite. An artifact of an older version was not.
  bool worksInPlace() const;

private:
  Status bindHypers(TensorMap &arguments) const;

  Function compiled;
  Schedule schedule;
  std::map<std::string, double> hypers;
  uint64_t done = 0;
};

} // namespace weft

#endif
