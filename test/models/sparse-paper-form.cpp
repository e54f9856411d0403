// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The Sparse Transformer against the paper's formulas written out: every query scores all keys, and
// a table of the paper's sets S_i says which of them count. Loss and all gradients agree in double
// precision. `stepwise` feeds `generate` one token after another, and gives the logits of the whole
// block.
//
// RUN: %dsl %s -o %t
// DEFINE: %{data} = tokens=0:11 targets=0:11 out=-1:1 start=-1:1
// RUN: %t > %t.fixed.mlir
// RUN: weft-compare %t.fixed.mlir step paper %{data} | FileCheck %s
// RUN: weft-compare %t.fixed.mlir whole stepwise %{data} | FileCheck %s --check-prefix=WHOLE
// RUN: %t recompute=true layers=2 > %t.again.mlir
// RUN: weft-compare %t.again.mlir step paper %{data}
// RUN: %t integration=interleaved layers=3 > %t.turns.mlir
// RUN: weft-compare %t.turns.mlir step paper %{data}
// RUN: weft-compare %t.turns.mlir whole stepwise %{data}
// RUN: %t integration=heads groups=2 heads=4 > %t.heads.mlir
// RUN: weft-compare %t.heads.mlir step paper %{data}
// RUN: weft-compare %t.heads.mlir whole stepwise %{data}
// strided: both parts in every layer; in turns, where the second is computed in the order of
// remainders; one for each head
// RUN: %t attention=strided > %t.strided.mlir
// RUN: weft-compare %t.strided.mlir step paper %{data}
// RUN: weft-compare %t.strided.mlir whole stepwise %{data}
// RUN: %t attention=strided integration=interleaved layers=2 context=48 stride=12 > %t.permuted.mlir
// RUN: weft-compare %t.permuted.mlir step paper %{data}
// RUN: weft-compare %t.permuted.mlir whole stepwise %{data}
// RUN: %t attention=strided integration=heads positions=line > %t.each.mlir
// RUN: weft-compare %t.each.mlir step paper %{data}
// images: three axes of positions, a learned start, half-size queries and keys, the other reading
// of 0.125
// RUN: %t attention=strided context=36 stride=12 positions=image width=4 start=true qk=4 init=0.354 > %t.image.mlir
// RUN: weft-compare %t.image.mlir step paper %{data} | FileCheck %s --check-prefix=IMAGE
// RUN: weft-compare %t.image.mlir whole stepwise %{data}
// RUN: %t attention=dense positions=line > %t.dense.mlir
// RUN: weft-compare %t.dense.mlir step paper %{data}
// RUN: weft-compare %t.dense.mlir whole stepwise %{data}
// Another pattern is noticed.
// RUN: %t paper-columns=2 > %t.wrong.mlir
// RUN: not weft-compare %t.wrong.mlir step paper %{data}
// RUN: %t attention=strided integration=interleaved layers=2 context=48 stride=12 paper-stride=6 > %t.wrong.mlir
// RUN: not weft-compare %t.wrong.mlir step paper %{data}
// So are other caches.
// RUN: %t cache-columns=2 > %t.wrong.mlir
// RUN: not weft-compare %t.wrong.mlir whole stepwise %{data}
// RUN: %t attention=strided cache-stride=4 > %t.wrong.mlir
// RUN: not weft-compare %t.wrong.mlir whole stepwise %{data}
//
// CHECK: ok output loss [] largest
// CHECK: ok gradient embed [11, 8]
// CHECK: ok gradient row [4, 8]
// CHECK: ok gradient column [8, 8]
// CHECK: ok gradient layer0.Wq [2, 4, 8]
// CHECK: ok gradient layer0.W2 [8, 6]
// CHECK: ok gradient out [11, 8]
// WHOLE: ok output logits [2, 32, 11]
// IMAGE: ok gradient start [8]
// IMAGE: ok gradient row [3, 8]
// IMAGE: ok gradient column [4, 8]
// IMAGE: ok gradient channel [3, 8]
// IMAGE: ok gradient layer0.Wq [2, 2, 8]
#include <iostream>

#include "models/sparse/Model.h"

using namespace weft::dsl;
namespace nn = weft::nn;

