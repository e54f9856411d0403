// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attend: named axes to [batch, heads, time, features], and a reach to a score region.
#include "weft/dsl/Attention.h"
#include "frontend/lib/GraphBuilder.h"

using namespace mlir;

namespace weft::dsl {

using namespace detail;

namespace {

/// The axes of the four dimensions of the op, each a group of axes of the language.
struct Layout {
  Axes batch, heads, features;
};

/// What the types of reach have in common.
struct Reach {
  int64_t first = 0;
  Size last;
  bool zeros = false;
  double epsilon = 0;
  const SoftSpan *span = nullptr;
};

Axes join(std::initializer_list<Axes> groups) {
  Axes all;
  for (const Axes &group : groups)
    all.insert(all.end(), group.begin(), group.end());
  return all;
}

/// One size for a group of axes: 1, the size of the only axis, or the product of constants.
Size fold(const Axes &group, Where where) {
  if (group.size() == 1)
    return group.front().getSize();
  int64_t product = 1;
  for (const Axis &axis : group) {
    if (!axis.getSize().isConstant())
      throw Error(where,
                  "attend expects axes that ride along together to have constant sizes, got " +
                      formatAxes(group),
                  {}, "only one axis beside query, keys and over may have a run-time size");
    product *= axis.getSize().getOffset();
  }
  return Size(product);
}

class Attend {
public:
  Attend(GraphBuilder &graph, const AttendAxes &axes, Where where)
      : graph(graph), axes(axes), where(where) {}

  Tensor build(const Tensor &query, const Tensor &keys, const Tensor &values, const Reach &reach,
               const AttendOptions &options);

private:
  const Node &place(const Tensor &tensor, const char *role);
  Layout findLayout(const Node &query, const Node &keys, const Node &values, const Node *span);
  Value toFour(const Node &node, const Layout &layout, const Axis &time, const Axes &features);
  Value placePosition(const Tensor &position, const Reach &reach);
  void buildScore(ir::SpanAttentionOp op, const Reach &reach, Type element);
  int64_t checkDropout(double rate);

