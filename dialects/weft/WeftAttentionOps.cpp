// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of WeftAttentionOps.td and what the ops answer to the attention interface.
#include "dialects/weft/VerifyAttention.h"

using namespace mlir;

namespace weft::ir {

Value SpanAttentionOp::getAttentionQuery() { return getQuery(); }
Value SpanAttentionOp::getAttentionKeys() { return getKeys(); }
Value SpanAttentionOp::getAttentionValues() { return getValues(); }
Value SpanAttentionOp::getAttentionPosition() { return getPosition(); }
int64_t SpanAttentionOp::getReachMinimum() { return getDMin(); }
SizeAttr SpanAttentionOp::getReachMaximum() { return getDMax(); }
Value SpanAttentionOp::getReachOfHeads() { return getHeadReach(); }
BeforeStart SpanAttentionOp::getReachBeforeStart() { return getBeforeStart(); }
BlocksAttr SpanAttentionOp::getReachBlocks() { return {}; }
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
BlocksAttr SpanAttentionGradOp::getReachBlocks() { return {}; }
Region &SpanAttentionGradOp::getScoreRegion() { return getScore(); }
OperandRange SpanAttentionGradOp::getAttentionSourceKeys() { return getSourceKeys(); }
OperandRange SpanAttentionGradOp::getAttentionSourceValues() { return getSourceValues(); }
MutableArrayRef<Region> SpanAttentionGradOp::getSourceRegions() { return getSourceScores(); }
OperandRange SpanAttentionGradOp::getAttentionCaptures() { return getCaptures(); }
SmallVector<CaptureKind> SpanAttentionGradOp::getAttentionCaptureKinds() {
  return getKindValues(getKinds());
}

/// What span_attention and its gradient have in common.
template <typename Op> static LogicalResult verifyAttention(Op op) {
  if (failed(verifyOperands(op)))
    return failure();
  StringRef name = op->getName().stripDialect();
  auto query = cast<RankedTensorType>(op.getQuery().getType());
  // Of the factors of products, and of all else.
  Type factor = query.getElementType(), element = getSumType(factor);
  SizeAttr heads = getDimSize(query, 1), features = getDimSize(query, 3);
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

  if (failed(verifyCaptures(op, maximum - minimum + 1)))
    return failure();
  return verifyRegionsAndNumbers(op);
}

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
  return verifyGradients(*this, "query, keys, values, position, sources and each capture");
}

} // namespace weft::ir