namespace {

struct PaperForm : weft::models::Sparse {
  /// Where the paper's sets are to differ from the model's.
  int64_t paperStride = 0, paperColumns = 0;
  /// And the caches.
  int64_t cacheStride = 0, cacheColumns = 0;

  /// j in A_i^(part) of head h, section 4.3; the first of the strided sets as the authors' code has
  /// it, of l positions.
  bool isIn(int64_t i, int64_t j, int64_t part, int64_t group) const {
    int64_t l = paperStride ? paperStride : reach.stride;
    int64_t c = paperColumns ? paperColumns : reach.columns;
    if (j > i)
      return false;
    if (reach.attention == "dense")
      return true;
    if (reach.attention == "strided")
      return part == 0 ? i - j < l : (i - j) % l == 0;
    return part == 0 ? i / l == j / l : j % l / c == l / c - 1 - group;
  }

  /// 1 where head h of a layer sees j from i.
  Tensor table(int64_t layer, const Axis &h, const Axis &t, const Axis &s) const {
    std::vector<double> numbers;
    for (int64_t head = 0; head < heads; ++head)
      for (int64_t i = 0; i < context; ++i)
        for (int64_t j = 0; j < context; ++j) {
          bool sees = false;
          for (int64_t part = 0; part < 2; ++part) {
            bool counts = reach.integration == "merged" ||
                          part == (reach.integration == "heads" ? head % 2 : layer % 2);
            int64_t turns = reach.integration == "heads" ? head / 2 : head;
            sees |= counts && isIn(i, j, part, turns % reach.groups);
          }
          numbers.push_back(sees);
        }
    return constant({h, t, s}, numbers);
  }

  Tensor norm(Scope w, const Axis &d, Tensor x) const {
    Tensor apart = x - mean(d, x);
    Tensor scale = w("scale", {d}, {.init = Init::ones, .scale = 1}),
           shift = w("shift", {d}, {.init = Init::zeros, .scale = 0});
    return apart * rsqrt(mean(d, apart * apart) + 1e-5) * scale + shift;
  }

  void paper(Function &f) const {
    Axis b("batch", batch), t("time", context), s("seen", context), v("vocab", vocab),
        d("model", hidden), h("head", heads), k("key", keyWidth()), e("value", hidden / heads),
        inner("inner", ff);
    Scope w = f.weights();
    Tensor tokens = f.input("tokens", DType::i32, {b, t}),
           targets = f.input("targets", DType::i32, {b, t});
    auto normal = [&](int64_t inputs, bool last = false) {
      double more = last ? 1 / std::sqrt(2.0 * double(layers)) : 1;
      return WeightOptions{.scale = init * more / std::sqrt(double(inputs))};
    };
    Tensor x = embed(v, w("embed", {v, d}, normal(hidden)), tokens);
    if (start) {
      Axis r("rest", context - 1), one("one", 1);
      Tensor first = w("start", {d}, normal(hidden)) + slice(t, one, 0, x) * 0;
      x = concat(t, first, slice(t, r, 0, x));
    }
    int64_t count = positions == "image" ? 3 : positions == "matrix" ? 2 : 1;
    auto place = [&](const char *name, int64_t size, int64_t apart) {
      Axis at(name, size);
      std::vector<double> one(size_t(context * size));
      for (int64_t i = 0; i < context; ++i)
        one[size_t(i * size + i / apart % size)] = 1;
      return dot(at, constant({t, at}, one), w(name, {at, d}, normal(hidden * count)));
    };
    Tensor H = x;
    if (positions == "line")
      H = H + place("position", context, 1);
    else if (positions == "matrix")
      H = H + place("row", context / reach.stride, reach.stride) + place("column", reach.stride, 1);
    else
      H = H + place("row", context / (3 * width), 3 * width) + place("column", width, 3) +
          place("channel", 3, 1);
    for (int64_t i = 0; i < layers; ++i) {
      Scope wi = w / "layer" / i;
      Tensor n = norm(wi / "norm1", d, H);
      Tensor q = dot(d, wi("Wq", {h, k, d}, normal(hidden)), n);
      Tensor K = rename(t, s, dot(d, wi("Wk", {h, k, d}, normal(hidden)), n));
      Tensor V = rename(t, s, dot(d, wi("Wv", {h, e, d}, normal(hidden)), n));
      Tensor score = dot(k, q, K) / std::sqrt(double(keyWidth()));
      Tensor at = score * 0 + table(i, h, t, s);
      Tensor most = stopGradient(max(s, select(greater(at, 0.5), score, -1e30)));
      Tensor part = select(greater(at, 0.5), exp(minimum(score - most, 0)), 0);
      Tensor sum = weft::dsl::sum(s, part);
      Tensor y = dot(s, part / select(greater(sum, 0), sum, 1), V);
      H = H + dot({h, e}, wi("Wo", {d, h, e}, normal(hidden, true)), y);
      Tensor u = dot(d, wi("W1", {inner, d}, normal(hidden)), norm(wi / "norm2", d, H)) +
                 wi("b1", {inner}, {.init = Init::zeros});
      Tensor g = u / (exp(u * -1.702) + 1);
      H = H + dot(inner, wi("W2", {d, inner}, normal(ff, true)), g) +
          wi("b2", {d}, {.init = Init::zeros});
    }
    Tensor logits = dot(d, w("out", {v, d}, {.init = Init::zeros}), norm(w / "norm", d, H));
    f.output("loss", mean({b, t}, crossEntropy(v, logits, targets)));
  }

