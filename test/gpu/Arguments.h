// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random arguments of a function, the same numbers in every element type.
#ifndef TEST_GPU_ARGUMENTS_H
#define TEST_GPU_ARGUMENTS_H

#include <stdexcept>

#include <nlohmann/json.hpp>

#include "weft/Module.h"

namespace weft::gpu {

/// What ends the program with the code and the words of a Status.
struct Failure : std::runtime_error {
  explicit Failure(const Status &status)
      : std::runtime_error(status.message()), code(int(status.code())) {}
  int code;
};

inline void check(const Status &status) {
  if (!status)
    throw Failure(status);
}

template <typename T> T take(Result<T> result) {
  check(result.status());
  return *std::move(result);
}

/// Arguments drawn from `seed`. Floats are normal of variance 1 and numbers of bf16, so that no
/// factor is rounded again; weights, keys and optimizer state are those of a run's beginning.
/// `inputs` says by name what another input must be: {"range": [low, high]} or {"values": [...]}.
/// Integers are in [0, 4) where it says nothing.
TensorMap drawArguments(const Module &module, const FunctionSpec &function,
                        const nlohmann::json &inputs, uint64_t seed);

/// The same values in the element types of another artifact's function.
TensorMap convertArguments(const TensorMap &arguments, const FunctionSpec &function);

} // namespace weft::gpu

#endif