  GraphBuilder &graph;
  const AttendAxes &axes;
  Where where;
  Location loc = graph.location(where);
  std::vector<Tensor> keep; // owns what `place` made
};

const Node &Attend::place(const Tensor &tensor, const char *role) {
  keep.push_back(graph.place(tensor, DType::f32, where));
  const Node &node = *keep.back().getNode();
  if (node.dtype != DType::f32 && node.dtype != DType::f64)
    throw Error(where,
                std::string("attend expects floats, got ") + formatDType(node.dtype) + " in the " +
                    role + " " + node.describe(),
                {node.note()}, "convert it with cast");
  return node;
}

Layout Attend::findLayout(const Node &query, const Node &keys, const Node &values,
                          const Node *span) {
  if (axes.query == axes.over || axes.keys == axes.over)
    throw Error(where,
                "attend expects `over` to be neither the queries nor the keys, got query `" +
                    axes.query.getName() + "`, keys `" + axes.keys.getName() + "`, over `" +
                    axes.over.getName() + "`",
                {}, "`over` is the axis of features that query and keys share");
  requireAxis(query, axes.query, "attend", where);
  requireAxis(query, axes.over, "attend", where);
  requireAxis(keys, axes.keys, "attend", where);
  requireAxis(keys, axes.over, "attend", where);
  requireAxis(values, axes.keys, "attend", where);
  for (const Node *other : {&keys, &values})
    requireSameType(query, *other, "attend", where);
  if (span)
    requireSameType(query, *span, "attend", where);
  auto refuse = [&](const Node &node, const Axis &axis, const char *role) {
    if (findAxis(node.axes, axis.getName()))
      throw Error(where,
                  std::string("attend expects the ") + role + " without axis `" + axis.getName() +
                      "`, got " + formatAxes(node.axes) + " in " + node.describe(),
                  {node.note()}, "attend takes the query, the keys, the values, in this order");
  };
  if (!(axes.query == axes.keys)) {
    refuse(query, axes.keys, "query");
    refuse(keys, axes.query, "keys");
    refuse(values, axes.query, "values");
  }
  Axes riders;
  for (const Axis &axis : query.axes)
    if (!(axis == axes.query) && !(axis == axes.over))
      riders.push_back(axis);
  for (const Node *node : {&keys, &values})
    for (const Axis &axis : node->axes)
      if (const Axis *rider = findAxis(riders, axis.getName());
          rider && rider->getSize() != axis.getSize())
        checkShared(query, *node, where);
  for (const Axis &axis : keys.axes)
    if (!(axis == axes.keys) && !(axis == axes.over) && !findAxis(riders, axis.getName()))
      throw Error(where,
                  "attend expects axis `" + axis.getName() +
                      "` of the keys in the query too, got " + formatAxes(query.axes),
                  {query.note(), keys.note()},
                  "each query reads one list of keys; sum the axis away, or give it to the query");
  Layout layout;
  // Heads are the axes of the span; without one, the last axis that rides along after the first.
  for (size_t i = 0; i < riders.size(); ++i) {
    bool isHead = span ? findAxis(span->axes, riders[i].getName()) != nullptr
                       : i > 0 && i + 1 == riders.size();
    (isHead ? layout.heads : layout.batch).push_back(riders[i]);
  }
  if (span)
    for (const Axis &axis : span->axes)
      if (!findAxis(riders, axis.getName()))
        throw Error(where,
                    "attend expects axis `" + axis.getName() + "` of the span in the query, got " +
                        formatAxes(query.axes),
                    {query.note(), span->note()},
                    "a span is one number for each head of the query");
  for (const Axis &axis : values.axes)
    if (!(axis == axes.keys) && !findAxis(riders, axis.getName()))
      layout.features.push_back(axis);
  return layout;
}

Value Attend::toFour(const Node &node, const Layout &layout, const Axis &time,
                     const Axes &features) {
  Value value = graph.align(node, join({layout.batch, layout.heads, time, features}), loc);
  return graph.reshape(value,
                       {graph.sizeAttr(fold(layout.batch, where)),
                        graph.sizeAttr(fold(layout.heads, where)), graph.sizeAttr(time.getSize()),
                        graph.sizeAttr(fold(features, where))},
                       loc);
}

Value Attend::placePosition(const Tensor &position, const Reach &reach) {
  if (!position)
    return {};
  const Node &node = place(position, "position");
  graph.checkSize(reach.last, "the reach of attend", where);
  requireAxis(node, axes.over, "attend", where);
  Axes distances;
  for (const Axis &axis : node.axes)
    if (!(axis == axes.over))
      distances.push_back(axis);
  Size needed = reach.last - (reach.first - 1);
  if (distances.size() != 1 || !distances.front().getSize().isConstant() ||
      distances.front().getSize().getOffset() < needed.getMaximum())
    throw Error(where,
                "attend expects position to be {distances, " + axes.over.getName() +
                    "} with at least " + std::to_string(needed.getMaximum()) + " distances, got " +
                    formatAxes(node.axes),
                {node.note()}, "row i belongs to the distance i + first of the reach");
  return graph.align(node, join({distances, axes.over}), loc);
}

/// score = (content + relative) / sqrt(D); with a span, weight = clamp((1 - d + z S) / R + 1, 0,
/// 1), else 1. The division by R is kept as one: at d = R + 1 and z = 0 the ramp must be exactly 0,
/// where its gradient still passes.
void Attend::buildScore(ir::SpanAttentionOp op, const Reach &reach, Type element) {
  OpBuilder &b = graph.builder;
  OpBuilder::InsertionGuard guard(b);
  SmallVector<Type> types(5 + op.getCaptures().size(), element);
  Block *block = b.createBlock(&op.getScore(), {}, types, SmallVector<Location>(types.size(), loc));
  auto number = [&](double value) -> Value {
    return ir::ConstantOp::create(b, loc, element, value);
  };
  Value scale = number(1 / std::sqrt(static_cast<double>(axes.over.getSize().getOffset())));
  Value sum = ir::AddOp::create(b, loc, block->getArgument(0), block->getArgument(1));
  Value score = ir::MulOp::create(b, loc, sum, scale);
  Value present = ir::ConstantOp::create(b, loc, b.getI1Type(), 1.0);
  Value weight = number(1);
  if (reach.span) {
    Value steps = ir::SubOp::create(b, loc, weight, block->getArgument(2));
    Value longest = number(reach.span->options.max), ramp = number(reach.span->options.ramp);
    Value span = ir::MulOp::create(b, loc, block->getArgument(5), longest);
    Value rest = ir::DivOp::create(b, loc, ir::AddOp::create(b, loc, steps, span), ramp);
    Value raw = ir::AddOp::create(b, loc, rest, weight);
    weight = ir::ClampOp::create(b, loc, raw, llvm::APFloat(0.0), llvm::APFloat(1.0));
  }
  ir::YieldOp::create(b, loc, ValueRange{score, present, weight});
}

int64_t Attend::checkDropout(double rate) {
  if (!(rate >= 0 && rate < 1))
    throw Error(where, "attend expects a dropout rate in [0, 1), got " + formatNumber(rate), {},
                "the rate is the fraction of weights that is dropped");
  if (rate > 0 && graph.function->blocks.size() > 1)
    throw Error(
        where, "attend expects dropout to stand outside scan, whose steps would all share one mask",
        {}, "attend to all positions at once, outside of the scan");
  return graph.takeDropoutId();
}

Tensor Attend::build(const Tensor &query, const Tensor &keys, const Tensor &values,
                     const Reach &reach, const AttendOptions &options) {
  keep.reserve(6);
  const Node &q = place(query, "query"), &k = place(keys, "keys"), &v = place(values, "values");
  const Node *span = reach.span ? &place(reach.span->z, "span") : nullptr;
  loc = graph.location(where, (q.serial > k.serial ? q : k).scope);
  if (axes.keys.getSize().getOffset() < axes.query.getSize().getMaximum())
    throw Error(where,
                "attend expects the keys to contain the queries' positions, got " +
                    axes.keys.getSize().str() + " keys `" + axes.keys.getName() + "` vs " +
                    axes.query.getSize().str() + " queries `" + axes.query.getName() + "`",
                {q.note(), k.note()}, "join what came before and the input with concat");
  if (!axes.over.getSize().isConstant())
    throw Error(where,
                "attend expects axis `" + axes.over.getName() + "` to have a constant size, got " +
                    axes.over.getSize().str(),
                {}, "`over` is the width of a head; keys may have a run-time size");
  Layout layout = findLayout(q, k, v, span);
  int64_t id = checkDropout(options.dropout);
  Value q4 = toFour(q, layout, axes.query, axes.over), k4 = toFour(k, layout, axes.keys, axes.over);
  Value v4 = toFour(v, layout, axes.keys, layout.features),
        position = placePosition(options.position, reach);
  SmallVector<Value> captures;
  SmallVector<Attribute> kinds;
  if (span) {
    bool perHead = !span->axes.empty();
    Value z = graph.align(*span, layout.heads, loc);
    captures.push_back(perHead ? graph.reshape(z, {graph.sizeAttr(fold(layout.heads, where))}, loc)
                               : z);
    ir::CaptureKind kind = perHead ? ir::CaptureKind::per_head : ir::CaptureKind::scalar;
    kinds.push_back(ir::CaptureKindAttr::get(graph.builder.getContext(), kind));
  }
  if (options.position)
    requireSameType(q, *options.position.getNode(), "attend", where);
  auto four = llvm::cast<RankedTensorType>(q4.getType());
  SmallVector<ir::SizeAttr> sizes = ir::getDimSizes(four), statistics = sizes;
  sizes[3] = graph.sizeAttr(fold(layout.features, where));
  statistics[3] = graph.sizeAttr(3);
  Type element = four.getElementType();
  auto op = ir::SpanAttentionOp::create(
      graph.builder, loc, ir::getTensorType(sizes, element), ir::getTensorType(statistics, element),
      q4, k4, v4, position, captures, options.dropout > 0 ? graph.getKey(where) : Value(),
      reach.first, graph.sizeAttr(reach.last),
      reach.zeros ? ir::BeforeStart::zeros : ir::BeforeStart::masked,
      graph.builder.getArrayAttr(kinds), llvm::APFloat(reach.epsilon),
      llvm::APFloat(options.dropout), options.dropout > 0 ? id : 0);
  buildScore(op, reach, element);
  Axes result = join({layout.batch, layout.heads, axes.query, layout.features});
  graph.checkAxes(result, "the result of attend", where);
  SmallVector<ir::SizeAttr> unfolded;
  for (const Axis &axis : result)
    unfolded.push_back(graph.sizeAttr(axis.getSize()));
  return graph.wrap(graph.reshape(op.getResult(), unfolded, loc), result, q.dtype, where, "attend",
                    {&q, &k, &v});
}

Tensor attendTo(const AttendAxes &axes, const Tensor &query, const Tensor &keys,
                const Tensor &values, const Reach &reach, const AttendOptions &options,
                Where where) {
  // Optional operands must be known too, or a mistake in one of them is reported twice.
  const Tensor &position = options.position ? options.position : query;
  const Tensor &span = reach.span ? reach.span->z : query;
  return guarded({&query, &keys, &values, &position, &span}, where, [&](GraphBuilder &graph) {
    graph.checkSize(reach.last, "the reach of attend", where);
    if (reach.first < 0 || (reach.last.isConstant() && reach.last.getOffset() < reach.first - 1) ||
        reach.last.getMaximum() > largestSize)
      throw Error(where,
                  "attend expects a reach of distances from 0 on, got " +
                      std::to_string(reach.first) + " to " + reach.last.str(),
                  {}, "slidingWindow takes a length, then the first distance; it looks back only");
    return Attend(graph, axes, where).build(query, keys, values, reach, options);
  });
}

} // namespace

Tensor attend(const AttendAxes &axes, Tensor query, Tensor keys, Tensor values,
              const SoftSpan &reach, const AttendOptions &options, Where where) {
  Size last = reach.options.reach.value_or(Size(reach.options.max));
  return guarded({&query, &keys, &values, &reach.z}, where, [&](GraphBuilder &) {
    if (const Node *z = reach.z.getNode(); !z || !z->builder)
      throw Error(where, "softSpan expects the span to be a tensor of a graph, such as a weight",
                  {}, "for a fixed span use slidingWindow");
    if (!(reach.options.ramp > 0) || !std::isfinite(reach.options.ramp) || reach.options.max < 1 ||
        last.getMaximum() > reach.options.max)
      throw Error(where,
                  "softSpan expects a ramp above 0, a longest span of at least 1 and a reach of at "
                  "most the longest span, got ramp " +
                      formatNumber(reach.options.ramp) + ", max " +
                      std::to_string(reach.options.max) + ", reach " +
                      std::to_string(last.getMaximum()),
                  {}, "softSpan(z, {.ramp = 32, .max = 1024}) looks back at most 1024 positions");
    return attendTo(axes, query, keys, values, {1, last, /*zeros=*/true, /*epsilon=*/1e-8, &reach},
                    options, where);
  });
}

Tensor attend(const AttendAxes &axes, Tensor query, Tensor keys, Tensor values, const Causal &,
              const AttendOptions &options, Where where) {
  return attendTo(axes, query, keys, values, {0, axes.keys.getSize() - 1}, options, where);
}

Tensor attend(const AttendAxes &axes, Tensor query, Tensor keys, Tensor values,
              const SlidingWindow &reach, const AttendOptions &options, Where where) {
  Reach window{reach.first, reach.length + (reach.first - 1), reach.zeros};
  return attendTo(axes, query, keys, values, window, options, where);
}

} // namespace weft::dsl
