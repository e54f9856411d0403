// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The adaptive-span model against the paper's formulas written out: every query sees a window of L
// keys, and the persistent ones, scores them, masks the softmax and renormalises. Outputs, carried
// caches and all gradients agree in double precision, over two blocks.
//
// RUN: %dsl %s -o %t
// z = 0: only the ramp is seen; caches empty, short and full
// RUN: %t 8 layers=1 > %t.mlir
// RUN: weft-compare %t.mlir fused paper tokens=0:11 targets=0:11 cache0=0 | FileCheck %s
// RUN: weft-compare %t.mlir fused paper tokens=0:11 targets=0:11 cache0=4
// RUN: weft-compare %t.mlir fused paper tokens=0:11 targets=0:11 cache0=8
// whole spans: distances on both ends of the ramp, where the gradient still passes
// RUN: weft-compare %t.mlir fused paper tokens=0:11 targets=0:11 cache0=8 z=0.5:0.5
// RUN: weft-compare %t.mlir fused paper tokens=0:11 targets=0:11 cache0=4 z=1:1
// any span, more layers
// RUN: %t 8 layers=2 > %t.2.mlir
// RUN: weft-compare %t.2.mlir fused paper tokens=0:11 targets=0:11 cache0=0 cache1=8 z=0:1
// RUN: %t 8 layers=3 > %t.3.mlir
// RUN: weft-compare %t.3.mlir fused paper tokens=0:11 targets=0:11 cache0=4 cache1=0 cache2=8 z=0:1
// needed = ceil(max z S) + R is 35 .. 56 of S = 160, so the 64 farthest distances are never looked
// at
// RUN: %t 96 layers=1 span=160 ramp=8 > %t.trim.mlir
// RUN: weft-compare %t.trim.mlir fused paper tokens=0:11 targets=0:11 cache0=0 z=0.17:0.3
// RUN: weft-compare %t.trim.mlir fused paper tokens=0:11 targets=0:11 cache0=160 z=0.17:0.3
// heads that skip what lies beyond their spans: the same but for 1e-8 of it
// RUN: %t 8 layers=2 skip=true > %t.skip.mlir
// RUN: weft-compare %t.skip.mlir fused paper --tolerance=1e-6 tokens=0:11 targets=0:11 cache0=8 cache1=4
// RUN: weft-compare %t.skip.mlir fused paper --tolerance=1e-6 tokens=0:11 targets=0:11 cache0=8 cache1=0 z=0:1
// RUN: not weft-compare %t.skip.mlir fused paper tokens=0:11 targets=0:11 cache0=8 cache1=4
// all-attention: persistent vectors in the same softmax, no feed-forward layer
// RUN: %t 8 layers=1 pers_mem=5 > %t.pers.mlir
// RUN: weft-compare %t.pers.mlir fused paper tokens=0:11 targets=0:11 cache0=0 | FileCheck %s --check-prefix=PERS
// RUN: weft-compare %t.pers.mlir fused paper tokens=0:11 targets=0:11 cache0=8 z=0.5:0.5
// RUN: weft-compare %t.pers.mlir fused paper tokens=0:11 targets=0:11 cache0=4 z=1:1
// RUN: %t 8 layers=2 pers_mem=3 > %t.pers2.mlir
// RUN: weft-compare %t.pers2.mlir fused paper tokens=0:11 targets=0:11 cache0=4 cache1=8 z=0:1
// fixed spans, without and with persistent vectors
// RUN: %t 8 layers=2 adapt_span=false > %t.fixed.mlir
// RUN: weft-compare %t.fixed.mlir fused paper tokens=0:11 targets=0:11 cache0=0 cache1=8 | FileCheck %s --check-prefix=FIXED
// RUN: %t 8 layers=2 adapt_span=false pers_mem=5 > %t.both.mlir
// RUN: weft-compare %t.both.mlir fused paper tokens=0:11 targets=0:11 cache0=4 cache1=0
// a wrong window is noticed, also behind persistent vectors
// RUN: %t 7 layers=1 > %t.wrong.mlir
// RUN: not weft-compare %t.wrong.mlir fused paper tokens=0:11 targets=0:11 cache0=8 z=1:1
// RUN: %t 7 layers=1 adapt_span=false pers_mem=5 > %t.wrong.mlir
// RUN: not weft-compare %t.wrong.mlir fused paper tokens=0:11 targets=0:11 cache0=8
//
// CHECK: ok output loss [] largest
// CHECK: ok output objective [] largest
// CHECK: ok state layer0.cache [2, 4, 8]
// CHECK: ok gradient position [8, 4]
// CHECK: ok gradient layer0.z [2]
// CHECK: ok state layer0.cache [2, 8, 8]
//
// PERS-NOT: gradient layer0.ff
// PERS: ok gradient layer0.key [2, 5, 4]
// PERS: ok gradient layer0.value [2, 5, 4]
// FIXED-NOT: gradient layer0.z
// FIXED: ok gradient layer0.ff.inner.weight
#include <iostream>

#include "models/adaptive-span/Model.h"

using namespace weft::dsl;
using weft::models::AdaptiveSpan;
namespace nn = weft::nn;

