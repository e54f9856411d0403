// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention alone, as weft-bench-attention measures it: written in the DSL, so that what a model
// gets is what is measured.
#include "weft/dsl.h"

using namespace weft::dsl;

struct AttentionModel {
  static constexpr const char *name = "attention", *summary = "one attention and nothing else";
  int64_t heads = 1, queries = 1, cached = 0, features = 64, span = 1, ramp = 32;
  bool soft = false, relative = false, skip = false;

  template <class V> void visit(V &v) {
    v("heads", heads, 1, 1024, "attention heads");
    v("queries", queries, 1, 65536, "positions that ask");
    v("cached", cached, 0, 1048576, "keys before them");
    v("features", features, 1, 65536, "of a query, a key and a value");
    v("span", span, 1, 1048576, "distances that a query may reach");
    v("ramp", ramp, 1, 65536, "over which a soft span falls");
    v("soft", soft, "a learned span for each head: distances 1 .. span; else 0 .. span - 1");
    v("relative", relative, "relative keys");
    v("skip", skip, "a head passes over keys beyond its own soft span");
  }

  template <class V> void functions(V &v) const {
    v("attention", [this](Function &f) { attention(f); });
  }

  void attention(Function &f) const {
    Axis b("batch", 1), t("time", queries), s("seen", cached + queries), h("head", heads),
        k("key", features), r("distance", span);
    Tensor q = f.input("q", DType::f32, {b, h, t, k}), K = f.input("K", DType::f32, {b, h, s, k}),
           V = f.input("V", DType::f32, {b, h, s, k});
    AttendAxes axes{.query = t, .keys = s, .over = k};
    AttendOptions options;
    if (relative)
      options.position = f.input("position", DType::f32, {r, k});
    if (!soft) {
      f.output("y", attend(axes, q, K, V, slidingWindow(span), options));
      return;
    }
    SoftSpanOptions reach{.ramp = double(ramp), .max = span, .skip = skip};
    f.output("y", attend(axes, q, K, V, softSpan(f.input("z", DType::f32, {h}), reach), options));
  }
};

int main(int argc, char **argv) { return weft::modelMain(argc, argv, AttentionModel{}); }
