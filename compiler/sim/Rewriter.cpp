// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/sim/Rewriter.h"

#include <algorithm>

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/ModuleSlotTracker.h"
#include "llvm/IR/ReplaceConstant.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/MathExtras.h"

#include "compiler/sim/AsmForms.h"
#include "compiler/sim/SpecialRegisters.h"

using namespace llvm;

namespace weft::sim {

static std::string getLocation(const Instruction &instruction) {
  const DILocation *location = instruction.getDebugLoc();
  if (!location || location->getLine() == 0)
    return "";
  return (location->getFilename() + ":" + Twine(location->getLine())).str();
}

uint32_t Rewriter::addSite(Instruction &instruction, StringRef name) {
  Site site;
  site.function = instruction.getFunction()->getName().str();
  site.location = getLocation(instruction);
  site.name = name.str();
  code.sites.push_back(std::move(site));
  return siteOf[&instruction] = static_cast<uint32_t>(code.sites.size() - 1);
}

/// An instruction as text, without what follows the operands.
static std::string print(const Instruction &instruction, ModuleSlotTracker &slots) {
  std::string text;
  raw_string_ostream stream(text);
  instruction.print(stream, slots);
  StringRef line = StringRef(text).split('\n').first.trim();
  line = line.substr(0, line.find(", !"));
  line = line.substr(0, line.find(" #"));
  return line.size() > 160 ? (line.substr(0, 157) + "...").str() : line.str();
}

static StringRef getNvvmName(const CallInst &call) {
  const Function *callee = call.getCalledFunction();
  StringRef name = callee ? callee->getName() : "";
  return name.consume_front("llvm.nvvm.") ? name : "";
}

static std::string getSiteName(const Instruction &instruction) {
  if (auto *call = dyn_cast<CallInst>(&instruction)) {
    StringRef name = getNvvmName(*call);
    if (!name.empty())
      return name.str();
    if (auto *text = dyn_cast<InlineAsm>(call->getCalledOperand())) {
      std::optional<AsmForm> form = parseAsm(*text);
      return form && !form->name.empty()
                 ? form->name
                 : StringRef(text->getAsmString()).trim().split(' ').first.str();
    }
    return "call";
  }
  return instruction.getOpcodeName();
}

static bool orders(const Instruction &instruction, StringRef name) {
  return isa<FenceInst>(instruction) || (isa<CallInst>(instruction) && isSync(name));
}

/// Before anything changes, so that texts are those of the module that was given.
void Rewriter::collectSites() {
  code.sites.push_back({"", "nowhere", "", "nothing", {}});
  ModuleSlotTracker tracker(&module);
  std::set<const User *> readers;
  for (Instruction *product : findProducts(module))
    for (const Use *use : findRegisterReads(*product))
      readers.insert(use->getUser());
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    tracker.incorporateFunction(function);
    for (Instruction &instruction : instructions(function)) {
      if (!isa<CallInst, LoadInst, StoreInst, AtomicRMWInst, AtomicCmpXchgInst, FenceInst>(
              instruction) &&
          !readers.count(&instruction))
        continue;
      std::string name = getSiteName(instruction);
      Site &site = code.sites[addSite(instruction, name)];
      site.text = print(instruction, tracker);
      if (!orders(instruction, name))
        continue;
      if (static_cast<int>(code.syncSites.size()) == options.removeSync)
        removed = &instruction;
      code.syncSites.push_back({site.function, site.text, site.location});
    }
  }
}

static Dim3 getRequired(const Function &function) {
  StringRef text = function.getFnAttribute("nvvm.reqntid").getValueAsString();
  if (text.empty())
    return {0, 0, 0};
  Dim3 size;
  for (uint32_t *part : {&size.x, &size.y, &size.z}) {
    auto [first, rest] = text.split(',');
    first.trim().getAsInteger(10, *part);
    text = rest;
  }
  return size;
}

