// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contraction, reductions, norms, tables and losses.
#include "frontend/lib/GraphBuilder.h"
#include "weft/dsl/Ops.h"

using namespace mlir;

namespace weft::dsl {

using namespace detail;

namespace {

const Node &placeFloat(GraphBuilder &graph, const Tensor &x, const char *call, Where where,
                       Tensor &keep) {
  keep = graph.place(x, DType::f32, where);
  requireFloats(*keep.getNode(), call, where);
  return *keep.getNode();
}

Axes without(const Axes &axes, const Axes &removed) {
  Axes rest;
  for (const Axis &axis : axes)
    if (!findAxis(removed, axis.getName()))
      rest.push_back(axis);
  return rest;
}

/// The value with `axis` last.
Value moveLast(GraphBuilder &graph, const Node &node, const Axis &axis, Location loc) {
  Axes order = without(node.axes, axis);
  order.push_back(axis);
  return graph.align(node, order, loc);
}

template <class Op>
Tensor reduce(const char *call, const Axes &over, const Tensor &x, Where where) {
  return guarded({&x}, where, [&](GraphBuilder &graph) {
    Tensor keep;
    const Node &node = placeFloat(graph, x, call, where, keep);
    graph.checkAxes(over, call, where);
    SmallVector<int64_t> dims;
    for (const Axis &axis : over) {
      requireAxis(node, axis, call, where);
      dims.push_back(indexOf(node.axes, axis));
    }
    llvm::sort(dims);
    Value value = Op::create(graph.builder, graph.location(where, node.scope), node.value, dims);
    return graph.wrap(value, without(node.axes, over), node.dtype, where, call, {&node});
  });
}

} // namespace

Tensor dot(Axes over, Tensor a, Tensor b, Where where) {
  return guarded({&a, &b}, where, [&](GraphBuilder &graph) {
    Tensor keepA, keepB;
    const Node *left = &placeFloat(graph, a, "dot", where, keepA);
    const Node *right = &placeFloat(graph, b, "dot", where, keepB);
    graph.checkAxes(over, "dot", where);
    for (const Axis &axis : over)
      for (const Node *node : {left, right})
        if (!findAxis(node->axes, axis.getName()))
          throw Error(where,
                      "dot expects " + node->describe() + " to have axis `" + axis.getName() +
                          "`, got " + formatAxes(node->axes),
                      {left->note(), right->note()},
                      "dot sums over axes that both have; multiply and sum for others");
    checkShared(*left, *right, where);
    requireSameType(*left, *right, "dot", where);
    for (const Axis &axis : over)
      requireAxis(*left, axis, "dot", where);
    // Activations first: the rows of the product are then positions and its columns features,
    // whatever was written.
    if (left->isWeight && !right->isWeight)
      std::swap(left, right);
    SmallVector<int64_t> batchLeft, batchRight, contractLeft, contractRight;
    Axes axes;
    for (const Axis &axis : left->axes)
      if (!findAxis(over, axis.getName()) && findAxis(right->axes, axis.getName())) {
        batchLeft.push_back(indexOf(left->axes, axis));
        batchRight.push_back(indexOf(right->axes, axis));
        axes.push_back(axis);
      }
    for (const Axis &axis : over) {
      contractLeft.push_back(indexOf(left->axes, axis));
      contractRight.push_back(indexOf(right->axes, axis));
    }
    for (const Axis &axis : left->axes)
      if (!findAxis(right->axes, axis.getName()))
        axes.push_back(axis);
    for (const Axis &axis : right->axes)
      if (!findAxis(left->axes, axis.getName()))
        axes.push_back(axis);
    const Node &newest = left->serial > right->serial ? *left : *right;
    Value value =
        ir::DotOp::create(graph.builder, graph.location(where, newest.scope), left->value,
                          right->value, batchLeft, batchRight, contractLeft, contractRight);
    return graph.wrap(value, axes, left->dtype, where, "dot", {left, right});
  });
}

Tensor sum(Axes over, Tensor x, Where where) { return reduce<ir::SumOp>("sum", over, x, where); }
Tensor max(Axes over, Tensor x, Where where) { return reduce<ir::MaxOp>("max", over, x, where); }

Tensor mean(Axes over, Tensor x, Where where) {
  Tensor total = reduce<ir::SumOp>("mean", over, x, where);
  return guarded({&total}, where, [&](GraphBuilder &graph) {
    Tensor result = total;
    double count = 1;
    for (const Axis &axis : over) {
      if (axis.getSize().isConstant()) {
        count *= axis.getSize().getOffset();
        continue;
      }
      Value size = ir::SizeOp::create(graph.builder, graph.location(where),
                                      graph.type({}, DType::i32), graph.sizeAttr(axis.getSize()));
      Tensor runTime = graph.wrap(size, {}, DType::i32, where, "mean", {total.getNode()});
      result = Operand(result, where) / Operand(dsl::cast(total.dtype(), runTime, where), where);
    }
    if (count == 0)
      throw Error(where, "mean expects at least one element, got axes " + formatAxes(over), {},
                  "leave the mean out where the axis is empty");
    return Operand(result, where) / Operand(count, where);
  });
}

/// A call that works along one axis and keeps the shape; `build` makes the op, given the axis.
template <class Build>
static Tensor along(const char *call, const Axis &axis, const Tensor &x, Where where, Build build) {
  return guarded({&x}, where, [&](GraphBuilder &graph) {
    Tensor keep;
    const Node &node = placeFloat(graph, x, call, where, keep);
    requireAxis(node, axis, call, where);
    Value value =
        build(graph, graph.location(where, node.scope), node.value, indexOf(node.axes, axis));
    return graph.wrap(value, node.axes, node.dtype, where, call, {&node});
  });
}

Tensor softmax(const Axis &over, Tensor x, Where where) {
  return along("softmax", over, x, where,
               [](GraphBuilder &graph, Location loc, Value value, int64_t axis) -> Value {
                 return ir::SoftmaxOp::create(graph.builder, loc, value, axis);
               });
}

Tensor logSoftmax(const Axis &over, Tensor x, Where where) {
  return along("logSoftmax", over, x, where,
               [](GraphBuilder &graph, Location loc, Value value, int64_t axis) -> Value {
                 return ir::LogSoftmaxOp::create(graph.builder, loc, value, axis);
               });
}

Tensor cumsum(const Axis &axis, Tensor x, bool reverse, Where where) {
  return along("cumsum", axis, x, where,
               [&](GraphBuilder &graph, Location loc, Value value, int64_t dim) -> Value {
                 return ir::CumsumOp::create(graph.builder, loc, value, dim, reverse);
               });
}

/// A norm over one axis with vectors of its size; `build` makes the op from the input with that
/// axis last and the vectors.
template <class Build>
static Tensor norm(const char *call, const Axis &over, const Tensor &x,
                   std::initializer_list<const Tensor *> vectors, double epsilon, Where where,
                   Build build) {
  const Tensor &scale = **vectors.begin(), &last = **(vectors.end() - 1);
  return guarded({&x, &scale, &last}, where, [&](GraphBuilder &graph) {
    Tensor keep;
    const Node &node = placeFloat(graph, x, call, where, keep);
    requireAxis(node, over, call, where);
    std::vector<Tensor> placed(vectors.size());
    SmallVector<Value> values;
    for (auto [vector, kept] : llvm::zip(vectors, placed)) {
      const Node &weights = placeFloat(graph, *vector, call, where, kept);
      requireAxis(weights, over, call, where);
      requireSameType(node, weights, call, where);
      if (weights.axes.size() != 1)
        throw Error(where,
                    std::string(call) + " expects scale and shift to have only axis `" +
                        over.getName() + "`, got " + formatAxes(weights.axes),
                    {weights.note()}, "for scales of other axes multiply afterwards");
      values.push_back(weights.value);
    }
    if (!(epsilon >= 0) || !std::isfinite(epsilon))
      throw Error(where,
                  std::string(call) + " expects a finite epsilon of at least 0, got " +
                      formatNumber(epsilon),
                  {}, "epsilon is added to the variance; 1e-5 is usual");
    const Node &gain = *placed.front().getNode(), &bias = *placed.back().getNode();
    Location loc = graph.location(where, gain.scope);
    Value value = build(graph, loc, moveLast(graph, node, over, loc), values);
    Axes axes = without(node.axes, over);
    axes.push_back(over);
    return graph.wrap(value, axes, node.dtype, where, call, {&node, &gain, &bias});
  });
}

Tensor layerNorm(const Axis &over, Tensor x, Tensor scale, Tensor shift, double epsilon,
                 Where where) {
  return norm("layerNorm", over, x, {&scale, &shift}, epsilon, where,
              [&](GraphBuilder &graph, Location loc, Value value, ArrayRef<Value> w) -> Value {
                return ir::LayerNormOp::create(graph.builder, loc, value, w[0], w[1],
                                               llvm::APFloat(epsilon));
              });
}

Tensor layerNorm(const Axis &over, Tensor x, Tensor scale, double epsilon, Where where) {
  return norm("layerNorm", over, x, {&scale}, epsilon, where,
              [&](GraphBuilder &graph, Location loc, Value value, ArrayRef<Value> w) -> Value {
                Value none = ir::createSplat(graph.builder, loc, w[0].getType(), 0);
                return ir::LayerNormOp::create(graph.builder, loc, value, w[0], none,
                                               llvm::APFloat(epsilon));
              });
}

Tensor rmsNorm(const Axis &over, Tensor x, Tensor scale, double epsilon, Where where) {
  return norm("rmsNorm", over, x, {&scale}, epsilon, where,
              [&](GraphBuilder &graph, Location loc, Value value, ArrayRef<Value> w) -> Value {
                return ir::RmsNormOp::create(graph.builder, loc, value, w[0],
                                             llvm::APFloat(epsilon));
              });
}

Tensor embed(const Axis &rows, Tensor table, Tensor ids, Where where) {
  return guarded({&table, &ids}, where, [&](GraphBuilder &graph) {
    Tensor keep, keepIds = graph.place(ids, DType::i32, where);
    const Node &weights = placeFloat(graph, table, "embed", where, keep),
               &index = *keepIds.getNode();
    requireAxis(weights, rows, "embed", where);
    if (weights.axes.size() != 2 || indexOf(weights.axes, rows) != 0)
      throw Error(
          where,
          "embed expects a table {" + rows.getName() + ", features}, got " +
              formatAxes(weights.axes),
          {weights.note()},
          "embed takes the axis of ids, the table, the ids; ids are the first axis of the table");
    if (index.dtype != DType::i32)
      throw Error(where,
                  "embed expects ids of i32, got " + std::string(formatDType(index.dtype)) +
                      " in " + index.describe(),
                  {index.note()}, "embed takes the axis of ids, the table, the ids");
    Axes axes = index.axes;
    axes.push_back(weights.axes[1]);
    graph.checkAxes(axes, "the result of embed", where);
    Value value = ir::EmbeddingOp::create(graph.builder, graph.location(where, weights.scope),
                                          weights.value, index.value);
    return graph.wrap(value, axes, weights.dtype, where, "embed", {&weights, &index});
  });
}

Tensor crossEntropy(const Axis &classes, Tensor logits, Tensor targets, Where where) {
  return guarded({&logits, &targets}, where, [&](GraphBuilder &graph) {
    Tensor keep, keepTargets = graph.place(targets, DType::i32, where);
    const Node &scores = placeFloat(graph, logits, "crossEntropy", where, keep),
               &ids = *keepTargets.getNode();
    requireAxis(scores, classes, "crossEntropy", where);
    if (ids.dtype != DType::i32)
      throw Error(where,
                  "crossEntropy expects targets of i32, got " +
                      std::string(formatDType(ids.dtype)) + " in " + ids.describe(),
                  {ids.note()}, "crossEntropy takes the axis of classes, the logits, the targets");
    checkShared(scores, ids, where);
    Axes axes = without(scores.axes, classes);
    bool same = axes.size() == ids.axes.size();
    for (const Axis &axis : axes)
      same &= findAxis(ids.axes, axis.getName()) != nullptr;
    if (!same)
      throw Error(where,
                  "crossEntropy expects targets with axes " + formatAxes(axes) + ", got " +
                      formatAxes(ids.axes),
                  {scores.note(), ids.note()},
                  "each row of logits has one target: their axes without the classes");
    Location loc = graph.location(where, scores.scope);
    Value value = ir::CrossEntropyOp::create(
        graph.builder, loc, moveLast(graph, scores, classes, loc), graph.align(ids, axes, loc));
    return graph.wrap(value, axes, scores.dtype, where, "crossEntropy", {&scores, &ids});
  });
}

} // namespace weft::dsl
