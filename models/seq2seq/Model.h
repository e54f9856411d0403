// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From one text to another: the encoder of Vaswani et al. 2017 and a decoder with feedback memory
// (Fan et al. 2020, section 4.3): every layer of the decoder attends to one memory of what earlier
// positions became in the end, then to the encoder's output, which is the same for all positions.
// With `feedback=false` the decoder is a plain Transformer's, whose layers attend to their own
// inputs. Norms stand in front. Keys and values of the memory are projected once for all layers.
#ifndef MODELS_SEQ2SEQ_MODEL_H
#define MODELS_SEQ2SEQ_MODEL_H

#include <cmath>

#include "weft/dsl.h"
#include "weft/nn/Layers.h"

namespace weft::models {

struct Seq2seq {
  static constexpr const char *name = "seq2seq";
  static constexpr const char *summary =
      "encoder, and a decoder whose layers attend to what earlier words became in the end";

  using Tensor = dsl::Tensor;
  using Scope = dsl::Scope;
  using Function = dsl::Function;
  using Axis = dsl::Axis;

  int64_t vocab = 256, hidden = 64, ff = 256, encoderLayers = 2, layers = 2, heads = 4, source = 16,
          target = 16;
  bool feedback = true;
  double dropout = 0;
  int64_t batch = 32, evalBatch = 8, beam = 4;

  template <class V> void visit(V &v);
  void check() const;

  /// One training step on pairs, [batch, source + target] tokens.
  void step(Function &f) const { measure(f, batch, true); }
  void eval(Function &f) const { measure(f, evalBatch, false); }
  /// `encode` and `decode`, of which a search makes sentences.
  template <class V> void functions(V &v) const {
    v("encode", [this](Function &f) { encode(f); });
    v("decode", [this](Function &f) { decode(f); });
  }

private:
  struct Axes {
    Axis b, t, s, v, d, h, k, f; // batch, position, source, vocab, model, head, key, inner
    Axis m;                      // of what a position looks back at, oldest first
    Axes(const Seq2seq &c, int64_t rows, int64_t columns)
        : b("batch", rows), t("time", columns), s("source", c.source), v("vocab", c.vocab),
          d("model", c.hidden), h("head", c.heads), k("key", c.hidden / c.heads), f("inner", c.ff),
          m("seen", c.target) {}
  };
  /// What the decoder reads of the source: keys and values of each of its layers, and 0 where there
  /// is a word, far below it where there is none.
  struct Encoded {
    std::vector<Tensor> keys, values;
    Tensor absent;
  };

