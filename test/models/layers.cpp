// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The layers of weft/nn and the ops below them: against numbers of 40-digit arithmetic, against
// formulas written out (gradients included), and compiled against the interpreter.
//
// RUN: %dsl %s -o %t && %t > %t.mlir
// RUN: weft-compare %t.mlir numbers expected | FileCheck %s --check-prefix=NUMBERS
// RUN: weft-compare %t.mlir step formula --tolerance=1e-14 ids=0:6 | FileCheck %s
// RUN: weft-compare %t.mlir near far
// RUN: weft-agree %t.mlir --dtype=f64 ids=0:6 | FileCheck %s --check-prefix=AGREE
// RUN: weft-agree %t.mlir --dtype=f32 ids=0:6 | FileCheck %s --check-prefix=AGREE
//
// a formula that differs in one constant is noticed
// RUN: not weft-compare %t.mlir step wrong ids=0:6 | FileCheck %s --check-prefix=WRONG
//
// NUMBERS-COUNT-10: ok output
// CHECK-COUNT-13: ok output
// CHECK: ok gradient x [2, 5, 6]
// CHECK: ok gradient scale [6]
// CHECK: ok gradient geglu.inner.weight [14, 6]
// CHECK: ok gradient t5.table [32, 3]
// AGREE-NOT: FAIL
// AGREE: compared, 0 differ
// WRONG: ok output logSoftmax
// WRONG-NEXT: FAIL output rms
#include <iostream>

#include "weft/nn/Layers.h"

using namespace weft::dsl;
namespace nn = weft::nn;

const Axis b("batch", 2), t("time", 5), s("seen", 5), d("model", 6), h("head", 3), i("inner", 7),
    k("best", 3), n("number", 8), p("pair", 6), three("three", 3), r("distance", 200);

/// A tensor of f64, in which constants keep all their digits.
static Tensor numbers(Function &f, const Axis &axis, std::vector<double> values) {
  return cast(DType::f64, f.index(axis, 0, 0)) + constant(axis, std::move(values));
}

/// The sum of everything a function computes, so that every output has a gradient.
struct Outputs {
  Function &f;
  Tensor loss;
  /// `order`: axes are compared in their order, which formulas need not keep.
  void add(const std::string &name, Tensor value, const Axes &order = {}) {
    int64_t count = 1;
    for (const Axis &axis : order)
      count *= axis.getSize().getOffset();
    if (!order.empty())
      value = constant(order, std::vector<double>(count, 0.0)) + value;
    f.output(name, value);
    // A weight that differs from element to element.
    Tensor term = value;
    for (const Axis &axis : value.axes())
      term = term * index(axis, 0.3, 0.1);
    term = value.axes().empty() ? term : sum(value.axes(), term);
    loss = loss ? loss + term : term;
  }
};

