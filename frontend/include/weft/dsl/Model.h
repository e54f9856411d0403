// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The model contract (docs/spec/model.md). A model is a plain struct:
//
//   struct Bigram {
//     static constexpr const char *name = "bigram", *summary = "next byte from the last one";
//     int64_t vocab = 256, block = 64, batch = 16;
//     template <class V> void visit(V &v) {
//       v("vocab", vocab, 2, 65536, "number of token ids");
//       ...
//     }
//     void step(Function &f) const; // and eval, generate, where they make sense
//     // functions of its own, for programs that put them together (weft/Tape.h); step is then
//     // optional
//     template <class V> void functions(V &v) const {
//       v("body", [this](Function &f) { body(f); });
//     }
//   };
//   int main(int argc, char **argv) { return weft::modelMain(argc, argv, Bigram{}); }
#ifndef WEFT_DSL_MODEL_H
#define WEFT_DSL_MODEL_H

#include <limits>

#include "weft/dsl/Graph.h"

namespace weft {

/// A key or value given on the command line is wrong: exit code 2.
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The visitor of a model's config: collects the fields and, by name, sets them.
class Fields {
public:
  using Where = dsl::Where;
  void operator()(const char *name, int64_t &value, int64_t min, int64_t max, const char *help,
                  Where where = Where::current());
  void operator()(const char *name, double &value, double min, double max, const char *help,
                  Where where = Where::current());
  void operator()(const char *name, bool &value, const char *help, Where where = Where::current());
  void operator()(const char *name, std::string &value, std::vector<std::string> choices,
                  const char *help, Where where = Where::current());

  /// Sets a field from text; throws UsageError.
  void set(const std::string &name, const std::string &text);
  /// Every field's name and value as text.
  std::map<std::string, std::string> values() const;

  struct Field {
    std::string name, type, help, initial, min, max;
    std::vector<std::string> choices;
    std::function<std::string()> get;
    std::function<void(const std::string &)> set;
  };
  const std::vector<Field> &all() const { return fields; }
  /// Mistakes of the model in its fields: two of one name, a default outside of its range.
  const std::vector<dsl::Error> &mistakes() const { return errors; }

private:
  void add(Field field, bool inRange, dsl::Where where);

  std::vector<Field> fields;
  std::vector<dsl::Error> errors;
};

namespace detail {
struct ModelFunction {
  std::string name;
  std::function<void(dsl::Function &)> body;
};
/// The visitor of a model's own functions.
struct FunctionList {
  std::vector<ModelFunction> &functions;
  void operator()(const char *name, std::function<void(dsl::Function &)> body) {
    functions.push_back({name ? name : "", std::move(body)});
  }
};
/// The child protocol of docs/spec/model.md.
struct ModelProgram {
  const char *name, *summary;
  /// Calls of the model's own code, any of which may throw or crash.
  std::function<void(Fields &)> visit;
  std::function<void(FunctionList &)> list;
  std::function<void()> check;
};
int runModel(int argc, char **argv, const ModelProgram &model, dsl::Where where);
} // namespace detail

/// The main function of a model program.
template <class Model>
int modelMain(int argc, char **argv, Model model, dsl::Where where = dsl::Where::current()) {
  constexpr bool hasOwn = requires(detail::FunctionList & list) { model.functions(list); };
  constexpr bool hasStep = requires(dsl::Function & f) { model.step(f); };
  static_assert(hasStep || hasOwn, "a model expects a function step(Function &) or functions(V &)");
  auto list = [&](detail::FunctionList &functions) {
    if constexpr (hasStep)
      functions("step", [&](dsl::Function &f) { model.step(f); });
    if constexpr (requires(dsl::Function & f) { model.eval(f); })
      functions("eval", [&](dsl::Function &f) { model.eval(f); });
    if constexpr (requires(dsl::Function & f) { model.generate(f); })
      functions("generate", [&](dsl::Function &f) { model.generate(f); });
    if constexpr (hasOwn)
      model.functions(functions);
  };
  auto check = [&] {
    if constexpr (requires { model.check(); })
      model.check();
  };
  auto visit = [&](Fields &fields) { model.visit(fields); };
  return detail::runModel(argc, argv, {Model::name, Model::summary, visit, list, check}, where);
}

} // namespace weft

#endif
