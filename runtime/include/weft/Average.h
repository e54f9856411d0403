// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Averages of weights, to evaluate with: they are no part of training.
//
// Two kinds. The exponential moving average is a slot "<parameter>.ema" of the optimizer state in
// an artifact compiled with `--average`: after every update ema = decay ema + (1 - decay) p, with
// the hyper argument `ema` as decay (Sparse Transformers are evaluated with 0.999). It starts at
// the first weights, so it needs no correction, and is saved and resumed with the rest of the
// state. The mean of the last k checkpoints (LAWA, Kaddour 2022) needs nothing of the artifact.
//
// Example:
//   if (Status status = startAverages(model); !status) // once, when the parameters are initialised
//     return status;
//   Result<TensorMap> moving = getAverages(model); // after some updates
//
//   ParamMean mean;
//   Result<std::vector<std::string>> paths = listCheckpoints("run/checkpoints");
//   if (!paths)
//     return paths.status();
//   for (const std::string &path : *paths)
//     if (Result<Checkpoint> one = loadCheckpoint(path))
//       if (Status status = mean.add(one->model.params); !status)
//         return status;
//   Result<TensorMap> last = mean.get();
//
// What getAverages returns shares bytes with model.optimizer; ParamMean::get returns fresh tensors.
// Both stand where parameters stand: ModelState{*moving, {}, states}. Threads: one at a time for
// each object. Failure: Usage where there is no average, Model where sets differ, Resource.
#ifndef WEFT_AVERAGE_H
#define WEFT_AVERAGE_H

#include "weft/ParamStore.h"

namespace weft {

/// Sets every slot "<parameter>.ema" that model.optimizer has to a copy of its parameter. Without
/// such slots it does nothing. Fails with Resource.
Status startAverages(ModelState &model);

/// The moving averages by parameter; shared with model.optimizer. Fails with Usage when a parameter
/// has none.
Result<TensorMap> getAverages(const ModelState &model);

/// The mean of several sets of parameters, summed in f64 in the order of the calls.
class ParamMean {
public:
  /// Fails with Model when names or types differ from those of the first set, or are no floats.
  Status add(const TensorMap &params);
  /// The mean in the type of the parameters; fails with Usage when nothing was added.
  Result<TensorMap> get() const;
  int64_t count() const { return added; }

private:
  TensorMap sums, first; ///< f64; handles of the first set, for the types
  int64_t added = 0;
};

} // namespace weft

#endif