  Tensor project(Scope w, const char *weight, Tensor x, const Axes &a) const {
    return dot(a.d, w(weight, {a.h, a.k, a.d}, nn::fanIn(hidden)), x);
  }
  Tensor norm(Scope w, const char *which, Tensor x, const Axes &a) const {
    return nn::layerNorm(w / which, a.d, x);
  }
  Tensor root(Tensor score) const { return score * (1 / std::sqrt(double(hidden / heads))); }
  Tensor embedWords(Function &f, Tensor words, double rate, const Axes &a) const;
  Tensor out(Scope w, Tensor attended, const Axes &a) const;
  Tensor feedForward(Scope w, Tensor x, Tensor keep, double rate, const Axes &a) const;
  Tensor absentOf(Tensor words) const;
  Tensor encoder(Function &f, Tensor words, double rate, const Axes &a) const;
  Encoded readSource(Function &f, Tensor words, double rate, const Axes &a) const;
  Tensor cross(Scope w, Tensor x, const Encoded &encoded, size_t layer, const Axes &a) const;
  Tensor feedbackDecoder(Function &f, Tensor x, const Encoded &encoded, bool isCarried, double rate,
                         const Axes &a) const;
  Tensor plainDecoder(Function &f, Tensor x, const Encoded &encoded, bool isCarried, double rate,
                      const Axes &a) const;
  Tensor logits(Function &f, Tensor words, const Encoded &encoded, bool isCarried, double rate,
                const Axes &a) const;
  void measure(Function &f, int64_t rows, bool isTraining) const;
  void encode(Function &f) const;
  void decode(Function &f) const;
};

template <class V> void Seq2seq::visit(V &v) {
  v("vocab", vocab, 4, 1000000, "number of token ids, of both texts together");
  v("hidden", hidden, 1, 65536, "width of the model");
  v("ff", ff, 1, 262144, "width of the feed-forward layers");
  v("encoder_layers", encoderLayers, 1, 256, "layers of the encoder");
  v("layers", layers, 1, 256, "layers of the decoder");
  v("heads", heads, 1, 1024, "attention heads of a layer");
  v("source", source, 1, 65536, "most words of a line that is read, with its end");
  v("target", target, 1, 65536, "most words of a line that is written, with its start");
  v("feedback", feedback, "decoder with a feedback memory; off: a plain Transformer's");
  v("dropout", dropout, 0.0, 0.99, "dropout of embeddings and of the feed-forward layers");
  v("batch", batch, 1, 65536, "pairs of a training step");
  v("eval_batch", evalBatch, 1, 65536, "pairs of an evaluation");
  v("beam", beam, 1, 4096, "rows that `decode` computes at once");
}

inline void Seq2seq::check() const {
  if (hidden % heads != 0)
    throw UsageError("hidden expects to be a multiple of heads, got " + std::to_string(hidden) +
                     " vs " + std::to_string(heads));
}

inline dsl::Tensor Seq2seq::embedWords(Function &f, Tensor words, double rate,
                                       const Axes &a) const {
  Tensor table = f.weights()("embed", {a.v, a.d}, {.init = dsl::Init::normal, .scale = 1});
  return dsl::dropout(rate, embed(a.v, table, words));
}

/// W_o y, smaller at first the more layers add to a sum.
inline dsl::Tensor Seq2seq::out(Scope w, Tensor attended, const Axes &a) const {
  dsl::WeightOptions init = nn::fanIn(hidden);
  init.scale /= std::sqrt(2.0 * double(layers));
  return dot({a.h, a.k}, w("Wo", {a.d, a.h, a.k}, init), attended);
}

/// `keep` is a dropout mask of the inner values, or null; then they are dropped at `rate`.
inline dsl::Tensor Seq2seq::feedForward(Scope w, Tensor x, Tensor keep, double rate,
                                        const Axes &a) const {
  Tensor u = relu(nn::linear(w / "ff" / "inner", a.d, a.f, norm(w, "norm_ff", x, a)));
  u = keep ? u * keep : dsl::dropout(rate, u);
  return x + nn::linear(w / "ff" / "outer", a.f, a.d, u);
}

/// Id 0 is no word.
inline dsl::Tensor Seq2seq::absentOf(Tensor words) const {
  return select(equal(words, 0), -1e9, 0.0);
}

/// A word's place is learned from both ends of its line.
inline dsl::Tensor Seq2seq::encoder(Function &f, Tensor words, double rate, const Axes &a) const {
  Scope all = f.weights() / "encoder";
  Axis place("place", source), u("other", source);
  auto table = [&](const char *name) {
    return all(name, {place, a.d}, {.init = dsl::Init::normal, .scale = 0.3});
  };
  Tensor count = sum(a.s, select(equal(words, 0), 0.0, 1.0));
  Tensor index = f.index(a.s);
  Tensor fromEnd = cast(dsl::DType::i32, (count - index) - 1);
  Tensor x = embedWords(f, words, rate, a) +
             gather(place, table("from_start"), cast(dsl::DType::i32, index)) +
             gather(place, table("from_end"), fromEnd);
  Tensor absent = rename(a.s, u, absentOf(words));
  for (int64_t i = 0; i < encoderLayers; ++i) {
    Scope w = all / "layer" / i;
    Tensor n = norm(w, "norm_attend", x, a), others = rename(a.s, u, n);
    Tensor score = root(dot(a.k, project(w, "Wq", n, a), project(w, "Wk", others, a))) + absent;
    Tensor y = dot(u, softmax(u, score), project(w, "Wv", others, a));
    x = feedForward(w, x + out(w, y, a), {}, rate, a);
  }
  return norm(all, "norm", x, a);
}

inline Seq2seq::Encoded Seq2seq::readSource(Function &f, Tensor words, double rate,
                                            const Axes &a) const {
  Tensor x = encoder(f, words, rate, a);
  Encoded encoded{{}, {}, absentOf(words)};
  for (int64_t i = 0; i < layers; ++i) {
    Scope w = f.weights() / "layer" / i / "cross";
    encoded.keys.push_back(project(w, "Wk", x, a));
    encoded.values.push_back(project(w, "Wv", x, a));
  }
  return encoded;
}

/// Attention to all words of the source.
inline dsl::Tensor Seq2seq::cross(Scope w, Tensor x, const Encoded &encoded, size_t layer,
                                  const Axes &a) const {
  Scope c = w / "cross";
  Tensor query = project(c, "Wq", norm(w, "norm_cross", x, a), a);
  Tensor score = root(dot(a.k, query, encoded.keys[layer])) + encoded.absent;
  return x + out(c, dot(a.s, softmax(a.s, score), encoded.values[layer]), a);
}

/// 0 or `value` for every element of the axes.
inline dsl::Tensor fill(dsl::Function &f, double value, const std::vector<dsl::Axis> &axes) {
  dsl::Tensor all = f.index(axes.front(), value, 0);
  for (size_t i = 1; i < axes.size(); ++i)
    all = all * f.index(axes[i], 1, 0);
  return all;
}

/// Before the first word the memory is zeros, which take their share of the softmax, as in the
/// paper's code. The memory of `decode` is carried from call to call.
inline dsl::Tensor Seq2seq::feedbackDecoder(Function &f, Tensor x, const Encoded &encoded,
                                            bool isCarried, double rate, const Axes &a) const {
  Scope all = f.weights();
  Axis n("layer", layers + 1), r("distance", target);
  std::vector<Tensor> past;
  for (const char *name : {"keys", "values"})
    past.push_back(isCarried ? all.state(name, {a.b, a.m, a.h, a.k})
                             : fill(f, 0, {a.b, a.m, a.h, a.k}));
  Tensor position = all("position", {r, a.k}, {.init = dsl::Init::normal, .scale = 1});
  position = gather(r, position, cast(dsl::DType::i32, f.index(a.m, double(target - 1), -1)));
  std::vector<Tensor> inputs{x};
  for (int64_t i = 0; rate > 0 && i < layers; ++i)
    inputs.push_back(dsl::dropout(rate, fill(f, 1, {a.t, a.b, a.f})));

  dsl::Memory memory(a.m, past);
  dsl::Scanned steps = scan(
      a.t, inputs, {}, memory, [&](std::vector<Tensor> now, std::vector<Tensor>) -> dsl::Scanned {
        std::vector<Tensor> outputs{now[0]}; // x^0 .. x^N
        for (int64_t i = 0; i < layers; ++i) {
          Scope w = all / "layer" / i;
          Tensor y = outputs.back();
          Tensor query = project(w, "Wq", norm(w, "norm_attend", y, a), a);
          Tensor score = root(dot(a.k, query, memory.read(0)) + dot(a.k, query, position));
          y = y + out(w, dot(a.m, softmax(a.m, score), memory.read(1)), a);
          y = cross(w, y, encoded, size_t(i), a);
          outputs.push_back(feedForward(w, y, rate > 0 ? now[size_t(i) + 1] : Tensor(), 0, a));
        }
        // m_t = sum_l softmax(w)_l x_t^l, eq. 3; k_t = W_k m_t, v_t = W_v m_t.
        Tensor shares = softmax(n, all("mix", {n}, {.init = dsl::Init::zeros}));
        Tensor mixed = norm(all, "norm_memory", dot(n, shares, stack(n, outputs)), a);
        Tensor key = project(all, "Wk", mixed, a), value = project(all, "Wv", mixed, a);
        memory.write({key, value});
        return {{}, {outputs.back(), key, value}};
      });
  if (isCarried)
    for (size_t i = 0; i < 2; ++i) {
      Axis whole("whole", a.t.getSize() + target);
      all.carry(i == 0 ? "keys" : "values",
                tail(whole, a.m, concat(whole, past[i], steps.outputs[1 + i])));
    }
  return steps.outputs[0];
}

/// Layers of a plain decoder: each attends to its own inputs before the word, of which `decode`
/// carries keys and values.
inline dsl::Tensor Seq2seq::plainDecoder(Function &f, Tensor x, const Encoded &encoded,
                                         bool isCarried, double rate, const Axes &a) const {
  Axis r("distance", target), whole("whole", a.t.getSize() + target);
  Tensor position = f.weights()("position", {r, a.k}, {.init = dsl::Init::normal, .scale = 1});
  for (int64_t i = 0; i < layers; ++i) {
    Scope w = f.weights() / "layer" / i;
    Tensor n = norm(w, "norm_attend", x, a), both[2];
    for (int j = 0; j < 2; ++j) {
      const char *state = j == 0 ? "keys" : "values";
      std::vector<Axis> axes{a.b, a.m, a.h, a.k};
      Tensor past = isCarried ? w.state(state, axes) : fill(f, 0, axes);
      both[j] = concat(whole, past, project(w, j == 0 ? "Wk" : "Wv", n, a));
      if (isCarried)
        w.carry(state, tail(whole, a.m, both[j]));
    }
    Tensor y =
        attend({.query = a.t, .keys = whole, .over = a.k}, project(w, "Wq", n, a), both[0], both[1],
               dsl::slidingWindow(target, /*first=*/1, /*zeros=*/true), {.position = position});
    x = feedForward(w, cross(w, x + out(w, y, a), encoded, size_t(i), a), {}, rate, a);
  }
  return x;
}

inline dsl::Tensor Seq2seq::logits(Function &f, Tensor words, const Encoded &encoded,
                                   bool isCarried, double rate, const Axes &a) const {
  Tensor x = embedWords(f, words, rate, a);
  x = feedback ? feedbackDecoder(f, x, encoded, isCarried, rate, a)
               : plainDecoder(f, x, encoded, isCarried, rate, a);
  return nn::linear(f.weights() / "out", a.d, a.v, norm(f.weights(), "norm", x, a));
}

/// Of a record the left part is read and the right one written; targets below 0 are not counted.
inline void Seq2seq::measure(Function &f, int64_t rows, bool isTraining) const {
  Axes a(*this, rows, target);
  Axis record("record", source + target);
  Tensor tokens = f.input("tokens", dsl::DType::i32, {a.b, record});
  Tensor targets = f.input("targets", dsl::DType::i32, {a.b, record});
  double rate = isTraining ? dropout : 0;
  Encoded encoded = readSource(f, slice(record, a.s, 0, tokens), rate, a);
  Tensor scores = logits(f, slice(record, a.t, source, tokens), encoded, false, rate, a);
  Tensor asked = slice(record, a.t, source, targets);
  Tensor counted = select(greaterEqual(asked, 0), 1.0, 0.0);
  Tensor count = sum({a.b, a.t}, counted);
  Tensor nats = sum({a.b, a.t}, crossEntropy(a.v, scores, maximum(asked, 0)) * counted);
  f.output("loss", nats / maximum(count, 1.0));
  f.output("counted", count);
  if (!isTraining)
    f.output("correct", sum({a.b, a.t}, select(equal(argmax(a.v, scores), asked), 1.0, 0.0)));
}

/// Of one line the keys and values of all layers, for as many rows as `decode` has.
inline void Seq2seq::encode(Function &f) const {
  Axes a(*this, 1, 1);
  Axis n("layer", layers);
  Tensor words = f.input("source", dsl::DType::i32, {a.b, a.s});
  Encoded encoded = readSource(f, words, 0, a);
  f.output("source_keys", squeeze(a.b, stack(n, encoded.keys)));
  f.output("source_values", squeeze(a.b, stack(n, encoded.values)));
}

/// The logits after one more word of each row; all rows read the same source.
inline void Seq2seq::decode(Function &f) const {
  Axes a(*this, beam, 1);
  Axis n("layer", layers), one("one", 1), line("line", 1);
  Tensor tokens = f.input("tokens", dsl::DType::i32, {a.b, a.t});
  Tensor words = squeeze(line, f.input("source", dsl::DType::i32, {line, a.s}));
  Tensor keys = f.input("source_keys", dsl::DType::f32, {n, a.s, a.h, a.k});
  Tensor values = f.input("source_values", dsl::DType::f32, {n, a.s, a.h, a.k});
  Encoded encoded{{}, {}, absentOf(words)};
  for (int64_t i = 0; i < layers; ++i) {
    encoded.keys.push_back(squeeze(one, slice(n, one, i, keys)));
    encoded.values.push_back(squeeze(one, slice(n, one, i, values)));
  }
  f.output("logits", squeeze(a.t, logits(f, tokens, encoded, true, 0, a)));
}

} // namespace weft::models

#endif
