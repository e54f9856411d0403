// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A small recurrent model in two parts that a program puts together, body and head, and as one
// step over two blocks, between which the gradient is cut.
#include <weft/dsl.h>

using namespace weft::dsl;

struct Segments {
  static constexpr const char *name = "segments", *summary = "a recurrence over blocks, in parts";
  int64_t vocab = 7, hidden = 6, block = 5, batch = 3;
  template <class V> void visit(V &v) {
    v("vocab", vocab, 2, 256, "number of token ids");
    v("hidden", hidden, 1, 256, "width of the model");
    v("block", block, 1, 256, "positions of a block");
    v("batch", batch, 1, 256, "streams");
  }

  struct Part {
    Tensor hidden, memory;
  };
  Axis b() const { return Axis("batch", batch); }
  Axis t() const { return Axis("time", block); }
  Axis v() const { return Axis("vocab", vocab); }
  Axis d() const { return Axis("model", hidden); }
  Tensor tokens(Function &f, const std::string &name) const {
    return f.input(name, DType::i32, {b(), t()});
  }
  Tensor memory(Function &f) const { return f.input("memory", DType::f32, {b(), d()}); }

  /// h = tanh(x + W m + c); the memory that follows is the mean of h over the block.
  Part body(Function &f, Tensor tokens, Tensor memory) const {
    Scope w = f.weights();
    WeightOptions wide{.init = Init::normal, .scale = 0.5};
    Axis old("old", hidden);
    Tensor x = embed(v(), w("embed", {v(), d()}, wide), tokens);
    Tensor m = dot(old, w("Wm", {d(), old}, wide), rename(d(), old, memory));
    Tensor h = tanh(x + m + w("c", {d()}, {.init = Init::zeros}));
    return {h, mean(t(), h)};
  }

  Tensor head(Function &f, Tensor hidden, Tensor targets) const {
    Tensor logits = dot(d(), f.weights()("out", {v(), d()}, {.scale = 0.5}), hidden);
    return mean({b(), t()}, crossEntropy(v(), logits, targets));
  }

  void step(Function &f) const {
    Tensor x0 = tokens(f, "tokens0"), y0 = tokens(f, "targets0");
    Tensor x1 = tokens(f, "tokens1"), y1 = tokens(f, "targets1");
    Part first = body(f, x0, memory(f));
    Part second = body(f, x1, stopGradient(first.memory));
    f.output("loss", (head(f, first.hidden, y0) + head(f, second.hidden, y1)) * 0.5);
    f.output("memory", second.memory);
  }

  template <class V> void functions(V &v) const {
    v("body", [this](Function &f) {
      Tensor x = tokens(f, "tokens");
      Part part = body(f, x, memory(f));
      f.output("hidden", part.hidden);
      f.output("memory", part.memory);
    });
    v("head", [this](Function &f) {
      Tensor h = f.input("hidden", DType::f32, {b(), t(), d()});
      f.output("loss", head(f, h, tokens(f, "targets")));
    });
  }
};

int main(int argc, char **argv) { return weft::modelMain(argc, argv, Segments{}); }
