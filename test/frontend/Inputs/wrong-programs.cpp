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

struct FieldWithoutName : Base {
  template <class V> void visit(V &v) {
    // ERROR: a field expects a name of letters, digits and `_`, got ``
    // HELP: rename it
    v(nullptr, width, 1, 100, nullptr);
  }
};
struct DefaultNotANumber : Base {
  double rate = std::nan("");
  template <class V> void visit(V &v) {
    // ERROR: field `rate` expects its default in [0, 1], got nan
    // HELP: change the default or the range, whose lower end stands first
    v("rate", rate, 0.0, 1.0, "rate");
  }
};
struct VisitThrows : Base {
  template <class V> void visit(V &) { throw std::logic_error("no field today"); }
};
struct VisitCrashes : Base {
  template <class V> void visit(V &) { std::raise(SIGSEGV); }
};
struct TwoSteps : Base {
  template <class V> void functions(V &v) const {
    v("step", [](Function &f) { f.output("y", f.input("x", DType::f32, {})); });
  }
};
struct SpaceInFunction : Base {
  template <class V> void functions(V &v) const {
    v("the body", [](Function &f) { f.output("y", f.input("x", DType::f32, {})); });
  }
};
struct FunctionWithoutName : Base {
  template <class V> void functions(V &v) const {
    v(nullptr, [](Function &f) { f.output("y", f.input("x", DType::f32, {})); });
  }
};
struct EmptyFunction : Base {
  template <class V> void functions(V &v) const { v("body", nullptr); }
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
       // HELP: the model's own code threw it; check() throws weft::UsageError where fields do not fit together
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
    {"field: without a name", FieldWithoutName{}},
    {"field: a default that is not a number", DefaultNotANumber{}},
    {"visit: an exception",
     [](int argc, char **argv) {
       // ERROR: model `wrong` ended with an exception: no field today
       // HELP: the model's own code threw it; check() throws weft::UsageError where fields do not fit together
       return weft::modelMain(argc, argv, VisitThrows{});
     }},
    {"visit: a crash",
     [](int argc, char **argv) {
       // ERROR: the model used memory that is not there
       // HELP: the model's own code crashed before its next call of the language; a debugger shows where
       return weft::modelMain(argc, argv, VisitCrashes{});
     }},
    {"functions: two of one name",
     [](int argc, char **argv) {
       // ERROR: function `step` expects a name of its own, got `step`, which is the name of function `step`
       // HELP: give one of the two another name
       return weft::modelMain(argc, argv, TwoSteps{});
     }},
    {"functions: a name with a space",
     [](int argc, char **argv) {
       // ERROR: function expects a name of letters, digits, `_`, `-`, `.` and `/`, got `the body`
       // HELP: rename it
       return weft::modelMain(argc, argv, SpaceInFunction{});
     }},
    {"functions: without a name",
     [](int argc, char **argv) {
       // ERROR: function expects a name of letters, digits, `_`, `-`, `.` and `/`, got ``
       // HELP: rename it
       return weft::modelMain(argc, argv, FunctionWithoutName{});
     }},
    {"functions: an empty one",
     [](int argc, char **argv) {
       // ERROR: function `body` ended with an exception before its first call: bad_function_call
       // HELP: the model's own code threw it before its next call of the language
       return weft::modelMain(argc, argv, EmptyFunction{});
     }},
    {"graph: two functions of one name",
     [](int, char **) {
       Graph graph("mine");
       auto body = [](Function &f) { f.output("y", f.input("x", DType::f32, {})); };
       graph.function("f", body);
       // ERROR: function `f` expects a name of its own, got `f`, which is the name of function `f`
       // HELP: give one of the two another name
       graph.function("f", body);
       return graph.write(std::cout, std::cerr);
     }},
    {"graph: an empty function",
     [](int, char **) {
       Graph graph("mine");
       // ERROR: function `f` ended with an exception before its first call: bad_function_call
       // HELP: the model's own code threw it before its next call of the language
       graph.function("f", nullptr);
       return graph.write(std::cout, std::cerr);
     }},
    {"graph: an output that is required",
     [](int, char **) {
       Graph graph("mine");
       graph.function("f", [](Function &f) {
         Tensor x = f.input("x", DType::f32, {t});
         // ERROR: function `f` expects an output `z`, got `y` at its end
         // HELP: end it with f.output("z", ...)
         f.output("y", x);
       });
       graph.require("f", "z", 0);
       return graph.write(std::cout, std::cerr);
     }},
    {"graph: axes of an output that is required",
     [](int, char **) {
       Graph graph("mine");
       graph.function("f", [](Function &f) {
         // ERROR: output `y` of `f` expects a scalar of floats, got [time=4] of f32
         // HELP: take the mean over its axes
         f.output("y", f.input("x", DType::f32, {t}));
       });
       graph.require("f", "y", 0);
       return graph.write(std::cout, std::cerr);
     }},
    {"graph: a key of the config without a name",
     [](int, char **) {
       // ERROR: a key of the config expects a name of letters, digits, `_`, `-`, `.` and `/`, got ``
       // HELP: rename it
       Graph graph("mine", {{"", "1"}});
       graph.function("f", [](Function &f) { f.output("y", f.input("x", DType::f32, {})); });
       return graph.write(std::cout, std::cerr);
     }},
};
