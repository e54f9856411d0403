// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers that wgmma writes: who reads them, and whether a wait lies before. Copies of registers
// (phi, select, parts of structures) and further products read nothing.
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"

#include "compiler/sim/Rewriter.h"

using namespace llvm;

namespace weft::sim {

/// Whether a call is of assembly with that operation. Texts that are not known stop the loading.
static bool isAsm(const Instruction &instruction, StringRef operation) {
  auto *call = dyn_cast<CallInst>(&instruction);
  auto *text = call ? dyn_cast<InlineAsm>(call->getCalledOperand()) : nullptr;
  return text && StringRef(text->getAsmString()).contains(operation);
}

static bool isProduct(const Instruction &instruction) {
  return isAsm(instruction, "wgmma.mma_async");
}

static bool isWait(const Instruction &instruction) {
  if (auto *call = dyn_cast<CallInst>(&instruction))
    if (const Function *callee = call->getCalledFunction())
      return callee->getName() == "llvm.nvvm.wgmma.wait_group.sync.aligned";
  return isAsm(instruction, "wgmma.wait_group");
}

static bool isTied(const Use &use, const Instruction &product) {
  unsigned results = 1;
  if (auto *type = dyn_cast<StructType>(product.getType()))
    results = type->getNumElements();
  return use.getOperandNo() < results;
}

std::vector<Use *> findRegisterReads(Instruction &product) {
  std::vector<Use *> reads;
  SmallSetVector<Value *, 32> copies;
  copies.insert(&product);
  for (size_t i = 0; i < copies.size(); ++i)
    for (Use &use : copies[i]->uses()) {
      auto *user = cast<Instruction>(use.getUser());
      if (isa<PHINode, ExtractValueInst, InsertValueInst, FreezeInst, BitCastInst>(user) ||
          (isa<SelectInst>(user) && use.getOperandNo() > 0))
        copies.insert(user);
      else if (!isProduct(*user) || !isTied(use, *user))
        reads.push_back(&use);
    }
  return reads;
}

std::vector<Instruction *> findProducts(llvm::Module &module) {
  std::vector<Instruction *> products;
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (isProduct(instruction))
        products.push_back(&instruction);
  return products;
}

/// Each register that is read goes through the simulator, which knows whether it is there.
void Rewriter::rewriteRegisters() {
  SetVector<Use *> reads;
  for (Instruction *product : findProducts(module))
    for (Use *use : findRegisterReads(*product))
      reads.insert(use);
  for (Use *use : reads) {
    auto *user = cast<Instruction>(use->getUser());
    IRBuilder<> builder(user);
    auto site = siteOf.find(user);
    Type *word = builder.getInt32Ty();
    FunctionCallee read =
        module.getOrInsertFunction(registerFunction, word, builder.getPtrTy(), word, word);
    auto convert = [&](Value *value) {
      Value *bits = builder.CreateCall(
          read, {getThread(*user->getFunction()), builder.CreateBitCast(value, word),
                 builder.getInt32(site == siteOf.end() ? 0 : site->second)});
      return builder.CreateBitCast(bits, value->getType());
    };
    Value *value = use->get();
    auto *type = dyn_cast<StructType>(value->getType());
    if (!type) {
      use->set(convert(value));
      continue;
    }
    Value *result = value;
    for (unsigned i = 0; i < type->getNumElements(); ++i)
      result = builder.CreateInsertValue(result, convert(builder.CreateExtractValue(value, i)), i);
    use->set(result);
  }
}

/// What may run after the product without a wait between.
static void findUnwaited(const Instruction &product, SmallPtrSetImpl<const Instruction *> &found) {
  SmallPtrSet<const BasicBlock *, 16> seen;
  SmallVector<const Instruction *> starts{product.getNextNode()};
  while (!starts.empty()) {
    const Instruction *at = starts.pop_back_val();
    const BasicBlock *block = at->getParent();
    for (; at && !isWait(*at); at = at->getNextNode())
      found.insert(at);
    if (!at)
      for (const BasicBlock *next : successors(block))
        if (seen.insert(next).second)
          starts.push_back(&next->front());
  }
}

void Rewriter::lintRegisters() {
  SetVector<Instruction *> early;
  for (Instruction *product : findProducts(module)) {
    SmallPtrSet<const Instruction *, 32> unwaited;
    findUnwaited(*product, unwaited);
    for (Use *use : findRegisterReads(*product))
      if (unwaited.contains(cast<Instruction>(use->getUser())))
        early.insert(cast<Instruction>(use->getUser()));
  }
  for (Instruction *user : early)
    report(user, user->getFunction()->getName(),
           "reads the result of a wgmma, and on some way no wgmma.wait_group is between");
}

} // namespace weft::sim
