// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Generating Long Sequences with Sparse Transformers (Child, Gray, Radford, Sutskever 2019): a
// causal transformer over bytes whose positions attend to a pattern of earlier ones, known before
// anything runs. Normalisation stands before each branch, the branches are added to what came in,
// and nothing is carried from one block of positions to the next. Letters are the paper's: l the
// stride, c the columns of a fixed pattern, N the layers, n the context.
#ifndef MODELS_SPARSE_MODEL_H
#define MODELS_SPARSE_MODEL_H

#include <cmath>

#include "models/sparse/Cache.h"
#include "weft/nn/Layers.h"

namespace weft::models {

struct Sparse {
  static constexpr const char *name = "sparse";
  static constexpr const char *summary =
      "Transformer over bytes whose positions attend to a sparse pattern of earlier ones";

  int64_t vocab = 256, context = 256, hidden = 64, ff = 256, qk = 0, layers = 4, heads = 4;
  SparseReach reach;
  std::string positions = "matrix";
  int64_t width = 0;
  bool start = false;
  double init = 0.125, dropout = 0;
  bool recompute = false;
  int64_t batch = 8, evalBatch = 8;

  template <class V> void visit(V &v);

  /// Throws UsageError where fields do not fit together.
  void check() const;

  /// The loss of one training step on `context` tokens of each stream.
  void step(Function &f) const;
  /// The loss without dropout, and that of every position, {batch, time}.
  void eval(Function &f) const;
  /// The logits after one token of one stream; keys and values of the tokens before are states.
  void generate(Function &f) const;

protected: // test/models/sparse-paper-form looks inside
  struct Axes;
  /// What one position sees of those before it, and how many there were: f32, a whole number.
  struct Cache {
    Tensor place;
    std::vector<SparseCache> layers;
  };
  /// `make` gives each tensor its first value: its layer, or -1, its name there, its axes.
  Cache makeCache(const Axes &a,
                  const std::function<Tensor(int64_t, const std::string &, dsl::Axes)> &make) const;

  int64_t keyWidth() const { return (qk > 0 ? qk : hidden) / heads; }
  /// Normal, with the deviation init / sqrt(inputs), and `scale` times that.
  WeightOptions initial(int64_t inputs, double scale = 1) const;
  /// The sum of the learned embeddings of where the positions `i` stand.
  Tensor embedPositions(Scope w, Tensor i, const Axes &a) const;
  /// b(H + a) of the paper: the second branch.
  Tensor feedForward(Scope w, Tensor H, const Axes &a, double rate) const;
  Tensor block(Scope w, Tensor H, int64_t layer, const Axes &a, double rate) const;
  Tensor finish(Scope w, Tensor H, const Axes &a) const;
  Tensor logits(Function &f, Tensor tokens, const Axes &a, double rate) const;
  /// The logits of one more token; moves the cache on.
  Tensor next(Function &f, Tensor token, Cache &cache, const Axes &a) const;
  Tensor measure(Function &f, int64_t rows, double rate) const;
};

template <class V> void Sparse::visit(V &v) {
  v("vocab", vocab, 1, 1000000, "number of token ids");
  v("context", context, 16, 1048576, "n: positions of a block, which see each other and no others");
  v("hidden", hidden, 1, 65536, "width of the model");
  v("ff", ff, 1, 262144, "width of the feed-forward layers; half-size models have 2 hidden");
  v("qk", qk, 0, 65536, "width of queries and keys, of all heads together; 0: hidden");
  v("layers", layers, 1, 1024, "N: residual blocks");
  v("heads", heads, 1, 1024, "attention heads of a layer; must divide hidden and qk");
  reach.visit(v);
  v("positions", positions, {"line", "matrix", "image"},
    "learned: one embedding a position; row and column of lines of stride positions; row, column "
    "and channel of an image of bytes");
  v("width", width, 0, 65536, "of an image, in pixels of three channels");
  v("start", start,
    "a learned start stands before the first token, which is predicted too: for blocks that are "
    "whole images");
  v("init", init, 0.0, 10.0,
    "times 1 / sqrt(inputs): deviation of the first weights; 0.354 reads the paper's 0.125 as a "
    "variance");
  v("dropout", dropout, 0.0, 0.99, "dropout of both branches of a block, where they end");
  v("recompute", recompute,
    "keep only what comes into a residual block until the way back, and compute the rest again");
  v("batch", batch, 1, 65536, "streams of a training step");
  v("eval_batch", evalBatch, 1, 65536, "streams of an evaluation");
}

struct Sparse::Axes {
  Axis b, t, v, d, h, k, e, f; // batch, time, vocab, model, head, key, value, inner

