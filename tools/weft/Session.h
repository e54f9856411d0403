// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An artifact being used: its functions, and the tensors that live from one call to the next.
#ifndef TOOLS_WEFT_SESSION_H
#define TOOLS_WEFT_SESSION_H

#include <optional>
#include <string>

#include "weft/Module.h"
#include "weft/ParamStore.h"

namespace weft::driver {

/// The elements of a tensor of f32 or f64.
std::vector<double> getNumbers(const Tensor &tensor);

struct Session {
  Module module;
  ModelState model;

  /// Zeros for every state the function takes; axes of run-time size begin empty.
  void clearStates(const std::string &function);
  /// Forgets them.
  void dropStates(const std::string &function);

  /// Calls with parameters, states and, where the function takes one, a key; keeps new states and
  /// returns the other results. `inputs` are by name.
  TensorMap call(const std::string &function, TensorMap inputs, uint64_t seed, uint64_t step);

  /// [B, M] of the i32 input `tokens` of a function. Fails when it has none.
  std::pair<int64_t, int64_t> getBlock(const std::string &function) const;
};

} // namespace weft::driver

#endif
