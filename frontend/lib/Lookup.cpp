// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls that choose elements and look them up by index.
#include "frontend/lib/GraphBuilder.h"
#include "weft/dsl/Ops.h"

using namespace mlir;

namespace weft::dsl {

using namespace detail;

namespace {

/// The axes of `from` without those of `removed`.
Axes without(const Axes &from, const Axes &removed) {
  Axes rest;
  for (const Axis &axis : from)
    if (!findAxis(removed, axis.getName()))
      rest.push_back(axis);
  return rest;
}

/// The axes of `from` that `other` has too.
Axes shared(const Axes &from, const Axes &other) { return without(from, without(from, other)); }

Axes joined(std::initializer_list<Axes> parts) {
  Axes all;
  for (const Axes &part : parts)
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

} // namespace

Chosen topK(const Axis &from, const Axis &to, Tensor x, Where where) {
  Chosen chosen;
  chosen.values = guarded({&x}, where, [&](GraphBuilder &graph) {
    Tensor keep = graph.place(x, DType::f32, where);
    const Node &node = *keep.getNode();
    requireFloats(node, "topK", where);
    requireAxis(node, from, "topK", where);
    const Size &count = to.getSize();
    if (!count.isConstant() || count.getOffset() < 1 ||
        count.getOffset() > from.getSize().getOffset())
      throw Error(where,
                  "topK expects axis `" + to.getName() + "` to have a size from 1 to " +
                      std::to_string(from.getSize().getOffset()) + ", the least of `" +
                      from.getName() + "`, got " + count.str(),
                  {node.note()},
                  "topK takes the axis to choose from, then the axis of what is chosen");
    Axes rest = without(node.axes, from), axes = joined({rest, to});
    graph.checkAxes(axes, "the result of topK", where);
    Location loc = graph.location(where, node.scope);
    auto op = ir::TopKOp::create(graph.builder, loc, graph.align(node, joined({rest, from}), loc),
                                 count.getOffset());
    chosen.indices = graph.wrap(op.getIndices(), axes, DType::i32, where, "topK", {&node});
    return graph.wrap(op.getValues(), axes, node.dtype, where, "topK", {&node});
  });
  if (!chosen.indices)
    chosen.indices = chosen.values;
  return chosen;
}

Tensor argmax(const Axis &over, Tensor x, Where where) {
  return guarded({&x}, where, [&](GraphBuilder &graph) {
    Tensor keep = graph.place(x, DType::f32, where);
    const Node &node = *keep.getNode();
    requireFloats(node, "argmax", where);
    requireAxis(node, over, "argmax", where);
    if (over.getSize().getOffset() < 1)
      throw Error(where,
                  "argmax expects axis `" + over.getName() + "` never to be empty, got size " +
                      over.getSize().str(),
                  {node.note()}, "there is no greatest of no elements");
    Axes axes = without(node.axes, over);
    Location loc = graph.location(where, node.scope);
    auto op = ir::TopKOp::create(graph.builder, loc, graph.align(node, joined({axes, over}), loc),
                                 /*k=*/1);
    Value index =
        graph.reshape(op.getIndices(), ir::getDimSizes(graph.type(axes, DType::i32)), loc);
    return graph.wrap(index, axes, DType::i32, where, "argmax", {&node});
  });
}

Tensor gather(const Axis &from, Tensor x, Tensor indices, Where where) {
  return guarded({&x, &indices}, where, [&](GraphBuilder &graph) {
    Tensor keep = graph.place(x, DType::f32, where),
           keepIndices = graph.place(indices, DType::i32, where);
    const Node &node = *keep.getNode(), &ids = *keepIndices.getNode();
    requireAxis(node, from, "gather", where);
    requireIndices(ids, "gather", where);
    if (findAxis(ids.axes, from.getName()))
      throw Error(where,
                  "gather expects indices without axis `" + from.getName() + "`, got " +
                      formatAxes(ids.axes),
                  {node.note(), ids.note()}, "give the axis of the indices another name");
    checkShared(node, ids, where);
    Axes batch = shared(node.axes, ids.axes), places = without(ids.axes, node.axes);
    Axes features = without(without(node.axes, batch), from);
    Location loc = graph.location(where, node.scope);
    Value input = graph.align(node, joined({batch, from, features}), loc),
          at = graph.align(ids, joined({batch, places}), loc);
    Value value = ir::GatherOp::create(graph.builder, loc, input, at, batch.size());
    return graph.wrap(value, joined({batch, places, features}), node.dtype, where, "gather",
                      {&node, &ids});
  });
}

Tensor scatterAdd(Axes over, const Axis &to, Tensor x, Tensor indices, Where where) {
  return guarded({&x, &indices}, where, [&](GraphBuilder &graph) {
    Tensor keep = graph.place(x, DType::f32, where),
           keepIndices = graph.place(indices, DType::i32, where);
    const Node &node = *keep.getNode(), &ids = *keepIndices.getNode();
    requireFloats(node, "scatterAdd", where);
    requireIndices(ids, "scatterAdd", where);
    graph.checkAxes(over, "scatterAdd", where);
    for (const Axis &axis : over) {
      requireAxis(node, axis, "scatterAdd", where);
      requireAxis(ids, axis, "scatterAdd", where);
    }
    checkShared(node, ids, where);
    if (Axes missing = without(ids.axes, node.axes); !missing.empty())
      throw Error(where,
                  "scatterAdd expects " + node.describe() + " to have the axes of the indices, " +
                      "got " + formatAxes(node.axes) + " vs " + formatAxes(ids.axes),
                  {node.note(), ids.note()},
                  "each index says where one element, or one row, is added");
    Axes batch = without(shared(node.axes, ids.axes), over),
         features = without(node.axes, ids.axes);
    Axes axes = joined({batch, to, features});
    graph.checkAxes(axes, "the result of scatterAdd", where);
    Location loc = graph.location(where, node.scope);
    Value updates = graph.align(node, joined({batch, over, features}), loc),
          at = graph.align(ids, joined({batch, over}), loc);
    Value value = ir::ScatterAddOp::create(graph.builder, loc, graph.type(axes, node.dtype),
                                           updates, at, batch.size());
    return graph.wrap(value, axes, node.dtype, where, "scatterAdd", {&node, &ids});
  });
}

} // namespace weft::dsl
