// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Updates parameters by a compiled function: the mathematics of SGD, Adagrad or Adam is in the
// artifact, the schedule and the count of updates are here.
//
//   Optimizer optimizer(*module.function("step.train"), Schedule{.rate = 0.07, .warmup = 32000});
//   model.optimizer = *zeroOptimizer(optimizer.function().spec());
//   Result<TensorMap> outputs = optimizer.update({{"tokens", tokens}, {"key", key}}, model);
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
  /// parameters, states and optimizer state into `model` and returns the other results. On failure
  /// `model` is as before.
  Result<TensorMap> update(TensorMap inputs, ModelState &model);

  /// Updates done; the next one has the number after it. A resumed run sets it.
  uint64_t updates() const { return done; }
  void setUpdates(uint64_t count) { done = count; }
  double rate() const { return schedule.at(done + 1); }
  const Function &function() const { return compiled; }

private:
  Status bindHypers(TensorMap &arguments) const;

  Function compiled;
  Schedule schedule;
  std::map<std::string, double> hypers;
  uint64_t done = 0;
};

} // namespace weft

#endif