  void finishLogits(Function &f, const Axes &a, Tensor logits) const {
    // In one order of axes.
    f.output("logits", f.index(a.b) * 0 + f.index(a.t) * 0 + f.index(a.v) * 0 + logits);
    Tensor targets = f.input("targets", DType::i32, {a.b, a.t});
    f.output("loss", mean({a.b, a.t}, crossEntropy(a.v, logits, targets)));
  }

  void whole(Function &f) const {
    Axes a(*this, batch);
    finishLogits(f, a, logits(f, f.input("tokens", DType::i32, {a.b, a.t}), a, 0));
  }

  void stepwise(Function &f) const {
    Axes a(*this, batch);
    Axis one("one", 1);
    Tensor tokens = f.input("tokens", DType::i32, {a.b, a.t});
    Tensor zero = f.index(one);
    PaperForm other = *this;
    other.reach.stride = cacheStride ? cacheStride : reach.stride;
    other.reach.columns = cacheColumns ? cacheColumns : reach.columns;
    Cache cache =
        other.makeCache(a, [&](int64_t, const std::string &, const weft::dsl::Axes &axes) {
          Tensor sum = squeeze(one, zero);
          for (const Axis &axis : axes)
            sum = sum + f.index(axis) * 0;
          return sum;
        });
    std::vector<Tensor> steps;
    for (int64_t i = 0; i < context; ++i) // with a start, what comes first does not count
      steps.push_back(
          next(f, squeeze(one, slice(a.t, one, start ? std::max(i - 1, int64_t(0)) : i, tokens)),
               cache, a));
    finishLogits(f, a, stack(a.t, steps));
  }
};

} // namespace

/// sparse-paper-form [key=value ...]
int main(int argc, char **argv) {
  PaperForm model;
  weft::Fields fields;
  model.visit(fields);
  fields("paper-stride", model.paperStride, 0, 65536, "of the paper's sets; 0: stride");
  fields("paper-columns", model.paperColumns, 0, 65536, "of the paper's sets; 0: columns");
  fields("cache-stride", model.cacheStride, 0, 65536, "of the caches; 0: stride");
  fields("cache-columns", model.cacheColumns, 0, 65536, "of the caches; 0: columns");
  for (const auto &[key, value] : std::map<std::string, std::string>{{"vocab", "11"},
                                                                     {"hidden", "8"},
                                                                     {"heads", "2"},
                                                                     {"ff", "6"},
                                                                     {"layers", "1"},
                                                                     {"context", "32"},
                                                                     {"stride", "8"},
                                                                     {"columns", "4"},
                                                                     {"batch", "2"}})
    fields.set(key, value);
  for (int i = 1; i < argc; ++i) {
    std::string setting = argv[i];
    fields.set(setting.substr(0, setting.find('=')), setting.substr(setting.find('=') + 1));
  }
  model.check();
  Graph g("sparse-paper-form");
  g.function("step", [&](Function &f) { model.step(f); });
  g.function("paper", [&](Function &f) { model.paper(f); });
  g.function("whole", [&](Function &f) { model.whole(f); });
  g.function("stepwise", [&](Function &f) { model.stepwise(f); });
  return g.write(std::cout, std::cerr);
}
