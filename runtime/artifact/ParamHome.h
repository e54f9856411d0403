// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where arguments and results of a function live in a model.
#ifndef RUNTIME_ARTIFACT_PARAMHOME_H
#define RUNTIME_ARTIFACT_PARAMHOME_H

#include "weft/ParamStore.h"

namespace weft {

/// The part of the model for tensors of this role, or null.
inline TensorMap *findHome(const TensorSpec &spec, ModelState &model) {
  return spec.role == "param"       ? &model.params
         : spec.role == "state"     ? &model.states
         : spec.role == "optimizer" ? &model.optimizer
                                    : nullptr;
}

/// Under which name; a result may leave that to the argument it renews.
const std::string &findHomeName(const TensorSpec &spec, const FunctionSpec &function);

} // namespace weft

#endif
