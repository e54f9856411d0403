// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of WeftFeedbackAttentionOps.td.
#ifndef DIALECTS_WEFT_WEFTFEEDBACKATTENTION_H
#define DIALECTS_WEFT_WEFTFEEDBACKATTENTION_H

#include "dialects/weft/WeftDialect.h"

#define GET_OP_CLASSES
#include "dialects/weft/WeftFeedbackAttentionOps.h.inc"

namespace weft::ir {

/// Whether attention reads a window of slots instead of a band of positions.
inline bool isFeedback(mlir::Operation *op) {
  return llvm::isa<FeedbackAttentionOp, FeedbackAttentionGradOp>(op);
}

} // namespace weft::ir

#endif
