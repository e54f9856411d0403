// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of WeftAttentionOps.td and what the ops answer to the attention interface.
#include "dialects/weft/WeftDialect.h"

using namespace mlir;

namespace weft::ir {

static SmallVector<CaptureKind> getKindValues(ArrayAttr kinds) {
  SmallVector<CaptureKind> values;
  for (Attribute kind : kinds)
    values.push_back(cast<CaptureKindAttr>(kind).getValue());
  return values;
}

Value SpanAttentionOp::getAttentionQuery() { return getQuery(); }
Value SpanAttentionOp::getAttentionKeys() { return getKeys(); }
Value SpanAttentionOp::getAttentionValues() { return getValues(); }
Value SpanAttentionOp::getAttentionPosition() { return getPosition(); }
int64_t SpanAttentionOp::getReachMinimum() { return getDMin(); }
SizeAttr SpanAttentionOp::getReachMaximum() { return getDMax(); }
Value SpanAttentionOp::getReachOfHeads() { return getHeadReach(); }
BeforeStart SpanAttentionOp::getReachBeforeStart() { return getBeforeStart(); }
Region &SpanAttentionOp::getScoreRegion() { return getScore(); }
OperandRange SpanAttentionOp::getAttentionSourceKeys() { return getSourceKeys(); }
OperandRange SpanAttentionOp::getAttentionSourceValues() { return getSourceValues(); }
MutableArrayRef<Region> SpanAttentionOp::getSourceRegions() { return getSourceScores(); }
OperandRange SpanAttentionOp::getAttentionCaptures() { return getCaptures(); }
SmallVector<CaptureKind> SpanAttentionOp::getAttentionCaptureKinds() {
  return getKindValues(getKinds());
}

Value SpanAttentionGradOp::getAttentionQuery() { return getQuery(); }
Value SpanAttentionGradOp::getAttentionKeys() { return getKeys(); }
Value SpanAttentionGradOp::getAttentionValues() { return getValues(); }
Value SpanAttentionGradOp::getAttentionPosition() { return getPosition(); }
int64_t SpanAttentionGradOp::getReachMinimum() { return getDMin(); }
SizeAttr SpanAttentionGradOp::getReachMaximum() { return getDMax(); }
Value SpanAttentionGradOp::getReachOfHeads() { return getHeadReach(); }
BeforeStart SpanAttentionGradOp::getReachBeforeStart() { return getBeforeStart(); }
Region &SpanAttentionGradOp::getScoreRegion() { return getScore(); }
OperandRange SpanAttentionGradOp::getAttentionSourceKeys() { return getSourceKeys(); }
OperandRange SpanAttentionGradOp::getAttentionSourceValues() { return getSourceValues(); }
MutableArrayRef<Region> SpanAttentionGradOp::getSourceRegions() { return getSourceScores(); }
OperandRange SpanAttentionGradOp::getAttentionCaptures() { return getCaptures(); }
SmallVector<CaptureKind> SpanAttentionGradOp::getAttentionCaptureKinds() {
  return getKindValues(getKinds());
}

namespace {

/// One operand's shape against its expected sizes; a null size accepts any.
struct ExpectedShape {
  StringRef operand;
  Value value;
  SmallVector<SizeAttr> sizes;
  StringRef words, label;
};

template <typename Op>
LogicalResult verifyShape(Op op, const ExpectedShape &expected, Type element) {
  auto type = cast<RankedTensorType>(expected.value.getType());
  SmallVector<SizeAttr> sizes = getDimSizes(type);
  bool agrees = sizes.size() == expected.sizes.size() && type.getElementType() == element;
  for (auto [got, want] : llvm::zip(sizes, expected.sizes))
    agrees &= !want || got == want;
  if (agrees)
    return success();
  InFlightDiagnostic diagnostic = op.emitOpError("expects ")
                                  << expected.operand << " to be " << expected.words << " of "
                                  << element << ", got " << formatShape(type) << " of "
                                  << type.getElementType() << " (" << op->getName().stripDialect()
                                  << "." << expected.label << ")";
  diagnostic.attachNote(op.getQuery().getLoc())
      << "query is " << formatShape(cast<RankedTensorType>(op.getQuery().getType()));
  return diagnostic;
}

/// The closed vocabulary of a score region.
bool isScoreVocabulary(Operation &op) {
  return isa<ConstantOp, AddOp, SubOp, MulOp, DivOp, MaximumOp, MinimumOp, NegOp, ExpOp, LogOp,
             SqrtOp, RsqrtOp, TanhOp, ErfOp, SigmoidOp, SinOp, CosOp, FloorOp, ReluOp, ClampOp,
             CompareOp, SelectOp, CastOp, StopGradientOp>(op);
}

/// A region that takes `arguments` and the captures.
template <typename Op>
LogicalResult verifyScoreRegion(Op op, Region &region, unsigned arguments, StringRef words,
                                Type element) {
  StringRef name = op->getName().stripDialect();
  Block &block = region.front();
  SmallVector<Type> types(arguments + op.getCaptures().size(), element);
  if (!llvm::equal(block.getArgumentTypes(), types))
    return op.emitOpError("expects the region ")
           << words << " and " << op.getCaptures().size() << " captures, all " << element
           << ", got " << block.getArgumentTypes() << " (" << name << ".C8)";
  for (Operation &inner : block.without_terminator()) {
    bool scalar = llvm::none_of(inner.getResultTypes(), llvm::IsaPred<RankedTensorType>);
    if (isScoreVocabulary(inner) && scalar)
      continue;
    InFlightDiagnostic diagnostic =
        op.emitOpError("expects its region to hold only weft elementwise ops and ")
        << "constants on scalars, got '" << inner.getName() << "' (" << name << ".C9)";
    diagnostic.attachNote(inner.getLoc())
        << "here; allowed are constant, add, sub, mul, div, maximum, minimum, neg, exp, "
           "log, sqrt, rsqrt, tanh, erf, sigmoid, sin, cos, floor, relu, clamp, compare, select, "
           "cast, "
           "stop_gradient";
    return diagnostic;
  }
  Operation *end = block.getTerminator();
  SmallVector<Type> yielded{element, IntegerType::get(op.getContext(), 1), element};
  if (!isa<YieldOp>(end) || !llvm::equal(end->getOperandTypes(), yielded))
    return op.emitOpError("expects the region to yield score, mask and weight: ")
           << yielded << ", got " << end->getOperandTypes() << " (" << name << ".C10)";
  return success();
}

/// The axes of batch and heads: those of the query, or 1 where all share a source.
SizeAttr sharedOr(SizeAttr got, SizeAttr whole) {
  return got.isConstant() && got.getOffset() == 1 ? got : whole;
}

struct KeySource {
  StringRef keysName, valuesName;
  Value keys, values;
  StringRef keysLabel, valuesLabel;
};

/// Keys and values of one source against the query; `width`: the features of its values, or null.
template <typename Op>
LogicalResult verifySource(Op op, const KeySource &source, SizeAttr width, Type element) {
  auto query = cast<RankedTensorType>(op.getQuery().getType());
  auto keys = cast<RankedTensorType>(source.keys.getType());
  SizeAttr batch = sharedOr(getDimSize(keys, 0), getDimSize(query, 0)),
           heads = sharedOr(getDimSize(keys, 1), getDimSize(query, 1));
  if (failed(verifyShape(op,
                         {source.keysName,
                          source.keys,
                          {batch, heads, {}, getDimSize(query, 3)},
                          "[batch or 1, heads or 1, keys, features]",
                          source.keysLabel},
                         element)))
    return failure();
  return verifyShape(op,
                     {source.valuesName,
                      source.values,
                      {batch, heads, getDimSize(keys, 2), width},
                      width ? "[batch, heads and keys as its keys, features of the values]"
                            : "[batch, heads and keys as its keys, any]",
                      source.valuesLabel},
                     element);
}

/// The sources beyond the band: operands, regions, and which captures these read.
template <typename Op> LogicalResult verifyFurtherSources(Op op, Type element) {
  StringRef name = op->getName().stripDialect();
  size_t count = op.getSourceKeys().size();
  if (op.getSourceValues().size() != count || op.getSourceScores().size() != count)
    return op.emitOpError("expects keys, values and a region for each source, got ")
           << count << ", " << op.getSourceValues().size() << " and " << op.getSourceScores().size()
           << " (" << name << ".C15)";
  auto query = cast<RankedTensorType>(op.getQuery().getType());
  SizeAttr width = getDimSize(cast<RankedTensorType>(op.getValues().getType()), 3);
  for (auto [keys, values, region] :
       llvm::zip(op.getSourceKeys(), op.getSourceValues(), op.getSourceScores())) {
    for (Value operand : {keys, values})
      if (auto type = cast<RankedTensorType>(operand.getType()); type.getRank() != 4)
        return op.emitOpError("expects keys and values of a source to have rank 4, got ")
               << formatShape(type) << " (" << name << ".C1)";
    if (failed(verifySource(op,
                            {"keys of a source", "values of a source", keys, values, "C16", "C17"},
                            width, query.getElementType())) ||
        failed(verifyScoreRegion(op, region, 3,
                                 "of a source to take content, query index, key index", element)))
      return failure();
    for (auto [i, kind] : llvm::enumerate(getKindValues(op.getKinds()))) {
      bool common = kind == CaptureKind::scalar || kind == CaptureKind::per_head ||
                    kind == CaptureKind::by_query;
      if (!common && !region.front().getArgument(3 + i).use_empty())
        return op.emitOpError("expects the region of a source to read captures by scalar, per_head "
                              "and by_query only, got ")
               << stringifyCaptureKind(kind) << " (" << name << ".C18)";
    }
  }
  return success();
}

/// What span_attention and its gradient have in common.
template <typename Op> LogicalResult verifyAttention(Op op) {
  StringRef name = op->getName().stripDialect();
  auto query = cast<RankedTensorType>(op.getQuery().getType()),
       keys = cast<RankedTensorType>(op.getKeys().getType());
  auto values = cast<RankedTensorType>(op.getValues().getType());
  // Of the factors of products, and of all else.
  Type factor = query.getElementType(), element = getSumType(factor);
  if (query.getRank() != 4 || keys.getRank() != 4 || values.getRank() != 4)
    return op.emitOpError("expects query, keys and values to have rank 4, got ")
           << formatShape(query) << ", " << formatShape(keys) << " and " << formatShape(values)
           << " (" << name << ".C1)";
  SizeAttr heads = getDimSize(query, 1), rows = getDimSize(query, 2),
           features = getDimSize(query, 3), length = getDimSize(keys, 2);
  if (failed(verifySource(op, {"keys", "values", op.getKeys(), op.getValues(), "C2", "C3"}, {},
                          factor)))
    return failure();

  int64_t minimum = op.getDMin(), maximum = op.getDMax().getMaximum();
  if (minimum > maximum)
    return op.emitOpError("expects the reach to go from a smaller to a larger distance, got ")
           << minimum << " to " << op.getDMax().str() << " (" << name << ".C4)";
  if (op.getHeadReach() &&
      failed(verifyShape(op, {"the reach of heads", op.getHeadReach(), {heads}, "[heads]", "C19"},
                         element)))
    return failure();
  if (op.getPosition()) {
    if (failed(verifyShape(
            op, {"position", op.getPosition(), {{}, features}, "[distances, features]", "C5"},
            factor)))
      return failure();
    SizeAttr distances = getDimSize(cast<RankedTensorType>(op.getPosition().getType()), 0);
    if (!distances.isConstant() || distances.getOffset() < maximum - minimum + 1)
      return op.emitOpError("expects position to have a row for each distance, got ")
             << distances.str() << " vs " << maximum - minimum + 1 << " (" << name << ".C5)";
  }

  if (op.getKinds().size() != op.getCaptures().size())
    return op.emitOpError("expects one kind for each capture, got ")
           << op.getKinds().size() << " vs " << op.getCaptures().size() << " (" << name << ".C6)";
  for (auto [capture, kind] : llvm::zip(op.getCaptures(), getKindValues(op.getKinds()))) {
    SmallVector<SizeAttr> sizes;
    if (kind == CaptureKind::per_head)
      sizes = {heads};
    if (kind == CaptureKind::by_distance)
      sizes = {SizeAttr::get(op.getContext(), maximum - minimum + 1)};
    if (kind == CaptureKind::per_head_by_distance)
      sizes = {heads, SizeAttr::get(op.getContext(), maximum - minimum + 1)};
    if (kind == CaptureKind::by_query)
      sizes = {rows};
    if (kind == CaptureKind::by_key)
      sizes = {length};
    std::string words = (stringifyCaptureKind(kind) + " data").str();
    if (failed(verifyShape(op, {"a capture", capture, sizes, words, "C7"}, element)))
      return failure();
  }
  if (failed(verifyScoreRegion(op, op.getScore(), 5,
                               "to take content, relative, distance, query index, key index",
                               element)) ||
      failed(verifyFurtherSources(op, element)))
    return failure();

  double epsilon = op.getEpsilon().convertToDouble(), rate = op.getDropout().convertToDouble();
  if (!(epsilon >= 0) || !std::isfinite(epsilon))
    return op.emitOpError("expects epsilon to be finite and at least 0, got ")
           << epsilon << " (" << name << ".C11)";
  if (!(rate >= 0 && rate < 1))
    return op.emitOpError("expects dropout to be in [0, 1), got ")
           << rate << " (" << name << ".C12)";
  if ((rate > 0) != bool(op.getKey()))
    return op.emitOpError("expects a key exactly if dropout is above 0, got dropout ")
           << rate << (op.getKey() ? " with a key (" : " without a key (") << name << ".C12)";
  if (op.getKey() &&
      op.getKey().getType() != RankedTensorType::get({4}, IntegerType::get(op.getContext(), 32)))
    return op.emitOpError("expects key to be tensor<4xi32>, got ")
           << op.getKey().getType() << " (" << name << ".C12)";
  return success();
}

/// The attended values (or their gradient) and the statistics have one row for each query.
template <typename Op> LogicalResult verifyRows(Op op, StringRef name, Value attended, Type type) {
  auto query = cast<RankedTensorType>(op.getQuery().getType());
  SmallVector<SizeAttr> sizes = getDimSizes(query);
  sizes[3] = getDimSize(cast<RankedTensorType>(op.getValues().getType()), 3);
  if (failed(verifyShape(
          op, {name, attended, sizes, "[batch, heads, queries, value features]", "C13"}, type)))
    return failure();
  sizes[3] = SizeAttr::get(op.getContext(), 3);
  return verifyShape(op,
                     {"statistics", op.getStatistics(), sizes, "[batch, heads, queries, 3]", "C13"},
                     getSumType(query.getElementType()));
}

} // namespace

LogicalResult SpanAttentionOp::verify() {
  if (failed(verifyAttention(*this)))
    return failure();
  return verifyRows(*this, "the result", getResult(),
                    getSumType(getElementOrSelf(getQuery().getType())));
}

LogicalResult SpanAttentionGradOp::verify() {
  if (failed(verifyAttention(*this)) || failed(verifyRows(*this, "result_grad", getResultGrad(),
                                                          getElementOrSelf(getQuery().getType()))))
    return failure();
  SmallVector<Type> expected{getQuery().getType(), getKeys().getType(), getValues().getType()};
  if (getPosition())
    expected.push_back(getPosition().getType());
  llvm::append_range(expected, getSourceKeys().getTypes());
  llvm::append_range(expected, getSourceValues().getTypes());
  llvm::append_range(expected, getCaptures().getTypes());
  for (Type &type : expected)
    type = getSumType(type);
  if (!llvm::equal(getGrads().getTypes(), expected))
    return emitOpError("expects one gradient for query, keys, values, position, sources and each "
                       "capture: ")
           << expected << ", got " << getGrads().getTypes() << " (span_attention_grad.C14)";
  return success();
}

} // namespace weft::ir
