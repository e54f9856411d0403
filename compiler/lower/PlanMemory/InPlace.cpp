// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels that may write where they read. Assumes verified dispatch form.
#include "compiler/lower/PlanMemory/PlanMemory.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace weft::compiler {

/// The only view of an array, or null.
static tile::ViewOp getOnlyView(tile::KernelOp kernel, unsigned array) {
  Value argument = kernel.getBody().front().getArgument(array);
  return argument.hasOneUse() ? dyn_cast<tile::ViewOp>(*argument.user_begin()) : tile::ViewOp();
}

/// All stores of a kernel, if they are one pass over equal tiles (docs/spec/tile.md): the elements
/// of all are computed before any is written. Products are stored apart.
static SmallVector<tile::StoreOp> getOnlyPass(tile::KernelOp kernel) {
  SmallVector<tile::StoreOp> stores;
  kernel.walk([&](tile::StoreOp store) { stores.push_back(store); });
  for (auto [i, store] : llvm::enumerate(stores)) {
    bool follows = i == 0 || stores[i - 1]->getNextNode() == store;
    if (!follows || store.getTile().getType() != stores.front().getTile().getType() ||
        store.getTile().getDefiningOp<tile::DotOp>())
      return {};
  }
  return stores;
}

/// True if no two iterations of the loops around a store write the same element: each loop steps
/// from tile to tile along one axis.
static bool writesOnce(tile::StoreOp store) {
  ArrayRef<int64_t> tile = cast<RankedTensorType>(store.getTile().getType()).getShape();
  for (Operation *op = store->getParentOp(); !isa<tile::KernelOp>(op); op = op->getParentOp()) {
    auto loop = dyn_cast<scf::ForOp>(op);
    if (!loop)
      continue;
    unsigned axis =
        llvm::find(store.getIndices(), loop.getInductionVar()) - store.getIndices().begin();
    std::optional<int64_t> step = getConstantIntValue(loop.getStep());
    if (axis == store.getIndices().size() || !step || *step < tile[axis])
      return false;
  }
  return true;
}

/// True if an element of the tile reaches no other place than its own: no broadcast, reduction,
/// transpose or product is between it and the stores, all of which lowerings may compute late.
static bool isReadInPlace(tile::LoadOp load) {
  llvm::SetVector<Operation *> readers(load->user_begin(), load->user_end());
  for (unsigned i = 0; i < readers.size(); ++i) {
    Operation *reader = readers[i];
    if (!isa<tile::StoreOp, tile::MathOp>(reader) && !OpTrait::hasElementwiseMappableTraits(reader))
      return false;
    readers.insert(reader->user_begin(), reader->user_end());
  }
  return true;
}

bool mayWorkInPlace(tile::KernelOp kernel, unsigned read, unsigned written) {
  tile::ViewOp from = getOnlyView(kernel, read), to = getOnlyView(kernel, written);
  if (!from || !to || from.getOffset() != to.getOffset() || from.getSizes() != to.getSizes() ||
      from.getStrides() != to.getStrides())
    return false;
  SmallVector<tile::StoreOp> stores = getOnlyPass(kernel);
  auto found = llvm::find_if(stores, [&](tile::StoreOp store) { return store.getView() == to; });
  if (found == stores.end() || !writesOnce(*found))
    return false;
  tile::StoreOp store = *found;
  // What follows the stores in the block would read new elements.
  return llvm::all_of(from->getUsers(), [&](Operation *user) {
    auto load = dyn_cast<tile::LoadOp>(user);
    return load && load->getBlock() == store->getBlock() && load->isBeforeInBlock(stores.front()) &&
           load.getIndices() == store.getIndices() && load.getType() == store.getTile().getType() &&
           isReadInPlace(load);
  });
}

} // namespace weft::compiler
