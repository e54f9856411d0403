// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layers of a Transformer alone, for the rows of the GPU's table.
#include "weft/dsl.h"

using namespace weft::dsl;

struct LayerRows {
  static constexpr const char *name = "layer-rows", *summary = "one layer of a kind";
  int64_t rows = 1024, width = 1024, inner = 1024;
  std::string kind = "product";

  template <class V> void visit(V &v) {
    v("rows", rows, 1, 1048576, "tokens");
    v("width", width, 1, 65536, "of what comes in");
    v("inner", inner, 1, 1048576, "of what comes out; tokens of the vocabulary");
    v("kind", kind, {"product", "epilogue", "classes", "norm"},
      "a product; with bias and gelu; a cross entropy over its columns; dropout, residual and "
      "norm");
  }

  template <class V> void functions(V &v) const {
    v("step", [this](Function &f) { step(f); });
  }

  void step(Function &f) const {
    Axis n("row", rows), d("model", width), m("inner", inner);
    Tensor x = f.input("x", DType::f32, {n, d});
    if (kind == "norm") {
      Tensor sum = x + dropout(0.1, f.input("r", DType::f32, {n, d}));
      f.output("sum", sum);
      f.output("y", layerNorm(d, sum, f.input("scale", DType::f32, {d}),
                              f.input("shift", DType::f32, {d})));
      return;
    }
    Tensor y = dot(d, x, f.input("W", DType::f32, {m, d}));
    if (kind == "epilogue") {
      y = y + f.input("b", DType::f32, {m});
      y = 0.5 * y * (1 + erf(y * 0.70710678118654752));
    }
    if (kind == "classes")
      y = crossEntropy(m, y, f.input("targets", DType::i32, {n}));
    f.output("y", y);
  }
};

int main(int argc, char **argv) { return weft::modelMain(argc, argv, LayerRows{}); }
