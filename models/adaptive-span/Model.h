// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Adaptive Attention Span in Transformers (Sukhbaatar, Grave, Bojanowski, Joulin, ACL 2019), as its
// code computes it: post-norm, a cache of hidden states per layer, relative keys shared by all
// layers and heads, and a span that every head learns. With `pers_mem` it is the all-attention
// network (Sukhbaatar, Grave, Lample, Jegou, Joulin 2019): every layer owns keys and values that
// all positions attend, in place of the feed-forward layer. Letters are the papers': S the longest
// span, R the ramp, M the block, z the span as a fraction of S, N the number of persistent vectors.
#ifndef MODELS_ADAPTIVE_SPAN_MODEL_H
#define MODELS_ADAPTIVE_SPAN_MODEL_H

#include <cmath>
#include <numeric>

#include "weft/dsl.h"
#include "weft/nn/Layers.h"

namespace weft::models {

using dsl::AttendOptions, dsl::Axis, dsl::DType, dsl::Function, dsl::Init, dsl::Scope, dsl::Size,
    dsl::SoftSpan, dsl::Tensor, dsl::WeightOptions;

struct AdaptiveSpan {
  static constexpr const char *name = "adaptive-span";
  static constexpr const char *summary =
      "Transformer language model whose heads learn how far to look back";

  int64_t vocab = 256, hidden = 64, ff = 256, layers = 2, heads = 4, span = 256, block = 64,
          ramp = 32, persMem = 0;
  bool adaptSpan = true;
  double spanLoss = 2e-6, spanInit = 0;
  bool adaptiveCache = true, skip = false;
  double dropout = 0, embDropout = 0;
  int64_t batch = 8, evalBatch = 8;

  template <class V> void visit(V &v);

  /// Throws UsageError where fields do not fit together.
  void check() const;

  /// One training step on a block: loss, objective with the span penalty, new caches.
  void step(Function &f) const;
  /// The loss of a block without dropout, with caches of its own batch.
  void eval(Function &f) const;
  /// The logits after one token of one stream.
  void generate(Function &f) const;

protected: // test/models/laws looks inside
  struct Axes;
  struct Sizes;
  enum class Mode { train, measure };

  Sizes chooseSizes(Function &f, int64_t layer, Tensor z, const Axes &a) const;
  Tensor layer(Scope w, Tensor x, Tensor cache, Tensor position, const Sizes &size, const Axes &a,
               Mode mode) const;
  Tensor attention(Scope w, Tensor q, Tensor K, Tensor V, Tensor position, const Axis &seen,
                   const Sizes &size, const Axes &a, Mode mode) const;
  Tensor logits(Function &f, Tensor tokens, const Axes &a, Mode mode) const;
  void measure(Function &f, int64_t rows, Mode mode) const;
};

template <class V> void AdaptiveSpan::visit(V &v) {
  v("vocab", vocab, 1, 1000000, "number of token ids");
  v("hidden", hidden, 1, 65536, "width of the model");
  v("ff", ff, 1, 262144, "width of the feed-forward layers");
  v("layers", layers, 1, 256, "number of layers");
  v("heads", heads, 1, 1024, "attention heads of a layer; must divide hidden");
  v("span", span, 1, 1048576, "S: the longest span, in positions");
  v("block", block, 1, 65536, "M: new positions of a step");
  v("adapt_span", adaptSpan, "learn a span for every head; off: every head attends S positions");
  v("pers_mem", persMem, 0, 1048576,
    "N: persistent keys and values of a head, in place of the feed-forward layers; 0: none");
  v("ramp", ramp, 1, 65536, "R: positions over which a head's weight falls from 1 to 0");
  v("span_loss", spanLoss, 0.0, 1.0, "price of one position of mean span, in nats");
  v("span_init", spanInit, 0.0, 1.0, "z at the start, as a fraction of span");
  v("adaptive_cache", adaptiveCache, "keep only as much cache as the spans need");
  v("skip", skip,
    "heads skip what lies beyond their own span; it then has no part in the 1e-8 either");
  v("dropout", dropout, 0.0, 0.99, "dropout of attention weights and of the feed-forward layer");
  v("emb_dropout", embDropout, 0.0, 0.99, "dropout of the embedding and of the last hidden state");
  v("batch", batch, 1, 65536, "streams of a training step");
  v("eval_batch", evalBatch, 1, 65536, "streams of an evaluation");
}

struct AdaptiveSpan::Axes {
  Axis b, t, v, d, h, k, f, r,
      n; // batch, time, vocab, model, head, key, inner, distance (1 .. S), persistent

