// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small layers, written in the language itself. Initial weights are those of PyTorch's layers of
// the same name.
#ifndef WEFT_NN_LAYERS_H
#define WEFT_NN_LAYERS_H

#include <cmath>

#include "weft/dsl.h"

namespace weft::nn {

/// U(-1/sqrt(n), 1/sqrt(n)) for n inputs: the default of torch.nn.Linear, for weight and bias.
inline dsl::WeightOptions fanIn(int64_t inputs) {
  return {.init = dsl::Init::uniform, .scale = 1 / std::sqrt(static_cast<double>(inputs))};
}

/// W x + b from axis `in` to axis `out`.
inline dsl::Tensor linear(const dsl::Scope &w, const dsl::Axis &in, const dsl::Axis &out,
                          dsl::Tensor x, dsl::Where where = dsl::Where::current()) {
  dsl::WeightOptions init = fanIn(in.getSize().getMaximum());
  dsl::Tensor product = dsl::dot(in, w("weight", {out, in}, init, where), x, where);
  return dsl::Operand(product, where) + dsl::Operand(w("bias", {out}, init, where), where);
}

/// Ba et al. 2016, over one axis, with a learned scale and shift.
inline dsl::Tensor layerNorm(const dsl::Scope &w, const dsl::Axis &over, dsl::Tensor x,
                             dsl::Where where = dsl::Where::current()) {
  dsl::Tensor scale = w("scale", {over}, {.init = dsl::Init::ones, .scale = 1}, where);
  dsl::Tensor shift = w("shift", {over}, {.init = dsl::Init::zeros, .scale = 0}, where);
  return dsl::layerNorm(over, x, scale, shift, 1e-5, where);
}

/// W2 dropout(relu(W1 x + b1)) + b2, through `inner`.
inline dsl::Tensor feedForward(const dsl::Scope &w, const dsl::Axis &model, const dsl::Axis &inner,
                               dsl::Tensor x, double dropout = 0,
                               dsl::Where where = dsl::Where::current()) {
  dsl::Tensor u = dsl::relu(linear(w / "inner", model, inner, x, where), where);
  return linear(w / "outer", inner, model, dsl::dropout(dropout, u, where), where);
}

} // namespace weft::nn

#endif
