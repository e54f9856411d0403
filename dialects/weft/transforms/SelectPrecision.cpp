// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-select-precision: factors of products rounded to bf16 or f16, everything else as it was.
#include "dialects/weft/WeftFeedbackAttention.h"
#include "dialects/weft/transforms/Passes.h"

#include "llvm/ADT/TypeSwitch.h"

namespace weft::ir {
#define GEN_PASS_DEF_SELECTPRECISIONPASS
#include "dialects/weft/transforms/Passes.h.inc"
} // namespace weft::ir

using namespace mlir;

namespace weft::ir {

namespace {

/// Rounds values where they are made, once for all their readers.
class FactorRounder {
public:
  explicit FactorRounder(Type narrow) : builder(narrow.getContext()), narrow(narrow) {}

  /// The rounded `factor`, for `reader` and all ops after it.
  Value round(Value factor, Operation *reader) {
    auto type = cast<RankedTensorType>(factor.getType());
    if (!type.getElementType().isF32())
      return factor;
    if (Value known = rounded.lookup(factor))
      return known;
    Type narrowed = type.clone(narrow);
    Operation *maker = factor.getDefiningOp();
    Value result;
    // A value and what only moves its elements are rounded once, next to what computed them: there
    // the rounding can be part of that kernel.
    if (isa_and_nonnull<TransposeOp, ReshapeOp, StopGradientOp>(maker)) {
      Value input = round(maker->getOperand(0), maker);
      // Whichever is later: an earlier product may have asked for the input only after the move.
      Operation *rounding = input.getDefiningOp();
      if (rounding && maker->isBeforeInBlock(rounding))
        builder.setInsertionPointAfter(rounding);
      else
        builder.setInsertionPoint(maker);
      Operation *moved = builder.clone(*maker);
      moved->setOperand(0, input);
      result = moved->getResult(0);
      result.setType(narrowed);
    } else if (Value captured = getCaptured(factor)) {
      // Once before the loop, not in each of its steps.
      auto scan = cast<ScanOp>(factor.getParentBlock()->getParentOp());
      scan.getCapturesMutable().append(round(captured, scan));
      result = factor.getParentBlock()->addArgument(narrowed, factor.getLoc());
    } else {
      builder.setInsertionPoint(reader);
      result = CastOp::create(builder, factor.getLoc(), narrowed, factor);
    }
    rounded[factor] = result;
    return result;
  }

  /// A comparison with 0, as the gradient of relu makes it, reads the rounded value, which is above
  /// 0 where the value is, unless it is rounded to 0 itself (up to 2^-25 in f16): so that nothing
  /// may be left that needs the value.
  void reroute(CompareOp op) {
    auto zero = op.getRhs().getDefiningOp<ConstantOp>();
    if (auto spread = op.getRhs().getDefiningOp<BroadcastOp>())
      zero = spread.getInput().getDefiningOp<ConstantOp>();
    Value known = rounded.lookup(op.getLhs());
    Operation *maker = known ? known.getDefiningOp() : nullptr;
    if (op.getPredicate() != ComparePredicate::gt || !zero || zero.getSplatValue() != 0.0 ||
        !maker || maker->getBlock() != op->getBlock() || !maker->isBeforeInBlock(op))
      return;
    builder.setInsertionPoint(op);
    Value wide = CastOp::create(builder, op.getLoc(), op.getLhs().getType(), known);
    op.getLhsMutable().set(wide);
  }

private:
  /// What a scan hands to its region for all steps as this argument; null for other values.
  static Value getCaptured(Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    auto scan = argument ? dyn_cast<ScanOp>(argument.getOwner()->getParentOp()) : ScanOp();
    if (!scan)
      return {};
    unsigned first = argument.getOwner()->getNumArguments() - scan.getCaptures().size();
    return argument.getArgNumber() < first ? Value()
                                           : scan.getCaptures()[argument.getArgNumber() - first];
  }

  OpBuilder builder;
  Type narrow; ///< the element that factors get
  llvm::DenseMap<Value, Value> rounded;
};

template <typename Op> SmallVector<OpOperand *> getAttentionFactors(Op op) {
  SmallVector<OpOperand *> factors = {&op.getQueryMutable(), &op.getKeysMutable(),
                                      &op.getValuesMutable()};
  auto add = [&](MutableOperandRange range) {
    for (OpOperand &factor : range)
      factors.push_back(&factor);
  };
  if constexpr (std::is_same_v<Op, SpanAttentionOp> || std::is_same_v<Op, SpanAttentionGradOp>)
    add(op.getPositionMutable());
  add(op.getSourceKeysMutable());
  add(op.getSourceValuesMutable());
  if constexpr (std::is_same_v<Op, SpanAttentionGradOp> ||
                std::is_same_v<Op, BlockSparseAttentionGradOp>)
    factors.push_back(&op.getResultGradMutable());
  return factors;
}

template <typename Op> SmallVector<OpOperand *> getFeedbackFactors(Op op) {
  SmallVector<OpOperand *> factors = {&op.getQueryMutable(), &op.getKeysMutable(),
                                      &op.getValuesMutable()};
  for (OpOperand &position : op.getPositionMutable())
    factors.push_back(&position);
  if constexpr (std::is_same_v<Op, FeedbackAttentionGradOp>)
    factors.push_back(&op.getResultGradMutable());
  return factors;
}

/// The operands that an op multiplies with others; none of an op that does not.
SmallVector<OpOperand *> getFactors(Operation *op) {
  using Factors = SmallVector<OpOperand *>;
  return llvm::TypeSwitch<Operation *, Factors>(op)
      .Case([](DotOp product) -> Factors {
        return {&product.getLhsMutable(), &product.getRhsMutable()};
      })
      .Case<SpanAttentionOp, SpanAttentionGradOp, BlockSparseAttentionOp,
            BlockSparseAttentionGradOp>(
          [](auto attention) { return getAttentionFactors(attention); })
      .Case<FeedbackAttentionOp, FeedbackAttentionGradOp>(
          [](auto attention) { return getFeedbackFactors(attention); })
      .Default(Factors());
}

class SelectPrecisionPass : public impl::SelectPrecisionPassBase<SelectPrecisionPass> {
public:
  using SelectPrecisionPassBase::SelectPrecisionPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (precision == "f32")
      return;
    Builder types(&getContext());
    if (precision != "bf16" && precision != "f16") {
      module.emitError("'weft-select-precision' expects precision to be f32, bf16 or f16, got '")
          << precision << "' (select-precision.C1)";
      return signalPassFailure();
    }
    SmallVector<Operation *> products;
    module.walk([&](Operation *op) {
      if (!getFactors(op).empty())
        products.push_back(op);
    });
    for (Operation *product : products)
      if (Type type = product->getResult(0).getType(); !getElementOrSelf(type).isF32()) {
        product->emitError("'weft-select-precision' expects products of f32, whose factors "
                           "precision ")
            << precision << " rounds, got " << type << " (select-precision.C2)";
        return signalPassFailure();
      }
    Type narrow = precision == "f16" ? Type(types.getF16Type()) : types.getBF16Type();
    FactorRounder rounder(narrow);
    for (Operation *product : products)
      for (OpOperand *factor : getFactors(product))
        factor->set(rounder.round(factor->get(), product));
    module.walk([&](CompareOp op) { rounder.reroute(op); });
    // For the manifest: types of arguments and results do not tell.
    module->setAttr("weft.precision", StringAttr::get(&getContext(), precision));
  }
};

} // namespace

} // namespace weft::ir
