// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The calls of Scope and Function: each hands its mistake to the graph and goes on with an unknown
// tensor.
#include "frontend/lib/GraphBuilder.h"
#include "weft/dsl/Ops.h"

namespace weft::dsl {

using detail::GraphBuilder;
using detail::Node;

namespace {

template <class Body>
Tensor declared(GraphBuilder &graph, const Axes &axes, Where where, Body body) {
  try {
    graph.enter(where);
    return body();
  } catch (const Error &error) {
    graph.report(error);
    return graph.unknown(where, axes);
  }
}

bool isKnown(const Tensor &tensor) { return !tensor.getNode() || !tensor.getNode()->isUnknown(); }

/// Runs a call that makes no tensor; does nothing for an unknown operand.
template <class Body>
void stated(GraphBuilder &graph, const Tensor &operand, Where where, Body body) {
  if (!isKnown(operand))
    return;
  try {
    graph.enter(where);
    body();
  } catch (const Error &error) {
    graph.report(error);
  }
}

} // namespace

Scope Scope::operator/(const std::string &name) const { return Scope(builder, join(name)); }

std::string Scope::join(const std::string &name) const {
  return path.empty() ? name : path + "." + name;
}

Tensor Scope::operator()(const std::string &name, Axes axes, const WeightOptions &options,
                         Where where) const {
  return declared(*builder, axes, where,
                  [&] { return builder->declareWeight(join(name), axes, options, where); });
}

Tensor Scope::state(const std::string &name, Axes axes, DType dtype, Where where) const {
  return declared(*builder, axes, where,
                  [&] { return builder->declareState(join(name), axes, dtype, where); });
}

void Scope::carry(const std::string &name, Tensor next, Where where) const {
  if (!isKnown(next)) // the mistake behind it is reported; the state itself is carried
    return builder->carryUnknown(join(name));
  stated(*builder, next, where, [&] { builder->carry(join(name), next, where); });
}

void Scope::penalty(Tensor term, Where where) const {
  stated(*builder, term, where, [&] {
    Tensor placed = builder->place(term, DType::f32, where);
    if (!placed.axes().empty())
      throw Error(where, "penalty expects a scalar, got " + detail::formatAxes(placed.axes()),
                  {placed.getNode()->note()}, "sum or mean over the axes first");
    if (placed.dtype() != DType::f32 && placed.dtype() != DType::f64)
      throw Error(where,
                  std::string("penalty expects floats, got ") + detail::formatDType(placed.dtype()),
                  {placed.getNode()->note()}, "convert it with cast");
    builder->function->penalties.push_back(placed);
  });
}

Tensor Function::input(const std::string &name, DType dtype, Axes axes, Where where) {
  return declared(*builder, axes, where,
                  [&] { return builder->declareInput(name, dtype, axes, where); });
}

void Function::output(const std::string &name, Tensor value, Where where) {
  stated(*builder, value, where, [&] { builder->output(name, value, where); });
}

Tensor Function::withPenalties(Tensor loss, Where where) {
  return declared(*builder, {}, where, [&] {
    for (const Tensor &penalty : builder->function->penalties)
      loss = Operand(loss, where) + Operand(penalty, where);
    return loss;
  });
}

Tensor Function::index(const Axis &axis, double start, double step, Where where) {
  return declared(*builder, axis, where, [&] {
    return builder->place(weft::dsl::index(axis, start, step, where), DType::f32, where);
  });
}

Size Function::symbol(const std::string &name, int64_t bound, int64_t step, Where where) {
  try {
    builder->enter(where);
    return builder->declareSymbol(name, bound, step, where);
  } catch (const Error &error) {
    builder->report(error);
    return Size(0);
  }
}

Tensor Function::sizeOf(const Size &size, Where where) {
  return declared(*builder, {}, where, [&] {
    builder->checkSize(size, "sizeOf", where);
    mlir::Value value =
        weft::ir::SizeOp::create(builder->builder, builder->location(where),
                                 builder->type({}, DType::i32), builder->sizeAttr(size));
    return builder->wrap(value, {}, DType::i32, where, "sizeOf", {});
  });
}

void Function::setSize(const Size &size, Tensor value, Where where) {
  stated(*builder, value, where, [&] { builder->setSize(size, value, where); });
}

} // namespace weft::dsl