/// The same function with the thread as first argument.
void Rewriter::replaceFunction(Function &function) {
  SmallVector<Type *> types{PointerType::get(context, 0)};
  for (Argument &argument : function.args())
    types.push_back(argument.getType());
  bool isKernel = function.getCallingConv() == CallingConv::PTX_Kernel;
  std::string name = function.getName().str();
  auto *type = FunctionType::get(function.getReturnType(), types, false);
  Function *with = Function::Create(type, GlobalValue::InternalLinkage, "", module);
  if (isKernel) {
    KernelInfo &kernel = code.kernels[name];
    kernel.name = name;
    kernel.parameters = static_cast<uint32_t>(function.arg_size());
    kernel.required = getRequired(function);
    for (Argument &argument : function.args())
      byValue[name].push_back(argument.hasByValAttr());
  }
  function.setName("");
  with->setName(name);
  with->addFnAttr(Attribute::NoUnwind);
  with->splice(with->begin(), &function);
  auto argument = with->arg_begin();
  argument->setName("thread");
  for (Argument &old : function.args())
    old.replaceAllUsesWith(&*++argument);
  for (User *user : make_early_inc_range(function.users())) {
    auto *call = dyn_cast<CallInst>(user);
    if (!call || call->getCalledOperand() != &function) {
      unknown.push_back("a pointer to the function " + name);
      continue;
    }
    // The caller may still be without its thread: its own turn gives it one.
    SmallVector<Value *> arguments{PoisonValue::get(types[0])};
    arguments.append(call->arg_begin(), call->arg_end());
    auto *again = CallInst::Create(with, arguments, "", call->getIterator());
    call->replaceAllUsesWith(again);
    siteOf.erase(call);
    call->eraseFromParent();
  }
  function.replaceAllUsesWith(PoisonValue::get(function.getType()));
  function.eraseFromParent();
}

void Rewriter::addThreads() {
  std::vector<Function *> functions;
  for (Function &function : module)
    if (!function.isDeclaration())
      functions.push_back(&function);
  for (Function *function : functions)
    replaceFunction(*function);
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (auto *call = dyn_cast<CallInst>(&instruction))
        if (Function *callee = call->getCalledFunction(); callee && !callee->isDeclaration())
          call->setArgOperand(0, getThread(function));
}

void Rewriter::replaceShared(GlobalVariable &global, uint64_t offset) {
  std::map<Function *, Value *> addresses;
  for (Use &use : make_early_inc_range(global.uses())) {
    auto *user = dyn_cast<Instruction>(use.getUser());
    if (!user) {
      unknown.push_back("shared memory in an initial value: " + global.getName().str());
      continue;
    }
    Value *&address = addresses[user->getFunction()];
    if (!address) {
      IRBuilder<> builder(&*user->getFunction()->getEntryBlock().getFirstInsertionPt());
      Value *base = builder.CreateLoad(PointerType::get(context, 3),
                                       builder.CreateConstGEP1_32(builder.getInt8Ty(),
                                                                  getThread(*user->getFunction()),
                                                                  sharedOffset));
      address = builder.CreateConstGEP1_64(builder.getInt8Ty(), base, offset, global.getName());
    }
    use.set(address);
  }
  global.replaceAllUsesWith(PoisonValue::get(global.getType()));
  global.eraseFromParent();
}

/// Static arrays one after another, the dynamic ones behind them, all of these at one address.
void Rewriter::placeShared() {
  std::vector<GlobalVariable *> globals;
  for (GlobalVariable &global : module.globals())
    if (global.getAddressSpace() == 3)
      globals.push_back(&global);
  const DataLayout &layout = module.getDataLayout();
  std::map<GlobalVariable *, uint64_t> offsets;
  std::vector<GlobalVariable *> dynamic;
  uint64_t end = 0, dynamicAlign = 16;
  for (GlobalVariable *global : globals) {
    uint64_t bytes = layout.getTypeAllocSize(global->getValueType());
    uint64_t align = global->getAlign() ? global->getAlign()->value()
                                        : layout.getABITypeAlign(global->getValueType()).value();
    if (bytes == 0) {
      dynamic.push_back(global);
      dynamicAlign = std::max(dynamicAlign, align);
      continue;
    }
    end = alignTo(end, align);
    offsets[global] = end;
    end += bytes;
  }
  if (!dynamic.empty())
    end = alignTo(end, dynamicAlign);
  for (GlobalVariable *global : dynamic)
    offsets[global] = end;
  for (auto &[name, kernel] : code.kernels) {
    kernel.staticShared = static_cast<uint32_t>(end);
    kernel.dynamicAlign = static_cast<uint32_t>(dynamicAlign);
  }
  SmallVector<Constant *> constants(globals.begin(), globals.end());
  convertUsersOfConstantsToInstructions(constants);
  for (GlobalVariable *global : globals)
    replaceShared(*global, offsets[global]);
}

