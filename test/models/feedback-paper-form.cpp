// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The feedback model against the paper's formulas written out: an unrolled loop over positions and
// a list of memories, of which every position sees the last L, scores them, masks the softmax and
// renormalises. Outputs, carried memories and all gradients agree in double precision, over two
// blocks, with windows shorter and longer than the block.
//
// RUN: %dsl %s -o %t
// RUN: %t right > %t.mlir
// RUN: weft-compare %t.mlir scanned paper tokens=0:11 targets=0:11 | FileCheck %s
// RUN: %t right span=2 > %t.short.mlir
// RUN: weft-compare %t.short.mlir scanned paper tokens=0:11 targets=-3:11
// norms behind, one set of projections, heads wider than hidden / heads
// RUN: %t right pre_norm=false head_width=3 > %t.post.mlir
// RUN: weft-compare %t.post.mlir scanned paper tokens=0:11 targets=0:11
// RUN: %t right share_kv=true pre_norm=false > %t.shared.mlir
// RUN: weft-compare %t.shared.mlir scanned paper tokens=0:11 targets=0:11
// RUN: %t right share_kv=true head_width=5 span=3 > %t.wide.mlir
// RUN: weft-compare %t.wide.mlir scanned paper tokens=0:11 targets=0:11 | FileCheck %s --check-prefix=SHARED
// the memory normalised before it is carried, and once more when it is read
// RUN: %t right carry_norm=true > %t.carry.mlir
// RUN: weft-compare %t.carry.mlir scanned paper tokens=0:11 targets=0:11
// learned spans: any, and both ends of the ramp
// RUN: %t right adapt_span=true > %t.spans.mlir
// RUN: weft-compare %t.spans.mlir scanned paper tokens=0:11 targets=0:11 z=0:1 | FileCheck %s --check-prefix=SPANS
// RUN: weft-compare %t.spans.mlir scanned paper tokens=0:11 targets=0:11 z=0.5:0.5
// RUN: weft-compare %t.spans.mlir scanned paper tokens=0:11 targets=0:11 z=1:1
// what a position becomes for later ones
// RUN: %t right memory=top > %t.top.mlir
// RUN: weft-compare %t.top.mlir scanned paper tokens=0:11 targets=0:11
// RUN: %t right memory=layer memory_layer=1 > %t.layer.mlir
// RUN: weft-compare %t.layer.mlir scanned paper tokens=0:11 targets=0:11
// RUN: %t right memory=average carry_norm=true > %t.average.mlir
// RUN: weft-compare %t.average.mlir scanned paper tokens=0:11 targets=0:11
// RUN: %t right memory=recurrent > %t.recurrent.mlir
// RUN: weft-compare %t.recurrent.mlir scanned paper tokens=0:11 targets=0:11 | FileCheck %s --check-prefix=OWN
// RUN: %t right memory=recurrent share_kv=true carry_norm=true > %t.own.mlir
// RUN: weft-compare %t.own.mlir scanned paper tokens=0:11 targets=0:11
// the plain Transformer: every layer has its own inputs for a memory
// RUN: %t right feedback=false > %t.plain.mlir
// RUN: weft-compare %t.plain.mlir scanned paper tokens=0:11 targets=0:11 | FileCheck %s --check-prefix=PLAIN
// RUN: %t right feedback=false pre_norm=false head_width=3 adapt_span=true span=3 > %t.post.mlir
// RUN: weft-compare %t.post.mlir scanned paper tokens=0:11 targets=0:11 z=0:1
//
// Damages are noticed: a memory without the gradient that later positions send back, one position
// less, distances the other way round.
// RUN: %t forget > %t.wrong.mlir
// RUN: not weft-compare %t.wrong.mlir scanned paper tokens=0:11 targets=0:11 | FileCheck %s --check-prefix=FORGET
// RUN: %t near > %t.wrong.mlir
// RUN: not weft-compare %t.wrong.mlir scanned paper tokens=0:11 targets=0:11
// RUN: %t turned > %t.wrong.mlir
// RUN: not weft-compare %t.wrong.mlir scanned paper tokens=0:11 targets=0:11
//
// CHECK: ok output loss [] largest
// CHECK: ok output objective [] largest
// CHECK: ok state memory [2, 6, 8]
// CHECK: ok gradient position [6, 4]
// CHECK: ok gradient layer0.Wk [2, 4, 8]
// CHECK: ok gradient layer1.Wv [2, 4, 8]
// CHECK: ok gradient mix [3]
// CHECK: ok state memory [2, 6, 8]
// SHARED-NOT: layer1.Wk
// SHARED: ok gradient Wk [2, 5, 8]
// SPANS: ok gradient layer1.z [2]
// OWN: ok state layer1.memory [2, 6, 8]
// PLAIN: ok state layer1.cache [2, 6, 8]
// FORGET: ok output loss
// FORGET: FAIL gradient
#include <iostream>