static void addNumbers(Function &f, bool isExpected) {
  Outputs out{f, {}};
  Tensor x = numbers(f, n, {-9, -3, -1, -0.25, 0, 0.5, 2, 10});
  auto add = [&](const char *name, Tensor computed, std::vector<double> values) {
    out.add(name, isExpected ? numbers(f, n, std::move(values)) : computed);
  };
  add("gelu.erf", nn::gelu(x),
      {-1.0157295653584566e-18, -0.0040496940948902835, -0.15865525393145705, -0.10032341857926907,
       0.0, 0.34573123063700656, 1.9544997361036416, 10.0});
  add("gelu.tanh", nn::gelu(x, nn::Gelu::tanh),
      {-1.3364595947346586e-28, -0.003637392081773019, -0.1588080093917233, -0.100324649298315, 0.0,
       0.34571400982514394, 1.954597694087775, 10.0});
  add("gelu.sigmoid", nn::gelu(x, nn::Gelu::sigmoid),
      {-2.003177986558509e-06, -0.018071309707785966, -0.1542042340671787, -0.09880035009980583,
       0.0, 0.35038843660638014, 1.9356586231442081, 9.99999959420387});
  add("silu", nn::silu(x),
      {-0.0011105511838760856, -0.14227761953270035, -0.2689414213699951, -0.10945587477855047, 0.0,
       0.3112296656009273, 1.7615941559557649, 9.999546021312975});
  Tensor pairs = numbers(f, p, {1, 2, 3, 4, 5, 6}) + numbers(f, three, {0, 0, 0});
  Tensor places = numbers(f, three, {0, 1, 1000});
  auto table = [&](std::vector<double> values) {
    return numbers(f, three, {0, 0, 0}) + constant({three, p}, std::move(values));
  };
  out.add("rotary",
          isExpected
              ? table({1.0, 2.0, 3.0, 4.0, 5.0, 6.0, -2.8255816333634463, 1.7658498347576046,
                       2.987066439479249, 3.0026802082804553, 5.087413327132615, 6.006449374308982,
                       -2.745139085837307, -4.770910440848581, -6.65997021981627,
                       3.0763958456948144, -2.497681638120038, -0.8029923232263368})
              : nn::rotary(p, places, pairs),
          {three, p});
  out.add("xpos",
          isExpected
              ? table({1.2772128811707388, 2.269232227949807, 3.163643413780808, 5.108851524682955,
                       5.673080569874518, 6.327286827561616, -3.600049862044523, 2.0010328890097413,
                       3.1483317681318614, 3.8256896710913186, 5.764975700199468, 6.330724730083152,
                       -0.30352519318306975, -1.5309490564694026, -4.129294333416896,
                       0.3401516696146929, -0.8014871363966952, -0.4978688403455436})
              : nn::rotary(p, places, pairs, {.scaleBase = 512, .centre = 100}),
          {three, p});
  // The inverse scale undoes the scale: products of the two depend on the difference alone.
  Tensor key = nn::rotary(p, places, pairs, {.scaleBase = 512, .centre = 100, .inverse = true});
  Tensor query = nn::rotary(p, places, pairs, {.scaleBase = 512, .centre = 100});
  out.add("xpos.same", isExpected ? numbers(f, three, {91, 91, 91}) : sum(p, query * key));
  Tensor ties = numbers(f, n, {2, 3, 3, 0, 3, 2, -1, 0});
  Chosen best = topK(n, k, ties);
  out.add("topK", isExpected ? numbers(f, k, {1, 2, 4}) : cast(DType::f64, best.indices));
  out.add("argmax",
          isExpected ? sum(k, numbers(f, k, {1, 0, 0})) : cast(DType::f64, argmax(n, ties)));
  f.output("loss", out.loss);
}

/// 1 where the index along `axis` is the id.
static Tensor pick(const Axis &axis, Tensor ids) { return select(equal(ids, index(axis)), 1, 0); }

