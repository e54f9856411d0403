// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One attention, forwards and with its gradients, for the rows of the GPU's table.
#include "weft/dsl.h"

using namespace weft::dsl;

struct AttentionRows {
  static constexpr const char *name = "attention-rows", *summary = "one attention of a kind";
  int64_t heads = 1, length = 1024, features = 64, span = 1024, ramp = 32, block = 32;
  bool relative = false;
  std::string kind = "window";

  template <class V> void visit(V &v) {
    v("heads", heads, 1, 1024, "attention heads");
    v("length", length, 1, 1048576, "positions");
    v("features", features, 1, 65536, "of a query, a key and a value");
    v("span", span, 1, 1048576, "distances that a query may reach");
    v("ramp", ramp, 1, 65536, "over which a soft span falls");
    v("block", block, 16, 128, "positions of a block");
    v("relative", relative, "relative keys");
    v("kind", kind, {"window", "soft", "blocks"},
      "distances 0 .. span - 1; a learned span for each head; the blocks that the window touches");
  }

  template <class V> void functions(V &v) const {
    v("forward", [this](Function &f) { f.output("y", attention(f)); });
    v("both", [this](Function &f) {
      Tensor y = attention(f), dy = f.input("dy", DType::f32, y.axes());
      f.output("loss", sum(y.axes(), y * dy));
    });
  }

  Tensor attention(Function &f) const {
    Axis b("batch", 1), t("time", length), h("head", heads), k("key", features),
        r("distance", span);
    Axes all{b, h, t, k};
    if (kind == "blocks")
      all = {h, t, k};
    Tensor q = f.input("q", DType::f32, all), K = f.input("K", DType::f32, all),
           V = f.input("V", DType::f32, all);
    AttendAxes axes{.query = t, .keys = t, .over = k};
    AttendOptions options;
    if (relative)
      options.position = f.input("position", DType::f32, {r, k});
    if (kind == "blocks")
      return attend(axes, q, K, V, Pattern::local(span).blocks(length, block));
    if (kind == "window")
      return attend(axes, q, K, V, slidingWindow(span), options);
    SoftSpanOptions reach{.ramp = double(ramp), .max = span, .skip = true};
    return attend(axes, q, K, V, softSpan(f.input("z", DType::f32, {h}), reach), options);
  }
};

int main(int argc, char **argv) { return weft::modelMain(argc, argv, AttentionRows{}); }
