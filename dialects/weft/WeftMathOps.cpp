// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers and result types of WeftMathOps.td. The labels in brackets are those of
// docs/spec/weft.md.
#include "dialects/weft/WeftDialect.h"

#define GET_OP_CLASSES
#include "dialects/weft/WeftOps.cpp.inc"

using namespace mlir;

namespace weft::ir {

namespace {

/// True if `axes` are distinct dimensions of a tensor of this rank.
bool areAxes(ArrayRef<int64_t> axes, int64_t rank) {
  llvm::SmallDenseSet<int64_t> seen;
  return llvm::all_of(
      axes, [&](int64_t axis) { return axis >= 0 && axis < rank && seen.insert(axis).second; });
}

std::string formatAxes(ArrayRef<int64_t> axes) {
  std::string text = "[";
  for (auto [i, axis] : llvm::enumerate(axes))
    text += (i ? ", " : "") + std::to_string(axis);
  return text + "]";
}

} // namespace

// constant

void ConstantOp::build(OpBuilder &builder, OperationState &state, Type type, double splat) {
  Type element = getElementOrSelf(type);
  TypedAttr scalar = isa<FloatType>(element)
                         ? TypedAttr(FloatAttr::get(element, splat))
                         : TypedAttr(IntegerAttr::get(element, static_cast<int64_t>(splat)));
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    build(builder, state, type,
          cast<TypedAttr>(DenseElementsAttr::get(tensor, {Attribute(scalar)})));
  else
    build(builder, state, type, scalar);
}

std::optional<double> ConstantOp::getSplatValue() {
  Attribute value = getValue();
  if (auto dense = dyn_cast<DenseElementsAttr>(value)) {
    if (!dense.isSplat())
      return std::nullopt;
    value = dense.getSplatValue<Attribute>();
  }
  if (auto number = dyn_cast<FloatAttr>(value))
    return number.getValueAsDouble();
  if (auto number = dyn_cast<IntegerAttr>(value))
    return number.getType().isInteger(1) ? (number.getValue().isZero() ? 0.0 : 1.0)
                                         : static_cast<double>(number.getInt());
  return std::nullopt;
}

LogicalResult ConstantOp::verify() {
  if (isa<RankedTensorType>(getType()) && !isa<DenseElementsAttr>(getValue()))
    return emitOpError("expects a dense value for a tensor, got ")
           << getValue() << " (constant.C1)";
  return success();
}

Value createSplat(OpBuilder &builder, Location loc, Type type, double value) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.hasStaticShape())
    return ConstantOp::create(builder, loc, type, value);
  Value scalar =
      ConstantOp::create(builder, loc, RankedTensorType::get({}, tensor.getElementType()), value);
  return BroadcastOp::create(builder, loc, type, scalar, ArrayRef<int64_t>{});
}

LogicalResult IotaOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getType());
  if (!areAxes({static_cast<int64_t>(getAxis())}, type.getRank()))
    return emitOpError("expects axis to be less than the rank, got ")
           << getAxis() << " vs " << type.getRank() << " (iota.C1)";
  return success();
}

// elementwise

LogicalResult ClampOp::verify() {
  if (!(getLow().convertToDouble() <= getHigh().convertToDouble()))
    return emitOpError("expects low to be at most high, got ")
           << getLow().convertToDouble() << " vs " << getHigh().convertToDouble() << " (clamp.C1)";
  return success();
}

LogicalResult CompareOp::inferReturnTypes(MLIRContext *context, std::optional<Location>,
                                          ValueRange operands, DictionaryAttr, OpaqueProperties,
                                          RegionRange, SmallVectorImpl<Type> &types) {
  Type i1 = IntegerType::get(context, 1);
  if (auto tensor = dyn_cast<RankedTensorType>(operands[0].getType()))
    types.push_back(RankedTensorType::get(tensor.getShape(), i1, tensor.getEncoding()));
  else
    types.push_back(i1);
  return success();
}

