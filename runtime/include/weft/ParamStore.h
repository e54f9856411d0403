// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a model carries from one call to the next: parameters, optimizer state, carried states; and
// how they become arguments and come back as results.
//
// Example:
//   Result<ModelState> fresh = initializeModel(module.manifest(), "update", seed);
//   Result<Tensor> key = makeKey(seed, step); // the numbers that dropout draws
//   if (!fresh || !key)
//     return fresh ? key.status() : fresh.status();
//   TensorMap arguments = {{"tokens", tokens}, {"key", *key}};
//   bindArguments(function.spec(), *fresh, arguments);
//   Result<TensorMap> results = function.call(arguments);
//   if (!results)
//     return results.status();
//   keepResults(function.spec(), *results, *fresh); // the outputs are left in results
//
// Ownership: maps of handles; copying a ModelState copies no bytes. An update puts other tensors in
// place of those that a copy holds, too, so a copy is a snapshot (Optimizer.h). Threads: as any
// value, not to be changed by two at once. Failure: Resource for memory, Model where parameters do
// not fit the manifest.
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

/// A model at its beginning: fresh parameters, zero states, and the optimizer state of the function
/// `update` ("update", "step.train"): zeros, moving averages at the parameters. Fails with Usage
/// when there is no such function.
Result<ModelState> initializeModel(const Manifest &manifest, const std::string &update,
                                   uint64_t seed);

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
