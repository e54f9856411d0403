// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls of intrinsics, of inline assembly and of what a device library would have.
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

#include "compiler/sim/AsmForms.h"
#include "compiler/sim/Rewriter.h"
#include "compiler/sim/SpecialRegisters.h"

using namespace llvm;

namespace weft::sim {

/// A later instruction may get the same address.
void Rewriter::forget(Instruction &instruction) {
  siteOf.erase(&instruction);
  instruction.eraseFromParent();
}

void Rewriter::erase(CallInst &call) {
  // A wait that is left out says that what it waits for is there: else loops would not end.
  Type *type = call.getType();
  bool isWait = code.sites[siteOf.at(&call)].name.find(".wait") != std::string::npos;
  if (!type->isVoidTy())
    call.replaceAllUsesWith(isWait && type->isIntegerTy() ? ConstantInt::get(type, 1)
                                                          : Constant::getNullValue(type));
  forget(call);
}

/// Operands to slots, a call, results from slots. The slots are one array of the function, as large
/// as its largest call needs.
void Rewriter::callOp(CallInst &call, const Op &op, StringRef name, ArrayRef<Value *> arguments) {
  Function &function = *call.getFunction();
  uint32_t site = siteOf.at(&call);
  code.sites[site].op = op;
  code.sites[site].name = name.str();
  if (op.blocks)
    waiting.insert(&function);
  auto *structure = dyn_cast<StructType>(call.getType());
  unsigned resultCount = call.getType()->isVoidTy() ? 0
                         : structure                ? structure->getNumElements()
                                                    : 1;
  IRBuilder<> builder(&call);
  Type *slot = builder.getInt64Ty();
  auto &[memory, count] = slots[&function];
  if (!memory) {
    IRBuilder<> top(&*function.getEntryBlock().getFirstInsertionPt());
    memory = top.CreateAlloca(slot, nullptr, "slots");
    memory->setAlignment(Align(16));
  }
  count = std::max<unsigned>(count, arguments.size() + resultCount + 1);
  auto getSlot = [&](unsigned index) { return builder.CreateConstGEP1_32(slot, memory, index); };
  for (unsigned index = 0; index < arguments.size(); ++index) {
    Value *value = arguments[index];
    if (isa<UndefValue>(value))
      continue;
    if (value->getType()->isPointerTy())
      value = builder.CreatePtrToInt(value, slot);
    else if (value->getType()->isIntegerTy())
      value = builder.CreateZExt(value, slot);
    builder.CreateStore(value, getSlot(index));
  }
  Type *pointer = builder.getPtrTy();
  FunctionCallee callee = module.getOrInsertFunction(opFunction, builder.getVoidTy(), pointer,
                                                     builder.getInt32Ty(), pointer, pointer);
  unsigned first = arguments.size();
  builder.CreateCall(callee, {getThread(function), builder.getInt32(site), memory, getSlot(first)});
  auto load = [&](Type *type, unsigned index) -> Value * {
    if (type->isIntegerTy(1))
      return builder.CreateTrunc(builder.CreateLoad(builder.getInt8Ty(), getSlot(first + index)),
                                 type);
    if (type->isPointerTy())
      return builder.CreateIntToPtr(builder.CreateLoad(slot, getSlot(first + index)), type);
    return builder.CreateLoad(type, getSlot(first + index));
  };
  Value *result = nullptr;
  if (structure) {
    result = PoisonValue::get(structure);
    for (unsigned i = 0; i < resultCount; ++i)
      result = builder.CreateInsertValue(result, load(structure->getElementType(i), i), i);
  } else if (resultCount) {
    result = load(call.getType(), 0);
  }
  if (result)
    call.replaceAllUsesWith(result);
  forget(call);
}

void Rewriter::growSlots() {
  for (auto &[function, entry] : slots) {
    auto [memory, count] = entry;
    memory->setOperand(0, ConstantInt::get(Type::getInt32Ty(context), count));
  }
}

void Rewriter::rewriteIntrinsic(CallInst &call, StringRef name) {
  IRBuilder<> builder(&call);
  if (StringRef wanted = name; wanted.consume_front("read.ptx.sreg."))
    for (size_t i = 0; i < specialRegisterCount; ++i)
      if (wanted == StringRef(specialRegisterNames[i])) {
        call.replaceAllUsesWith(builder.CreateLoad(
            builder.getInt32Ty(),
            builder.CreateConstGEP1_32(builder.getInt32Ty(), getThread(*call.getFunction()), i)));
        forget(call);
        return;
      }
  if (name.starts_with("prefetch") || name.starts_with("griddepcontrol."))
    return erase(call);
  if (Value *value = lowerMath(call, name)) {
    call.replaceAllUsesWith(value);
    forget(call);
    return;
  }
  if (std::optional<Op> op = findOp(name))
    return callOp(call, *op, name, SmallVector<Value *>(call.args()));
  unknown.push_back("llvm.nvvm." + name.str());
}

void Rewriter::rewriteAsm(CallInst &call, InlineAsm &text) {
  std::optional<AsmForm> form = parseAsm(text);
  if (!form) {
    unknown.push_back("the assembly `" + normaliseAsm(text.getAsmString()) + "`");
    return;
  }
  if (form->kind == AsmForm::Kind::Nothing)
    return erase(call);
  if (form->kind == AsmForm::Kind::Op) {
    std::optional<Op> op = findOp(form->name);
    if (!op) {
      unknown.push_back("the assembly `" + normaliseAsm(text.getAsmString()) + "`");
      return;
    }
    SmallVector<Value *> arguments;
    auto add = [&](const AsmForm::Operand &operand) {
      arguments.push_back(operand.isNumber ? ConstantInt::get(Type::getInt64Ty(context),
                                                              static_cast<uint64_t>(operand.value))
                                           : call.getArgOperand(operand.value));
    };
    for (const AsmForm::Operand &operand : form->operands)
      add(operand);
    if (form->guard) {
      op->guard = static_cast<int>(arguments.size());
      add(*form->guard);
    }
    return callOp(call, *op, form->name, arguments);
  }
  IRBuilder<> builder(&call);
  if (form->kind == AsmForm::Kind::AtomicAdd) {
    auto *atomic = builder.CreateAtomicRMW(
        AtomicRMWInst::Add, call.getArgOperand(form->operands[0].value),
        call.getArgOperand(form->operands[1].value), Align(4), AtomicOrdering::AcquireRelease);
    siteOf[atomic] = siteOf.at(&call);
    return erase(call);
  }
  // Identity: results are the inputs tied to them.
  Value *result = nullptr;
  if (!call.getType()->isStructTy())
    result = call.getArgOperand(form->operands[0].value);
  else {
    result = PoisonValue::get(call.getType());
    for (auto [index, operand] : enumerate(form->operands))
      result = builder.CreateInsertValue(result, call.getArgOperand(operand.value), index);
  }
  call.replaceAllUsesWith(result);
  forget(call);
}

void Rewriter::callFence(Instruction &instruction) {
  // Through a call without arguments, so that one way serves all operations.
  IRBuilder<> builder(&instruction);
  auto *call =
      builder.CreateCall(module.getOrInsertFunction("llvm.nvvm.membar.gl", builder.getVoidTy()));
  siteOf[call] = siteOf.at(&instruction);
  forget(instruction);
  callOp(*call, *findOp("fence"), "fence", {});
}

/// What clang calls where the GPU has no instruction, and the host's libm has it.
static StringRef getHostFunction(StringRef name) {
  if (!name.consume_front("__nv_"))
    return "";
  static constexpr StringLiteral known[] = {"expf",   "exp2f",  "logf",  "log2f", "sinf",  "cosf",
                                            "tanf",   "tanhf",  "erff",  "powf",  "sqrtf", "fabsf",
                                            "exp",    "log",    "tanh",  "erf",   "pow",   "expm1f",
                                            "log1pf", "floorf", "ceilf", "fmaf",  "fmaxf", "fminf"};
  return is_contained(known, name) ? name : "";
}

void Rewriter::rewriteCall(CallInst &call) {
  if (&call == removed)
    return erase(call);
  if (auto *text = dyn_cast<InlineAsm>(call.getCalledOperand()))
    return rewriteAsm(call, *text);
  Function *callee = call.getCalledFunction();
  if (!callee) {
    unknown.push_back("a call through a pointer");
    return;
  }
  StringRef name = callee->getName();
  if (name.consume_front("llvm.nvvm."))
    return rewriteIntrinsic(call, name);
  if (auto *move = dyn_cast<MemTransferInst>(&call))
    return callOp(call, *findOp("memcpy"), "memcpy",
                  {move->getRawDest(), move->getRawSource(), move->getLength()});
  if (auto *set = dyn_cast<MemSetInst>(&call))
    return callOp(call, *findOp("memset"), "memset",
                  {set->getRawDest(), set->getValue(), set->getLength()});
  Intrinsic::ID id = callee->getIntrinsicID();
  if (id == Intrinsic::trap || id == Intrinsic::debugtrap || name == "__assertfail")
    return callOp(call, *findOp("trap"), "trap", {});
  if (name.starts_with("llvm.masked."))
    unknown.push_back(name.str());
  if (!callee->isDeclaration() || callee->isIntrinsic())
    return;
  StringRef host = getHostFunction(name);
  if (host.empty())
    unknown.push_back("the function " + name.str());
  else
    callee->setName(host);
}

void Rewriter::rewriteCalls() {
  std::vector<Instruction *> found;
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (isa<CallInst, FenceInst>(instruction) && siteOf.count(&instruction))
        found.push_back(&instruction);
  for (Instruction *instruction : found)
    if (auto *call = dyn_cast<CallInst>(instruction))
      rewriteCall(*call);
    else if (instruction == removed)
      forget(*instruction);
    else
      callFence(*instruction);
}

} // namespace weft::sim
