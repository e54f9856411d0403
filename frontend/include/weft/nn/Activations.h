// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Activations made of elementary functions: one kernel each, like an op of their own.
#ifndef WEFT_NN_ACTIVATIONS_H
#define WEFT_NN_ACTIVATIONS_H

#include <cmath>
#include <numbers>

#include "weft/nn/Checks.h"

namespace weft::nn {

/// The exact form and the two approximations of Hendrycks and Gimpel 2016.
enum class Gelu {
  erf,    ///< x (1 + erf(x / sqrt 2)) / 2
  tanh,   ///< x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
  sigmoid ///< x sigmoid(1.702 x)
};

inline dsl::Tensor gelu(dsl::Tensor x, Gelu form = Gelu::erf,
                        dsl::Where where = dsl::Where::current()) {
  if (detail::lacksFloats(x))
    return detail::refuseType(x, "gelu", where);
  // Every operator and every number carries the caller's line.
  auto at = [&](auto operand) { return dsl::Operand(operand, where); };
  if (form == Gelu::sigmoid)
    return at(x) * dsl::sigmoid(at(x) * at(1.702), where);
  dsl::Tensor gate;
  if (form == Gelu::erf) {
    gate = dsl::erf(at(x) * at(std::sqrt(0.5)), where);
  } else {
    dsl::Tensor cube = at(at(at(x) * x) * x) * at(0.044715);
    gate = dsl::tanh(at(at(x) + cube) * at(std::sqrt(2 * std::numbers::inv_pi)), where);
  }
  return at(at(x) * at(0.5)) * at(at(gate) + at(1.0));
}

/// x sigmoid(x), also called swish.
inline dsl::Tensor silu(dsl::Tensor x, dsl::Where where = dsl::Where::current()) {
  if (detail::lacksFloats(x))
    return detail::refuseType(x, "silu", where);
  return dsl::Operand(x, where) * dsl::sigmoid(x, where);
}

} // namespace weft::nn

#endif