LogicalResult SelectOp::verify() {
  auto condition = dyn_cast<RankedTensorType>(getCondition().getType());
  auto result = dyn_cast<RankedTensorType>(getResult().getType());
  if (!condition && !result)
    return success();
  if (!condition || !result || getDimSizes(condition) != getDimSizes(result))
    return emitOpError("expects condition to have the shape of the values, got ")
           << getCondition().getType() << " vs " << getResult().getType() << " (select.C1)";
  return success();
}

LogicalResult CastOp::verify() {
  auto input = dyn_cast<RankedTensorType>(getInput().getType());
  auto result = dyn_cast<RankedTensorType>(getResult().getType());
  if (!input && !result)
    return success();
  if (!input || !result || getDimSizes(input) != getDimSizes(result))
    return emitOpError("expects the result to have the shape of the input, got ")
           << (result ? formatShape(result) : "a scalar") << " vs "
           << (input ? formatShape(input) : "a scalar") << " (cast.C1)";
  return success();
}

// dot

LogicalResult DotOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                      ValueRange operands, DictionaryAttr attributes,
                                      OpaqueProperties properties, RegionRange regions,
                                      SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  auto lhs = cast<RankedTensorType>(op.getLhs().getType()),
       rhs = cast<RankedTensorType>(op.getRhs().getType());
  ArrayRef<int64_t> lhsBatch = op.getLhsBatch(), rhsBatch = op.getRhsBatch();
  ArrayRef<int64_t> lhsContract = op.getLhsContract(), rhsContract = op.getRhsContract();
  if (lhs.getElementType() != rhs.getElementType())
    return emitOptionalError(loc,
                             "'weft.dot' op expects lhs and rhs to have one element type, got ",
                             lhs.getElementType(), " vs ", rhs.getElementType(), " (dot.C1)");
  auto lhsAxes = llvm::to_vector(llvm::concat<const int64_t>(lhsBatch, lhsContract));
  auto rhsAxes = llvm::to_vector(llvm::concat<const int64_t>(rhsBatch, rhsContract));
  if (!areAxes(lhsAxes, lhs.getRank()) || !areAxes(rhsAxes, rhs.getRank()))
    return emitOptionalError(
        loc, "'weft.dot' op expects batch and contract to be distinct axes of their operand, got ",
        formatAxes(lhsAxes), " of rank ", lhs.getRank(), " and ", formatAxes(rhsAxes), " of rank ",
        rhs.getRank(), " (dot.C2)");
  if (lhsBatch.size() != rhsBatch.size() || lhsContract.size() != rhsContract.size())
    return emitOptionalError(
        loc, "'weft.dot' op expects as many batch and contract axes of lhs as of rhs, got ",
        formatAxes(lhsBatch), " x ", formatAxes(rhsBatch), " and ", formatAxes(lhsContract), " x ",
        formatAxes(rhsContract), " (dot.C3)");
  for (auto [a, b] : llvm::zip(lhsAxes, rhsAxes))
    if (getDimSize(lhs, a) != getDimSize(rhs, b))
      return emitOptionalError(loc, "'weft.dot' op expects paired axes to have one size, got ",
                               getDimSize(lhs, a).str(), " (lhs axis ", a, ") vs ",
                               getDimSize(rhs, b).str(), " (rhs axis ", b, ") (dot.C4)");
  SmallVector<SizeAttr> sizes;
  for (int64_t axis : lhsBatch)
    sizes.push_back(getDimSize(lhs, axis));
  for (int64_t axis = 0; axis < lhs.getRank(); ++axis)
    if (!llvm::is_contained(lhsAxes, axis))
      sizes.push_back(getDimSize(lhs, axis));
  for (int64_t axis = 0; axis < rhs.getRank(); ++axis)
    if (!llvm::is_contained(rhsAxes, axis))
      sizes.push_back(getDimSize(rhs, axis));
  // Rounded factors are for the products' sake; a sum of them would lose what it is for.
  Type element = lhs.getElementType();
  types.push_back(
      getTensorType(sizes, element.isBF16() ? Float32Type::get(element.getContext()) : element));
  return success();
}

