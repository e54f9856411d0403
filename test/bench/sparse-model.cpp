// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention to blocks of keys, and plain causal attention of the same size, as bench-sparse
// measures them.
#include <stdexcept>

#include "weft/dsl.h"

using namespace weft::dsl;

struct SparseModel {
  static constexpr const char *name = "sparse-attention", *summary = "one attention to a pattern";
  int64_t heads = 1, length = 1024, features = 64, block = 32, stride = 128, columns = 32;
  std::string pattern = "causal";

  template <class V> void visit(V &v) {
    v("heads", heads, 1, 1024, "attention heads");
    v("length", length, 1, 1048576, "positions");
    v("features", features, 1, 65536, "of a query, a key and a value");
    v("block", block, 16, 128, "positions of a block");
    v("stride", stride, 1, 65536, "of the pattern");
    v("columns", columns, 1, 65536, "of a window that all see, of a fixed pattern");
    v("pattern", pattern, {"causal", "all", "local", "fixed", "strided"},
      "causal: without blocks; all: the same as a layout");
  }

  template <class V> void functions(V &v) const {
    v("forward", [this](Function &f) { f.output("y", attention(f)); });
    v("both", [this](Function &f) {
      Tensor y = attention(f), dy = f.input("dy", DType::f32, y.axes());
      f.output("loss", sum(y.axes(), y * dy));
    });
  }

  Tensor attention(Function &f) const {
    Axis t("time", length), h("head", heads), k("key", features);
    Tensor q = f.input("q", DType::f32, {h, t, k}), K = f.input("K", DType::f32, {h, t, k}),
           V = f.input("V", DType::f32, {h, t, k});
    AttendAxes axes{.query = t, .keys = t, .over = k};
    if (pattern == "causal")
      return attend(axes, q, K, V, causal());
    Pattern reached = pattern == "all"     ? Pattern::all()
                      : pattern == "local" ? Pattern::local(stride)
                      : pattern == "fixed" ? Pattern::fixed(stride, columns)
                                           : Pattern::strided(stride);
    return attend(axes, q, K, V, reached.blocks(length, block));
  }
};

int main(int argc, char **argv) { return weft::modelMain(argc, argv, SparseModel{}); }
