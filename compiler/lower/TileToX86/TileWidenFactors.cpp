// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// tile-widen-factors: products of f16 as products of f32.
#include "compiler/lower/TileToX86/TileToX86.h"
#include "dialects/tile/TileDialect.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_TILEWIDENFACTORSPASS
#include "compiler/lower/TileToX86/Passes.h.inc"

namespace {

struct TileWidenFactorsPass : impl::TileWidenFactorsPassBase<TileWidenFactorsPass> {
  void runOnOperation() override {
    widened.clear();
    SmallVector<tile::DotOp> products;
    getOperation().walk([&](tile::DotOp op) {
      if (isOfHalves(op.getA()) && isOfHalves(op.getB()) &&
          getElementTypeOrSelf(op.getType()).isF32())
        products.push_back(op);
    });
    for (tile::DotOp op : products) {
      op.getAMutable().set(widen(op.getA()));
      op.getBMutable().set(widen(op.getB()));
    }
    // What moved narrow elements for products alone, from the last on.
    for (Operation *op : llvm::reverse(moved))
      if (op->use_empty())
        op->erase();
    moved.clear();
  }

private:
  static bool isOfHalves(Value tile) {
    return isa<RankedTensorType>(tile.getType()) && getElementTypeOrSelf(tile.getType()).isF16();
  }

  /// The same numbers as f32: once for all products, where they are made.
  Value widen(Value tile) {
    if (Value known = widened.lookup(tile))
      return known;
    ImplicitLocOpBuilder b(tile.getLoc(), tile.getContext());
    auto type = cast<RankedTensorType>(tile.getType());
    Type wide = type.clone(b.getF32Type());
    Operation *maker = tile.getDefiningOp();
    Value result;
    if (isa_and_nonnull<tile::TransposeOp, tile::ShearOp, tile::UnshearOp>(maker)) {
      Value input = widen(maker->getOperand(0));
      b.setInsertionPointAfter(maker);
      Operation *again = b.clone(*maker);
      again->setOperand(0, input);
      result = again->getResult(0);
      result.setType(wide);
      moved.push_back(maker);
    } else {
      b.setInsertionPointAfterValue(tile);
      result = arith::ExtFOp::create(b, wide, tile);
    }
    return widened[tile] = result;
  }

  DenseMap<Value, Value> widened;
  SmallVector<Operation *> moved;
};

} // namespace

} // namespace weft::compiler
