// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attend: named axes to [batch, heads, time, features]; AttentionReach.cpp has what the types of
// reach differ in.
#include "frontend/lib/AttentionBuilder.h"

namespace weft::dsl {

namespace detail {

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

Layout Attend::findLayout(const Node &query, const Node *span, const Node *bias, bool isPerHead) {
  if (axes.query == axes.over || axes.keys == axes.over)
    throw Error(where,
                "attend expects `over` to be neither the queries nor the keys, got query `" +
                    axes.query.getName() + "`, keys `" + axes.keys.getName() + "`, over `" +
                    axes.over.getName() + "`",
                {}, "`over` is the axis of features that query and keys share");
  if (!isOneQuery)
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
                          : (i > 0 || isPerHead) && i + 1 == riders.size();
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

Axes findFeatures(const Layout &layout, const Source &source) {
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

int64_t Attend::checkDropout(double rate) {
  if (!(rate >= 0 && rate < 1))
    throw Error(where, "attend expects a dropout rate in [0, 1), got " + formatNumber(rate), {},
                "the rate is the fraction of weights that is dropped");
  if (rate > 0 && graph.function->isInScan())
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
  if (reach.blocks)
    checkBlocks(*reach.blocks, q, options);
  Layout layout = findLayout(q, span, bias, reach.blocks && reach.blocks->getPatternCount() > 1);
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
  Operands operands;
  operands.query = toFour(q, layout.batch, layout.heads, axes.query, axes.over);
  std::tie(operands.keys, operands.values) = placeSource(layout, sources.front());
  operands.position = placePosition(q, options.position, reach);
  for (const Source &source : llvm::drop_begin(sources)) {
    auto [keysOf, valuesOf] = placeSource(layout, source);
    operands.sourceKeys.push_back(keysOf);
    operands.sourceValues.push_back(valuesOf);
  }
  if (span)
    captureSpan(*span, layout);
  if (span && reach.span->options.skip && !span->axes.empty())
    operands.headReach = placeHeadReach(reach);
  if (bias)
    captureBias(q, *bias, layout, reach);
  operands.key = options.dropout > 0 ? graph.getKey(where) : Value();
  operands.dropout = options.dropout;
  operands.id = options.dropout > 0 ? id : 0;
  Reach chosen = reach;
  int64_t stride = reach.blocks ? findStride(operands, reach) : 0;
  if (stride > 0) {
    for (Value *operand : {&operands.query, &operands.keys, &operands.values})
      *operand = permute(*operand, stride);
    chosen.blocks = nullptr;
    chosen.last = Size(axes.keys.getSize().getOffset() / stride - 1);
  }
  auto four = llvm::cast<RankedTensorType>(operands.query.getType());
  SmallVector<ir::SizeAttr> sizes = ir::getDimSizes(four), statistics = sizes;
  sizes[3] = graph.sizeAttr(fold(layout.features, where));
  statistics[3] = graph.sizeAttr(3);
  scalar = four.getElementType();
  Type types[] = {ir::getTensorType(sizes, scalar), ir::getTensorType(statistics, scalar)};
  ir::AttentionOpInterface op = createOp(operands, types, chosen);
  if (stride > 0) // what the order of its positions was, for whoever draws it
    op->setAttr("weft.stride", graph.builder.getI64IntegerAttr(stride));
  buildScore(op.getScoreRegion(), reach, bias != nullptr);
  for (Region &region : op.getSourceRegions())
    buildSourceScore(region);
  Value attended = stride > 0 ? permuteBack(op->getResult(0), stride) : op->getResult(0);
  Axes result = join({layout.batch, layout.heads, axes.query, layout.features});
  graph.checkAxes(result, "the result of attend", where);
  SmallVector<ir::SizeAttr> unfolded;
  for (const Axis &axis : result)
    unfolded.push_back(graph.sizeAttr(axis.getSize()));
  return graph.wrap(graph.reshape(attended, unfolded, loc), result, q.dtype, where, "attend",
                    {&q, &k, &v});
}

} // namespace detail

using namespace detail;

namespace {

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

Tensor attend(const AttendAxes &axes, Tensor query, Tensor keys, Tensor values,
              const BlockLayout &layout, const AttendOptions &options, Where where) {
  Reach reach{0, axes.keys.getSize() - 1};
  reach.blocks = &layout;
  return attendTo(axes, query, keys, values, reach, options, where);
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
