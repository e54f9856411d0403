// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From IR to machine code of the host.
#include <bit>
#include <mutex>

#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/TargetSelect.h"

#include "compiler/sim/Engine.h"
#include "compiler/sim/FloatBits.h"
#include "compiler/sim/ModuleState.h"
#include "compiler/sim/Wgmma.h"

using namespace llvm;

namespace weft::sim {

extern "C" {
static void runOp(Thread *thread, uint32_t site, uint64_t *arguments, uint64_t *results) {
  const Op &op = getSite(*thread, site).op;
  if (op.guard < 0 || (arguments[op.guard] & 1))
    op.run(*thread, site, arguments, results);
}

static void *runAccess(Thread *thread, void *address, uint32_t word, uint32_t site) {
  auto access = std::bit_cast<AccessWord>(word);
  auto kind = static_cast<AccessKind>(access.kind);
  if (kind == AccessKind::Read) {
    if (++thread->reads % readsPerSample == 0)
      watchReads(*thread, address, site);
  } else {
    thread->group->spinReads = 0;
  }
  if (isAtomic(kind))
    carryOrder(*thread, reinterpret_cast<uintptr_t>(address), kind, access.isOrdered);
  return checkAccess(*thread, address, access.bytes, access.alignLog2, access.space, kind, site);
}

static uint32_t runRegister(Thread *thread, uint32_t bits, uint32_t site) {
  return readRegister(*thread, bits, site);
}

static void runYield(Thread *thread) { yield(*thread); }

// Conversions that the host's instructions do not have. bf16 comes back in a vector register, as
// _Float16 does.
static _Float16 truncateToBfloat(float value) {
  return std::bit_cast<_Float16>(floatToBfloat(value));
}
static _Float16 truncateDoubleToBfloat(double value) {
  return truncateToBfloat(static_cast<float>(value));
}
static _Float16 truncateDoubleToHalf(double value) { return static_cast<_Float16>(value); }
}

template <class Function>
static void define(orc::LLJIT &jit, orc::SymbolMap &symbols, const char *name, Function *function) {
  symbols[jit.mangleAndIntern(name)] = {orc::ExecutorAddr::fromPtr(function),
                                        JITSymbolFlags::Exported | JITSymbolFlags::Callable};
}

static Error defineLibrary(orc::LLJIT &jit) {
  orc::SymbolMap symbols;
  define(jit, symbols, opFunction, runOp);
  define(jit, symbols, accessFunction, runAccess);
  define(jit, symbols, yieldFunction, runYield);
  define(jit, symbols, registerFunction, runRegister);
  define(jit, symbols, "__truncsfbf2", truncateToBfloat);
  define(jit, symbols, "__truncdfbf2", truncateDoubleToBfloat);
  define(jit, symbols, "__truncdfhf2", truncateDoubleToHalf);
  return jit.getMainJITDylib().define(orc::absoluteSymbols(std::move(symbols)));
}

/// One feature set for all machines: the same bits everywhere.
static orc::JITTargetMachineBuilder getMachine(unsigned level) {
  static std::once_flag once;
  std::call_once(once, [] {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
  });
  orc::JITTargetMachineBuilder machine(Triple("x86_64-unknown-linux-gnu"));
  machine.setCPU("x86-64-v3");
  machine.setRelocationModel(Reloc::PIC_);
  machine.setCodeGenOptLevel(level == 0 ? CodeGenOptLevel::None : CodeGenOptLevel::Default);
  return machine;
}

static void optimise(llvm::Module &module, TargetMachine &machine) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(OptimizationLevel::O1).run(module, modules);
}

static Error findSymbols(ModuleState &state) {
  for (auto &[name, kernel] : state.code.kernels) {
    auto address = state.jit->lookup(entryPrefix + name);
    if (!address)
      return address.takeError();
    state.entries[name] = address->toPtr<void (*)(Thread *, void **)>();
  }
  for (auto &[name, bytes] : state.code.constants) {
    auto address = state.jit->lookup(name);
    if (!address)
      return address.takeError();
    state.constants.add(address->toPtr<void *>(), bytes);
  }
  return Error::success();
}

/// The GPU that the code says it is for (`!weft.target`), else the one that is given.
static Target readTarget(const llvm::Module &module, Target target) {
  const NamedMDNode *node = module.getNamedMetadata("weft.target");
  auto *name = node && node->getNumOperands() == 1 && node->getOperand(0)->getNumOperands() == 1
                   ? dyn_cast<MDString>(node->getOperand(0)->getOperand(0))
                   : nullptr;
  StringRef text = name ? name->getString() : "";
  unsigned sm = 0;
  if (text.consume_front("sm_") && !text.consumeInteger(10, sm)) {
    target.sm = sm;
    target.archSpecific = text == "a";
  }
  return target;
}

Expected<std::unique_ptr<Module>> Module::load(MemoryBufferRef ir, const Target &target,
                                               const Options &options) {
  auto context = std::make_unique<LLVMContext>();
  SMDiagnostic diagnostic;
  std::unique_ptr<llvm::Module> module = parseIR(ir, diagnostic, *context);
  if (!module) {
    std::string message;
    raw_string_ostream stream(message);
    diagnostic.print("simulator", stream, false);
    return createStringError(message);
  }
  auto builder = getMachine(options.optLevel);
  auto machine = builder.createTargetMachine();
  if (!machine)
    return machine.takeError();
  auto state = std::make_unique<ModuleState>();
  state->target = readTarget(*module, target);
  state->options = options;
  Rewriter rewriter(*module, state->target, state->options);
  auto code = rewriter.run((*machine)->createDataLayout());
  if (!code)
    return code.takeError();
  state->code = std::move(*code);
  module->setTargetTriple((*machine)->getTargetTriple());
  if (options.optLevel)
    optimise(*module, **machine);
  auto jit = orc::LLJITBuilder().setJITTargetMachineBuilder(builder).create();
  if (!jit)
    return jit.takeError();
  state->jit = std::move(*jit);
  if (Error error = defineLibrary(*state->jit))
    return error;
  if (Error error =
          state->jit->addIRModule(orc::ThreadSafeModule(std::move(module), std::move(context))))
    return error;
  if (Error error = findSymbols(*state))
    return error;
  return std::unique_ptr<Module>(new Module(std::move(state)));
}

Module::Module(std::unique_ptr<ModuleState> state) : state(std::move(state)) {}
Module::~Module() = default;

std::vector<std::string> Module::kernels() const {
  std::vector<std::string> names;
  for (auto &[name, kernel] : state->code.kernels)
    names.push_back(name);
  return names;
}

const KernelInfo *Module::kernelInfo(StringRef name) const {
  auto found = state->code.kernels.find(name.str());
  return found == state->code.kernels.end() ? nullptr : &found->second;
}

const std::vector<Diagnostic> &Module::lint() const { return state->code.lint; }
const std::vector<SyncSite> &Module::syncSites() const { return state->code.syncSites; }

void Module::setSchedule(uint64_t seed, Schedule schedule, AsyncCopies copies) {
  state->options.seed = seed;
  state->options.schedule = schedule;
  state->options.asyncCopies = copies;
}

} // namespace weft::sim