/// Every layer as it is called (`fused`) or from its formula.
static void addLayers(Function &f, bool fused, double epsilon = 1e-6) {
  Outputs out{f, {}};
  Scope w = f.weights();
  Tensor x = f.input("x", DType::f32, {b, t, d}), ids = f.input("ids", DType::i32, {b, k});
  Tensor scale = w("scale", d);
  Tensor e = exp(x - stopGradient(max(t, x)));
  out.add("logSoftmax", fused ? logSoftmax(t, x) : log(e / sum(t, e)));
  Tensor power = mean(d, x * x);
  out.add("rms", fused ? rmsNorm(d, x, scale) : x * rsqrt(power + epsilon) * scale);
  Tensor centred = x - mean(d, x);
  out.add("norm", fused ? layerNorm(d, x, scale)
                        : centred * rsqrt(mean(d, centred * centred) + 1e-5) * scale);
  out.add("unit", fused ? nn::unitNorm(d, x) : x / sqrt(sum(d, x * x) + 1e-6));
  Tensor past = select(lessEqual(f.index(s), index(t)), 1, 0), other = rename(t, s, x);
  out.add("cumsum", fused ? cumsum(t, x) : dot(s, past, other), {b, t, d});
  Tensor future = select(greaterEqual(f.index(s), index(t)), 1, 0);
  out.add("cumsum.reverse", fused ? cumsum(t, x, true) : dot(s, future, other), {b, t, d});
  out.add("gather", fused ? gather(t, x, ids) : dot(t, pick(t, ids), x), {b, k, d});
  Axis slot("slot", 4); // ids 4 and 5 lie outside
  Tensor chosen = gather(t, x, ids);
  out.add("scatterAdd", fused ? scatterAdd(k, slot, chosen, ids) : dot(k, pick(slot, ids), chosen),
          {b, slot, d});
  Chosen best = topK(t, k, x);
  out.add("topK", fused ? best.values : gather(t, x, best.indices), {b, k, d});
  Axis both("both", 14);
  Tensor u =
      dot(d, (w / "geglu" / "inner")("weight", {Axis("inner.both", 14), d}, nn::fanIn(6)), x);
  u = rename(Axis("inner.both", 14), both, u);
  Tensor a = slice(both, i, 0, u), g = slice(both, i, 7, u);
  Tensor second = (w / "geglu" / "outer")("weight", {d, i}, nn::fanIn(7));
  out.add("geglu",
          fused ? nn::geglu(w / "geglu", d, i, x)
                : dot(i, second, a * (g * 0.5 * (erf(g * std::sqrt(0.5)) + 1))),
          {b, t, d});
  // A turn of each pair by a matrix.
  Axis from("from", 6);
  std::vector<double> speeds;
  for (int64_t pair = 0; pair < 6; ++pair)
    speeds.push_back(std::pow(1e4, -static_cast<double>(pair % 3) / 3));
  Tensor upper = less(f.index(d), 2.5);
  Tensor angle = f.index(t, 2) * constant(d, speeds), gap = f.index(from) - index(d);
  Tensor turn = select(equal(gap, 0), cos(angle), 0) +
                select(equal(gap, 3), select(upper, -sin(angle), 0), 0) +
                select(equal(gap, -3), sin(angle), 0);
  out.add("rotary", fused ? nn::rotary(d, f.index(t, 2), x) : dot(from, turn, rename(d, from, x)),
          {b, t, d});
  std::vector<double> buckets;
  for (int64_t distance = 0; distance < 200; ++distance)
    buckets.push_back(static_cast<double>(nn::t5Bucket(distance)));
  Axis bucket("distance.bucket", 32);
  Tensor table = (w / "t5")("table", {bucket, h}, {.init = Init::normal, .scale = 1});
  Tensor hot = pick(bucket, cast(DType::i32, constant(r, buckets) + f.index(r, 0, 0)));
  out.add("t5", fused ? nn::t5Bias(w / "t5", h, r) : dot(bucket, hot, table), {r, h});
  f.output("loss", out.loss);
}

/// Scores of turned queries and keys know only how far apart they are.
static void addScores(Function &f, double start) {
  Tensor q = f.input("q", DType::f64, {t, d}), K = f.input("K", DType::f64, {s, d});
  q = nn::rotary(d, cast(DType::f64, f.index(t, start)), q);
  K = nn::rotary(d, cast(DType::f64, f.index(s, start)), K);
  Outputs out{f, {}};
  out.add("scores", dot(d, q, K));
  f.output("loss", out.loss);
}

/// The first distance of each bucket of 32 with 128 as farthest.
static bool bucketsAreRight() {
  const int64_t starts[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                            16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113};
  bool right = true;
  for (int64_t bucket = 0; bucket < 32; ++bucket) {
    right &= nn::t5Bucket(starts[bucket]) == bucket;
    right &= bucket == 0 || nn::t5Bucket(starts[bucket] - 1) == bucket - 1;
    right &= nn::t5Bucket(starts[bucket], 64, 128, true) == bucket;
    right &= bucket == 0 || nn::t5Bucket(-starts[bucket], 64, 128, true) == 32 + bucket;
  }
  return right && nn::t5Bucket(-5) == 0 && nn::t5Bucket(1 << 20) == 31;
}

int main() {
  if (!bucketsAreRight())
    return 1;
  Graph g("layers");
  g.function("numbers", [](Function &f) { addNumbers(f, false); });
  g.function("expected", [](Function &f) { addNumbers(f, true); });
  g.function("step", [](Function &f) { addLayers(f, true); });
  g.function("eval", [](Function &f) { addLayers(f, true); });
  g.function("generate", [](Function &f) { addScores(f, 0); });
  g.function("formula", [](Function &f) { addLayers(f, false); });
  g.function("wrong", [](Function &f) { addLayers(f, false, 1e-3); });
  g.function("near", [](Function &f) { addScores(f, 0); });
  g.function("far", [](Function &f) { addScores(f, 77); });
  return g.write(std::cout, std::cerr);
}