  Axes(const AdaptiveSpan &c, int64_t rows, int64_t columns)
      : b("batch", rows), t("time", columns), v("vocab", c.vocab), d("model", c.hidden),
        h("head", c.heads), k("key", c.hidden / c.heads), f("inner", c.ff), r("distance", c.span),
        n("persistent", c.persMem) {}
};

/// The run-time sizes of one layer: the cache it is given, the reach of its attention, the cache it
/// leaves.
struct AdaptiveSpan::Sizes {
  Size cache, reach, next;
};

inline void AdaptiveSpan::check() const {
  if (hidden % heads != 0)
    throw UsageError("hidden expects to be a multiple of heads, got " + std::to_string(hidden) +
                     " vs " + std::to_string(heads));
}

/// The paper's code trims in steps of 64 positions, by the largest span of the layer's heads:
///   needed = clip(ceil(max_h z S) + R, 0, S)
///   reach  = S - 64 floor(min(S - 1, S - needed) / 64)
/// and keeps 64 positions more than it reached, so that a span can grow. Spans that are not learned
/// are S.
inline AdaptiveSpan::Sizes AdaptiveSpan::chooseSizes(Function &f, int64_t layer, Tensor z,
                                                     const Axes &a) const {
  int64_t S = span, M = a.t.getSize().getMaximum();
  int64_t trimStep = std::gcd(int64_t(64), S), cacheStep = std::gcd(trimStep, M);
  std::string n = std::to_string(layer);
  Sizes size{f.symbol("cache" + n, S, cacheStep), Size(S), f.symbol("next" + n, S, cacheStep)};

  Tensor kept = f.sizeOf(size.cache) + M, most;
  if (adaptSpan) {
    size.reach = f.symbol("span" + n, S, trimStep);
    Tensor needed = clamp(ceil(max(a.h, stopGradient(z)) * S) + ramp, 0, S);
    Tensor trim = floor(minimum(S - needed, S - 1) / 64) * 64;
    Tensor reach = cast(DType::i32, S - trim);
    f.setSize(size.reach, reach);
    if (adaptiveCache)
      most = minimum(reach + 64, S);
  }
  f.setSize(size.next, most ? minimum(kept, most) : minimum(kept, S));
  return size;
}

/// a_tr ∝ m_z(t-r) · exp(q_t · (k_r + p_{t-r}) / √D), and a_tn ∝ exp(q_t · key_n) for persistent
/// vectors, under one sum; val_n counts √N. Their keys and values are stored scaled down by √D and
/// √N. With `skip`, a head's sum has no part of what lies beyond its span; the paper's code has
/// 1e-8 of it.
inline Tensor AdaptiveSpan::attention(Scope w, Tensor q, Tensor K, Tensor V, Tensor position,
                                      const Axis &seen, const Sizes &size, const Axes &a,
                                      Mode mode) const {
  double S = span, rootD = std::sqrt(double(hidden / heads)), rootN = std::sqrt(double(persMem));
  dsl::AttendAxes axes{.query = a.t, .keys = seen, .over = a.k};
  AttendOptions options{.position = position, .dropout = mode == Mode::train ? dropout : 0};
  if (persMem > 0) {
    Tensor key = w("key", {a.h, a.n, a.k}, {.init = Init::normal, .scale = 1 / rootD});
    Tensor value = w("value", {a.h, a.n, a.k}, {.init = Init::normal, .scale = 1 / rootN});
    options.sources = {{a.n, key * rootD, value * rootN}};
  }
  if (!adaptSpan)
    return attend(axes, q, K, V, dsl::slidingWindow(span, /*first=*/1, /*zeros=*/true), options);
  Tensor z = w("z", {a.h}, {.init = Init::constant, .scale = spanInit, .low = 0, .high = 1});
  if (mode == Mode::train)
    w.penalty(mean(a.h, z) * (spanLoss * S)); // L += λ S mean_h z
  SoftSpan reach =
      softSpan(z, {.ramp = double(ramp), .max = span, .reach = size.reach, .skip = skip});
  return attend(axes, q, K, V, reach, options);
}

inline Tensor AdaptiveSpan::layer(Scope w, Tensor x, Tensor cache, Tensor position,
                                  const Sizes &size, const Axes &a, Mode mode) const {
  const auto &[b, t, v, d, h, k, f, r, n] = a;
  Axis s("seen", size.cache + t.getSize().getMaximum());
  WeightOptions init = nn::fanIn(hidden);

  Tensor seen = concat(s, stopGradient(cache), x); // no gradient into what earlier steps computed
  w.carry("cache", tail(s, Axis("cached", size.next), seen));
  Tensor q = dot(d, w("Wq", {h, k, d}, init), x);
  Tensor K = dot(d, w("Wk", {h, k, d}, init), seen); // recomputed with today's weights
  Tensor V = dot(d, w("Wv", {h, k, d}, init), seen);
  Tensor y = attention(w, q, K, V, position, s, size, a, mode);

  Tensor o = nn::layerNorm(w / "norm1", d, x + dot({h, k}, w("Wo", {d, h, k}, init), y));
  if (persMem > 0)
    return o;
  double rate = mode == Mode::train ? dropout : 0;
  return nn::layerNorm(w / "norm2", d, o + nn::feedForward(w / "ff", d, f, o, rate));
}

inline Tensor AdaptiveSpan::logits(Function &f, Tensor tokens, const Axes &a, Mode mode) const {
  Scope w = f.weights();
  double rate = mode == Mode::train ? embDropout : 0;
  Tensor position = w("position", {a.r, a.k}, {.init = Init::normal, .scale = 1});
  Tensor table = w("embed", {a.v, a.d}, {.init = Init::normal, .scale = 1});
  std::vector<Sizes> sizes;
  for (int64_t i = 0; i < layers; ++i) {
    Tensor z;
    if (adaptSpan)
      z = (w / "layer" / i)("z", {a.h},
                            {.init = Init::constant, .scale = spanInit, .low = 0, .high = 1});
    sizes.push_back(chooseSizes(f, i, z, a));
  }

  Tensor x = dsl::dropout(rate, embed(a.v, table, tokens));
  for (int64_t i = 0; i < layers; ++i) {
    Scope wi = w / "layer" / i;
    Tensor cache = wi.state("cache", {a.b, Axis("cached", sizes[i].cache), a.d});
    x = layer(wi, x, cache, position, sizes[i], a, mode);
  }
  return nn::linear(w / "out", a.d, a.v, dsl::dropout(rate, x));
}

inline void AdaptiveSpan::measure(Function &f, int64_t rows, Mode mode) const {
  Axes a(*this, rows, block);
  Tensor tokens = f.input("tokens", DType::i32, {a.b, a.t});
  Tensor targets = f.input("targets", DType::i32, {a.b, a.t});
  Tensor loss = mean({a.b, a.t}, crossEntropy(a.v, logits(f, tokens, a, mode), targets));
  f.output("loss", loss);
  if (mode == Mode::train)
    f.output("objective", f.withPenalties(loss));
}

inline void AdaptiveSpan::step(Function &f) const { measure(f, batch, Mode::train); }
inline void AdaptiveSpan::eval(Function &f) const { measure(f, evalBatch, Mode::measure); }

inline void AdaptiveSpan::generate(Function &f) const {
  Axes a(*this, 1, 1);
  Tensor tokens = f.input("tokens", DType::i32, {a.b, a.t});
  f.output("logits", squeeze(a.t, logits(f, tokens, a, Mode::measure)));
}

} // namespace weft::models

#endif
