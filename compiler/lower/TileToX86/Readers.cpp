// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who reads a tile, and when: the questions that deferral, zero-copy loads and buffer reuse ask.
#include "compiler/lower/TileToX86/Lowering.h"

using namespace mlir;

namespace weft::compiler {

bool KernelLowering::isElementwise(Operation *op) const {
  if (op->getNumResults() != 1 || !isTile(op->getResult(0)) || op->getNumOperands() == 0)
    return false;
  return OpTrait::hasElementwiseMappableTraits(op) || isa<tile::MathOp, tile::PhiloxOp>(op);
}

bool KernelLowering::isVirtual(Operation *op) const {
  return isa<tile::BroadcastOp, tile::IotaOp>(op) ||
         (isa<arith::ConstantOp>(op) && isTile(op->getResult(0)));
}

/// The operand of `op` is read element group by element group, once each.
static bool readsInOrder(OpOperand &use) {
  Operation *op = use.getOwner();
  if (isa<tile::StoreOp, tile::ReduceOp, scf::ForOp>(op))
    return true;
  auto dot = dyn_cast<tile::DotOp>(op);
  return dot && &use == &dot.getAccMutable();
}

/// The op at which this elementwise op is evaluated, or null: it is evaluated where it stands.
Operation *KernelLowering::getRoot(Operation *op) {
  auto [known, isNew] = roots.try_emplace(op, nullptr);
  if (!isNew)
    return known->second;
  Operation *root = nullptr;
  for (OpOperand &use : op->getUses()) {
    Operation *user = use.getOwner();
    Operation *end = nullptr;
    if (isElementwise(user)) {
      end = getRoot(user);
      end = end ? end : user;
    } else if (readsInOrder(use)) {
      end = getLastOfRun(user);
    }
    if (!end || end->getBlock() != op->getBlock() || (root && root != end))
      return nullptr;
    root = end;
  }
  roots[op] = root;
  return root;
}

void KernelLowering::collectReaders(Value tile, SmallPtrSetImpl<Operation *> &readers,
                                    SmallPtrSetImpl<Operation *> &seen) {
  for (Operation *user : tile.getUsers()) {
    if (!seen.insert(user).second)
      continue;
    auto dot = dyn_cast<tile::DotOp>(user);
    bool later = isVirtual(user) || isAlias(user) || (isElementwise(user) && getRoot(user)) ||
                 (dot && getFinish(dot));
    if (later)
      collectReaders(user->getResult(0), readers, seen);
    else
      readers.insert(getLastOfRun(user));
  }
}

Operation *KernelLowering::getLastReader(Value tile, Block *block) {
  SmallPtrSet<Operation *, 8> readers, seen;
  collectReaders(tile, readers, seen);
  Operation *last = nullptr;
  for (Operation *reader : readers)
    if (Operation *ancestor = block->findAncestorOpInBlock(*reader))
      if (!last || last->isBeforeInBlock(ancestor))
        last = ancestor;
  return last;
}

bool KernelLowering::isDeadAfter(Value tile, Operation *op) {
  Operation *last = getLastReader(tile, op->getBlock());
  return !last || last == op || last->isBeforeInBlock(op);
}

bool KernelLowering::isStoredBeforeLastReader(tile::LoadOp load) {
  Operation *last = getLastReader(load.getResult(), load->getBlock());
  if (!last)
    return false;
  auto stores = [](Operation *op) {
    return op->walk([](tile::StoreOp) { return WalkResult::interrupt(); }).wasInterrupted();
  };
  for (Operation *op = load->getNextNode(); op != last; op = op->getNextNode())
    if (getLastOfRun(op) != last && stores(op))
      return true;
  return last->getNumRegions() != 0 && stores(last);
}

} // namespace weft::compiler
