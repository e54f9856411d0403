// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model of one op, chosen by the field `op`, that leaves the finite numbers at the tokens of byte
// 250 and nowhere else. test/tools/not-finite reads this text: a line that ends in `// weft.OP` is
// where that op must be found, in the case that was begun last.
#include <functional>
#include <map>

#include "weft/dsl.h"
using namespace weft::dsl;

namespace {

const Axis b("batch", 2), t("time", 4), s("seen", 4), h("head", 1), k("key", 2), n("three", 3);

struct Given {
  Tensor bad;          ///< {b, t}: 1 at the tokens that begin it, else 0
  Tensor big;          ///< 3e38 there, which a float still holds
  Tensor all;          ///< one number: 3e38 if there is such a token, else 0
  Tensor w, one, none; ///< weights: 1; three ones; a table of zeros
  Tensor tokens;       ///< {b, t}

  Tensor repeat(Tensor x, Axes axes) const {
    int64_t count = 1;
    for (const Axis &axis : axes)
      count *= axis.getSize().getOffset();
    return x * constant(axes, std::vector<double>(size_t(count), 1.0));
  }
  /// 0 whose derivative by x is g.
  Tensor still(Tensor x, Tensor g) const { return x * g - stopGradient(x * g); }
};

using Case = std::function<Tensor(const Given &)>;

const std::map<std::string, Case> cases = {
    // Results that are not finite.
    {"add", [](const Given &g) { return g.big + g.big; }},        // weft.add
    {"sub", [](const Given &g) { return -g.big - g.big; }},       // weft.sub
    {"mul", [](const Given &g) { return g.big * 10; }},           // weft.mul
    {"div", [](const Given &g) { return 1 / (1 - g.bad); }},      // weft.div
    {"exp", [](const Given &g) { return exp(g.bad * 100); }},     // weft.exp
    {"log", [](const Given &g) { return log(1 - g.bad); }},       // weft.log
    {"sqrt", [](const Given &g) { return sqrt(1 - 2 * g.bad); }}, // weft.sqrt
    {"rsqrt", [](const Given &g) { return rsqrt(1 - g.bad); }},   // weft.rsqrt
    {"sin", [](const Given &g) { return sin(g.bad * 3e9); }},     // weft.sin
    {"cos", [](const Given &g) { return cos(g.bad * 3e9); }},     // weft.cos
    {"cast",
     [](const Given &g) {
       Tensor wide = cast(DType::f64, g.bad) * 1e100;
       return cast(DType::f32, wide); // weft.cast
     }},
    {"dot", [](const Given &g) { return dot(t, g.big, g.big); }}, // weft.dot
    {"sum",
     [](const Given &g) {
       Tensor three = g.repeat(g.big, {n});
       return sum(n, three); // weft.sum
     }},
    {"cumsum",
     [](const Given &g) {
       Tensor three = g.repeat(g.big, {n});
       return cumsum(n, three); // weft.cumsum
     }},
    {"layer_norm",
     [](const Given &g) {
       Tensor scale = g.repeat(g.all, {n}), x = g.repeat(g.bad, {n}) * constant(n, {1, 2, 3});
       return layerNorm(n, x, scale); // weft.layer_norm
     }},
    {"rms_norm",
     [](const Given &g) {
       Tensor scale = g.repeat(g.all, {n}), x = g.repeat(g.bad, {n}) * constant(n, {1, 2, 3});
       return rmsNorm(n, x, scale); // weft.rms_norm
     }},
    {"log_softmax",
     [](const Given &g) {
       Tensor x = g.repeat(g.big, {n}) * constant(n, {1, 0, -1});
       return logSoftmax(n, x); // weft.log_softmax
     }},
    {"cross_entropy",
     [](const Given &g) {
       Tensor x = g.repeat(g.big, {n}) * constant(n, {-1, 0, 1}),
              zero = cast(DType::i32, g.bad * 0);
       return crossEntropy(n, x, zero); // weft.cross_entropy
     }},
    {"scatter_add",
     [](const Given &g) {
       Tensor x = g.repeat(g.all, {n});
       return scatterAdd(n, k, x, constant(n, {1, 1, 1})); // weft.scatter_add
     }},
    {"dropout",
     [](const Given &g) {
       Tensor x = g.repeat(g.all, {b, t, n});
       return dropout(0.5, x); // weft.dropout
     }},
    {"scan",
     [](const Given &g) {
       return scan(t, g.bad * 1e30, g.repeat(g.w, {b}), [](Tensor x, Tensor carry) {
         return carry * (1 + x); // weft.mul
       });
     }},
    {"span_attention",
     [](const Given &g) {
       Tensor q = g.repeat(g.bad * 1e30, {h, k}), keys = rename(t, s, q), values = keys * 0;
       return attend({t, s, k}, q, keys, values, causal()); // weft.span_attention
     }},
    {"block_sparse_attention",
     [](const Given &g) {
       BlockLayout S = Pattern::local(2).blocks(4, 16);
       Tensor q = g.repeat(g.bad * 1e30, {h, k}), keys = rename(t, s, q), values = keys * 0;
       return attend({t, s, k}, q, keys, values, S); // weft.block_sparse_attention
     }},
    {"feedback_attention",
     [](const Given &g) {
       Axis p("past", 3);
       Memory memory(p, {g.repeat(g.w, {p, b, h, k}), g.repeat(g.w, {p, b, h, k})});
       return scan(t, g.repeat(g.bad * 1e30, {b, t, h, k}), memory, [&](Tensor x, Memory &m) {
         m.write({x, x * 0});
         return attend({t, p, k}, x, m.read(0), m.read(1), lastSteps(3)); // weft.feedback_attention
       });
     }},
    // Derivatives that are not.
    {"sqrt_gradient",
     [](const Given &g) {
       return sqrt((1 - g.bad) * g.w); // weft.div
     }},
    {"embedding_grad",
     [](const Given &g) {
       Tensor rows = embed(Axis("vocab", 256), g.none, g.tokens); // weft.embedding_grad
       return g.still(rows, g.big);
     }},
    {"window_sum",
     [](const Given &g) {
       Axis p("position", 2), o("offset", 2);
       Tensor windows = window(n, p, o, g.one); // weft.window_sum
       return g.still(windows, g.all);
     }},
    {"span_attention_grad",
     [](const Given &g) {
       Tensor q = g.repeat(g.bad, {h, k}), values = rename(t, s, g.repeat(g.w, {b, t, h, k}));
       Tensor y =
           attend({t, s, k}, q, rename(t, s, q), values, causal()); // weft.span_attention_grad
       return g.still(y, g.all);
     }},
    {"feedback_attention_grad",
     [](const Given &g) {
       Axis p("past", 3);
       Memory memory(p, {g.repeat(g.w, {p, b, h, k}), g.repeat(g.w, {p, b, h, k})});
       Tensor small = g.repeat(g.bad * 1e-25 * g.w, {b, t, h, k});
       Tensor y = scan(t, small, memory, [&](Tensor x, Memory &m) {
         m.write({stopGradient(x) * 1e25 * 1e25, x * 0});
         Tensor keys = m.read(0), v = m.read(1);
         return attend({t, p, k}, x, keys, v, lastSteps(3)); // weft.feedback_attention_grad
       });
       return g.still(y, g.all);
     }},
    {"block_sparse_attention_grad",
     [](const Given &g) {
       BlockLayout S = Pattern::local(2).blocks(4, 16);
       Tensor q = g.repeat(g.bad, {h, k}), keys = rename(t, s, q),
              values = rename(t, s, g.repeat(g.w, {b, t, h, k}));
       Tensor y = attend({t, s, k}, q, keys, values, S); // weft.block_sparse_attention_grad
       return g.still(y, g.all);
     }},
};

std::vector<std::string> listCases() {
  std::vector<std::string> names;
  for (const auto &[name, body] : cases)
    names.push_back(name);
  return names;
}

struct NotFinite {
  static constexpr const char *name = "not-finite", *summary = "one op beyond its type";
  std::string op = "add";

  template <class V> void visit(V &v) {
    v("op", op, listCases(), "what leaves the finite numbers");
  }

  void step(Function &f) const {
    Tensor tokens = f.input("tokens", DType::i32, {b, t});
    f.input("targets", DType::i32, {b, t});
    Scope weights = f.weights();
    WeightOptions ones{.init = Init::ones}, zeros{.init = Init::zeros};
    Tensor w = weights("w", {}, ones), bad = relu(cast(DType::f32, tokens) - 249);
    Tensor big = bad * 3e38;
    Given given{bad,
                big,
                max({b, t}, big),
                w,
                weights("one", {n}, ones),
                weights("none", {Axis("vocab", 256), k}, zeros),
                tokens};
    Tensor y = cases.at(op)(given);
    f.output("loss", w * w + (y.axes().empty() ? y : sum(y.axes(), y)));
  }
};

} // namespace

int main(int argc, char **argv) { return weft::modelMain(argc, argv, NotFinite{}); }
