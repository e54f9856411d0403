// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensor is a cheap handle to a value of a graph. Mistakes are found when a call is made, before
// anything is built; the call then hands back an *unknown* tensor, which every further call accepts
// in silence, so that one run reports up to 20 independent mistakes.
#ifndef WEFT_DSL_TENSOR_H
#define WEFT_DSL_TENSOR_H

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "weft/dsl/Axis.h"

namespace weft::dsl {

enum class DType { f32, f64, i32, i1 };

namespace detail {
struct Node;
class GraphBuilder;
} // namespace detail

class Tensor {
public:
  Tensor() = default;
  explicit Tensor(std::shared_ptr<const detail::Node> node) : node(std::move(node)) {}

  explicit operator bool() const { return node != nullptr; }
  const Axes &axes() const;
  DType dtype() const;
  const detail::Node *getNode() const { return node.get(); }

private:
  std::shared_ptr<const detail::Node> node;
};

/// What an operator takes: a tensor or a number, with the line it was written on. Operators cannot
/// have default arguments, but the conversion to their parameter type can.
struct Operand {
  Operand(Tensor tensor, Where where = Where::current())
      : tensor(std::move(tensor)), where(where) {}
  Operand(double number, Where where = Where::current());

  Tensor tensor;
  Where where;
};

/// A mistake in a model: what, where, notes about the values it met and at most one line of help.
class Error : public std::runtime_error {
public:
  struct Note {
    Where where;
    std::string text;
  };

  Error(Where where, const std::string &message, std::vector<Note> notes = {},
        std::string help = "")
      : std::runtime_error(message), where(where), notes(std::move(notes)), help(std::move(help)) {}

  /// "model.cpp:88: error: ..." with its notes and help, each on a line.
  std::string str() const;

  Where where;
  std::vector<Note> notes;
  std::string help;
};

} // namespace weft::dsl

#endif
