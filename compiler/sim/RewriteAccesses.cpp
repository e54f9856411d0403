// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A check before every load and store, which may send it elsewhere.
#include <bit>

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"

#include "compiler/sim/Rewriter.h"

using namespace llvm;

namespace weft::sim {

void Rewriter::checkOperand(Instruction &instruction, unsigned operand, Type *type, Align align,
                            bool isWrite, bool isAtomic, bool isOrdered) {
  Value *pointer = instruction.getOperand(operand);
  if (isa<AllocaInst>(getUnderlyingObject(pointer)))
    return;
  IRBuilder<> builder(&instruction);
  Function &function = *instruction.getFunction();
  uint64_t bytes = module.getDataLayout().getTypeStoreSize(type);
  unsigned space = pointer->getType()->getPointerAddressSpace();
  AccessWord word{static_cast<uint16_t>(bytes), Log2(align),         space,
                  isWrite + 2u * isAtomic,      isOrdered ? 1u : 0u, 0};
  FunctionCallee check =
      module.getOrInsertFunction(accessFunction, builder.getPtrTy(), builder.getPtrTy(),
                                 builder.getPtrTy(), builder.getInt32Ty(), builder.getInt32Ty());
  Value *checked = builder.CreateCall(
      check,
      {getThread(function), builder.CreateAddrSpaceCast(pointer, builder.getPtrTy()),
       builder.getInt32(std::bit_cast<uint32_t>(word)), builder.getInt32(siteOf.at(&instruction))});
  instruction.setOperand(operand, builder.CreateAddrSpaceCast(checked, pointer->getType()));
}

void Rewriter::rewriteAccesses() {
  std::vector<Instruction *> found;
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (isa<LoadInst, StoreInst, AtomicRMWInst, AtomicCmpXchgInst>(instruction) &&
          siteOf.count(&instruction))
        found.push_back(&instruction);
  auto orders = [](AtomicOrdering ordering) {
    return isStrongerThan(ordering, AtomicOrdering::Monotonic);
  };
  for (Instruction *instruction : found) {
    // A volatile access is how a loop looks for what others do: it must not keep them from it.
    if (instruction->isAtomic() || instruction->isVolatile()) {
      // An addition whose result nobody reads waits for nobody.
      if (!isa<AtomicRMWInst>(instruction) || !instruction->use_empty())
        waiting.insert(instruction->getFunction());
      IRBuilder<> builder(instruction);
      builder.CreateCall(
          module.getOrInsertFunction(yieldFunction, builder.getVoidTy(), builder.getPtrTy()),
          {getThread(*instruction->getFunction())});
    }
    bool isVolatile = instruction->isVolatile();
    if (auto *load = dyn_cast<LoadInst>(instruction))
      checkOperand(*load, 0, load->getType(), load->getAlign(), false,
                   load->isAtomic() || isVolatile, orders(load->getOrdering()));
    else if (auto *store = dyn_cast<StoreInst>(instruction))
      checkOperand(*store, 1, store->getValueOperand()->getType(), store->getAlign(), true,
                   store->isAtomic() || isVolatile, orders(store->getOrdering()));
    else if (auto *update = dyn_cast<AtomicRMWInst>(instruction))
      checkOperand(*update, 0, update->getType(), update->getAlign(), true, true,
                   orders(update->getOrdering()));
    else if (auto *exchange = dyn_cast<AtomicCmpXchgInst>(instruction))
      checkOperand(*exchange, 0, exchange->getCompareOperand()->getType(), exchange->getAlign(),
                   true, true, orders(exchange->getSuccessOrdering()));
  }
}

static bool holdsSharedPointer(Type *type) {
  if (type->isPointerTy())
    return type->getPointerAddressSpace() == 3;
  return any_of(type->subtypes(), holdsSharedPointer);
}

/// With --nvptx-short-ptr a pointer to shared memory takes four bytes in memory; on the host it
/// takes eight. Windows lie below 4 GiB, so that four hold it.
void Rewriter::widenSharedPointers() {
  if (!hasShortShared)
    return;
  std::vector<Instruction *> found;
  for (Function &function : module)
    for (Instruction &instruction : instructions(function)) {
      Type *type = nullptr;
      if (auto *load = dyn_cast<LoadInst>(&instruction))
        type = load->getType();
      else if (auto *store = dyn_cast<StoreInst>(&instruction))
        type = store->getValueOperand()->getType();
      else if (auto *address = dyn_cast<GetElementPtrInst>(&instruction))
        type = address->getSourceElementType();
      else if (auto *memory = dyn_cast<AllocaInst>(&instruction))
        type = memory->getAllocatedType();
      if (!type || !holdsSharedPointer(type))
        continue;
      if (siteOf.count(&instruction) && type->isPointerTy())
        found.push_back(&instruction);
      else if (!isa<LoadInst, StoreInst>(instruction))
        unknown.push_back("an aggregate with 32-bit pointers to shared memory");
    }
  for (Instruction *instruction : found) {
    IRBuilder<> builder(instruction);
    Instruction *narrow;
    if (auto *load = dyn_cast<LoadInst>(instruction)) {
      auto *word = builder.CreateAlignedLoad(builder.getInt32Ty(), load->getPointerOperand(),
                                             load->getAlign());
      load->replaceAllUsesWith(builder.CreateIntToPtr(word, load->getType()));
      narrow = word;
    } else {
      auto *store = cast<StoreInst>(instruction);
      narrow = builder.CreateAlignedStore(
          builder.CreatePtrToInt(store->getValueOperand(), builder.getInt32Ty()),
          store->getPointerOperand(), store->getAlign());
    }
    siteOf[narrow] = siteOf.at(instruction);
    forget(*instruction);
  }
}

} // namespace weft::sim
