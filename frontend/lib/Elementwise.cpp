// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise calls: axes meet by name, what one operand lacks is repeated.
#include "frontend/lib/GraphBuilder.h"
#include "weft/dsl/Ops.h"

using namespace mlir;

namespace weft::dsl {

using namespace detail;

namespace {

bool isFree(const Tensor &tensor) { return tensor.getNode() && tensor.getNode()->isFree(); }

/// Two operands of one element type and the axes of both, aligned.
struct Pair {
  Tensor a, b;
  Axes axes;
  Value first, second;
  Location loc;
};

Pair meet(GraphBuilder &graph, const char *name, const Tensor &a, const Tensor &b, Where where) {
  DType dtype = isFree(a) ? b.dtype() : a.dtype();
  Tensor x = graph.place(a, dtype, where), y = graph.place(b, dtype, where);
  const Node &left = *x.getNode(), &right = *y.getNode();
  checkShared(left, right, where);
  requireSameType(left, right, name, where);
  // The operand with more axes sets the order, so that the other one is only repeated.
  const Node &major = left.axes.size() >= right.axes.size() ? left : right;
  const Node &minor = &major == &left ? right : left;
  Axes axes = major.axes;
  for (const Axis &axis : minor.axes)
    if (!findAxis(axes, axis.getName()))
      axes.push_back(axis);
  const Node &newest = left.serial > right.serial ? left : right;
  Location loc = graph.location(where, newest.scope);
  return {x, y, axes, graph.align(left, axes, loc), graph.align(right, axes, loc), loc};
}

void requireNumbers(const Node &node, const char *name, Where where) {
  if (node.dtype == DType::i1)
    throw Error(where, std::string(name) + " expects numbers, got i1 in " + node.describe(),
                {node.note()}, "pick with select(condition, a, b), or convert it with cast");
}

template <class Op> Tensor binary(const char *name, const Operand &a, const Operand &b) {
  Where where = a.where;
  return guarded({&a.tensor, &b.tensor}, where, [&](GraphBuilder &graph) {
    Pair pair = meet(graph, name, a.tensor, b.tensor, where);
    requireNumbers(*pair.a.getNode(), name, where);
    Value value = Op::create(graph.builder, pair.loc, pair.first, pair.second);
    return graph.wrap(value, pair.axes, pair.a.dtype(), where, name,
                      {pair.a.getNode(), pair.b.getNode()});
  });
}

Tensor comparison(ir::ComparePredicate predicate, const char *name, const Operand &a,
                  const Operand &b) {
  Where where = a.where;
  return guarded({&a.tensor, &b.tensor}, where, [&](GraphBuilder &graph) {
    Pair pair = meet(graph, name, a.tensor, b.tensor, where);
    requireNumbers(*pair.a.getNode(), name, where);
    Value value =
        ir::CompareOp::create(graph.builder, pair.loc, predicate, pair.first, pair.second);
    return graph.wrap(value, pair.axes, DType::i1, where, name,
                      {pair.a.getNode(), pair.b.getNode()});
  });
}

enum class Elements { any, numbers, floats };

template <class Build>
Tensor unary(const char *name, const Tensor &x, Where where, Elements elements, Build build) {
  return guarded({&x}, where, [&](GraphBuilder &graph) {
    const Node *node = graph.place(x, DType::f32, where).getNode();
    if (elements == Elements::floats)
      requireFloats(*node, name, where);
    if (elements == Elements::numbers)
      requireNumbers(*node, name, where);
    Value value = build(graph, graph.location(where, node->scope), node->value);
    return graph.wrap(value, node->axes, node->dtype, where, name, {node});
  });
}

template <class Op>
Tensor unary(const char *name, const Tensor &x, Where where, Elements elements = Elements::floats) {
  return unary(name, x, where, elements,
               [](GraphBuilder &graph, Location loc, Value value) -> Value {
                 return Op::create(graph.builder, loc, value);
               });
}

} // namespace

Tensor operator+(Operand a, Operand b) { return binary<ir::AddOp>("+", a, b); }
Tensor operator-(Operand a, Operand b) { return binary<ir::SubOp>("-", a, b); }
Tensor operator*(Operand a, Operand b) { return binary<ir::MulOp>("*", a, b); }
Tensor operator/(Operand a, Operand b) { return binary<ir::DivOp>("/", a, b); }
Tensor maximum(Operand a, Operand b) { return binary<ir::MaximumOp>("maximum", a, b); }
Tensor minimum(Operand a, Operand b) { return binary<ir::MinimumOp>("minimum", a, b); }
Tensor operator-(Operand a) { return unary<ir::NegOp>("-", a.tensor, a.where, Elements::numbers); }
Tensor exp(Tensor x, Where where) { return unary<ir::ExpOp>("exp", x, where); }
Tensor log(Tensor x, Where where) { return unary<ir::LogOp>("log", x, where); }
Tensor sqrt(Tensor x, Where where) { return unary<ir::SqrtOp>("sqrt", x, where); }
Tensor rsqrt(Tensor x, Where where) { return unary<ir::RsqrtOp>("rsqrt", x, where); }
Tensor tanh(Tensor x, Where where) { return unary<ir::TanhOp>("tanh", x, where); }
Tensor erf(Tensor x, Where where) { return unary<ir::ErfOp>("erf", x, where); }
Tensor sigmoid(Tensor x, Where where) { return unary<ir::SigmoidOp>("sigmoid", x, where); }
Tensor sin(Tensor x, Where where) { return unary<ir::SinOp>("sin", x, where); }
Tensor cos(Tensor x, Where where) { return unary<ir::CosOp>("cos", x, where); }
Tensor relu(Tensor x, Where where) { return unary<ir::ReluOp>("relu", x, where); }
Tensor floor(Tensor x, Where where) { return unary<ir::FloorOp>("floor", x, where); }
Tensor stopGradient(Tensor x, Where where) {
  return unary<ir::StopGradientOp>("stopGradient", x, where, Elements::any);
}

Tensor ceil(Tensor x, Where where) {
  return unary("ceil", x, where, Elements::floats,
               [](GraphBuilder &graph, Location loc, Value value) -> Value {
                 Value negative = ir::NegOp::create(graph.builder, loc, value);
                 Value floored = ir::FloorOp::create(graph.builder, loc, negative);
                 return ir::NegOp::create(graph.builder, loc, floored);
               });
}

Tensor clamp(Tensor x, double low, double high, Where where) {
  return unary("clamp", x, where, Elements::floats,
               [&](GraphBuilder &graph, Location loc, Value value) -> Value {
                 if (!(low <= high))
                   throw Error(where,
                               "clamp expects low to be at most high, got " + formatNumber(low) +
                                   " vs " + formatNumber(high),
                               {}, "clamp takes x, then the lower bound, then the upper one");
                 return ir::ClampOp::create(graph.builder, loc, value, llvm::APFloat(low),
                                            llvm::APFloat(high));
               });
}

Tensor dropout(double rate, Tensor x, Where where) {
  return guarded({&x}, where, [&](GraphBuilder &graph) {
    if (!(rate >= 0 && rate < 1))
      throw Error(where, "dropout expects a rate in [0, 1), got " + formatNumber(rate), {},
                  "the rate is the fraction that is dropped; it stands before the tensor");
    const Node *node = graph.place(x, DType::f32, where).getNode();
    requireFloats(*node, "dropout", where);
    // The id counts calls, used or not, so that turning one rate off leaves the other masks as they
    // are.
    int64_t id = graph.takeDropoutId();
    if (rate == 0)
      return x;
    if (graph.function->isInScan())
      throw Error(where,
                  "dropout expects to stand outside scan, whose steps would all share one mask", {},
                  "drop out the input or the output of the scan");
    Value value = ir::DropoutOp::create(graph.builder, graph.location(where, node->scope),
                                        node->value, graph.getKey(where), llvm::APFloat(rate), id);
    return graph.wrap(value, node->axes, node->dtype, where, "dropout", {node});
  });
}

Tensor cast(DType to, Tensor x, Where where) {
  return guarded({&x}, where, [&](GraphBuilder &graph) {
    const Node *node = graph.place(x, to, where).getNode();
    if (node->dtype == to)
      return graph.place(x, to, where);
    Value value = ir::CastOp::create(graph.builder, graph.location(where, node->scope),
                                     graph.type(node->axes, to), node->value);
    return graph.wrap(value, node->axes, to, where, "cast", {node});
  });
}

Tensor equal(Operand a, Operand b) { return comparison(ir::ComparePredicate::eq, "equal", a, b); }
Tensor less(Operand a, Operand b) { return comparison(ir::ComparePredicate::lt, "less", a, b); }
Tensor lessEqual(Operand a, Operand b) {
  return comparison(ir::ComparePredicate::le, "lessEqual", a, b);
}
Tensor greater(Operand a, Operand b) {
  return comparison(ir::ComparePredicate::gt, "greater", a, b);
}
Tensor greaterEqual(Operand a, Operand b) {
  return comparison(ir::ComparePredicate::ge, "greaterEqual", a, b);
}

Tensor select(Tensor condition, Operand whenTrue, Operand whenFalse) {
  Where where = whenTrue.where;
  return guarded(
      {&condition, &whenTrue.tensor, &whenFalse.tensor}, where, [&](GraphBuilder &graph) {
        const Node *mask = graph.place(condition, DType::i1, where).getNode();
        if (mask->dtype != DType::i1)
          throw Error(where,
                      "select expects an i1 condition, got " +
                          std::string(formatDType(mask->dtype)) + " in " + mask->describe(),
                      {mask->note()}, "make one with less, equal and the like");
        bool allFree = isFree(whenTrue.tensor) && isFree(whenFalse.tensor);
        Tensor first = allFree ? graph.place(whenTrue.tensor, DType::f32, where) : whenTrue.tensor;
        Pair pair = meet(graph, "select", first, whenFalse.tensor, where);
        Axes axes = pair.axes;
        for (const Node *node : {pair.a.getNode(), pair.b.getNode()})
          checkShared(*mask, *node, where);
        for (const Axis &axis : mask->axes)
          if (!findAxis(axes, axis.getName()))
            axes.push_back(axis);
        DType dtype = pair.a.dtype();
        Value yes = graph.align(*pair.a.getNode(), axes, pair.loc),
              no = graph.align(*pair.b.getNode(), axes, pair.loc);
        Value value = ir::SelectOp::create(graph.builder, pair.loc,
                                           graph.align(*mask, axes, pair.loc), yes, no);
        return graph.wrap(value, axes, dtype, where, "select",
                          {mask, pair.a.getNode(), pair.b.getNode()});
      });
}

} // namespace weft::dsl
