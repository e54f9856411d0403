// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Model.h"

using namespace weft::dsl;

namespace weft::models {

struct AdaptiveSpan::Axes {
  Axis b, t, v, d, h, k, f, r; // batch, time, vocab, model, head, key, inner, distance (1 .. S)

  Axes(const AdaptiveSpan &c, int64_t rows, int64_t columns)
      : b("batch", rows), t("time", columns), v("vocab", c.vocab), d("model", c.hidden),
        h("head", c.heads), k("key", c.hidden / c.heads), f("inner", c.ff), r("distance", c.span) {}
};

/// The run-time sizes of one layer: the cache it is given, the reach of its attention, the cache it
/// leaves.
struct AdaptiveSpan::Sizes {
  Size cache, reach, next;
};

void AdaptiveSpan::check() const {
  if (hidden % heads != 0)
    throw UsageError("hidden expects to be a multiple of heads, got " + std::to_string(hidden) +
                     " vs " + std::to_string(heads));
}

/// The paper's code trims in steps of 64 positions, by the largest span of the layer's heads:
///   needed = clip(ceil(max_h z S) + R, 0, S)    trim = 64 floor(min(S - 1, S - needed) / 64) reach
///   = S - trim
/// and keeps 64 positions more than it reached, so that a span can grow.
AdaptiveSpan::Sizes AdaptiveSpan::chooseSizes(Function &f, int64_t layer, Tensor z,
                                              const Axes &a) const {
  int64_t S = span, M = a.t.getSize().getMaximum();
  int64_t trimStep = std::gcd(int64_t(64), S), cacheStep = std::gcd(trimStep, M);
  std::string n = std::to_string(layer);
  Sizes size{f.symbol("cache" + n, S, cacheStep), f.symbol("span" + n, S, trimStep),
             f.symbol("next" + n, S, cacheStep)};

  Tensor needed = clamp(ceil(max(a.h, stopGradient(z)) * S) + ramp, 0, S);
  Tensor trim = floor(minimum(S - needed, S - 1) / 64) * 64;
  Tensor reach = cast(DType::i32, S - trim);
  f.setSize(size.reach, reach);

  Tensor kept = f.sizeOf(size.cache) + M;
  kept = adaptiveCache ? minimum(kept, minimum(reach + 64, S)) : minimum(kept, S);
  f.setSize(size.next, kept);
  return size;
}

Tensor AdaptiveSpan::layer(Scope w, Tensor x, Tensor cache, Tensor position, const Sizes &size,
                           const Axes &a, Mode mode) const {
  const auto &[b, t, v, d, h, k, f, r] = a;
  double rate = mode == Mode::train ? dropout : 0, S = span;
  Axis s("seen", size.cache + t.getSize().getMaximum());
  WeightOptions init = nn::fanIn(hidden);

  Tensor seen = concat(s, stopGradient(cache), x); // no gradient into what earlier steps computed
  w.carry("cache", tail(s, Axis("cached", size.next), seen));
  Tensor q = dot(d, w("Wq", {h, k, d}, init), x);
  Tensor K = dot(d, w("Wk", {h, k, d}, init), seen); // recomputed with today's weights
  Tensor V = dot(d, w("Wv", {h, k, d}, init), seen);
  Tensor z = w("z", {h}, {.init = Init::constant, .scale = spanInit, .low = 0, .high = 1});

  // a_tr ∝ m_z(t-r) · exp(q_t · (k_r + p_{t-r}) / √D)
  SoftSpan reach = softSpan(z, {.ramp = double(ramp), .max = span, .reach = size.reach});
  Tensor y = attend({.query = t, .keys = s, .over = k}, q, K, V, reach,
                    {.position = position, .dropout = rate});
  if (mode == Mode::train)
    w.penalty(mean(h, z) * (spanLoss * S)); // L += λ S mean_h z

  Tensor o = nn::layerNorm(w / "norm1", d, x + dot({h, k}, w("Wo", {d, h, k}, init), y));
  return nn::layerNorm(w / "norm2", d, o + nn::feedForward(w / "ff", d, f, o, rate));
}

Tensor AdaptiveSpan::logits(Function &f, Tensor tokens, const Axes &a, Mode mode) const {
  Scope w = f.weights();
  double rate = mode == Mode::train ? embDropout : 0;
  Tensor position = w("position", {a.r, a.k}, {.init = Init::normal, .scale = 1});
  Tensor table = w("embed", {a.v, a.d}, {.init = Init::normal, .scale = 1});
  std::vector<Sizes> sizes;
  for (int64_t i = 0; i < layers; ++i) {
    Tensor z = (w / "layer" / i)("z", {a.h},
                                 {.init = Init::constant, .scale = spanInit, .low = 0, .high = 1});
    sizes.push_back(chooseSizes(f, i, z, a));
  }

  Tensor x = weft::dsl::dropout(rate, embed(a.v, table, tokens));
  for (int64_t i = 0; i < layers; ++i) {
    Scope wi = w / "layer" / i;
    Tensor cache = wi.state("cache", {a.b, Axis("cached", sizes[i].cache), a.d});
    x = layer(wi, x, cache, position, sizes[i], a, mode);
  }
  return nn::linear(w / "out", a.d, a.v, weft::dsl::dropout(rate, x));
}

void AdaptiveSpan::measure(Function &f, int64_t rows, Mode mode) const {
  Axes a(*this, rows, block);
  Tensor tokens = f.input("tokens", DType::i32, {a.b, a.t});
  Tensor targets = f.input("targets", DType::i32, {a.b, a.t});
  Tensor loss = mean({a.b, a.t}, crossEntropy(a.v, logits(f, tokens, a, mode), targets));
  f.output("loss", loss);
  if (mode == Mode::train)
    f.output("objective", f.withPenalties(loss));
}

void AdaptiveSpan::step(Function &f) const { measure(f, batch, Mode::train); }
void AdaptiveSpan::eval(Function &f) const { measure(f, evalBatch, Mode::measure); }

void AdaptiveSpan::generate(Function &f) const {
  Axes a(*this, 1, 1);
  Tensor tokens = f.input("tokens", DType::i32, {a.b, a.t});
  f.output("logits", squeeze(a.t, logits(f, tokens, a, Mode::measure)));
}

} // namespace weft::models

int main(int argc, char **argv) {
  return weft::modelMain(argc, argv, weft::models::AdaptiveSpan{});
}
