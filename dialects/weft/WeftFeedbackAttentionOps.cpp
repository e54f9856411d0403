// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of WeftFeedbackAttentionOps.td and what the ops answer to the attention interface.
#include "dialects/weft/WeftFeedbackAttention.h"

#include "dialects/weft/VerifyAttention.h"

#define GET_OP_CLASSES
#include "dialects/weft/WeftFeedbackAttentionOps.cpp.inc"

using namespace mlir;

namespace weft::ir {

static SizeAttr getSlots(Value keys) {
  return getDimSize(cast<RankedTensorType>(keys.getType()), 2);
}

Value FeedbackAttentionOp::getAttentionQuery() { return getQuery(); }
Value FeedbackAttentionOp::getAttentionKeys() { return getKeys(); }
Value FeedbackAttentionOp::getAttentionValues() { return getValues(); }
Value FeedbackAttentionOp::getAttentionPosition() { return getPosition(); }
int64_t FeedbackAttentionOp::getReachMinimum() { return 1; }
SizeAttr FeedbackAttentionOp::getReachMaximum() { return getSlots(getKeys()); }
Value FeedbackAttentionOp::getReachOfHeads() { return {}; }
BeforeStart FeedbackAttentionOp::getReachBeforeStart() { return BeforeStart::zeros; }
BlocksAttr FeedbackAttentionOp::getReachBlocks() { return {}; }
Region &FeedbackAttentionOp::getScoreRegion() { return getScore(); }
OperandRange FeedbackAttentionOp::getAttentionSourceKeys() { return getCaptures().take_front(0); }
OperandRange FeedbackAttentionOp::getAttentionSourceValues() { return getCaptures().take_front(0); }
MutableArrayRef<Region> FeedbackAttentionOp::getSourceRegions() { return {}; }
OperandRange FeedbackAttentionOp::getAttentionCaptures() { return getCaptures(); }
SmallVector<CaptureKind> FeedbackAttentionOp::getAttentionCaptureKinds() {
  return getKindValues(getKinds());
}

Value FeedbackAttentionGradOp::getAttentionQuery() { return getQuery(); }
Value FeedbackAttentionGradOp::getAttentionKeys() { return getKeys(); }
Value FeedbackAttentionGradOp::getAttentionValues() { return getValues(); }
Value FeedbackAttentionGradOp::getAttentionPosition() { return getPosition(); }
int64_t FeedbackAttentionGradOp::getReachMinimum() { return 1; }
SizeAttr FeedbackAttentionGradOp::getReachMaximum() { return getSlots(getKeys()); }
Value FeedbackAttentionGradOp::getReachOfHeads() { return {}; }
BeforeStart FeedbackAttentionGradOp::getReachBeforeStart() { return BeforeStart::zeros; }
BlocksAttr FeedbackAttentionGradOp::getReachBlocks() { return {}; }
Region &FeedbackAttentionGradOp::getScoreRegion() { return getScore(); }
OperandRange FeedbackAttentionGradOp::getAttentionSourceKeys() {
  return getCaptures().take_front(0);
}
OperandRange FeedbackAttentionGradOp::getAttentionSourceValues() {
  return getCaptures().take_front(0);
}
MutableArrayRef<Region> FeedbackAttentionGradOp::getSourceRegions() { return {}; }
OperandRange FeedbackAttentionGradOp::getAttentionCaptures() { return getCaptures(); }
SmallVector<CaptureKind> FeedbackAttentionGradOp::getAttentionCaptureKinds() {
  return getKindValues(getKinds());
}

namespace {

/// Captures: C6 and C7.
template <typename Op> LogicalResult verifyNumbers(Op op, Type element) {
  StringRef name = op->getName().stripDialect();
  if (op.getKinds().size() != op.getCaptures().size())
    return op.emitOpError("expects one kind for each capture, got ")
           << op.getKinds().size() << " vs " << op.getCaptures().size() << " (" << name << ".C6)";
  SizeAttr heads = getDimSize(cast<RankedTensorType>(op.getQuery().getType()), 1);
  for (auto [capture, kind] : llvm::zip(op.getCaptures(), getKindValues(op.getKinds()))) {
    bool isPerHead = kind == CaptureKind::per_head;
    if (!isPerHead && kind != CaptureKind::scalar)
      return op.emitOpError("expects captures by scalar and per_head, got ")
             << stringifyCaptureKind(kind) << " (" << name << ".C7)";
    SmallVector<SizeAttr> sizes;
    if (isPerHead)
      sizes = {heads};
    std::string words = (stringifyCaptureKind(kind) + " data").str();
    if (failed(verifyShape(op, {"a capture", capture, sizes, words, "C7"}, element)))
      return failure();
  }
  return success();
}

/// What the op and its gradient have in common: C1 to C12.
template <typename Op> LogicalResult verifyFeedback(Op op) {
  if (failed(verifyOperands(op)))
    return failure();
  StringRef name = op->getName().stripDialect();
  auto query = cast<RankedTensorType>(op.getQuery().getType());
  Type factor = query.getElementType(), element = getSumType(factor);
  SizeAttr queries = getDimSize(query, 2), slots = getSlots(op.getKeys());
  if (!queries.isConstant() || queries.getOffset() != 1)
    return op.emitOpError("expects one query of each sequence and head, got ")
           << formatShape(query) << " (" << name << ".C4)";
  auto keys = cast<RankedTensorType>(op.getKeys().getType());
  if (getDimSize(keys, 0) != getDimSize(query, 0))
    return op.emitOpError("expects slots of each sequence, got keys ")
           << formatShape(keys) << " vs query " << formatShape(query) << " (" << name << ".C2)";
  if (op.getPosition() &&
      failed(verifyShape(
          op,
          {"position", op.getPosition(), {slots, getDimSize(query, 3)}, "[slots, features]", "C5"},
          factor)))
    return failure();
  if (failed(verifyNumbers(op, element)) ||
      failed(verifyScoreRegion(op, op.getScore(), 5,
                               "to take content, relative, distance, query index, key index",
                               element)))
    return failure();
  double epsilon = op.getEpsilon().convertToDouble();
  if (!(epsilon >= 0) || !std::isfinite(epsilon))
    return op.emitOpError("expects epsilon to be finite and at least 0, got ")
           << epsilon << " (" << name << ".C11)";
  if (!op.getKeep())
    return success();
  SmallVector<SizeAttr> kept = getDimSizes(query);
  kept[3] = slots;
  return verifyShape(op, {"keep", op.getKeep(), kept, "[batch, heads, 1, slots]", "C12"}, element);
}

} // namespace

SmallVector<Type> FeedbackAttentionGradOp::getGradTypes(AttentionOpInterface op) {
  auto query = cast<RankedTensorType>(op.getAttentionQuery().getType());
  Type element = getSumType(query.getElementType());
  SmallVector<SizeAttr> sizes = getDimSizes(query);
  SmallVector<Type> types = {getTensorType(sizes, element)};
  sizes[3] = getSlots(op.getAttentionKeys());
  types.append(op.getAttentionPosition() ? 3 : 2, getTensorType(sizes, element));
  types.append(op.getAttentionCaptures().size(),
               getTensorType(ArrayRef(sizes).take_front(2), element));
  return types;
}

LogicalResult FeedbackAttentionOp::verify() {
  if (failed(verifyFeedback(*this)))
    return failure();
  return verifyRows(*this, "the result", getResult(),
                    getSumType(getElementOrSelf(getQuery().getType())));
}

LogicalResult FeedbackAttentionGradOp::verify() {
  if (failed(verifyFeedback(*this)) || failed(verifyRows(*this, "result_grad", getResultGrad(),
                                                         getElementOrSelf(getQuery().getType()))))
    return failure();
  SmallVector<Type> expected = getGradTypes(cast<AttentionOpInterface>(getOperation()));
  if (llvm::equal(getGrads().getTypes(), expected))
    return success();
  return emitOpError("expects the query's gradient, a row of numbers for content, position and "
                     "weights, and one number a head for each capture: ")
         << expected << ", got " << getGrads().getTypes() << " (feedback_attention_grad.C14)";
}

} // namespace weft::ir
