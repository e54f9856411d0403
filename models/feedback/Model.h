// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Feedback Transformer (Fan, Lavril, Grave, Joulin, Sukhbaatar 2020, "Addressing Some Limitations
// of Transformers with Feedback Memory"), as its code computes it: one position after another, also
// in training. All layers attend to one memory, the mixture of all layers' outputs of each earlier
// position, so that the lowest layer sees what the highest one made of the past. With
// `feedback=false` it is the plain Transformer of the same code, whose layers attend to their own
// inputs. Letters are the paper's: m the memory, L the span in positions, M the block.
#ifndef MODELS_FEEDBACK_MODEL_H
#define MODELS_FEEDBACK_MODEL_H

#include <cmath>
#include <numeric>

#include "weft/dsl.h"
#include "weft/nn/Layers.h"

namespace weft::models {

struct Feedback {
  static constexpr const char *name = "feedback";
  static constexpr const char *summary =
      "Transformer whose layers attend to what earlier positions became in the end";

  using Tensor = dsl::Tensor;
  using Scope = dsl::Scope;
  using Function = dsl::Function;
  using Axis = dsl::Axis;

  int64_t vocab = 256, hidden = 64, ff = 256, layers = 2, heads = 4, headWidth = 0, span = 64,
          block = 32, shortBlock = 0;
  bool feedback = true, preNorm = true, shareKv = false, carryNorm = false;
  std::string memory = "all";
  int64_t memoryLayer = 1;
  bool adaptSpan = false;
  int64_t ramp = 32;
  double spanLoss = 5e-7, spanInit = 0;
  double dropout = 0, embDropout = 0;
  int64_t batch = 8, evalBatch = 8;

  template <class V> void visit(V &v);

  /// Throws UsageError where fields do not fit together.
  void check() const;

  /// One training step on a block: loss, objective with the span penalty, the next memory.
  void step(Function &f) const;
  /// The loss of a block without dropout, and how many of its targets the largest logit names.
  void eval(Function &f) const;
  /// The logits after one token of one stream.
  void generate(Function &f) const;

protected:
  enum class Mode { train, measure };
  struct Axes;
  /// What every position's step reads besides its input: made once a call.
  struct Layer {
    Scope w, kv;
    Tensor position; // [seen, key], oldest first
    Tensor z;        // the heads' spans, or null
    size_t first;    // of its keys among the memory's tensors
  };

  bool isRecurrent() const { return memory == "recurrent"; }
  int64_t width() const { return headWidth > 0 ? headWidth : hidden / heads; }
  Tensor norm1(Scope w, Tensor x, const Axes &a) const;
  Tensor project(Scope w, const char *weight, Tensor x, const Axes &a) const;
  Tensor finish(Scope w, Tensor x, Tensor attended, Tensor keep, double rate, const Axes &a) const;
  Tensor spanOf(Scope w, const Axes &a, Mode mode) const;
  Tensor attention(const Layer &layer, Tensor query, Tensor K, Tensor V, Tensor keep,
                   const Axes &a) const;
  Tensor mix(Scope w, const std::vector<Tensor> &x, const Axes &a) const;
  std::vector<Layer> makeLayers(Function &f, const Axes &a, Mode mode) const;
  Tensor recurrent(Function &f, Tensor x, const Axes &a, Mode mode) const;
  Tensor plainLayer(Scope w, Tensor x, Tensor position, const Axes &a, Mode mode) const;
  Tensor layersOf(Function &f, Tensor x, const Axes &a, Mode mode) const;
  Tensor logits(Function &f, Tensor tokens, const Axes &a, Mode mode) const;
  void measure(Function &f, int64_t rows, Mode mode) const;
};

template <class V> void Feedback::visit(V &v) {
  v("vocab", vocab, 1, 1000000, "number of token ids");
  v("hidden", hidden, 1, 65536, "width of the model");
  v("ff", ff, 1, 262144, "width of the feed-forward layers");
  v("layers", layers, 1, 256, "number of layers");
  v("heads", heads, 1, 1024, "attention heads of a layer");
  v("head_width", headWidth, 0, 65536, "width of a head; 0: hidden / heads");
  v("span", span, 1, 1048576, "L: positions that a position looks back");
  v("block", block, 1, 65536, "M: new positions of a step, over which gradients flow");
  v("short_block", shortBlock, 0, 65536,
    "M of the first short_steps updates, at most block; 0: all blocks have the same size");
  v("feedback", feedback,
    "attend to the memory, one position after another; off: a plain Transformer");
  v("pre_norm", preNorm, "normalise before attention and feed-forward layer; off: behind them");
  v("share_kv", shareKv, "one projection to keys and one to values for all layers");
  v("carry_norm", carryNorm,
    "hand the memory to the next block as layer 0 has normalised it, as the paper's code does");
  v("memory", memory, {"all", "top", "layer", "average", "recurrent"},
    "what a position becomes for later ones: a learned mixture of all layers, the top one, layer "
    "memory_layer, their average; recurrent: each layer's own output, for itself alone");
  v("memory_layer", memoryLayer, 0, 256, "with memory=layer: which, 0 is the embedding");
  v("adapt_span", adaptSpan, "learn a span for every head; off: every head attends L positions");
  v("ramp", ramp, 1, 65536, "R: positions over which a head's weight falls from 1 to 0");
  v("span_loss", spanLoss, 0.0, 1.0, "price of one position of mean span, in nats");
  v("span_init", spanInit, 0.0, 1.0, "z at the start, as a fraction of span");
  v("dropout", dropout, 0.0, 0.99, "dropout of attention weights and of the feed-forward layer");
  v("emb_dropout", embDropout, 0.0, 0.99, "dropout of the embedding and of the last hidden state");
  v("batch", batch, 1, 65536, "streams of a training step");
  v("eval_batch", evalBatch, 1, 65536, "streams of an evaluation");
}

struct Feedback::Axes {
  Axis b, t, v, d, h, k, f, r, s, n; // batch, time, vocab, model, head, key, inner, distance
                                     // (1 .. L), seen (L .. 1 back), layers with the embedding