/// The attention of one layer over a window of `L` keys, as the paper's code does it.
static Tensor attention(Function &f, Scope w, Tensor x, Tensor near, Tensor p, int64_t L,
                        const AdaptiveSpan &c) {
  int64_t D = c.hidden / c.heads;
  Axis t("time", c.block), d("model", c.hidden), h("head", c.heads), k("key", D),
      r("distance", c.span);
  Axis n("near", L + c.block - 1), o("offset", L); // offset o is distance L - o
  double R = c.ramp, S = c.span;
  Tensor q = dot(d, w("Wq", {h, k, d}, nn::fanIn(c.hidden)), x);
  Tensor K = window(n, t, o, dot(d, w("Wk", {h, k, d}, nn::fanIn(c.hidden)), near));
  Tensor V = window(n, t, o, dot(d, w("Wv", {h, k, d}, nn::fanIn(c.hidden)), near));

  Tensor row = select(equal(f.index(o, L - 1, -1), index(r)), 1, 0); // P has distance 1 first
  Tensor s = dot(k, q, K + dot(r, row, p)) / std::sqrt(D);
  Tensor most = max(o, s), sp, value;
  Axis j("persistent", c.persMem);
  if (c.persMem > 0) {
    double rootN = std::sqrt(c.persMem);
    sp = dot(k, q, w("key", {h, j, k}, {.init = Init::normal, .scale = 1 / std::sqrt(D)}));
    value = w("value", {h, j, k}, {.init = Init::normal, .scale = 1 / rootN}) * rootN;
    most = maximum(most, max(j, sp));
  }
  Tensor e = exp(s - stopGradient(most)), ep, Z = sum(o, e);
  if (sp) {
    ep = exp(sp - stopGradient(most));
    Z = Z + sum(j, ep);
  }
  Tensor a = e / Z, ap;
  if (sp)
    ap = ep / Z;
  if (c.adaptSpan) {
    Tensor z = w("z", {h}, {.init = Init::constant, .scale = c.spanInit, .low = 0, .high = 1});
    Tensor m = clamp((z * S + (1 - f.index(o, L, -1))) / R + 1, 0, 1);
    a = m * a;
    Tensor N = sum(o, a) + 1e-8;
    if (sp) {
      N = N + sum(j, ap);
      ap = ap / N;
    }
    a = a / N;
    w.penalty(mean(h, z) * (c.spanLoss * S));
  }
  Tensor y = dot(o, a, V);
  if (sp)
    y = y + dot(j, ap, value);
  return dot({h, k}, w("Wo", {d, h, k}, nn::fanIn(c.hidden)), y);
}

static void paper(Function &f, const AdaptiveSpan &c, int64_t L) {
  int64_t S = c.span, M = c.block;
  Axis b("batch", c.batch), t("time", M), v("vocab", c.vocab), d("model", c.hidden),
      k("key", c.hidden / c.heads);
  Scope w = f.weights();
  Tensor tokens = f.input("tokens", DType::i32, {b, t}),
         targets = f.input("targets", DType::i32, {b, t});
  Tensor p = w("position", {Axis("distance", S), k}, {.init = Init::normal, .scale = 1});
  Tensor x = embed(v, w("embed", {v, d}, {.init = Init::normal, .scale = 1}), tokens);
  for (int64_t i = 0; i < c.layers; ++i) {
    Scope wi = w / "layer" / i;
    Size cache = f.symbol("cache" + std::to_string(i), S),
         next = f.symbol("next" + std::to_string(i), S);
    f.setSize(next, minimum(f.sizeOf(cache) + M, std::min(S, L + 64)));
    Axis seen("seen", cache + M), all("all", S + M);
    Tensor past = wi.state("cache", {b, Axis("cached", cache), d});
    Tensor h = concat(seen, stopGradient(past), x);
    wi.carry("cache", tail(seen, Axis("cached", next), h));
    // What is older than the cache counts as zeros, which are scored; nobody sees the newest
    // position.
    Tensor near = slice(all, Axis("near", L + M - 1), S - L, padFront(seen, all, h));
    Tensor o = nn::layerNorm(wi / "norm1", d, x + attention(f, wi, x, near, p, L, c));
    x = c.persMem > 0 ? o
                      : nn::layerNorm(wi / "norm2", d,
                                      o + nn::feedForward(wi / "ff", d, Axis("inner", c.ff), o));
  }
  Tensor loss = mean({b, t}, crossEntropy(v, nn::linear(w / "out", d, v, x), targets));
  f.output("loss", loss);
  f.output("objective", f.withPenalties(loss));
}

/// adaptive-span-paper-form L [key=value ...]
int main(int argc, char **argv) {
  AdaptiveSpan model;
  weft::Fields fields;
  model.visit(fields);
  for (const auto &[key, value] : std::map<std::string, std::string>{{"vocab", "11"},
                                                                     {"hidden", "8"},
                                                                     {"heads", "2"},
                                                                     {"ff", "6"},
                                                                     {"span", "8"},
                                                                     {"block", "4"},
                                                                     {"ramp", "2"},
                                                                     {"batch", "2"},
                                                                     {"span_loss", "0.01"}})
    fields.set(key, value);
  for (int i = 2; i < argc; ++i) {
    std::string setting = argv[i];
    fields.set(setting.substr(0, setting.find('=')), setting.substr(setting.find('=') + 1));
  }
  Graph g("adaptive-span-paper-form");
  g.function("fused", [&](Function &f) { model.step(f); });
  g.function("paper", [&](Function &f) { paper(f, model, std::atoll(argv[1])); });
  return g.write(std::cout, std::cerr);
}
