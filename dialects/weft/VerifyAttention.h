// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the verifiers of attention ops have in common: operands, regions and numbers, whatever the
// reach. A label that several ops share has one number in all of them. Inside of the dialect.
#ifndef DIALECTS_WEFT_VERIFYATTENTION_H
#define DIALECTS_WEFT_VERIFYATTENTION_H

#include "dialects/weft/WeftDialect.h"

namespace weft::ir {

using namespace mlir;

inline SmallVector<CaptureKind> getKindValues(ArrayAttr kinds) {
  SmallVector<CaptureKind> values;
  for (Attribute kind : kinds)
    values.push_back(cast<CaptureKindAttr>(kind).getValue());
  return values;
}

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
inline bool isScoreVocabulary(Operation &op) {
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
inline SizeAttr sharedOr(SizeAttr got, SizeAttr whole) {
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

/// Query, keys and values: C1 to C3.
template <typename Op> LogicalResult verifyOperands(Op op) {
  auto query = cast<RankedTensorType>(op.getQuery().getType()),
       keys = cast<RankedTensorType>(op.getKeys().getType());
  auto values = cast<RankedTensorType>(op.getValues().getType());
  if (query.getRank() != 4 || keys.getRank() != 4 || values.getRank() != 4)
    return op.emitOpError("expects query, keys and values to have rank 4, got ")
           << formatShape(query) << ", " << formatShape(keys) << " and " << formatShape(values)
           << " (" << op->getName().stripDialect() << ".C1)";
  return verifySource(op, {"keys", "values", op.getKeys(), op.getValues(), "C2", "C3"}, {},
                      query.getElementType());
}

/// Captures: C6 and C7. `distances`: how many a capture by distance has; nothing where none may be.
template <typename Op> LogicalResult verifyCaptures(Op op, std::optional<int64_t> distances) {
  StringRef name = op->getName().stripDialect();
  auto query = cast<RankedTensorType>(op.getQuery().getType());
  Type element = getSumType(query.getElementType());
  SizeAttr heads = getDimSize(query, 1), rows = getDimSize(query, 2),
           length = getDimSize(cast<RankedTensorType>(op.getKeys().getType()), 2);
  if (op.getKinds().size() != op.getCaptures().size())
    return op.emitOpError("expects one kind for each capture, got ")
           << op.getKinds().size() << " vs " << op.getCaptures().size() << " (" << name << ".C6)";
  for (auto [capture, kind] : llvm::zip(op.getCaptures(), getKindValues(op.getKinds()))) {
    SmallVector<SizeAttr> sizes;
    if (kind == CaptureKind::per_head)
      sizes = {heads};
    bool isPerHead = kind == CaptureKind::per_head_by_distance;
    if (isPerHead || kind == CaptureKind::by_distance) {
      if (!distances)
        return op.emitOpError("expects captures by scalar, per_head, by_query and by_key, got ")
               << stringifyCaptureKind(kind) << " (" << name << ".C7)";
      sizes = {SizeAttr::get(op.getContext(), *distances)};
      if (isPerHead)
        sizes.insert(sizes.begin(), heads);
    }
    if (kind == CaptureKind::by_query)
      sizes = {rows};
    if (kind == CaptureKind::by_key)
      sizes = {length};
    std::string words = (stringifyCaptureKind(kind) + " data").str();
    if (failed(verifyShape(op, {"a capture", capture, sizes, words, "C7"}, element)))
      return failure();
  }
  return success();
}

/// Regions, further sources, epsilon and dropout: C8 to C12 and C15 to C18.
template <typename Op> LogicalResult verifyRegionsAndNumbers(Op op) {
  StringRef name = op->getName().stripDialect();
  Type element = getSumType(getElementOrSelf(op.getQuery().getType()));
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

/// What an attention op is differentiated by, in the order of its gradients.
inline SmallVector<Value> getDifferentiated(AttentionOpInterface op) {
  SmallVector<Value> values = {op.getAttentionQuery(), op.getAttentionKeys(),
                               op.getAttentionValues()};
  if (Value position = op.getAttentionPosition())
    values.push_back(position);
  llvm::append_range(values, op.getAttentionSourceKeys());
  llvm::append_range(values, op.getAttentionSourceValues());
  llvm::append_range(values, op.getAttentionCaptures());
  return values;
}

/// One gradient for each of them, of its type but f32 where that is bf16: C14.
template <typename Op> LogicalResult verifyGradients(Op op, StringRef words) {
  SmallVector<Type> expected(ValueRange(getDifferentiated(op)).getTypes());
  for (Type &type : expected)
    type = getSumType(type);
  if (llvm::equal(op.getGrads().getTypes(), expected))
    return success();
  return op.emitOpError("expects one gradient for ")
         << words << ": " << expected << ", got " << op.getGrads().getTypes() << " ("
         << op->getName().stripDialect() << ".C14)";
}

} // namespace weft::ir

#endif
