// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/WeftToTile.h"

#include "compiler/lower/WeftToTile/FunctionLowering.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_WEFTTOTILEPASS
#include "compiler/lower/WeftToTile/Passes.h.inc"

namespace {

/// The size symbols of a module in the order of first appearance: the order of the sizes table.
ArrayAttr collectSymbols(ModuleOp module) {
  llvm::MapVector<StringAttr, Attribute> symbols;
  auto addSize = [&](ir::SizeAttr size) {
    if (!size.isConstant())
      symbols.try_emplace(size.getSymbol(), size.plus(-size.getOffset()));
  };
  auto addType = [&](Type type) {
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      for (ir::SizeAttr size : ir::getDimSizes(tensor))
        addSize(size);
  };
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    for (NamedAttribute attribute : op->getAttrs()) {
      if (auto size = dyn_cast<ir::SizeAttr>(attribute.getValue()))
        addSize(size);
      if (auto type = dyn_cast<TypeAttr>(attribute.getValue()))
        addType(type.getValue());
    }
    for (Region &region : op->getRegions())
      for (Block &block : region)
        llvm::for_each(block.getArgumentTypes(), addType);
    llvm::for_each(op->getResultTypes(), addType);
  });
  SmallVector<Attribute> table;
  for (auto &[name, size] : symbols)
    table.push_back(size);
  return ArrayAttr::get(module.getContext(), table);
}

struct WeftToTilePass : impl::WeftToTilePassBase<WeftToTilePass> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    module->setAttr("weft.symbols", collectSymbols(module));
    for (auto function : llvm::to_vector(module.getOps<func::FuncOp>()))
      if (failed(FunctionLowering(function, fuse).run()))
        return signalPassFailure();
  }
};

} // namespace

} // namespace weft::compiler
