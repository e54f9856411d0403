// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model's forward, gradient and training functions repeat each other's kernels, and so do its
// layers. Machine code is the slowest thing to make, so each is made once.
#include "compiler/lower/PlanMemory/PlanMemory.h"

#include "dialects/tile/TileDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_ELIDEKERNELSPASS
#include "compiler/lower/PlanMemory/Passes.h.inc"

namespace {

/// Kernels by all that they do: equal but for names and locations.
struct KernelInfo : DenseMapInfo<Operation *> {
  static constexpr auto flags = OperationEquivalence::IgnoreLocations;

  static unsigned getHashValue(const Operation *op) {
    auto kernel = cast<tile::KernelOp>(const_cast<Operation *>(op));
    llvm::hash_code hash = llvm::hash_value(kernel.getTasks());
    kernel.getBody().walk<WalkOrder::PreOrder>([&](Operation *inner) {
      hash = llvm::hash_combine(
          hash, OperationEquivalence::computeHash(inner, OperationEquivalence::ignoreHashValue,
                                                  OperationEquivalence::ignoreHashValue, flags));
    });
    return unsigned(size_t(hash));
  }

  static bool isEqual(const Operation *left, const Operation *right) {
    if (left == right)
      return true;
    for (const Operation *op : {left, right})
      if (op == getEmptyKey() || op == getTombstoneKey())
        return false;
    auto a = cast<tile::KernelOp>(const_cast<Operation *>(left));
    auto b = cast<tile::KernelOp>(const_cast<Operation *>(right));
    return a.getTasks() == b.getTasks() && a.getWritesAttr() == b.getWritesAttr() &&
           a.getSizesAttr() == b.getSizesAttr() &&
           a->getDiscardableAttrDictionary() == b->getDiscardableAttrDictionary() &&
           OperationEquivalence::isRegionEquivalentTo(&a.getBody(), &b.getBody(), flags);
  }
};

struct ElideKernels : impl::ElideKernelsPassBase<ElideKernels> {
  void runOnOperation() override {
    llvm::DenseSet<Operation *, KernelInfo> known; // the kernels that stay
    DenseMap<StringAttr, StringAttr> stay;         // name -> name of the kernel to run instead
    for (auto kernel : llvm::make_early_inc_range(getOperation().getOps<tile::KernelOp>())) {
      auto [first, fresh] = known.insert(kernel);
      if (fresh)
        continue;
      stay[kernel.getSymNameAttr()] = cast<tile::KernelOp>(*first).getSymNameAttr();
      kernel.erase();
    }
    for (auto function : getOperation().getOps<func::FuncOp>())
      function.walk([&](exec::DispatchOp dispatch) {
        if (StringAttr kernel = stay.lookup(dispatch.getKernelAttr().getAttr()))
          dispatch.setKernelAttr(FlatSymbolRefAttr::get(kernel));
      });
  }
};

} // namespace
} // namespace weft::compiler