// reductions

static LogicalResult inferReduced(StringRef name, std::optional<Location> loc, Value input,
                                  ArrayRef<int64_t> axes, SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(input.getType());
  if (!areAxes(axes, type.getRank()))
    return emitOptionalError(loc, "'weft.", name,
                             "' op expects axes to be distinct and less than the rank, got ",
                             formatAxes(axes), " of rank ", type.getRank(), " (", name, ".C1)");
  SmallVector<SizeAttr> sizes;
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    if (!llvm::is_contained(axes, axis))
      sizes.push_back(getDimSize(type, axis));
  types.push_back(getTensorType(sizes, type.getElementType()));
  return success();
}

LogicalResult SumOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                      ValueRange operands, DictionaryAttr attributes,
                                      OpaqueProperties properties, RegionRange regions,
                                      SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  return inferReduced("sum", loc, op.getInput(), op.getAxes(), types);
}

LogicalResult MaxOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                      ValueRange operands, DictionaryAttr attributes,
                                      OpaqueProperties properties, RegionRange regions,
                                      SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  return inferReduced("max", loc, op.getInput(), op.getAxes(), types);
}

LogicalResult SoftmaxOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  if (!areAxes({static_cast<int64_t>(getAxis())}, type.getRank()))
    return emitOpError("expects axis to be less than the rank, got ")
           << getAxis() << " vs " << type.getRank() << " (softmax.C1)";
  return success();
}

LogicalResult LogSoftmaxOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  if (!areAxes({static_cast<int64_t>(getAxis())}, type.getRank()))
    return emitOpError("expects axis to be less than the rank, got ")
           << getAxis() << " vs " << type.getRank() << " (log_softmax.C1)";
  return success();
}

LogicalResult CumsumOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  if (!areAxes({static_cast<int64_t>(getAxis())}, type.getRank()))
    return emitOpError("expects axis to be less than the rank, got ")
           << getAxis() << " vs " << type.getRank() << " (cumsum.C1)";
  return success();
}

LogicalResult TopKOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                       ValueRange operands, DictionaryAttr attributes,
                                       OpaqueProperties properties, RegionRange regions,
                                       SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto k = static_cast<int64_t>(op.getK());
  if (input.getRank() < 1)
    return emitOptionalError(loc, "'weft.top_k' op expects input to have at least one axis, got ",
                             formatShape(input), " (top_k.C1)");
  SmallVector<SizeAttr> sizes = getDimSizes(input);
  // A symbol may be 0 at run time.
  if (k < 1 || k > sizes.back().getOffset())
    return emitOptionalError(
        loc, "'weft.top_k' op expects k to be from 1 to the least size of the last axis, got ", k,
        " vs ", sizes.back().str(), " (top_k.C2)");
  sizes.back() = SizeAttr::get(context, k);
  types.push_back(getTensorType(sizes, input.getElementType()));
  types.push_back(getTensorType(sizes, IntegerType::get(context, 32)));
  return success();
}

// norms, tables, losses

LogicalResult LayerNormOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType()),
       scale = cast<RankedTensorType>(getScale().getType());
  if (input.getRank() < 1)
    return emitOpError("expects input to have at least one axis, got ")
           << input << " (layer_norm.C1)";
  if (scale.getElementType() != input.getElementType() || scale.getRank() != 1 ||
      getDimSize(scale, 0) != getDimSize(input, input.getRank() - 1))
    return emitOpError("expects scale and shift to have the size of the last axis of input, got ")
           << scale << " vs " << input << " (layer_norm.C2)";
  if (!(getEpsilon().convertToDouble() >= 0))
    return emitOpError("expects epsilon to be at least 0, got ")
           << getEpsilon().convertToDouble() << " (layer_norm.C3)";
  return success();
}

