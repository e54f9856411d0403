// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the types of reach mean for attend: operands by distance, layouts of blocks, score regions.
#include "frontend/lib/AttentionBuilder.h"
#include "frontend/lib/PatternRule.h"

namespace weft::dsl::detail {

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

Block *Attend::addBlock(Region &region, unsigned first) {
  SmallVector<Type> types(first + captures.size(), scalar);
  return graph.builder.createBlock(&region, {}, types, SmallVector<Location>(types.size(), loc));
}

/// score = (content + relative) / sqrt(D) + bias; with a span, weight = clamp((1 - d + z S) / R +
/// 1, 0, 1), else 1. The division by R is kept as one: at d = R + 1 and z = 0 the ramp must be
/// exactly 0, where its gradient still passes.
void Attend::buildScore(Region &region, const Reach &reach, bool hasBias) {
  OpBuilder &b = graph.builder;
  OpBuilder::InsertionGuard guard(b);
  Block *block = addBlock(region, 5);
  Type element = block->getArgument(0).getType();
  Value scale = number(element, getScale());
  Value sum = block->getArgument(0);
  if (!reach.blocks) // which have no relative keys
    sum = ir::AddOp::create(b, loc, sum, block->getArgument(1));
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
void Attend::buildSourceScore(Region &region) {
  OpBuilder &b = graph.builder;
  OpBuilder::InsertionGuard guard(b);
  Block *block = addBlock(region, 3);
  Type element = block->getArgument(0).getType();
  Value scale = number(element, getScale());
  Value score = ir::MulOp::create(b, loc, block->getArgument(0), scale);
  Value present = ir::ConstantOp::create(b, loc, b.getI1Type(), 1.0);
  ir::YieldOp::create(b, loc, ValueRange{score, present, number(element, 1)});
}

void Attend::checkBlocks(const BlockLayout &blocks, const Node &query,
                         const AttendOptions &options) {
  if (options.position || options.bias)
    throw Error(where,
                std::string("attend expects no ") + (options.position ? "position" : "bias") +
                    " beside a layout of blocks, which has no distances",
                {query.note()}, "add positions to what query and keys are made of");
  const Size &queries = axes.query.getSize(), &keys = axes.keys.getSize();
  if (!queries.isConstant() || !keys.isConstant() || queries.getOffset() != blocks.getQueries() ||
      keys.getOffset() != blocks.getKeys())
    throw Error(where,
                "attend expects a layout of " + queries.str() + " queries `" +
                    axes.query.getName() + "` and " + keys.str() + " keys `" + axes.keys.getName() +
                    "`, got one of " + std::to_string(blocks.getQueries()) + " and " +
                    std::to_string(blocks.getKeys()),
                {query.note()}, "Pattern::blocks(queries, keys, size) makes one that fits");
  if (blocks.getBlockSize() < 16)
    throw Error(where,
                "attend expects blocks of 16, 32, 64 or 128 positions, got " +
                    std::to_string(blocks.getBlockSize()),
                {query.note()}, "smaller ones can only be counted");
}

int64_t Attend::findStride(const Operands &of, const Reach &reach) {
  const LayoutRule &rule = reach.blocks->getRule();
  if (rule.heads.size() != 1 || rule.queries != rule.keys || !rule.heads[0].listed.empty() ||
      rule.heads[0].terms.size() != 1 || of.dropout > 0 || !of.sourceKeys.empty())
    return 0;
  const ir::PatternTerm &term = rule.heads[0].terms[0];
  auto getBatch = [](Value value) {
    return ir::getDimSize(llvm::cast<RankedTensorType>(value.getType()), 0);
  };
  ir::SizeAttr batch = getBatch(of.query);
  bool isPermutable = term.kind == ir::PatternKind::strided && term.length > 1 &&
                      rule.keys % term.length == 0 && batch.isConstant() &&
                      getBatch(of.keys) == batch && getBatch(of.values) == batch;
  return isPermutable ? term.length : 0;
}

Value Attend::permute(Value value, int64_t stride) {
  ArrayRef<int64_t> shape = llvm::cast<RankedTensorType>(value.getType()).getShape();
  int64_t b = shape[0], h = shape[1], n = shape[2] / stride, d = shape[3];
  auto size = [&](int64_t count) { return graph.sizeAttr(count); };
  Value apart = graph.reshape(value, {size(b), size(h), size(n), size(stride), size(d)}, loc);
  Value turned = ir::TransposeOp::create(graph.builder, loc, apart, {0, 3, 1, 2, 4});
  return graph.reshape(turned, {size(b * stride), size(h), size(n), size(d)}, loc);
}

Value Attend::permuteBack(Value value, int64_t stride) {
  ArrayRef<int64_t> shape = llvm::cast<RankedTensorType>(value.getType()).getShape();
  int64_t b = shape[0] / stride, h = shape[1], n = shape[2], d = shape[3];
  auto size = [&](int64_t count) { return graph.sizeAttr(count); };
  Value apart = graph.reshape(value, {size(b), size(stride), size(h), size(n), size(d)}, loc);
  Value turned = ir::TransposeOp::create(graph.builder, loc, apart, {0, 2, 3, 1, 4});
  return graph.reshape(turned, {size(b), size(h), size(n * stride), size(d)}, loc);
}

ir::BlocksAttr Attend::getBlocks(const BlockLayout &layout, int64_t heads) {
  const LayoutRule &rule = layout.getRule();
  int64_t turns = rule.turns.size();
  if (heads % turns != 0)
    throw Error(
        where,
        "attend expects heads that are a multiple of the layouts they take turns with, got " +
            std::to_string(heads) + " heads and " + std::to_string(turns) + " layouts",
        {}, "head h has layout h mod " + std::to_string(turns));
  MLIRContext *context = graph.builder.getContext();
  SmallVector<ir::PatternAttr> patterns;
  for (const LayoutRule::Head &head : rule.heads) {
    rule.build(head, "attend", where); // or throws
    patterns.push_back(ir::PatternAttr::get(context, head.terms, head.listed, head.masks));
  }
  SmallVector<int64_t> patternOf;
  for (int64_t head = 0; patterns.size() > 1 && head < heads; ++head)
    patternOf.push_back(rule.turns[head % turns]);
  return ir::BlocksAttr::get(context, rule.size, patterns, patternOf);
}

ir::AttentionOpInterface Attend::createOp(const Operands &of, TypeRange types, const Reach &reach) {
  OpBuilder &b = graph.builder;
  ArrayAttr kindsOf = b.getArrayAttr(kinds);
  llvm::APFloat epsilon(reach.epsilon), dropout(of.dropout);
  if (reach.blocks) {
    int64_t heads = llvm::cast<RankedTensorType>(of.query.getType()).getDimSize(1);
    return ir::BlockSparseAttentionOp::create(b, loc, types[0], types[1], of.query, of.keys,
                                              of.values, of.sourceKeys, of.sourceValues, captures,
                                              of.key, getBlocks(*reach.blocks, heads), kindsOf,
                                              epsilon, dropout, of.id, of.sourceKeys.size());
  }
  return ir::SpanAttentionOp::create(b, loc, types[0], types[1], of.query, of.keys, of.values,
                                     of.position, of.sourceKeys, of.sourceValues, captures,
                                     of.headReach, of.key, reach.first, graph.sizeAttr(reach.last),
                                     reach.zeros ? ir::BeforeStart::zeros : ir::BeforeStart::masked,
                                     kindsOf, epsilon, dropout, of.id, of.sourceKeys.size());
}

} // namespace weft::dsl::detail