/// Tables of the module are device memory that kernels may read; we need their addresses.
void Rewriter::exposeConstants() {
  for (GlobalVariable &global : module.globals()) {
    if (global.getName().starts_with("llvm."))
      continue;
    if (global.isDeclaration()) {
      unknown.push_back("the external variable " + global.getName().str());
      continue;
    }
    global.setName("weftSimGlobal." + global.getName());
    global.setLinkage(GlobalValue::ExternalLinkage);
    global.setVisibility(GlobalValue::DefaultVisibility);
    code.constants.emplace_back(global.getName().str(),
                                module.getDataLayout().getTypeAllocSize(global.getValueType()));
  }
}

/// The arguments come as to cuLaunchKernel: a pointer to each; one that is passed by value is used
/// where it lies.
void Rewriter::addEntries() {
  Type *pointer = PointerType::get(context, 0);
  auto *type = FunctionType::get(Type::getVoidTy(context), {pointer, pointer}, false);
  for (auto &[name, kernel] : code.kernels) {
    Function *function = module.getFunction(name);
    // A helper that waits may be called by any kernel.
    kernel.blocks = any_of(waiting, [&](Function *other) {
      return other == function || !code.kernels.count(other->getName().str());
    });
    Function *entry =
        Function::Create(type, GlobalValue::ExternalLinkage, entryPrefix + name, module);
    IRBuilder<> builder(BasicBlock::Create(context, "", entry));
    SmallVector<Value *> arguments{entry->getArg(0)};
    for (unsigned i = 0; i < kernel.parameters; ++i) {
      Value *value =
          builder.CreateLoad(pointer, builder.CreateConstGEP1_32(pointer, entry->getArg(1), i));
      Type *wanted = function->getArg(i + 1)->getType();
      if (!byValue[name][i])
        value =
            hasShortShared && wanted == PointerType::get(context, 3)
                ? builder.CreateIntToPtr(builder.CreateLoad(builder.getInt32Ty(), value), wanted)
                : builder.CreateLoad(wanted, value);
      arguments.push_back(value);
    }
    builder.CreateCall(function, arguments);
    builder.CreateRetVoid();
  }
}

Expected<ModuleCode> Rewriter::run(const DataLayout &hostLayout) {
  hasShortShared = module.getDataLayout().getPointerSize(3) == 4;
  collectSites();
  lint();
  lintRegisters();
  StripDebugInfo(module);
  addThreads();
  module.setDataLayout(hostLayout);
  rewriteRegisters();
  rewriteCalls();
  widenSharedPointers();
  placeShared();
  rewriteAccesses();
  growSlots();
  exposeConstants();
  addEntries();
  for (Function &function : make_early_inc_range(module))
    if (function.isDeclaration() && function.use_empty())
      function.eraseFromParent();
  if (!unknown.empty()) {
    std::sort(unknown.begin(), unknown.end());
    unknown.erase(std::unique(unknown.begin(), unknown.end()), unknown.end());
    return createStringError("the simulator does not know: " + join(unknown, "; "));
  }
  std::string message;
  raw_string_ostream stream(message);
  if (verifyModule(module, &stream))
    return createStringError("the rewritten module is wrong, a bug of the simulator: " + message);
  return std::move(code);
}

} // namespace weft::sim
