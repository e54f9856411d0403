// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Graph collects the functions of one model; Function is the one being written.
//
//   Graph g("linear");
//   g.function("step", [&](Function &f) {
//     Tensor x = f.input("x", DType::f32, {b, d});
//     f.output("y", dot(d, f.weights()("W", {o, d}), x));
//   });
//   return g.write(std::cout, std::cerr); // IR text, or the mistakes and exit code 1
#ifndef WEFT_DSL_GRAPH_H
#define WEFT_DSL_GRAPH_H

#include <functional>
#include <iosfwd>
#include <map>

#include "weft/dsl/Scope.h"

namespace weft::dsl {

class Function {
public:
  explicit Function(detail::GraphBuilder *builder) : builder(builder) {}

  /// The scope without a name, where all weights live.
  Scope weights() const { return Scope(builder, ""); }

  /// Data given to each call.
  Tensor input(const std::string &name, DType dtype, Axes axes, Where where = Where::current());
  /// A result of the call.
  void output(const std::string &name, Tensor value, Where where = Where::current());
  /// The sum of all penalties declared so far plus `loss`.
  Tensor withPenalties(Tensor loss, Where where = Where::current());

  /// The index along an axis as a tensor of this function, where no other operand is one.
  Tensor index(const Axis &axis, double start = 0, double step = 1, Where where = Where::current());

  /// A run-time size. As the size of an axis of a state it is bound by the call; otherwise setSize
  /// gives it a value.
  Size symbol(const std::string &name, int64_t bound, int64_t step = 1,
              Where where = Where::current());
  /// The run-time value of a size, an i32 scalar.
  Tensor sizeOf(const Size &size, Where where = Where::current());
  /// Gives a symbol its value, an i32 scalar, for the rest of the call; before any tensor of that
  /// size.
  void setSize(const Size &size, Tensor value, Where where = Where::current());

private:
  detail::GraphBuilder *builder;
};

class Graph {
public:
  explicit Graph(const std::string &model, const std::map<std::string, std::string> &config = {},
                 Where where = Where::current());
  ~Graph();
  Graph(const Graph &) = delete;
  Graph &operator=(const Graph &) = delete;

  /// Traces one function. A mistake inside is kept for `write`, and so is a std::exception that
  /// leaves `body`; UsageError passes through.
  void function(const std::string &name, const std::function<void(Function &)> &body,
                Where where = Where::current());

  /// Keeps a mistake unless this function, if it was traced without one, has this output with
  /// `rank` axes of floats.
  void require(const std::string &function, const std::string &output, int64_t rank);

  /// Writes the graph phase's IR to `out` and returns 0, or the mistakes to `err` and returns 1.
  int write(std::ostream &out, std::ostream &err);

private:
  std::unique_ptr<detail::GraphBuilder> builder;
};

} // namespace weft::dsl

#endif
