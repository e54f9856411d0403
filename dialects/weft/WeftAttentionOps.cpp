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
BeforeStart SpanAttentionOp::getReachBeforeStart() { return getBeforeStart(); }
Region &SpanAttentionOp::getScoreRegion() { return getScore(); }
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
BeforeStart SpanAttentionGradOp::getReachBeforeStart() { return getBeforeStart(); }
Region &SpanAttentionGradOp::getScoreRegion() { return getScore(); }
OperandRange SpanAttentionGradOp::getAttentionCaptures() { return getCaptures(); }
SmallVector<CaptureKind> SpanAttentionGradOp::getAttentionCaptureKinds() {
  return getKindValues(getKinds());
}

LogicalResult SpanAttentionOp::verify() { return success(); }
LogicalResult SpanAttentionGradOp::verify() { return success(); }

} // namespace weft::ir
