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

/// Keys and values, the axis of their keys, and how messages call them.
struct Source {
  const Node &keys, &values;
  Axis axis;
  std::string owner;
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
  Layout findLayout(const Node &query, const Node *span, const Node *bias);
  /// Throws unless the source fits the query and the layout.
  void checkSource(const Node &query, const Layout &layout, const Source &source);
  Value toFour(const Node &node, const Axes &batch, const Axes &heads, const Axis &time,
               const Axes &features);
  /// Keys and values of the op; groups of axes that both lack have size 1.
  std::pair<Value, Value> placeSource(const Layout &layout, const Source &source);
  Value placePosition(const Node &query, const Tensor &position, const Reach &reach);
  void addCapture(Value value, ir::CaptureKind kind);
  void captureSpan(const Node &span, const Layout &layout);
  /// How far each head reaches by its span, the first capture.
  Value placeHeadReach(const Reach &reach);
  void captureBias(const Node &query, const Node &bias, const Layout &layout, const Reach &reach);
  void buildScore(ir::SpanAttentionOp op, const Reach &reach, bool hasBias);
  void buildSourceScore(ir::SpanAttentionOp op, Region &region);
  /// A block for a region whose arguments are `first` scalars and the captures.
  Block *addBlock(ir::SpanAttentionOp op, Region &region, unsigned first);
  /// A scalar of a region; what rounding to its type loses stays in its weft.exact.
  Value number(Type element, double value) {
    auto constant = ir::ConstantOp::create(graph.builder, loc, element, value);
    if (constant.getSplatValue() != value)
      constant->setAttr("weft.exact", graph.builder.getF64FloatAttr(value));
    return constant;
  }
  double getScale() const {
    return 1 / std::sqrt(static_cast<double>(axes.over.getSize().getOffset()));
  }
  int64_t checkDropout(double rate);

  GraphBuilder &graph;
  const AttendAxes &axes;
  Where where;
  Location loc = graph.location(where);
  DType element = DType::f32; // of what has none of its own: that of the query
  std::vector<Tensor> keep;   // owns what `place` made
  SmallVector<Value> captures;
  SmallVector<Attribute> kinds;
};

const Node &Attend::place(const Tensor &tensor, const char *role) {
  keep.push_back(graph.place(tensor, element, where));
  const Node &node = *keep.back().getNode();
  if (node.dtype != DType::f32 && node.dtype != DType::f64)
    throw Error(where,
                std::string("attend expects floats, got ") + formatDType(node.dtype) + " in the " +
                    role + " " + node.describe(),
                {node.note()}, "convert it with cast");
  return node;
}

