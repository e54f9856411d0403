// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls that move elements or rename axes.
#include "frontend/lib/GraphBuilder.h"
#include "weft/dsl/Ops.h"

using namespace mlir;

namespace weft::dsl {

using namespace detail;

namespace {

/// The axes with `from` replaced by `to`.
Axes replaced(const Axes &axes, const Axis &from, const Axes &to) {
  Axes result;
  for (const Axis &axis : axes)
    if (axis == from)
      result.insert(result.end(), to.begin(), to.end());
    else
      result.push_back(axis);
  return result;
}

/// A call that replaces axis `from` of x by others; `build` makes the op, given the position of the
/// axis.
template <class Build>
Tensor moving(const char *call, const Axis &from, const Axes &to, const Tensor &x, Where where,
              Build build) {
  return guarded({&x}, where, [&](GraphBuilder &graph) {
    Tensor keep = graph.place(x, DType::f32, where);
    const Node &node = *keep.getNode();
    requireAxis(node, from, call, where);
    Axes axes = replaced(node.axes, from, to);
    graph.checkAxes(axes, std::string("the result of ") + call, where);
    Location loc = graph.location(where, node.scope);
    Value value = build(graph, node, indexOf(node.axes, from), graph.type(axes, node.dtype), loc);
    return graph.wrap(value, axes, node.dtype, where, call, {&node});
  });
}

/// The axis of part `i` that concat joins: the joined axis itself, or the only one that another
/// part lacks.
Axis findJoined(const std::vector<Tensor> &parts, size_t i, const Axis &joined, Where where) {
  const Node &part = *parts[i].getNode();
  if (const Axis *same = findAxis(part.axes, joined.getName()))
    return *same;
  Axes own;
  for (const Axis &axis : part.axes)
    for (const Tensor &other : parts)
      if (!findAxis(other.axes(), axis.getName())) {
        own.push_back(axis);
        break;
      }
  if (own.size() != 1)
    throw Error(where,
                "concat expects each part to have one axis that becomes `" + joined.getName() +
                    "`, got " + formatAxes(own) + " in " + part.describe(),
                {part.note()},
                "the other axes must be the same in all parts; rename those that differ");
  return own.front();
}

/// The sum of sizes, of which at most one may be a symbol.
Size addSizes(const Axes &axes, const char *call, Where where) {
  Size total(0);
  for (const Axis &axis : axes) {
    const Size &size = axis.getSize();
    if (!size.isConstant() && !total.isConstant())
      throw Error(where,
                  std::string(call) + " expects at most one run-time size on the axis, got " +
                      total.str() + " and " + size.str(),
                  {}, "join the parts of constant size with one run-time part at a time");
    total = size.isConstant() ? total + size.getOffset() : size + total.getOffset();
  }
  return total;
}

/// The parts in one graph, with one element type; unknown parts are the caller's business.
std::vector<Tensor> placeAll(GraphBuilder &graph, const char *call,
                             const std::vector<Tensor> &parts, Where where) {
  std::vector<Tensor> placed;
  for (const Tensor &part : parts)
    placed.push_back(graph.place(part, parts.front().dtype(), where));
  for (const Tensor &part : placed)
    requireSameType(*placed.front().getNode(), *part.getNode(), call, where);
  return placed;
}

/// `guarded` for a vector of operands.
template <class Body>
Tensor guardedAll(const char *call, const std::vector<Tensor> &parts, Where where, Body body) {
  if (parts.empty())
    throw Error(where, std::string(call) + " expects at least one part, got none", {},
                "leave the call out where there is nothing to join");
  SmallVector<const Tensor *> operands;
  for (const Tensor &part : parts)
    operands.push_back(&part);
  return guarded(operands, where, body);
}

} // namespace

Tensor concat(const Axis &joined, std::vector<Tensor> parts, Where where) {
  return guardedAll("concat", parts, where, [&](GraphBuilder &graph) {
    std::vector<Tensor> placed = placeAll(graph, "concat", parts, where);
    Axes pieces;
    for (size_t i = 0; i < placed.size(); ++i)
      pieces.push_back(findJoined(placed, i, joined, where));
    const Node &first = *placed.front().getNode();
    Location loc = graph.location(where, placed.back().getNode()->scope);
    SmallVector<Value> values;
    for (size_t i = 0; i < placed.size(); ++i) {
      const Node &part = *placed[i].getNode();
      Axes target = replaced(first.axes, pieces.front(), pieces[i]);
      bool same = target.size() == part.axes.size();
      for (const Axis &axis : target)
        same &= findAxis(part.axes, axis.getName()) != nullptr;
      if (!same)
        throw Error(where,
                    "concat expects its parts to differ only in the joined axis, got " +
                        formatAxes(first.axes) + " and " + formatAxes(part.axes),
                    {first.note(), part.note()}, "rename the axes that differ");
      if (!(pieces[i] == pieces.front())) // the joined axes may differ in size, all others not
        checkShared(first, part, where);
      values.push_back(graph.align(part, target, loc));
    }
    Size total = addSizes(pieces, "concat", where);
    if (total != joined.getSize())
      throw Error(where,
                  "concat expects axis `" + joined.getName() +
                      "` to have the size of its parts, got " + joined.getSize().str() + " vs " +
                      total.str(),
                  {first.note(), placed.back().getNode()->note()},
                  "give the joined axis the sum of the parts' sizes");
    Axes axes = replaced(first.axes, pieces.front(), joined);
    Value value = ir::ConcatOp::create(graph.builder, loc, values, indexOf(axes, joined));
    return graph.wrap(value, axes, first.dtype, where, "concat", {&first, placed.back().getNode()});
  });
}

Tensor concat(const Axis &joined, Tensor a, Tensor b, Where where) {
  return concat(joined, std::vector<Tensor>{a, b}, where);
}

Tensor stack(const Axis &added, std::vector<Tensor> parts, Where where) {
  return guardedAll("stack", parts, where, [&](GraphBuilder &graph) {
    std::vector<Tensor> placed = placeAll(graph, "stack", parts, where);
    const Node &first = *placed.front().getNode();
    if (added.getSize() != Size(placed.size()))
      throw Error(where,
                  "stack expects axis `" + added.getName() + "` to have the number of parts, got " +
                      added.getSize().str() + " vs " + std::to_string(placed.size()),
                  {}, "the new axis counts the parts");
    Axes axes{added};
    axes.insert(axes.end(), first.axes.begin(), first.axes.end());
    graph.checkAxes(axes, "the result of stack", where);
    Location loc = graph.location(where, first.scope);
    SmallVector<ir::SizeAttr> sizes{graph.sizeAttr(1)};
    for (const Axis &axis : first.axes)
      sizes.push_back(graph.sizeAttr(axis.getSize()));
    SmallVector<Value> values;
    for (const Tensor &part : placed) {
      const Node &node = *part.getNode();
      checkShared(first, node, where);
      bool same = node.axes.size() == first.axes.size();
      for (const Axis &axis : first.axes)
        same &= findAxis(node.axes, axis.getName()) != nullptr;
      if (!same)
        throw Error(where,
                    "stack expects parts with the same axes, got " + formatAxes(first.axes) +
                        " and " + formatAxes(node.axes),
                    {first.note(), node.note()},
                    "rename the axes that differ, or join with concat");
      values.push_back(graph.reshape(graph.align(node, first.axes, loc), sizes, loc));
    }
    Value value = ir::ConcatOp::create(graph.builder, loc, values, 0);
    return graph.wrap(value, axes, first.dtype, where, "stack", {&first, placed.back().getNode()});
  });
}

Tensor slice(const Axis &from, const Axis &to, int64_t start, Tensor x, Where where) {
  return moving("slice", from, to, x, where,
                [&](GraphBuilder &graph, const Node &node, int64_t axis, RankedTensorType,
                    Location loc) -> Value {
                  int64_t length = to.getSize().getOffset();
                  if (!to.getSize().isConstant() || start < 0 || length < 0 ||
                      start > from.getSize().getOffset() - length)
                    throw Error(
                        where,
                        "slice expects start and length inside axis `" + from.getName() +
                            "`, got " + std::to_string(start) + " and " + to.getSize().str() +
                            " vs " + from.getSize().str(),
                        {node.note()},
                        "slice counts from 0 in a constant size; tail takes the last elements "
                        "of a run-time one");
                  return ir::SliceOp::create(graph.builder, loc, node.value, axis, start, length);
                });
}

Tensor tail(const Axis &from, const Axis &to, Tensor x, Where where) {
  return moving("tail", from, to, x, where,
                [&](GraphBuilder &graph, const Node &node, int64_t axis, RankedTensorType type,
                    Location loc) -> Value {
                  if (to.getSize().isConstant() &&
                      to.getSize().getOffset() > from.getSize().getMaximum())
                    throw Error(where,
                                "tail expects at most the elements of axis `" + from.getName() +
                                    "`, got " + to.getSize().str() + " vs " + from.getSize().str(),
                                {node.note()}, "padFront makes an axis longer");
                  return ir::TailOp::create(graph.builder, loc, type, node.value, axis);
                });
}

Tensor padFront(const Axis &from, const Axis &to, Tensor x, Where where) {
  return moving(
      "padFront", from, to, x, where,
      [&](GraphBuilder &graph, const Node &node, int64_t axis, RankedTensorType type,
          Location loc) -> Value {
        if (to.getSize().isConstant() && to.getSize().getOffset() < from.getSize().getMaximum())
          throw Error(where,
                      "padFront expects at least the elements of axis `" + from.getName() +
                          "`, got " + to.getSize().str() + " vs " + from.getSize().str(),
                      {node.note()}, "tail makes an axis shorter");
        return ir::PadOp::create(graph.builder, loc, type, node.value, axis, /*start=*/0,
                                 /*at_end=*/true);
      });
}

Tensor window(const Axis &along, const Axis &positions, const Axis &offsets, Tensor x,
              Where where) {
  return moving("window", along, {positions, offsets}, x, where,
                [&](GraphBuilder &graph, const Node &node, int64_t axis, RankedTensorType,
                    Location loc) -> Value {
                  int64_t length = offsets.getSize().getOffset();
                  if (!offsets.getSize().isConstant() || length < 1 ||
                      positions.getSize() != along.getSize() - (length - 1))
                    throw Error(where,
                                "window expects axis `" + positions.getName() + "` to have size " +
                                    along.getSize().str() + " - " + offsets.getSize().str() +
                                    " + 1, got " + positions.getSize().str(),
                                {node.note()},
                                "one window starts at each position and ends inside the axis");
                  return ir::WindowOp::create(graph.builder, loc, node.value, axis, length);
                });
}

Tensor rename(const Axis &from, const Axis &to, Tensor x, Where where) {
  return moving(
      "rename", from, to, x, where,
      [&](GraphBuilder &, const Node &node, int64_t, RankedTensorType, Location) -> Value {
        if (to.getSize() != from.getSize())
          throw Error(where,
                      "rename expects one size, got " + from.getSize().str() + " of `" +
                          from.getName() + "` vs " + to.getSize().str() + " of `" + to.getName() +
                          "`",
                      {node.note()}, "slice and tail change a size");
        return node.value;
      });
}

Tensor squeeze(const Axis &axis, Tensor x, Where where) {
  return moving("squeeze", axis, {}, x, where,
                [&](GraphBuilder &graph, const Node &node, int64_t, RankedTensorType type,
                    Location loc) -> Value {
                  if (axis.getSize() != Size(1))
                    throw Error(where,
                                "squeeze expects axis `" + axis.getName() +
                                    "` to have size 1, got " + axis.getSize().str(),
                                {node.note()},
                                "reduce it with sum, mean or max, or take one element with slice");
                  return graph.reshape(node.value, ir::getDimSizes(type), loc);
                });
}

Tensor index(const Axis &axis, double start, double step, Where where) {
  auto node = std::make_shared<Node>();
  node->axes = axis;
  node->start = start;
  node->step = step;
  node->where = where;
  node->made = "index";
  return Tensor(std::move(node));
}

Tensor constant(Axes axes, std::vector<double> values, Where where) {
  constexpr int64_t most = int64_t(1) << 48;
  int64_t count = 1;
  for (const Axis &axis : axes) {
    if (!axis.getSize().isConstant())
      throw Error(where, "constant expects axes of constant size, got " + formatAxes(axes), {},
                  "index(axis) counts along an axis of any size");
    int64_t size = axis.getSize().getOffset();
    if (size < 0)
      throw Error(where, "constant expects sizes of at least 0, got " + formatAxes(axes), {},
                  "sizes are counted in elements; see the fields they are computed from");
    // Beyond the numbers given the product does not matter, and must not overflow.
    count = size > 0 && count > most / size ? most : count * size;
  }
  if (count != static_cast<int64_t>(values.size()))
    throw Error(where,
                "constant expects a number for each element of " + formatAxes(axes) + ", got " +
                    std::to_string(values.size()) + " vs " + std::to_string(count),
                {}, "numbers stand in the order of the axes, the last one running fastest");
  auto node = std::make_shared<Node>();
  node->axes = std::move(axes);
  node->table = std::move(values);
  node->isTable = true;
  node->where = where;
  node->made = "constant";
  return Tensor(std::move(node));
}

Tensor refuse(Tensor x, const Error &error) {
  if (!x.getNode() || x.getNode()->isFree() || x.getNode()->isGone())
    throw error;
  return guarded({&x}, error.where, [&](GraphBuilder &) -> Tensor { throw error; });
}

} // namespace weft::dsl
