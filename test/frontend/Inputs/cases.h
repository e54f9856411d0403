// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Wrong models in one program: `PROGRAM --list` names them, `PROGRAM NAME` runs one as `weft` runs
// a model. Before each line that is wrong stand the lines that its message must have:
//
//   // ERROR: what and where, exactly
//   // HELP: how to mend it, exactly
//
// test/frontend/wrong-models compares.
#ifndef TEST_FRONTEND_INPUTS_CASES_H
#define TEST_FRONTEND_INPUTS_CASES_H

#include <iostream>

#include "weft/dsl.h"
#include "weft/nn/Layers.h"

using namespace weft::dsl;

/// A model whose step is the body of a case.
struct Wrong {
  static constexpr const char *name = "wrong", *summary = "a model with a mistake";
  std::function<void(Function &)> body;
  template <class V> void visit(V &) {}
  void step(Function &f) const {
    body(f);
    f.output("loss", mean(Axis("n", 2), f.input("last", DType::f32, {Axis("n", 2)})));
  }
};

/// One wrong model: the body of `step`, or a whole model program.
struct Case {
  Case(const char *name, std::function<void(Function &)> body)
      : name(name),
        run([body](int argc, char **argv) { return weft::modelMain(argc, argv, Wrong{body}); }) {}
  Case(const char *name, std::function<int(int, char **)> run) : name(name), run(std::move(run)) {}
  template <class Model> Case(const char *name, Model model) requires requires {
    Model::summary;
  } : name(name),
      run([model](int argc, char **argv) { return weft::modelMain(argc, argv, model); }) {
  }

  const char *name;
  std::function<int(int, char **)> run;
};

extern const std::vector<Case> cases;

int main(int argc, char **argv) {
  std::string wanted = argc > 1 ? argv[1] : "";
  std::string trace = "--trace";
  std::vector<char *> arguments{argv[0], trace.data()};
  arguments.insert(arguments.end(), argv + std::min(argc, 2), argv + argc);
  for (const Case &c : cases)
    if (wanted == "--list")
      std::cout << c.name << "\n";
    else if (wanted == c.name)
      return c.run(static_cast<int>(arguments.size()), arguments.data());
  return wanted == "--list" ? 0 : 64;
}

const Axis b("batch", 2), t("time", 4), s("seen", 6), d("model", 16), h("head", 3), k("key", 8),
    v("vocab", 10);

inline Tensor floats(Function &f, const char *name, Axes axes, Where where = Where::current()) {
  return f.input(name, DType::f32, axes, where);
}
inline Tensor doubles(Function &f, const char *name, Axes axes, Where where = Where::current()) {
  return f.input(name, DType::f64, axes, where);
}
inline Tensor integers(Function &f, const char *name, Axes axes, Where where = Where::current()) {
  return f.input(name, DType::i32, axes, where);
}

#endif
