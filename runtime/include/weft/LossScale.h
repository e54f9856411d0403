// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What gradients are multiplied by while they are computed with f16, whose numbers end at 6e-8 and
// at 65504: small ones would become 0. An artifact compiled with `--precision f16` takes it as the
// hyper argument `loss_scale` of step.grad, step.train and update; the update divides by it.
//
// The scale moves by itself (Micikevicius et al. 2018, section 3.2; the numbers are those of the
// Sparse Transformer's code): a gradient beyond f16 makes the norm infinite or NaN, such a step
// changes no weight, and halves the scale; after `patience` good steps it doubles. Powers of two,
// so nothing is rounded but what f16 rounds.
//
// Example:
//   LossScale scale;
//   Result<Tensor> value = Tensor::scalar<float>(float(scale.value()));
//   if (!value)
//     return value.status();
//   TensorMap arguments = inputs;
//   arguments["loss_scale"] = *value; // and for Adam `step`, without those that were skipped
//   Result<TensorMap> outputs = optimizer.update(arguments, model);
//   if (!outputs)
//     return outputs.status();
//   double norm = outputs->at("grad_norm").item();
//   if (!scale.judge(norm < 1e38)) // NaN is not
//     return Status(ErrorCode::Numeric, "the gradient itself is beyond f16");
//
// A plain value. Resuming: save value(), goodSteps() and skippedSteps(), and give them back.
#ifndef WEFT_LOSSSCALE_H
#define WEFT_LOSSSCALE_H

#include <cstdint>

#include "weft/Status.h"

namespace weft {

class LossScale {
public:
  /// `first` is rounded down to a power of two from 1 to 2^100; 1 if it is no number.
  explicit LossScale(double first = 65536, uint64_t patience = 1000);

  /// Of the next step.
  double value() const { return scale; }
  /// Good steps since the scale last changed.
  uint64_t goodSteps() const { return good; }
  /// Steps that did not count because of the scale.
  uint64_t skippedSteps() const { return skipped; }

  /// After a step whose loss is finite: whether its gradient was, too. False where it was not and
  /// the scale is 1 already, which stays: then the gradient itself is beyond f16.
  bool judge(bool isFinite);

  /// Goes on from saved numbers. Fails with File where they are none that a scale can have.
  Status restore(double value, double goodSteps, double skippedSteps);

private:
  double scale;
  uint64_t patience, good = 0, skipped = 0;
};

} // namespace weft

#endif