  Axes(const Feedback &c, int64_t rows, dsl::Size columns)
      : b("batch", rows), t("time", columns), v("vocab", c.vocab), d("model", c.hidden),
        h("head", c.heads), k("key", c.width()), f("inner", c.ff), r("distance", c.span),
        s("seen", c.span), n("layer", c.layers + 1) {}
};

inline void Feedback::check() const {
  auto show = [](int64_t value) { return std::to_string(value); };
  if (headWidth == 0 && hidden % heads != 0)
    throw UsageError("hidden expects to be a multiple of heads where head_width is 0, got " +
                     show(hidden) + " vs " + show(heads));
  if (memory == "layer" && memoryLayer > layers)
    throw UsageError("memory_layer expects one of the layers 0 .. " + show(layers) + ", got " +
                     show(memoryLayer));
  if (!feedback && memory != "all")
    throw UsageError("memory=" + memory +
                     " belongs to feedback=true: a plain Transformer has no "
                     "memory of its own");
  if (!feedback && (shareKv || carryNorm))
    throw UsageError(std::string(shareKv ? "share_kv" : "carry_norm") +
                     " belongs to feedback=true");
  if (shortBlock > block)
    throw UsageError("short_block expects at most block, which is " + show(block) + ", got " +
                     show(shortBlock));
  if (carryNorm && !preNorm)
    throw UsageError("carry_norm belongs to pre_norm=true");
}

inline dsl::Tensor Feedback::norm1(Scope w, Tensor x, const Axes &a) const {
  return preNorm ? nn::layerNorm(w / "norm1", a.d, x) : x;
}

inline dsl::Tensor Feedback::project(Scope w, const char *weight, Tensor x, const Axes &a) const {
  return dot(a.d, w(weight, {a.h, a.k, a.d}, nn::fanIn(hidden)), x);
}

/// What follows attention: h = x + W_o y, then the feed-forward layer, with the norms in front or
/// behind. `keep` is a dropout mask of its inner values, or null.
inline dsl::Tensor Feedback::finish(Scope w, Tensor x, Tensor attended, Tensor keep, double rate,
                                    const Axes &a) const {
  // Residual branches begin smaller the more there are of them.
  double small = preNorm ? 1 / std::sqrt(2.0 * double(layers)) : 1;
  dsl::WeightOptions out = nn::fanIn(heads * width()), outer = nn::fanIn(ff);
  out.scale *= small;
  outer.scale *= small;
  Tensor h = x + dot({a.h, a.k}, w("Wo", {a.d, a.h, a.k}, out), attended);
  h = preNorm ? h : nn::layerNorm(w / "norm1", a.d, h);
  Tensor u = preNorm ? nn::layerNorm(w / "norm2", a.d, h) : h;
  u = relu(nn::linear(w / "ff" / "inner", a.d, a.f, u));
  u = keep ? u * keep : dsl::dropout(rate, u);
  Scope last = w / "ff" / "outer";
  Tensor y = h + (dot(a.f, last("weight", {a.d, a.f}, outer), u) + last("bias", {a.d}, outer));
  return preNorm ? y : nn::layerNorm(w / "norm2", a.d, y);
}

/// z, whose penalty L += λ L mean_h z training adds.
inline dsl::Tensor Feedback::spanOf(Scope w, const Axes &a, Mode mode) const {
  Tensor z = w("z", {a.h}, {.init = dsl::Init::constant, .scale = spanInit, .low = 0, .high = 1});
  if (mode == Mode::train)
    w.penalty(mean(a.h, z) * (spanLoss * double(span)));
  return z;
}

/// a_s ∝ m_z(d) exp(q · (k_s + p_d) / √D) over the last L memories, d = L .. 1 back; what lies
/// before the text are keys of zeros, which take their share.
inline dsl::Tensor Feedback::attention(const Layer &layer, Tensor query, Tensor K, Tensor V,
                                       Tensor keep, const Axes &a) const {
  return attend({.query = a.t, .keys = a.s, .over = a.k}, query, K, V,
                dsl::lastSteps(span, {.z = layer.z, .ramp = double(ramp), .keep = keep}),
                {.position = layer.position});
}

/// m_t of the outputs x^0 .. x^N of all layers.
inline dsl::Tensor Feedback::mix(Scope w, const std::vector<Tensor> &x, const Axes &a) const {
  if (memory == "top")
    return x.back();
  if (memory == "layer")
    return x[size_t(memoryLayer)];
  Tensor all = stack(a.n, x);
  if (memory == "average")
    return mean(a.n, all);
  return dot(a.n, softmax(a.n, w("mix", {a.n}, {.init = dsl::Init::zeros})), all);
}

inline std::vector<Feedback::Layer> Feedback::makeLayers(Function &f, const Axes &a,
                                                         Mode mode) const {
  Scope w = f.weights();
  Tensor position = w("position", {a.r, a.k}, {.init = dsl::Init::normal, .scale = 1});
  Tensor back = cast(dsl::DType::i32, f.index(a.s, double(span - 1), -1));
  position = gather(a.r, position, back);
  std::vector<Layer> result;
  for (int64_t i = 0; i < layers; ++i) {
    Scope wi = w / "layer" / i;
    Layer layer{wi, shareKv ? w : wi, position, {}, shareKv && !isRecurrent() ? 0 : size_t(2 * i)};
    if (adaptSpan)
      layer.z = spanOf(wi, a, mode);
    result.push_back(layer);
  }
  return result;
}

/// 1 / (1 - rate) or 0 for every element of the axes; a scan draws no numbers of its own.
inline dsl::Tensor drawMask(dsl::Function &f, double rate, const std::vector<dsl::Axis> &axes) {
  dsl::Tensor ones = f.index(axes.front(), 1, 0);
  for (size_t i = 1; i < axes.size(); ++i)
    ones = ones * f.index(axes[i], 1, 0);
  return dsl::dropout(rate, ones);
}

inline dsl::Tensor Feedback::recurrent(Function &f, Tensor x, const Axes &a, Mode mode) const {
  std::vector<Layer> all = makeLayers(f, a, mode);
  auto scopeOf = [&](size_t i) { return isRecurrent() ? all[i].w : f.weights(); };
  size_t memories = isRecurrent() ? all.size() : 1;

  // Keys and values of the past come from carried memories, with today's weights.
  std::vector<Tensor> carried, past;
  for (size_t i = 0; i < memories; ++i)
    carried.push_back(scopeOf(i).state("memory", {a.b, a.s, a.d}));
  for (size_t i = 0; i < all.size() && past.size() <= all[i].first; ++i) {
    Tensor m = norm1(all[i].kv, stopGradient(carried[isRecurrent() ? i : 0]), a);
    past.push_back(project(all[i].kv, "Wk", m, a));
    past.push_back(project(all[i].kv, "Wv", m, a));
  }
  std::vector<Tensor> inputs{x};
  bool drops = mode == Mode::train && dropout > 0;
  for (size_t i = 0; drops && i < all.size(); ++i) {
    inputs.push_back(drawMask(f, dropout, {a.t, a.b, a.h, a.s}));
    inputs.push_back(drawMask(f, dropout, {a.t, a.b, a.f}));
  }

  dsl::Memory memory(a.s, past);
  dsl::Scanned steps = scan(
      a.t, inputs, {}, memory, [&](std::vector<Tensor> now, std::vector<Tensor>) -> dsl::Scanned {
        std::vector<Tensor> outputs{now[0]}; // x^0 .. x^N
        for (size_t i = 0; i < all.size(); ++i) {
          const Layer &layer = all[i];
          Scope norm = shareKv ? layer.kv : layer.w;
          Tensor query = project(layer.w, "Wq", norm1(norm, outputs.back(), a), a);
          Tensor y = attention(layer, query, memory.read(layer.first), memory.read(layer.first + 1),
                               drops ? now[1 + 2 * i] : Tensor(), a);
          outputs.push_back(
              finish(layer.w, outputs.back(), y, drops ? now[2 + 2 * i] : Tensor(), 0, a));
        }
        std::vector<Tensor> slots, emitted{outputs.back()}, made;
        for (size_t i = 0; i < memories; ++i)
          made.push_back(isRecurrent() ? outputs[i + 1] : mix(f.weights(), outputs, a));
        for (size_t i = 0; slots.size() < past.size(); ++i) {
          size_t from = isRecurrent() ? i : 0;
          Tensor m = norm1(all[i].kv, made[from], a);
          slots.push_back(project(all[i].kv, "Wk", m, a));
          slots.push_back(project(all[i].kv, "Wv", m, a));
          if (i == from)
            emitted.push_back(carryNorm ? m : made[from]);
        }
        memory.write(slots);
        return {{}, emitted};
      });
  for (size_t i = 0; i < memories; ++i) {
    Axis now("whole", a.t.getSize() + span);
    scopeOf(i).carry("memory", tail(now, a.s, concat(now, carried[i], steps.outputs[1 + i])));
  }
  return steps.outputs[0];
}

/// A layer of the plain Transformer: it attends to its own inputs, of which it carries the last L.
inline dsl::Tensor Feedback::plainLayer(Scope w, Tensor x, Tensor position, const Axes &a,
                                        Mode mode) const {
  Axis whole("whole", a.t.getSize() + span);
  Tensor seen = concat(whole, stopGradient(w.state("cache", {a.b, a.s, a.d})), x);
  w.carry("cache", tail(whole, a.s, seen));
  Tensor q = project(w, "Wq", norm1(w, x, a), a), m = norm1(w, seen, a);
  Tensor K = project(w, "Wk", m, a), V = project(w, "Wv", m, a);
  double rate = mode == Mode::train ? dropout : 0;
  dsl::AttendAxes axes{.query = a.t, .keys = whole, .over = a.k};
  dsl::AttendOptions options{.position = position, .dropout = rate};
  Tensor y;
  if (adaptSpan)
    y = attend(axes, q, K, V,
               dsl::softSpan(spanOf(w, a, mode), {.ramp = double(ramp), .max = span}), options);
  else
    y = attend(axes, q, K, V, dsl::slidingWindow(span, /*first=*/1, /*zeros=*/true), options);
  return finish(w, x, y, {}, rate, a);
}

/// All layers, and the norm behind them.
inline dsl::Tensor Feedback::layersOf(Function &f, Tensor x, const Axes &a, Mode mode) const {
  Scope w = f.weights();
  if (feedback) {
    x = recurrent(f, x, a, mode);
  } else {
    Tensor position = w("position", {a.r, a.k}, {.init = dsl::Init::normal, .scale = 1});
    for (int64_t i = 0; i < layers; ++i)
      x = plainLayer(w / "layer" / i, x, position, a, mode);
  }
  return preNorm ? nn::layerNorm(w / "norm", a.d, x) : x;
}

inline dsl::Tensor Feedback::logits(Function &f, Tensor tokens, const Axes &a, Mode mode) const {
  Scope w = f.weights();
  double rate = mode == Mode::train ? embDropout : 0;
  Tensor table = w("embed", {a.v, a.d}, {.init = dsl::Init::normal, .scale = 1});
  Tensor x = layersOf(f, dsl::dropout(rate, embed(a.v, table, tokens)), a, mode);
  return nn::linear(w / "out", a.d, a.v, dsl::dropout(rate, x));
}

/// Targets below 0 are not counted: a task names only some of them.
inline void Feedback::measure(Function &f, int64_t rows, Mode mode) const {
  // The first updates read shorter blocks.
  dsl::Size columns = block;
  if (shortBlock > 0)
    columns = f.symbol("block", block, std::gcd(block, shortBlock));
  Axes a(*this, rows, columns);
  Tensor tokens = f.input("tokens", dsl::DType::i32, {a.b, a.t});
  Tensor targets = f.input("targets", dsl::DType::i32, {a.b, a.t});
  Tensor scores = logits(f, tokens, a, mode);
  Tensor counted = select(greaterEqual(targets, 0), 1.0, 0.0);
  Tensor count = sum({a.b, a.t}, counted);
  Tensor nats = sum({a.b, a.t}, crossEntropy(a.v, scores, maximum(targets, 0)) * counted);
  Tensor loss = nats / maximum(count, 1.0);
  f.output("loss", loss);
  f.output("counted", count);
  if (mode == Mode::train)
    f.output("objective", f.withPenalties(loss));
  else
    f.output("correct", sum({a.b, a.t}, select(equal(argmax(a.v, scores), targets), 1.0, 0.0)));
}

inline void Feedback::step(Function &f) const { measure(f, batch, Mode::train); }
inline void Feedback::eval(Function &f) const { measure(f, evalBatch, Mode::measure); }

inline void Feedback::generate(Function &f) const {
  Axes a(*this, 1, 1);
  Tensor tokens = f.input("tokens", dsl::DType::i32, {a.b, a.t});
  f.output("logits", squeeze(a.t, logits(f, tokens, a, Mode::measure)));
}

} // namespace weft::models

#endif
