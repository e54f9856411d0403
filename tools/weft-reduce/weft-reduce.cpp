// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-reduce: makes IR small on which something goes wrong. A script says, with exit code 1, that
// it still does.
#include "compiler/Compiler.h"
#include "dialects/weft/WeftDialect.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Reducer/Passes.h"
#include "mlir/Reducer/ReductionPatternInterface.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace {

bool isReplaceable(Operation *op) {
  return isa_and_nonnull<weft::ir::WeftDialect>(op->getDialect()) && op->getNumResults() > 0 &&
         !op->use_empty() && !isa<weft::ir::ConstantOp>(op);
}

/// A value becomes an operand of its own type: what stood between is skipped.
struct SkipOp : RewritePattern {
  explicit SkipOp(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 2, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isReplaceable(op) || op->getNumResults() != 1)
      return failure();
    for (Value operand : op->getOperands())
      if (operand.getType() == op->getResult(0).getType()) {
        rewriter.replaceOp(op, operand);
        return success();
      }
    return failure();
  }
};

/// A value becomes the constant 1 of its type: what made it is not needed.
struct ConstantInstead : RewritePattern {
  explicit ConstantInstead(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isReplaceable(op) || isa<weft::ir::BroadcastOp>(op))
      return failure();
    SmallVector<Value> values;
    for (Type type : op->getResultTypes()) {
      if (!isa<RankedTensorType>(type))
        return failure();
      values.push_back(weft::ir::createSplat(rewriter, op->getLoc(), type, 1));
    }
    rewriter.replaceOp(op, values);
    return success();
  }
};

struct Reductions : DialectReductionPatternInterface {
  explicit Reductions(Dialect *dialect) : DialectReductionPatternInterface(dialect) {}
  void populateReductionPatterns(RewritePatternSet &patterns) const override {
    patterns.add<SkipOp, ConstantInstead>(patterns.getContext());
  }
};

} // namespace

int main(int argc, char **argv) {
  DialectRegistry registry;
  weft::compiler::registerAll(registry);
  registry.addExtension(
      +[](MLIRContext *, weft::ir::WeftDialect *dialect) { dialect->addInterfaces<Reductions>(); });
  registerReducerPasses();
  registerTransformsPasses();
  MLIRContext context(registry);
  return failed(mlirReduceMain(argc, argv, context));
}