Layout Attend::findLayout(const Node &query, const Node *span, const Node *bias) {
  if (axes.query == axes.over || axes.keys == axes.over)
    throw Error(where,
                "attend expects `over` to be neither the queries nor the keys, got query `" +
                    axes.query.getName() + "`, keys `" + axes.keys.getName() + "`, over `" +
                    axes.over.getName() + "`",
                {}, "`over` is the axis of features that query and keys share");
  requireAxis(query, axes.query, "attend", where);
  requireAxis(query, axes.over, "attend", where);
  for (const Node *other : {span, bias})
    if (other)
      requireSameType(query, *other, "attend", where);
  Axes riders;
  for (const Axis &axis : query.axes)
    if (!(axis == axes.query) && !(axis == axes.over))
      riders.push_back(axis);
  // Heads are the axes of the span, else those of a bias with more than distances; else the last
  // axis that rides along after the first.
  const Node *perHead = span ? span : bias && bias->axes.size() > 1 ? bias : nullptr;
  Layout layout;
  for (size_t i = 0; i < riders.size(); ++i) {
    bool isHead = perHead ? findAxis(perHead->axes, riders[i].getName()) != nullptr
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
  if (span)
    checkShared(query, *span, where);
  return layout;
}

void Attend::checkSource(const Node &query, const Layout &layout, const Source &source) {
  auto refuse = [&](const Node &node, const Axis &axis, const char *role) {
    if (findAxis(node.axes, axis.getName()))
      throw Error(where,
                  std::string("attend expects the ") + role + " without axis `" + axis.getName() +
                      "`, got " + formatAxes(node.axes) + " in " + node.describe(),
                  {node.note()}, "attend takes the query, the keys, the values, in this order");
  };
  if (source.axis == axes.over)
    throw Error(where,
                "attend expects the keys" + source.owner + " to lie on an axis other than `over`",
                {source.keys.note()}, "`over` is the axis of features that query and keys share");
  requireAxis(source.keys, source.axis, "attend", where);
  requireAxis(source.keys, axes.over, "attend", where);
  requireAxis(source.values, source.axis, "attend", where);
  for (const Node *other : {&source.keys, &source.values})
    requireSameType(query, *other, "attend", where);
  if (!(axes.query == source.axis)) {
    refuse(query, source.axis, "query");
    refuse(source.keys, axes.query, "keys");
    refuse(source.values, axes.query, "values");
  }
  Axes riders = join({layout.batch, layout.heads});
  for (const Node *node : {&source.keys, &source.values})
    for (const Axis &axis : node->axes)
      if (const Axis *rider = findAxis(riders, axis.getName());
          rider && rider->getSize() != axis.getSize())
        checkShared(query, *node, where);
  for (const Axis &axis : source.keys.axes)
    if (!(axis == source.axis) && !(axis == axes.over) && !findAxis(riders, axis.getName()))
      throw Error(where,
                  "attend expects axis `" + axis.getName() + "` of the keys" + source.owner +
                      " in the query too, got " + formatAxes(query.axes),
                  {query.note(), source.keys.note()},
                  "each query reads one list of keys; sum the axis away, or give it to the query");
}

/// The axes of the values that neither the query nor the keys have.
static Axes findFeatures(const Layout &layout, const Source &source) {
  Axes features;
  for (const Axis &axis : source.values.axes)
    if (!(axis == source.axis) && !findAxis(layout.batch, axis.getName()) &&
        !findAxis(layout.heads, axis.getName()))
      features.push_back(axis);
  return features;
}

Value Attend::toFour(const Node &node, const Axes &batch, const Axes &heads, const Axis &time,
                     const Axes &features) {
  Value value = graph.align(node, join({batch, heads, time, features}), loc);
  return graph.reshape(value,
                       {graph.sizeAttr(fold(batch, where)), graph.sizeAttr(fold(heads, where)),
                        graph.sizeAttr(time.getSize()), graph.sizeAttr(fold(features, where))},
                       loc);
}

std::pair<Value, Value> Attend::placeSource(const Layout &layout, const Source &source) {
  auto whereUsed = [&](const Axes &group) {
    for (const Axis &axis : group)
      if (findAxis(source.keys.axes, axis.getName()) ||
          findAxis(source.values.axes, axis.getName()))
        return group;
    return Axes();
  };
  Axes batch = whereUsed(layout.batch), heads = whereUsed(layout.heads);
  return {toFour(source.keys, batch, heads, source.axis, axes.over),
          toFour(source.values, batch, heads, source.axis, layout.features)};
}

Value Attend::placePosition(const Node &query, const Tensor &position, const Reach &reach) {
  if (!position)
    return {};
  const Node &node = place(position, "position");
  requireSameType(query, node, "attend", where);
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

void Attend::addCapture(Value value, ir::CaptureKind kind) {
  captures.push_back(value);
  kinds.push_back(ir::CaptureKindAttr::get(graph.builder.getContext(), kind));
}

void Attend::captureSpan(const Node &span, const Layout &layout) {
  Value z = graph.align(span, layout.heads, loc);
  if (span.axes.empty())
    return addCapture(z, ir::CaptureKind::scalar);
  addCapture(graph.reshape(z, {graph.sizeAttr(fold(layout.heads, where))}, loc),
             ir::CaptureKind::per_head);
}

/// Beyond z S + R + 1 a head's weight is 0, and so is its gradient; one more, since the sum is
/// rounded.
Value Attend::placeHeadReach(const Reach &reach) {
  OpBuilder &b = graph.builder;
  Value z = captures.front();
  Type type = z.getType();
  auto splat = [&](double value) -> Value { return ir::ConstantOp::create(b, loc, type, value); };
  Value longest = splat(static_cast<double>(reach.span->options.max)),
        slack = splat(reach.span->options.ramp + 2);
  Value span = ir::MulOp::create(b, loc, z, longest);
  return ir::StopGradientOp::create(b, loc, ir::AddOp::create(b, loc, span, slack));
}

void Attend::captureBias(const Node &query, const Node &bias, const Layout &layout,
                         const Reach &reach) {
  checkShared(query, bias, where);
  Axes distances;
  for (const Axis &axis : bias.axes)
    if (!findAxis(layout.heads, axis.getName()))
      distances.push_back(axis);
  int64_t needed = (reach.last - (reach.first - 1)).getMaximum();
  if (distances.size() != 1 || !distances.front().getSize().isConstant() ||
      distances.front().getSize().getOffset() != needed)
    throw Error(where,
                "attend expects bias to be {distances} or {head, distances} with " +
                    std::to_string(needed) + " distances, got " + formatAxes(bias.axes),
                {bias.note()}, "entry i belongs to the distance i + first of the reach");
  bool perHead = bias.axes.size() > 1;
  if (!perHead)
    return addCapture(graph.align(bias, distances, loc), ir::CaptureKind::by_distance);
  Value table = graph.align(bias, join({layout.heads, distances}), loc);
  addCapture(
      graph.reshape(table,
                    {graph.sizeAttr(fold(layout.heads, where)), graph.sizeAttr(Size(needed))}, loc),
      ir::CaptureKind::per_head_by_distance);
}

Block *Attend::addBlock(ir::SpanAttentionOp op, Region &region, unsigned first) {
  Type element = llvm::cast<RankedTensorType>(op.getQuery().getType()).getElementType();
  SmallVector<Type> types(first + op.getCaptures().size(), element);
  return graph.builder.createBlock(&region, {}, types, SmallVector<Location>(types.size(), loc));
}

/// score = (content + relative) / sqrt(D) + bias; with a span, weight = clamp((1 - d + z S) / R +
/// 1, 0, 1), else 1. The division by R is kept as one: at d = R + 1 and z = 0 the ramp must be
/// exactly 0, where its gradient still passes.
void Attend::buildScore(ir::SpanAttentionOp op, const Reach &reach, bool hasBias) {
  OpBuilder &b = graph.builder;
  OpBuilder::InsertionGuard guard(b);
  Block *block = addBlock(op, op.getScore(), 5);
  Type element = block->getArgument(0).getType();
  Value scale = number(element, getScale());
  Value sum = ir::AddOp::create(b, loc, block->getArgument(0), block->getArgument(1));
  Value score = ir::MulOp::create(b, loc, sum, scale);
  if (hasBias) // the last capture
    score = ir::AddOp::create(b, loc, score, block->getArguments().back());
  Value present = ir::ConstantOp::create(b, loc, b.getI1Type(), 1.0);
  Value weight = number(element, 1);
  if (reach.span) {
    Value steps = ir::SubOp::create(b, loc, weight, block->getArgument(2));
    Value longest = number(element, reach.span->options.max),
          ramp = number(element, reach.span->options.ramp);
    Value span = ir::MulOp::create(b, loc, block->getArgument(5), longest);
    Value rest = ir::DivOp::create(b, loc, ir::AddOp::create(b, loc, steps, span), ramp);
    Value raw = ir::AddOp::create(b, loc, rest, weight);
    weight = ir::ClampOp::create(b, loc, raw, llvm::APFloat(0.0), llvm::APFloat(1.0));
  }
  ir::YieldOp::create(b, loc, ValueRange{score, present, weight});
}

/// score = content / sqrt(D), always present, weight 1.
void Attend::buildSourceScore(ir::SpanAttentionOp op, Region &region) {
  OpBuilder &b = graph.builder;
  OpBuilder::InsertionGuard guard(b);
  Block *block = addBlock(op, region, 3);
  Type element = block->getArgument(0).getType();
  Value scale = number(element, getScale());
  Value score = ir::MulOp::create(b, loc, block->getArgument(0), scale);
  Value present = ir::ConstantOp::create(b, loc, b.getI1Type(), 1.0);
  ir::YieldOp::create(b, loc, ValueRange{score, present, number(element, 1)});
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
  keep.reserve(6 + 2 * options.sources.size());
  const Node &q = place(query, "query");
  element = q.dtype;
  const Node &k = place(keys, "keys"), &v = place(values, "values");
  const Node *span = reach.span ? &place(reach.span->z, "span") : nullptr;
  const Node *bias = options.bias ? &place(options.bias, "bias") : nullptr;
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
  std::vector<Source> sources = {{k, v, axes.keys, ""}};
  for (const KeySource &source : options.sources)
    sources.push_back({place(source.keys, "keys of a source"),
                       place(source.values, "values of a source"), source.axis,
                       " of source `" + source.axis.getName() + "`"});
  Layout layout = findLayout(q, span, bias);
  for (const Source &source : sources)
    checkSource(q, layout, source);
  layout.features = findFeatures(layout, sources.front());
  for (const Source &source : sources)
    if (Axes features = findFeatures(layout, source); !std::is_permutation(
            features.begin(), features.end(), layout.features.begin(), layout.features.end()))
      throw Error(where,
                  "attend expects the values" + source.owner + " to have the axes " +
                      formatAxes(layout.features) + " of the values, got " +
                      formatAxes(source.values.axes),
                  {v.note(), source.values.note()}, "all sources fill one list of values");
  for (const Source &source : sources)
    for (const Axis &axis : layout.features)
      requireAxis(source.values, axis, "attend", where);
  int64_t id = checkDropout(options.dropout);
  Value q4 = toFour(q, layout.batch, layout.heads, axes.query, axes.over);
  auto [k4, v4] = placeSource(layout, sources.front());
  Value position = placePosition(q, options.position, reach);
  SmallVector<Value> sourceKeys, sourceValues;
  for (const Source &source : llvm::drop_begin(sources)) {
    auto [keysOf, valuesOf] = placeSource(layout, source);
    sourceKeys.push_back(keysOf);
    sourceValues.push_back(valuesOf);
  }
  if (span)
    captureSpan(*span, layout);
  Value headReach;
  if (span && reach.span->options.skip && !span->axes.empty())
    headReach = placeHeadReach(reach);
  if (bias)
    captureBias(q, *bias, layout, reach);
  auto four = llvm::cast<RankedTensorType>(q4.getType());
  SmallVector<ir::SizeAttr> sizes = ir::getDimSizes(four), statistics = sizes;
  sizes[3] = graph.sizeAttr(fold(layout.features, where));
  statistics[3] = graph.sizeAttr(3);
  Type element = four.getElementType();
  auto op = ir::SpanAttentionOp::create(
      graph.builder, loc, ir::getTensorType(sizes, element), ir::getTensorType(statistics, element),
      q4, k4, v4, position, sourceKeys, sourceValues, captures, headReach,
      options.dropout > 0 ? graph.getKey(where) : Value(), reach.first, graph.sizeAttr(reach.last),
      reach.zeros ? ir::BeforeStart::zeros : ir::BeforeStart::masked,
      graph.builder.getArrayAttr(kinds), llvm::APFloat(reach.epsilon),
      llvm::APFloat(options.dropout), options.dropout > 0 ? id : 0, sourceKeys.size());
  buildScore(op, reach, bias != nullptr);
  for (Region &region : op.getSourceScores())
    buildSourceScore(op, region);
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
  const Tensor &bias = options.bias ? options.bias : query;
  const Tensor *further = &query;
  for (const KeySource &source : options.sources)
    for (const Tensor *tensor : {&source.keys, &source.values})
      if (tensor->getNode() && tensor->getNode()->isUnknown())
        further = tensor;
  auto operands = {&query, &keys, &values, &position, &span, &bias, further};
  return guarded(operands, where, [&](GraphBuilder &graph) {
    graph.checkSize(reach.last, "the reach of attend", where);
    if (reach.first < 0 || (reach.last.isConstant() && reach.last.getOffset() < reach.first - 1) ||
        reach.last.getMaximum() > largestSize)
      throw Error(where,
                  "attend expects a reach of distances in [0, 2^40], got " +
                      std::to_string(reach.first) + " to " + reach.last.str(),
                  {},
                  reach.span ? "softSpan looks back at most `max` positions"
                             : "slidingWindow takes a length, then the first distance; it looks "
                               "back only");
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
