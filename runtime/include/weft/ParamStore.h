// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a model carries from one call to the next: parameters, optimizer state, carried states; and
// how they become arguments and come back as results.
//
//   ModelState model;
//   model.params = *initializeParams(module.manifest(), seed);
//   model.states = *zeroStates(module.manifest());
//   TensorMap arguments = {{"tokens", tokens}, {"key", *makeKey(seed, step)}};
//   bindArguments(function.spec(), model, arguments);
//   Result<TensorMap> results = function.call(arguments);
//   keepResults(function.spec(), *results, model); // new states and parameters; results keeps the
//   outputs
#ifndef WEFT_PARAMSTORE_H
#define WEFT_PARAMSTORE_H

#include "weft/Manifest.h"

namespace weft {

struct ModelState {
  TensorMap params;    ///< by parameter name
  TensorMap optimizer; ///< by "<parameter>.<slot>"
  TensorMap states;    ///< by state name, its function in front
};

/// Fresh parameters as their InitSpec says. Parameter i draws from stream i of the seed, so adding
/// a parameter at the end leaves the others as they are.
Result<TensorMap> initializeParams(const Manifest &manifest, uint64_t seed);

/// All states zero; a bounded axis starts empty, at its constant part.
Result<TensorMap> zeroStates(const Manifest &manifest);

/// Zeros for every optimizer argument of an update function.
Result<TensorMap> zeroOptimizer(const FunctionSpec &function);

/// Checks that `params` has exactly the parameters of the manifest, each of its type; fails with
/// Model and names those that are missing, unknown or of another type.
Status verifyParams(const Manifest &manifest, const TensorMap &params);

/// Adds parameters, states and optimizer state to the arguments of a call; what is there already
/// stays.
void bindArguments(const FunctionSpec &function, const ModelState &model, TensorMap &arguments);

/// Moves new states, updated parameters and updated optimizer state from the results into `model`.
void keepResults(const FunctionSpec &function, TensorMap &results, ModelState &model);

} // namespace weft

#endif
