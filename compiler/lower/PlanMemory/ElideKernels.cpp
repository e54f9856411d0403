// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model's forward, gradient and training functions repeat each other's kernels, and so do its
// layers. Machine code is the slowest thing to make, so each is made once.
#include "compiler/lower/PlanMemory/PlanMemory.h"

#include "dialects/tile/TileDialect.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_ELIDEKERNELSPASS
#include "compiler/lower/PlanMemory/Passes.h.inc"

namespace {

/// All that a kernel does: its text without its name and locations.
std::string describe(tile::KernelOp kernel) {
  StringAttr name = kernel.getSymNameAttr();
  kernel.setSymName("kernel");
  std::string text;
  llvm::raw_string_ostream os(text);
  kernel->print(os, OpPrintingFlags().useLocalScope());
  kernel.setSymNameAttr(name);
  return text;
}

struct ElideKernels : impl::ElideKernelsPassBase<ElideKernels> {
  void runOnOperation() override {
    llvm::StringMap<StringAttr> first;     // text -> the kernel that stays
    DenseMap<StringAttr, StringAttr> stay; // name -> name of the kernel to run instead
    for (auto kernel : llvm::make_early_inc_range(getOperation().getOps<tile::KernelOp>())) {
      StringAttr name = kernel.getSymNameAttr();
      auto [known, fresh] = first.try_emplace(describe(kernel), name);
      if (fresh)
        continue;
      stay[name] = known->second;
      kernel.erase();
    }
    getOperation().walk([&](exec::DispatchOp dispatch) {
      if (StringAttr kernel = stay.lookup(dispatch.getKernelAttr().getAttr()))
        dispatch.setKernelAttr(FlatSymbolRefAttr::get(kernel));
    });
  }
};

} // namespace
} // namespace weft::compiler
