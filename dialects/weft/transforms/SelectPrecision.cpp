// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-select-precision: factors of products rounded to bf16, everything else as it was.
#include "dialects/weft/transforms/Passes.h"

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
  explicit FactorRounder(MLIRContext *context) : builder(context) {}

  /// The rounded `factor`, for `reader` and all ops after it.
  Value round(Value factor, Operation *reader) {
    auto type = cast<RankedTensorType>(factor.getType());
    if (!type.getElementType().isF32())
      return factor;
    if (Value known = rounded.lookup(factor))
      return known;
    Type narrow = type.clone(builder.getBF16Type());
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
      result.setType(narrow);
    } else if (Value captured = getCaptured(factor)) {
      // Once before the loop, not in each of its steps.
      auto scan = cast<ScanOp>(factor.getParentBlock()->getParentOp());
      scan.getCapturesMutable().append(round(captured, scan));
      result = factor.getParentBlock()->addArgument(narrow, factor.getLoc());
    } else {
      builder.setInsertionPoint(reader);
      result = CastOp::create(builder, factor.getLoc(), narrow, factor);
    }
    rounded[factor] = result;
    return result;
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
  llvm::DenseMap<Value, Value> rounded;
};

class SelectPrecisionPass : public impl::SelectPrecisionPassBase<SelectPrecisionPass> {
public:
  using SelectPrecisionPassBase::SelectPrecisionPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (precision == "f32")
      return;
    if (precision != "bf16") {
      module.emitError("'weft-select-precision' expects precision to be f32 or bf16, got '")
          << precision << "' (select-precision.C1)";
      return signalPassFailure();
    }
    SmallVector<DotOp> products;
    module.walk([&](DotOp product) { products.push_back(product); });
    for (DotOp product : products)
      if (!cast<RankedTensorType>(product.getType()).getElementType().isF32()) {
        product.emitError(
            "'weft-select-precision' expects products of f32, whose factors precision "
            "bf16 rounds, got ")
            << product.getType() << " (select-precision.C2)";
        return signalPassFailure();
      }
    FactorRounder rounder(&getContext());
    for (DotOp product : products)
      for (OpOperand &factor : product->getOpOperands())
        factor.set(rounder.round(factor.get(), product));
    // For the manifest: types of arguments and results do not tell.
    module->setAttr("weft.precision", StringAttr::get(&getContext(), precision));
  }
};

} // namespace

} // namespace weft::ir