#include "models/feedback/Model.h"

using namespace weft::dsl;
using weft::models::Feedback;
namespace nn = weft::nn;

namespace {

/// The model of one call, position by position.
struct Paper {
  Function &f;
  const Feedback &c;
  std::string damage;
  int64_t L = c.span, D = c.headWidth > 0 ? c.headWidth : c.hidden / c.heads;
  Axis b{"batch", c.batch}, t{"time", c.block}, v{"vocab", c.vocab}, d{"model", c.hidden},
      h{"head", c.heads}, k{"key", D}, r{"distance", L}, n{"inner", c.ff};
  Scope w = f.weights();

  bool isOwn() const { return !c.feedback || c.memory == "recurrent"; }
  Scope scopeOf(int64_t layer) const { return w / "layer" / layer; }
  Scope kvOf(int64_t layer) const { return c.shareKv ? w : scopeOf(layer); }
  Tensor norm(Scope of, const char *name, Tensor x) const { return nn::layerNorm(of / name, d, x); }
  Tensor before(int64_t layer, Tensor x) const {
    return c.preNorm ? norm(kvOf(layer), "norm1", x) : x;
  }

  /// Softmax over the last L memories, mask, renormalisation; `past` is oldest first.
  Tensor attend(int64_t layer, Tensor x, const std::vector<Tensor> &past) const {
    Scope wi = scopeOf(layer);
    int64_t seen = damage == "near" ? L - 1 : L;
    Axis s("slot", seen);
    Tensor m = before(layer, stack(s, {past.end() - seen, past.end()}));
    Tensor K = dot(d, kvOf(layer)("Wk", {h, k, d}, nn::fanIn(c.hidden)), m);
    Tensor V = dot(d, kvOf(layer)("Wv", {h, k, d}, nn::fanIn(c.hidden)), m);
    Tensor q = dot(d, wi("Wq", {h, k, d}, nn::fanIn(c.hidden)), before(layer, x));
    Tensor p = w("position", {r, k}, {.init = Init::normal, .scale = 1});
    // Row d - 1 of p belongs to distance d; slot j of the window lies seen - j back.
    Tensor row = damage == "turned" ? f.index(s) : f.index(s, seen - 1, -1);
    Tensor score = dot(k, q, K + dot(r, select(equal(row, index(r)), 1, 0), p)) / std::sqrt(D);
    Tensor e = exp(score - stopGradient(max(s, score)));
    Tensor a = e / sum(s, e);
    if (c.adaptSpan) {
      Tensor z = wi("z", {h}, {.init = Init::constant, .scale = c.spanInit, .low = 0, .high = 1});
      Tensor mask = clamp((z * c.span + (1 - f.index(s, seen, -1))) / c.ramp + 1, 0, 1);
      a = mask * a / (sum(s, mask * a) + 1e-8);
    }
    return dot(s, a, V);
  }

  Tensor layer(int64_t i, Tensor x, const std::vector<Tensor> &past) const {
    Scope wi = scopeOf(i);
    double small = c.preNorm ? 1 / std::sqrt(2.0 * double(c.layers)) : 1;
    WeightOptions out = nn::fanIn(c.heads * D), outer = nn::fanIn(c.ff);
    out.scale *= small;
    outer.scale *= small;
    Tensor y = dot({h, k}, wi("Wo", {d, h, k}, out), attend(i, x, past));
    Tensor o = c.preNorm ? x + y : norm(wi, "norm1", x + y);
    Tensor u = relu(nn::linear(wi / "ff" / "inner", d, n, c.preNorm ? norm(wi, "norm2", o) : o));
    Scope last = wi / "ff" / "outer";
    Tensor ff = dot(n, last("weight", {d, n}, outer), u) + last("bias", {d}, outer);
    return c.preNorm ? o + ff : norm(wi, "norm2", o + ff);
  }

  /// Which memory layer `i` reads: there is one, or one a layer.
  size_t memoryOf(int64_t i) const { return isOwn() ? size_t(i) : 0; }

