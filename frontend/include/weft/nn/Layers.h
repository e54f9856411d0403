// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small layers, written in the language itself. Initial weights are those of PyTorch's layers of
// the same name.
#ifndef WEFT_NN_LAYERS_H
#define WEFT_NN_LAYERS_H

#include <algorithm>
#include <cmath>

#include "weft/dsl.h"
#include "weft/nn/Activations.h"
#include "weft/nn/Positions.h"

namespace weft::nn {

/// U(-1/sqrt(n), 1/sqrt(n)) for n inputs: the default of torch.nn.Linear, for weight and bias. A
/// layer without inputs counts as one of 1: its weight is empty.
inline dsl::WeightOptions fanIn(int64_t inputs) {
  double count = static_cast<double>(std::max<int64_t>(inputs, 1));
  return {.init = dsl::Init::uniform, .scale = 1 / std::sqrt(count)};
}

/// W x + b from axis `in` to axis `out`.
inline dsl::Tensor linear(const dsl::Scope &w, const dsl::Axis &in, const dsl::Axis &out,
                          dsl::Tensor x, dsl::Where where = dsl::Where::current()) {
  for (const dsl::Axis &axis : x.axes())
    if (axis == out && !(in == out))
      return dsl::refuse(x, dsl::Error(where,
                                       "linear expects axis `" + out.getName() +
                                           "` to be new, got a tensor that has it",
                                       {}, "in the result `out` stands in the place of `in`"));
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

/// The same without a shift: the bias-free norm of several published models.
inline dsl::Tensor scaleNorm(const dsl::Scope &w, const dsl::Axis &over, dsl::Tensor x,
                             dsl::Where where = dsl::Where::current()) {
  dsl::Tensor scale = w("scale", {over}, {.init = dsl::Init::ones, .scale = 1}, where);
  return dsl::layerNorm(over, x, scale, 1e-5, where);
}

/// Zhang and Sennrich 2019, over one axis, with a learned scale.
inline dsl::Tensor rmsNorm(const dsl::Scope &w, const dsl::Axis &over, dsl::Tensor x,
                           double epsilon = 1e-6, dsl::Where where = dsl::Where::current()) {
  dsl::Tensor scale = w("scale", {over}, {.init = dsl::Init::ones, .scale = 1}, where);
  return dsl::rmsNorm(over, x, scale, epsilon, where);
}

/// x / sqrt(sum of squares + epsilon) over one axis, as queries and keys are normalised.
inline dsl::Tensor unitNorm(const dsl::Axis &over, dsl::Tensor x, double epsilon = 1e-6,
                            dsl::Where where = dsl::Where::current()) {
  if (!(epsilon >= 0) || !std::isfinite(epsilon))
    return dsl::refuse(x, dsl::Error(where,
                                     "unitNorm expects a finite epsilon of at least 0, got " +
                                         detail::show(epsilon),
                                     {}, "epsilon is added to the sum of squares; 1e-6 is usual"));
  if (detail::lacksFloats(x))
    return detail::refuseType(x, "unitNorm", where);
  dsl::Tensor squares = dsl::sum(over, dsl::Operand(x, where) * x, where);
  return dsl::Operand(x, where) *
         dsl::rsqrt(dsl::Operand(squares, where) + dsl::Operand(epsilon, where), where);
}

/// W2 dropout(relu(W1 x + b1)) + b2, through `inner`.
inline dsl::Tensor feedForward(const dsl::Scope &w, const dsl::Axis &model, const dsl::Axis &inner,
                               dsl::Tensor x, double dropout = 0,
                               dsl::Where where = dsl::Where::current()) {
  dsl::Tensor u = dsl::relu(linear(w / "inner", model, inner, x, where), where);
  return linear(w / "outer", inner, model, dsl::dropout(dropout, u, where), where);
}

/// W2 (a gelu(b)) with a and b the halves of W1 x (Shazeer 2020), through `inner`; no biases.
inline dsl::Tensor geglu(const dsl::Scope &w, const dsl::Axis &model, const dsl::Axis &inner,
                         dsl::Tensor x, Gelu form = Gelu::erf,
                         dsl::Where where = dsl::Where::current()) {
  int64_t size = inner.getSize().getOffset();
  if (!inner.getSize().isConstant() || size < 0 || size > int64_t(1) << 39)
    return dsl::refuse(
        x, dsl::Error(where,
                      "geglu expects axis `" + inner.getName() +
                          "` to have a constant size in [0, 2^39], got " + inner.getSize().str(),
                      {}, "`inner` is the width between the two layers, the last axis given"));
  dsl::Axis both(inner.getName() + ".both", 2 * size);
  dsl::WeightOptions first = fanIn(model.getSize().getMaximum()), second = fanIn(size);
  dsl::Tensor u = dsl::dot(model, (w / "inner")("weight", {both, model}, first, where), x, where);
  dsl::Tensor value = dsl::slice(both, inner, 0, u, where);
  dsl::Tensor gate = gelu(dsl::slice(both, inner, size, u, where), form, where);
  return dsl::dot(inner, (w / "outer")("weight", {model, inner}, second, where),
                  dsl::Operand(value, where) * gate, where);
}

} // namespace weft::nn

#endif
