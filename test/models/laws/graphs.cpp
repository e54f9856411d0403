// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functions whose laws weft-laws checks, all over the same weights: a small adaptive-span
// model, its logits, the same model on half the batch, with full attention, and with the past block
// in the graph instead of in caches.
#include <iostream>

#include "models/adaptive-span/Model.h"

using namespace weft::dsl;
namespace nn = weft::nn;

namespace {

struct Laws : weft::models::AdaptiveSpan {
  Laws() {
    vocab = 11, hidden = 8, heads = 2, ff = 6, layers = 2, span = 16, block = 8, ramp = 4;
    batch = 4, spanLoss = 0.01;
  }

  void logitsOf(Function &f) const {
    Axes a(*this, batch, block);
    Tensor tokens = f.input("tokens", DType::i32, {a.b, a.t});
    f.output("logits", logits(f, tokens, a, Mode::measure));
  }

  /// A block that reaches every one of the last S positions with weight 1; no caches.
  void full(Function &f) const {
    Axes a(*this, batch, block);
    Tensor tokens = f.input("tokens", DType::i32, {a.b, a.t});
    f.output("logits", run(f, a, tokens, nullptr, nullptr, false));
  }

  /// The loss of a block whose past is run in the same graph, its hidden states without gradient.
  void recomputed(Function &f) const {
    Axes a(*this, batch, block);
    Tensor past = f.input("past", DType::i32, {a.b, a.t});
    Tensor tokens = f.input("tokens", DType::i32, {a.b, a.t});
    Tensor targets = f.input("targets", DType::i32, {a.b, a.t});
    std::vector<Tensor> seen;
    run(f, a, past, nullptr, &seen, true);
    Tensor loss =
        mean({a.b, a.t}, crossEntropy(a.v, run(f, a, tokens, &seen, nullptr, true), targets));
    for (int64_t i = 0; i < layers; ++i)
      loss = loss + mean(a.h, weight(f, i, a)) * (spanLoss * double(span));
    f.output("loss", loss);
  }

private:
  Tensor weight(Function &f, int64_t i, const Axes &a) const {
    return (f.weights() / "layer" /
            i)("z", {a.h}, {.init = Init::constant, .scale = spanInit, .low = 0, .high = 1});
  }

  /// The model as the paper states it. `past`: what each layer saw in the block before; `seen`:
  /// what it sees in this one.
  Tensor run(Function &f, const Axes &a, Tensor tokens, const std::vector<Tensor> *past,
             std::vector<Tensor> *seen, bool soft) const {
    const auto &[b, t, v, d, h, k, inner, r, persistent] = a;
    Scope w = f.weights();
    Tensor position = w("position", {r, k}, {.init = Init::normal, .scale = 1});
    Tensor x = embed(v, w("embed", {v, d}, {.init = Init::normal, .scale = 1}), tokens);
    for (int64_t i = 0; i < layers; ++i) {
      Scope wi = w / "layer" / i;
      Axis s = past ? Axis("seen", 2 * block) : t;
      if (seen)
        seen->push_back(tail(t, Axis("cached", block), x));
      Tensor all = past ? concat(s, stopGradient((*past)[i]), x) : x;
      Tensor q = dot(d, wi("Wq", {h, k, d}, nn::fanIn(hidden)), x);
      Tensor K = dot(d, wi("Wk", {h, k, d}, nn::fanIn(hidden)), all);
      Tensor V = dot(d, wi("Wv", {h, k, d}, nn::fanIn(hidden)), all);
      AttendAxes axes{.query = t, .keys = s, .over = k};
      SoftSpan reach = softSpan(weight(f, i, a), {.ramp = double(ramp), .max = span});
      Tensor y = soft ? attend(axes, q, K, V, reach, {.position = position})
                      : attend(axes, q, K, V, SlidingWindow{span, 1, true}, {.position = position});
      Tensor o = nn::layerNorm(wi / "norm1", d,
                               x + dot({h, k}, wi("Wo", {d, h, k}, nn::fanIn(hidden)), y));
      x = nn::layerNorm(wi / "norm2", d, o + nn::feedForward(wi / "ff", d, inner, o));
    }
    return nn::linear(w / "out", d, v, x);
  }
};

} // namespace

int main() {
  Laws model, half;
  half.batch = model.batch / 2;
  Graph g("laws");
  g.function("step", [&](Function &f) { model.step(f); });
  g.function("half", [&](Function &f) { half.step(f); });
  g.function("logits", [&](Function &f) { model.logitsOf(f); });
  g.function("full", [&](Function &f) { model.full(f); });
  g.function("recomputed", [&](Function &f) { model.recomputed(f); });
  return g.write(std::cout, std::cerr);
}