  /// What the outputs x^0 .. x^N of a position become for later ones.
  Tensor remember(int64_t i, const std::vector<Tensor> &x) const {
    if (!c.feedback)
      return x[size_t(i)];
    if (c.memory == "recurrent")
      return x[size_t(i) + 1];
    if (c.memory == "top")
      return x.back();
    if (c.memory == "layer")
      return x[size_t(c.memoryLayer)];
    Axis l("layer", c.layers + 1);
    if (c.memory == "average")
      return sum(l, stack(l, x)) / double(c.layers + 1);
    Tensor e = exp(w("mix", {l}, {.init = Init::zeros}));
    return dot(l, e / sum(l, e), stack(l, x));
  }

  Tensor logits(Tensor tokens) {
    Axis s("seen", L), one("one", 1);
    Tensor x = embed(v, w("embed", {v, d}, {.init = Init::normal, .scale = 1}), tokens);
    // Carried memories, then those of the block; what the next block gets is kept apart.
    std::vector<std::vector<Tensor>> past(isOwn() ? size_t(c.layers) : 1), next;
    auto getState = [&](size_t i) { return c.feedback && !isOwn() ? w : scopeOf(int64_t(i)); };
    const char *name = c.feedback ? "memory" : "cache";
    for (size_t i = 0; i < past.size(); ++i) {
      Tensor state = getState(i).state(name, {b, s, d});
      for (int64_t j = 0; j < L; ++j)
        past[i].push_back(squeeze(one, slice(s, one, j, stopGradient(state))));
    }
    next = past;
    std::vector<Tensor> tops;
    for (int64_t at = 0; at < c.block; ++at) {
      std::vector<Tensor> all{squeeze(one, slice(t, one, at, x))};
      for (int64_t i = 0; i < c.layers; ++i)
        all.push_back(layer(i, all.back(), past[memoryOf(i)]));
      tops.push_back(all.back());
      for (size_t i = 0; i < past.size(); ++i) {
        Tensor m = remember(int64_t(i), all);
        past[i].push_back(damage == "forget" ? stopGradient(m) : m);
        next[i].push_back(c.carryNorm ? before(int64_t(i), m) : m);
      }
    }
    for (size_t i = 0; i < past.size(); ++i)
      getState(i).carry(name, stack(s, {next[i].end() - L, next[i].end()}));
    Tensor top = stack(t, tops);
    return nn::linear(w / "out", d, v, c.preNorm ? norm(w, "norm", top) : top);
  }

  void run() {
    Tensor tokens = f.input("tokens", DType::i32, {b, t}),
           targets = f.input("targets", DType::i32, {b, t});
    // A number for every position: of those with a target, the mean.
    Tensor nats = crossEntropy(v, logits(tokens), maximum(targets, 0));
    Tensor wanted = select(less(targets, 0), 0.0, 1.0);
    Tensor loss = sum({b, t}, nats * wanted) / maximum(sum({b, t}, wanted), 1.0);
    f.output("loss", loss);
    f.output("counted", sum({b, t}, wanted));
    for (int64_t i = 0; c.adaptSpan && i < c.layers; ++i) {
      Tensor z =
          scopeOf(i)("z", {h}, {.init = Init::constant, .scale = c.spanInit, .low = 0, .high = 1});
      w.penalty(sum(h, z) / double(c.heads) * (c.spanLoss * double(c.span)));
    }
    f.output("objective", f.withPenalties(loss));
  }
};

} // namespace

/// feedback-paper-form right|forget|near|turned [key=value ...]
int main(int argc, char **argv) {
  Feedback model;
  weft::Fields fields;
  model.visit(fields);
  for (const auto &[key, value] : std::map<std::string, std::string>{{"vocab", "11"},
                                                                     {"hidden", "8"},
                                                                     {"heads", "2"},
                                                                     {"ff", "6"},
                                                                     {"span", "6"},
                                                                     {"block", "4"},
                                                                     {"ramp", "2"},
                                                                     {"batch", "2"},
                                                                     {"span_loss", "0.01"}})
    fields.set(key, value);
  for (int i = 2; i < argc; ++i) {
    std::string setting = argv[i];
    fields.set(setting.substr(0, setting.find('=')), setting.substr(setting.find('=') + 1));
  }
  Graph g("feedback-paper-form");
  g.function("scanned", [&](Function &f) { model.step(f); });
  g.function("paper", [&](Function &f) { Paper{f, model, argv[1]}.run(); });
  return g.write(std::cout, std::cerr);
}
