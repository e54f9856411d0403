// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-narrow: head, tail and slice move in front of what computes their input, so that the rest of
// it is never computed.
#include "dialects/weft/transforms/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace weft::ir {
#define GEN_PASS_DEF_NARROWPASS
#include "dialects/weft/transforms/Passes.h.inc"
} // namespace weft::ir

using namespace mlir;

namespace weft::ir {

namespace {

/// A tensor type with `size` along one axis.
RankedTensorType resize(Type type, int64_t axis, SizeAttr size) {
  auto tensor = cast<RankedTensorType>(type);
  SmallVector<SizeAttr> sizes = getDimSizes(tensor);
  sizes[axis] = size;
  return getTensorType(sizes, tensor.getElementType());
}

/// The axis of each result dimension of a product in its operand, by operand: -1 where it has none.
std::pair<int64_t, int64_t> findFactorAxes(DotOp op, int64_t axis) {
  int64_t batchCount = op.getLhsBatch().size();
  if (axis < batchCount)
    return {op.getLhsBatch()[axis], op.getRhsBatch()[axis]};
  auto findFree = [](Value factor, ArrayRef<int64_t> batch, ArrayRef<int64_t> contract,
                     int64_t &number) -> int64_t {
    int64_t rank = cast<RankedTensorType>(factor.getType()).getRank();
    for (int64_t own = 0; own < rank; ++own)
      if (!llvm::is_contained(batch, own) && !llvm::is_contained(contract, own) && number-- == 0)
        return own;
    return -1;
  };
  int64_t number = axis - batchCount;
  if (int64_t own = findFree(op.getLhs(), op.getLhsBatch(), op.getLhsContract(), number); own >= 0)
    return {own, -1};
  return {-1, findFree(op.getRhs(), op.getRhsBatch(), op.getRhsContract(), number)};
}

/// Which axis of each operand a result axis comes from, -1 where an operand does not have it;
/// nothing for ops whose elements depend on more than that, or on where they stand.
std::optional<SmallVector<int64_t>> findOperandAxes(Operation *op, int64_t axis) {
  if (op->hasTrait<OpTrait::Elementwise>())
    return SmallVector<int64_t>(op->getNumOperands(), axis);
  if (auto transpose = dyn_cast<TransposeOp>(op))
    return SmallVector<int64_t>{transpose.getPermutation()[axis]};
  if (auto broadcast = dyn_cast<BroadcastOp>(op)) {
    const int64_t *place = llvm::find(broadcast.getDims(), axis);
    bool isRepeated = place == broadcast.getDims().end();
    return SmallVector<int64_t>{isRepeated ? -1 : place - broadcast.getDims().begin()};
  }
  if (auto dot = dyn_cast<DotOp>(op)) {
    auto [lhs, rhs] = findFactorAxes(dot, axis);
    return SmallVector<int64_t>{lhs, rhs};
  }
  return std::nullopt;
}

template <typename Part> struct NarrowPattern : OpRewritePattern<Part> {
  using OpRewritePattern<Part>::OpRewritePattern;

  LogicalResult matchAndRewrite(Part part, PatternRewriter &rewriter) const override {
    Operation *maker = part.getInput().getDefiningOp();
    // Whole, if somebody else needs it.
    if (!maker || !part.getInput().hasOneUse() || maker->getBlock() != part->getBlock())
      return failure();
    std::optional<SmallVector<int64_t>> axes = findOperandAxes(maker, part.getAxis());
    if (!axes)
      return failure();
    SizeAttr size = getDimSizes(cast<RankedTensorType>(part.getType()))[part.getAxis()];
    SmallVector<Value> operands;
    for (auto [operand, axis] : llvm::zip_equal(maker->getOperands(), *axes)) {
      operands.push_back(operand);
      if (axis < 0)
        continue;
      Operation *earlier = rewriter.clone(*part);
      earlier->setOperand(0, operand);
      earlier->setAttr("axis", rewriter.getI64IntegerAttr(axis));
      earlier->getResult(0).setType(resize(operand.getType(), axis, size));
      operands.back() = earlier->getResult(0);
    }
    Operation *narrow = rewriter.clone(*maker);
    narrow->setOperands(operands);
    narrow->getResult(0).setType(part.getType());
    rewriter.replaceOp(part, narrow->getResults());
    return success();
  }
};

class NarrowPass : public impl::NarrowPassBase<NarrowPass> {
public:
  using NarrowPassBase::NarrowPassBase;

  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    set.add<NarrowPattern<HeadOp>, NarrowPattern<TailOp>, NarrowPattern<SliceOp>>(context);
    patterns = std::move(set);
    return success();
  }

  void runOnOperation() override {
    if (failed(applyPatternsGreedily(getOperation(), patterns)))
      signalPassFailure();
  }

private:
  FrozenRewritePatternSet patterns;
};

} // namespace

} // namespace weft::ir
