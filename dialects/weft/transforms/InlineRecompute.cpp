// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-inline-recompute: the ops of a region that gradients compute again, where they are computed
// the first time.
#include "dialects/weft/transforms/Passes.h"

namespace weft::ir {
#define GEN_PASS_DEF_INLINERECOMPUTEPASS
#include "dialects/weft/transforms/Passes.h.inc"
} // namespace weft::ir

using namespace mlir;

namespace weft::ir {

namespace {

struct InlineRecomputePass : impl::InlineRecomputePassBase<InlineRecomputePass> {
  void runOnOperation() override {
    // Outer ones first: the walk then meets the inner ones where they have come to stand.
    SmallVector<RecomputeOp> regions;
    getOperation().walk<WalkOrder::PreOrder>([&](RecomputeOp op) { regions.push_back(op); });
    for (RecomputeOp op : regions)
      inlineRegion(op);
  }

  static void inlineRegion(RecomputeOp op) {
    Block &body = op.getBody().front();
    Operation *terminator = body.getTerminator();
    for (auto [argument, input] : llvm::zip_equal(body.getArguments(), op.getInputs()))
      argument.replaceAllUsesWith(input);
    op.replaceAllUsesWith(terminator->getOperands());
    terminator->erase();
    op->getBlock()->getOperations().splice(op->getIterator(), body.getOperations());
    op.erase();
  }
};

} // namespace

} // namespace weft::ir
