// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fields, contracts, exceptions and crashes of whole models.
#include <csignal>
#include <cstdlib>

#include "cases.h"

struct Base {
  static constexpr const char *name = "wrong", *summary = "a model with a mistake";
  int64_t width = 8, heads = 3;
  template <class V> void visit(V &v) {
    v("width", width, 1, 100, "width");
    v("heads", heads, 1, 100, "heads");
  }
  void step(Function &f) const { f.output("loss", f.input("x", DType::f32, {})); }
};

struct TwoFields : Base {
  template <class V> void visit(V &v) {
    v("width", width, 1, 100, "width");
    // ERROR: field `width` is visited twice
    // HELP: each field has a name of its own
    v("width", heads, 1, 100, "heads");
  }
};
struct DefaultOutside : Base {
  template <class V> void visit(V &v) {
    // ERROR: field `width` expects its default in [16, 100], got 8
    // HELP: change the default or the range, whose lower end stands first
    v("width", width, 16, 100, "width");
  }
};
struct RangeExchanged : Base {
  double rate = 0.5;
  template <class V> void visit(V &v) {
    // ERROR: field `rate` expects its default in [1, 0], got 0.5
    // HELP: change the default or the range, whose lower end stands first
    v("rate", rate, 1.0, 0.0, "rate");
  }
};
struct NoChoice : Base {
  std::string mode = "quick";
  template <class V> void visit(V &v) {
    // ERROR: field `mode` expects its default in {exact, fast}, got quick
    // HELP: change the default or the range, whose lower end stands first
    v("mode", mode, {"exact", "fast"}, "mode");
  }
};
struct FieldName : Base {
  template <class V> void visit(V &v) {
    // ERROR: a field expects a name of letters, digits and `_`, got `the width`
    // HELP: rename it
    v("the width", width, 1, 100, "width");
  }
};
struct HeadsDoNotDivide : Base {
  void check() const {
    if (width % heads != 0)
      // USAGE: width expects to be a multiple of heads, got 8 vs 3
      throw weft::UsageError("width expects to be a multiple of heads, got " +
                             std::to_string(width) + " vs " + std::to_string(heads));
  }
};
struct CheckThrows : Base {
  void check() const { throw std::logic_error("not thought of"); }
};
struct NoLoss : Base {
  void step(Function &f) const {
    Tensor x = f.input("x", DType::f32, {});
    // ERROR: function `step` expects an output `loss`, got `los` at its end
    // HELP: end it with f.output("loss", ...)
    f.output("los", x);
  }
};
struct LossOfAVector : Base {
  void step(Function &f) const {
    // ERROR: output `loss` of `step` expects a scalar of floats, got [batch=2, time=4] of f32
    // HELP: take the mean over its axes
    f.output("loss", f.input("x", DType::f32, {b, t}));
  }
};
struct LossOfIntegers : Base {
  void step(Function &f) const {
    // ERROR: output `loss` of `step` expects a scalar of floats, got [] of i32
    // HELP: take the mean over its axes
    f.output("loss", f.input("n", DType::i32, {}));
  }
};
struct EvalWithoutLoss : Base {
  void eval(Function &f) const {
    // ERROR: function `eval` expects an output `loss`, got none at its end
    // HELP: end it with f.output("loss", ...)
    f.input("x", DType::f32, {});
  }
};
struct LogitsOfThreeAxes : Base {
  void generate(Function &f) const {
    // ERROR: output `logits` of `generate` expects 2 axes of floats, got [batch=2, time=4, vocab=10] of f32
    // HELP: its axes are the batch and the vocabulary
    f.output("logits", f.input("x", DType::f32, {b, t, v}));
  }
};
struct Throws : Base {
  void step(Function &f) const {
    std::vector<int> sizes(2);
    // ERROR: function `step` ended with an exception after this call: vector::_M_range_check: __n (which is 3) >= this->size() (which is 2)
    // HELP: the model's own code threw it before its next call of the language
    Tensor x = f.input("x", DType::f32, {});
    f.output("loss", x * sizes.at(heads));
  }
};
struct ThrowsFirst : Base {
  void step(Function &) const { throw std::runtime_error("no graph today"); }
};
struct UsesNull : Base {
  void step(Function &f) const {
    const Axis *missing = nullptr;
    // ERROR: function `step` used memory that is not there after this call
    // HELP: the model's own code crashed before its next call of the language; a debugger shows where
    Tensor x = f.input("x", DType::f32, {});
    f.output("loss", sum(*static_cast<const Axis *volatile &>(missing), x));
  }
};
struct CallsItself : Base {
  Tensor layer(const Scope &w, Tensor x, int64_t depth) const {
    volatile char frame[256] = {};
    Tensor y = depth == 0 ? x : layer(w / depth, x, depth + 1); // depth never reaches 0
    return frame[0] ? x : y * 2;
  }
  void step(Function &f) const {
    // ERROR: function `step` ran out of stack, as code does that calls itself without end after this call
    // HELP: the model's own code crashed before its next call of the language; a debugger shows where
    Tensor x = f.input("x", DType::f32, {});
    f.output("loss", layer(f.weights(), x, 1));
  }
};
struct Aborts : Base {
  void step(Function &f) const {
    // ERROR: function `step` aborted after this call
    // HELP: the model's own code crashed before its next call of the language; a debugger shows where
    f.input("x", DType::f32, {});
    std::abort();
  }
};
struct DividesByZero : Base {
  void step(Function &f) const {
    volatile int64_t none = 0;
    // ERROR: function `step` divided a whole number by zero after this call
    // HELP: the model's own code crashed before its next call of the language; a debugger shows where
    Tensor x = f.input("x", DType::f32, {});
    f.output("loss", x * static_cast<double>(width / none));
  }
};
struct CrashesFirst : Base {
  void step(Function &) const { std::raise(SIGSEGV); }
};

const std::vector<Case> cases = {
    {"field: visited twice", TwoFields{}},
    {"field: default outside of its range", DefaultOutside{}},
    {"field: range exchanged", RangeExchanged{}},
    {"field: default is no choice", NoChoice{}},
    {"field: a name with a space", FieldName{}},
    {"check: fields do not fit together", HeadsDoNotDivide{}},
    {"check: another exception",
     [](int argc, char **argv) {
       // ERROR: model `wrong` ended with an exception: not thought of
       // HELP: check() throws weft::UsageError where fields do not fit together
       return weft::modelMain(argc, argv, CheckThrows{});
     }},
    {"step: without loss", NoLoss{}},
    {"step: a vector as loss", LossOfAVector{}},
    {"step: an integer as loss", LossOfIntegers{}},
    {"eval: without loss", EvalWithoutLoss{}},
    {"generate: axes of the logits", LogitsOfThreeAxes{}},
    {"an exception", Throws{}},
    {"an exception before the first call",
     [](int argc, char **argv) {
       // ERROR: function `step` ended with an exception before its first call: no graph today
       // HELP: the model's own code threw it before its next call of the language
       return weft::modelMain(argc, argv, ThrowsFirst{});
     }},
    {"a null pointer", UsesNull{}},
    {"a recursion without end", CallsItself{}},
    {"an abort", Aborts{}},
    {"a division by zero", DividesByZero{}},
    {"a crash before the first call",
     [](int argc, char **argv) {
       // ERROR: function `step` used memory that is not there
       // HELP: the model's own code crashed before its next call of the language; a debugger shows where
       return weft::modelMain(argc, argv, CrashesFirst{});
     }},
};
