// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attend with lastSteps: one query of each sequence over the slots of a memory.
#include "dialects/weft/WeftFeedbackAttention.h"
#include "frontend/lib/AttentionBuilder.h"

namespace weft::dsl {

namespace detail {

void Attend::checkSteps(const Node &query, const LastSteps &reach, const AttendOptions &options) {
  if (!(options.dropout >= 0 && options.dropout < 1))
    throw Error(where,
                "attend expects a dropout rate in [0, 1), got " + formatNumber(options.dropout),
                {query.note()}, "the rate is the fraction of weights that is dropped");
  if (!axes.over.getSize().isConstant())
    throw Error(where,
                "attend expects axis `" + axes.over.getName() + "` to have a constant size, got " +
                    axes.over.getSize().str(),
                {query.note()}, "`over` is the width of a head");
  const char *refused = options.bias               ? "bias"
                        : !options.sources.empty() ? "sources"
                        : options.dropout > 0      ? "dropout"
                                                   : nullptr;
  if (refused)
    throw Error(where, std::string("attend expects no ") + refused + " beside lastSteps",
                {query.note()},
                options.dropout > 0
                    ? "draw a mask for all steps outside of the scan: lastSteps(n, {.keep = mask})"
                    : "the memory's slots are the only keys, told apart by position");
  const Size &slots = axes.keys.getSize();
  if (!slots.isConstant() || slots.getOffset() != reach.steps)
    throw Error(where,
                "attend expects as many keys as lastSteps has steps, got " + slots.str() +
                    " keys `" + axes.keys.getName() + "` vs " + std::to_string(reach.steps) +
                    " steps",
                {query.note()}, "the axis of the keys is the memory's: memory.axis()");
  if (findAxis(query.axes, axes.query.getName()))
    throw Error(where,
                "attend expects the query of a step without axis `" + axes.query.getName() +
                    "`, got " + formatAxes(query.axes) + " in " + query.describe(),
                {query.note()}, "a scan hands its body one index of that axis at a time");
  if (reach.options.z && (!(reach.options.ramp > 0) || !std::isfinite(reach.options.ramp)))
    throw Error(where, "lastSteps expects a ramp above 0, got " + formatNumber(reach.options.ramp),
                {}, "the weight of a key falls from 1 to 0 over `ramp` steps");
}

Tensor Attend::buildSteps(const Tensor &query, const Tensor &keys, const Tensor &values,
                          const LastSteps &reach, const AttendOptions &options) {
  isOneQuery = true;
  keep.reserve(6);
  const Node &q = place(query, "query");
  element = q.dtype;
  const Node &k = place(keys, "keys"), &v = place(values, "values");
  const Node *z = reach.options.z ? &place(reach.options.z, "span") : nullptr;
  const Node *position = options.position ? &place(options.position, "position") : nullptr;
  const Node *kept = reach.options.keep ? &place(reach.options.keep, "keep") : nullptr;
  loc = graph.location(where, (q.serial > k.serial ? q : k).scope);
  checkSteps(q, reach, options);
  Layout layout = findLayout(q, z, nullptr, /*isPerHead=*/false);
  Source slots{k, v, axes.keys, ""};
  checkSource(q, layout, slots);
  layout.features = findFeatures(layout, slots);
  // In front of features where others have their queries; the query lacks the axis.
  Axis one(axes.query.getName(), 1);
  Value queryOf = toFour(q, layout.batch, layout.heads, one, {axes.over}), positionOf, keepOf;
  // Slots belong to sequences, but heads may share them.
  Axes heads;
  for (const Axis &axis : layout.heads)
    if (findAxis(k.axes, axis.getName()) || findAxis(v.axes, axis.getName()))
      heads = layout.heads;
  Value keysOf = toFour(k, layout.batch, heads, axes.keys, {axes.over}),
        valuesOf = toFour(v, layout.batch, heads, axes.keys, layout.features);
  if (position) {
    requireSameType(q, *position, "attend", where);
    requireAxis(*position, axes.keys, "attend", where);
    requireAxis(*position, axes.over, "attend", where);
    if (position->axes.size() != 2)
      throw Error(where,
                  "attend expects position to be {" + axes.keys.getName() + ", " +
                      axes.over.getName() + "}, got " + formatAxes(position->axes),
                  {position->note()}, "each slot has one row, which sequences and heads share");
    positionOf = graph.align(*position, {axes.keys, axes.over}, loc);
  }
  if (kept) {
    requireSameType(q, *kept, "attend", where);
    requireAxis(*kept, axes.keys, "attend", where);
    checkShared(q, *kept, where);
    for (const Axis &axis : kept->axes)
      if (!(axis == axes.keys) && !findAxis(layout.batch, axis.getName()) &&
          !findAxis(layout.heads, axis.getName()))
        throw Error(where,
                    "attend expects axis `" + axis.getName() + "` of keep in the query too, got " +
                        formatAxes(q.axes),
                    {q.note(), kept->note()}, "keep has a number for each key of each query");
    keepOf = toFour(*kept, layout.batch, layout.heads, one, {axes.keys});
  }
  if (z)
    captureSpan(*z, layout);
  auto four = llvm::cast<RankedTensorType>(queryOf.getType());
  SmallVector<ir::SizeAttr> sizes = ir::getDimSizes(four), statistics = sizes;
  sizes[3] = graph.sizeAttr(fold(layout.features, where));
  statistics[3] = graph.sizeAttr(3);
  scalar = four.getElementType();
  SoftSpan span{reach.options.z, {.ramp = reach.options.ramp, .max = reach.steps}};
  Reach rule{1, Size(reach.steps), /*zeros=*/true, z ? 1e-8 : 0.0, z ? &span : nullptr};
  OpBuilder &b = graph.builder;
  auto op = ir::FeedbackAttentionOp::create(b, loc, ir::getTensorType(sizes, scalar),
                                            ir::getTensorType(statistics, scalar), queryOf, keysOf,
                                            valuesOf, positionOf, keepOf, captures,
                                            b.getArrayAttr(kinds), llvm::APFloat(rule.epsilon));
  buildScore(op.getScore(), rule, /*hasBias=*/false);
  Axes result = join({layout.batch, layout.heads, layout.features});
  graph.checkAxes(result, "the result of attend", where);
  SmallVector<ir::SizeAttr> unfolded;
  for (const Axis &axis : result)
    unfolded.push_back(graph.sizeAttr(axis.getSize()));
  return graph.wrap(graph.reshape(op.getResult(), unfolded, loc), result, q.dtype, where, "attend",
                    {&q, &k, &v});
}

} // namespace detail

using namespace detail;

Tensor attend(const AttendAxes &axes, Tensor query, Tensor keys, Tensor values,
              const LastSteps &reach, const AttendOptions &options, Where where) {
  // Optional operands must be known too, or a mistake in one of them is reported twice.
  auto orQuery = [&](const Tensor &tensor) -> const Tensor & { return tensor ? tensor : query; };
  llvm::SmallVector<const Tensor *> operands = {&query,
                                                &keys,
                                                &values,
                                                &orQuery(options.position),
                                                &orQuery(options.bias),
                                                &orQuery(reach.options.z),
                                                &orQuery(reach.options.keep)};
  return guarded(operands, where, [&](GraphBuilder &graph) {
    return Attend(graph, axes, where).buildSteps(query, keys, values, reach, options);
  });
}

} // namespace weft::dsl