LogicalResult RmsNormOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType()),
       scale = cast<RankedTensorType>(getScale().getType());
  if (input.getRank() < 1)
    return emitOpError("expects input to have at least one axis, got ")
           << input << " (rms_norm.C1)";
  if (scale.getElementType() != input.getElementType() || scale.getRank() != 1 ||
      getDimSize(scale, 0) != getDimSize(input, input.getRank() - 1))
    return emitOpError("expects scale to have the size of the last axis of input, got ")
           << scale << " vs " << input << " (rms_norm.C2)";
  if (!(getEpsilon().convertToDouble() >= 0))
    return emitOpError("expects epsilon to be at least 0, got ")
           << getEpsilon().convertToDouble() << " (rms_norm.C3)";
  return success();
}

LogicalResult EmbeddingOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                            ValueRange operands, DictionaryAttr attributes,
                                            OpaqueProperties properties, RegionRange regions,
                                            SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  auto table = cast<RankedTensorType>(op.getTable().getType()),
       ids = cast<RankedTensorType>(op.getIds().getType());
  if (table.getRank() != 2)
    return emitOptionalError(loc, "'weft.embedding' op expects table to be [ids, features], got ",
                             formatShape(table), " (embedding.C1)");
  SmallVector<SizeAttr> sizes = getDimSizes(ids);
  sizes.push_back(getDimSize(table, 1));
  types.push_back(getTensorType(sizes, table.getElementType()));
  return success();
}

LogicalResult EmbeddingGradOp::verify() {
  auto rows = cast<RankedTensorType>(getRows().getType()),
       ids = cast<RankedTensorType>(getIds().getType());
  auto result = cast<RankedTensorType>(getType());
  SmallVector<SizeAttr> expected = getDimSizes(ids);
  if (result.getRank() != 2)
    return emitOpError("expects the result to be [ids, features], got ")
           << result << " (embedding_grad.C1)";
  expected.push_back(getDimSize(result, 1));
  if (getDimSizes(rows) != expected || rows.getElementType() != result.getElementType())
    return emitOpError("expects rows to have the shape of ids plus one axis of features, got ")
           << rows << " vs " << ids << " and " << result << " (embedding_grad.C2)";
  return success();
}

LogicalResult CrossEntropyOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                               ValueRange operands, DictionaryAttr attributes,
                                               OpaqueProperties properties, RegionRange regions,
                                               SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  auto logits = cast<RankedTensorType>(op.getLogits().getType());
  auto targets = cast<RankedTensorType>(op.getTargets().getType());
  SmallVector<SizeAttr> sizes = getDimSizes(logits);
  if (sizes.empty())
    return emitOptionalError(
        loc, "'weft.cross_entropy' op expects logits to have an axis of classes, got ",
        formatShape(logits), " (cross_entropy.C1)");
  sizes.pop_back();
  if (getDimSizes(targets) != sizes)
    return emitOptionalError(
        loc,
        "'weft.cross_entropy' op expects targets to have the shape of logits without classes, got ",
        formatShape(targets), " vs ", formatShape(logits), " (cross_entropy.C2)");
  types.push_back(getTensorType(sizes, logits.getElementType()));
  return success();
}

LogicalResult OneHotOp::verify() {
  auto ids = cast<RankedTensorType>(getIds().getType()), result = cast<RankedTensorType>(getType());
  SmallVector<SizeAttr> sizes = getDimSizes(result);
  if (sizes.empty() || ArrayRef(sizes).drop_back() != ArrayRef(getDimSizes(ids)))
    return emitOpError("expects the result to have the shape of ids plus one axis of classes, got ")
           << result << " vs " << ids << " (one_hot.C1)";
  return success();
}

LogicalResult DropoutOp::verify() {
  double rate = getRate().convertToDouble();
  if (!(rate >= 0 && rate < 1))
    return emitOpError("expects rate to be in [0, 1), got ") << rate << " (dropout.C1)";
  auto key = cast<RankedTensorType>(getKey().getType());
  if (key.getRank() != 1 || key.getDimSize(0) != 4)
    return emitOpError("expects key to be [seed low, seed high, step low, step high], got ")
           << key << " (dropout.C2)";
  return success();
}

} // namespace weft::ir