  Axes(const Sparse &c, int64_t rows)
      : b("batch", rows), t("time", c.context), v("vocab", c.vocab), d("model", c.hidden),
        h("head", c.heads), k("key", c.keyWidth()), e("value", c.hidden / c.heads),
        f("inner", c.ff) {}
};

inline void Sparse::check() const {
  auto divides = [](const char *name, int64_t value, const char *by, int64_t number) {
    if (number > 0 && value % number == 0)
      return;
    std::string fits;
    if (number > 0)
      fits = "; " + std::to_string(std::max(value / number, int64_t(1)) * number) + " would fit";
    throw UsageError(std::string(name) + " expects to be a multiple of " + by + ", got " +
                     std::to_string(value) + " vs " + std::to_string(number) + fits);
  };
  divides("hidden", hidden, "heads", heads);
  divides("qk", qk, "heads", heads);
  reach.check(context, heads);
  if (positions == "matrix")
    divides("context", context, "stride, the width of the matrix of positions", reach.stride);
  if (positions == "image")
    divides("context", context, "3 width, a row of an image", 3 * width);
  if (positions != "image" && width != 0)
    throw UsageError("width belongs to positions image, got positions " + positions);
}

inline WeightOptions Sparse::initial(int64_t inputs, double scale) const {
  return {.init = Init::normal, .scale = init * scale / std::sqrt(double(inputs))};
}

inline Tensor Sparse::embedPositions(Scope w, Tensor i, const Axes &a) const {
  auto table = [&](const char *name, int64_t size, int64_t count) {
    return w(name, {Axis(name, size), a.d}, initial(hidden * count));
  };
  auto look = [](Tensor table, Tensor at) {
    return gather(table.axes().front(), table, cast(DType::i32, at));
  };
  if (positions == "line")
    return look(table("position", context, 1), i);
  // One declaration a statement: their order is that of the checkpoint.
  if (positions == "matrix") {
    Tensor row = look(table("row", context / reach.stride, 2), quotient(i, reach.stride));
    Tensor column = look(table("column", reach.stride, 2), remainder(i, reach.stride));
    return row + column;
  }
  Tensor pixel = quotient(i, 3);
  Tensor row = look(table("row", context / (3 * width), 3), quotient(pixel, width));
  Tensor column = look(table("column", width, 3), remainder(pixel, width));
  Tensor channel = look(table("channel", 3, 3), remainder(i, 3));
  return row + column + channel;
}

inline Tensor Sparse::feedForward(Scope w, Tensor H, const Axes &a, double rate) const {
  const auto &[b, t, v, d, h, k, e, f] = a;
  double depth = 1 / std::sqrt(2.0 * double(layers));
  Tensor m = nn::layerNorm(w / "norm2", d, H);
  Tensor W1 = w("W1", {f, d}, initial(hidden)), b1 = w("b1", {f}, {.init = Init::zeros});
  Tensor u = nn::gelu(dot(d, W1, m) + b1, nn::Gelu::sigmoid); // x σ(1.702 x)
  Tensor W2 = w("W2", {d, f}, initial(ff, depth)), b2 = w("b2", {d}, {.init = Init::zeros});
  return dsl::dropout(rate, dot(f, W2, u) + b2);
}

/// H_k = H_{k-1} + a(H_{k-1}) + b(H_{k-1} + a(H_{k-1})), eqs. 11 to 15.
inline Tensor Sparse::block(Scope w, Tensor H, int64_t layer, const Axes &a, double rate) const {
  const auto &[b, t, v, d, h, k, e, f] = a;
  double depth = 1 / std::sqrt(2.0 * double(layers));
  Tensor n = nn::layerNorm(w / "norm1", d, H);
  Tensor q = dot(d, w("Wq", {h, k, d}, initial(hidden)), n);
  Tensor K = dot(d, w("Wk", {h, k, d}, initial(hidden)), n);
  Tensor V = dot(d, w("Wv", {h, e, d}, initial(hidden)), n);
  Tensor y = reach.attendTo({.query = t, .keys = t, .over = k}, q, K, V, layer);
  Tensor Wo = w("Wo", {d, h, e}, initial(hidden, depth));
  H = H + dsl::dropout(rate, dot({h, e}, Wo, y));
  return H + feedForward(w, H, a, rate);
}

inline Tensor Sparse::finish(Scope w, Tensor H, const Axes &a) const {
  Tensor last = nn::layerNorm(w / "norm", a.d, H);
  return dot(a.d, w("out", {a.v, a.d}, {.init = Init::zeros}), last);
}

inline Tensor Sparse::logits(Function &f, Tensor tokens, const Axes &a, double rate) const {
  Scope w = f.weights();
  Tensor x = embed(a.v, w("embed", {a.v, a.d}, initial(hidden)), tokens);
  if (start) { // position i has token i - 1
    Axis before("before", context - 1);
    Tensor first = select(equal(f.index(a.t), 0), 1, 0);
    Tensor moved = padFront(before, a.t, slice(a.t, before, 0, x));
    x = moved + first * w("start", {a.d}, initial(hidden));
  }
  Tensor H = x + embedPositions(w, f.index(a.t), a);
  for (int64_t i = 0; i < layers; ++i)
    H = recompute
            ? dsl::recompute(H, [&](Tensor H) { return block(w / "layer" / i, H, i, a, rate); })
            : block(w / "layer" / i, H, i, a, rate);
  return finish(w, H, a);
}

inline Sparse::Cache Sparse::makeCache(
    const Axes &a,
    const std::function<Tensor(int64_t, const std::string &, dsl::Axes)> &make) const {
  Cache cache{make(-1, "place", {}), {}};
  for (int64_t i = 0; i < layers; ++i)
    cache.layers.emplace_back(
        reach, i, SparseCache::Layer{a.b, a.h, a.k, a.e, context},
        [&](const std::string &name, dsl::Axes axes) { return make(i, name, std::move(axes)); });
  return cache;
}

inline Tensor Sparse::next(Function &f, Tensor token, Cache &cache, const Axes &a) const {
  const auto &[b, t, v, d, h, k, e, inner] = a;
  Scope w = f.weights();
  Tensor i = cache.place;
  Tensor x = embed(v, w("embed", {v, d}, initial(hidden)), token);
  if (start)
    x = select(equal(i, 0), w("start", {d}, initial(hidden)), x);
  Tensor H = x + embedPositions(w, i, a);
  for (int64_t layer = 0; layer < layers; ++layer) {
    Scope wi = w / "layer" / layer;
    Tensor n = nn::layerNorm(wi / "norm1", d, H);
    Tensor q = dot(d, wi("Wq", {h, k, d}, initial(hidden)), n);
    Tensor K = dot(d, wi("Wk", {h, k, d}, initial(hidden)), n);
    Tensor V = dot(d, wi("Wv", {h, e, d}, initial(hidden)), n);
    Tensor y = cache.layers[size_t(layer)].attend(f, i, q, K, V);
    H = H +
        dot({h, e}, wi("Wo", {d, h, e}, initial(hidden, 1 / std::sqrt(2.0 * double(layers)))), y);
    H = H + feedForward(wi, H, a, 0);
  }
  cache.place = i + 1;
  return finish(w, H, a);
}

inline Tensor Sparse::measure(Function &f, int64_t rows, double rate) const {
  Axes a(*this, rows);
  Tensor tokens = f.input("tokens", DType::i32, {a.b, a.t});
  Tensor targets = f.input("targets", DType::i32, {a.b, a.t});
  Tensor losses = crossEntropy(a.v, logits(f, tokens, a, rate), targets);
  f.output("loss", mean({a.b, a.t}, losses));
  return losses;
}

inline void Sparse::step(Function &f) const { measure(f, batch, dropout); }
inline void Sparse::eval(Function &f) const { f.output("losses", measure(f, evalBatch, 0)); }

inline void Sparse::generate(Function &f) const {
  Axes a(*this, 1);
  Axis one("time.new", 1);
  Tensor token = f.input("tokens", DType::i32, {a.b, one});
  Scope w = f.weights();
  auto scopeOf = [&](int64_t layer) { return layer < 0 ? w : w / "layer" / layer; };
  Cache cache = makeCache(a, [&](int64_t layer, const std::string &name, dsl::Axes axes) {
    return scopeOf(layer).state(name, axes);
  });
  f.output("logits", next(f, squeeze(one, token), cache, a));
  w.carry("place", cache.place);
  for (int64_t i = 0; i < layers; ++i)
    cache.layers[size_t(i)].visit(
        [&](const std::string &name, const Tensor &last) { scopeOf(i).carry(name, last); });
}

} // namespace weft::models

#endif
