// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns a module for NVPTX into one for the host: every operation of the GPU becomes a call into
// the simulator, every access is checked first, every function gets its thread as first argument.
#ifndef COMPILER_SIM_REWRITER_H
#define COMPILER_SIM_REWRITER_H

#include <map>
#include <set>
#include <string>
#include <vector>

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Module.h"

#include "compiler/sim/Op.h"
#include "compiler/sim/Simulator.h"

namespace weft::sim {

/// What the rewriting tells about the module. Site 0 is nowhere.
struct ModuleCode {
  std::vector<Site> sites;
  std::vector<SyncSite> syncSites;
  std::map<std::string, KernelInfo> kernels;
  std::vector<Diagnostic> lint;
  /// Global variables that are not shared memory: name and bytes.
  std::vector<std::pair<std::string, uint64_t>> constants;
};

/// The names that generated code calls, and of the entry `weftSimEntry.KERNEL(thread, arguments)`.
inline constexpr const char *opFunction = "weftSimOp", *accessFunction = "weftSimAccess",
                            *yieldFunction = "weftSimYield", *registerFunction = "weftSimRegister",
                            *entryPrefix = "weftSimEntry.";

/// How an access is packed into one word for accessFunction.
struct AccessWord {
  uint32_t bytes : 16, alignLog2 : 4, space : 8, kind : 2, isOrdered : 1, unused : 1;
};
static_assert(sizeof(AccessWord) == 4);

class Rewriter {
public:
  Rewriter(llvm::Module &module, const Target &target, const Options &options)
      : module(module), context(module.getContext()), target(target), options(options) {}
  /// The module is for the host afterwards. An error lists everything that is unknown.
  llvm::Expected<ModuleCode> run(const llvm::DataLayout &hostLayout);

private:
  // Rewriter.cpp
  void collectSites();
  void addThreads();
  void replaceFunction(llvm::Function &function);
  void placeShared();
  void replaceShared(llvm::GlobalVariable &global, uint64_t offset);
  void exposeConstants();
  void addEntries();
  uint32_t addSite(llvm::Instruction &instruction, llvm::StringRef name);
  llvm::Value *getThread(llvm::Function &function) { return &*function.arg_begin(); }

  // RewriteCalls.cpp
  void rewriteCalls();
  void rewriteCall(llvm::CallInst &call);
  void rewriteIntrinsic(llvm::CallInst &call, llvm::StringRef name);
  void rewriteAsm(llvm::CallInst &call, llvm::InlineAsm &text);
  void callOp(llvm::CallInst &call, const Op &op, llvm::StringRef name,
              llvm::ArrayRef<llvm::Value *> arguments);
  void callFence(llvm::Instruction &instruction);
  void forget(llvm::Instruction &instruction);
  void erase(llvm::CallInst &call);
  void growSlots();

  // RewriteAccesses.cpp
  void rewriteAccesses();
  void checkOperand(llvm::Instruction &instruction, unsigned operand, llvm::Type *type,
                    llvm::Align align, bool isWrite, bool isAtomic, bool isOrdered);
  void widenSharedPointers();

  // RewriteRegisters.cpp
  void rewriteRegisters();
  void lintRegisters();

  // Lint.cpp
  void lint();
  void report(const llvm::Instruction *instruction, llvm::StringRef function,
              const std::string &text);

  llvm::Module &module;
  llvm::LLVMContext &context;
  const Target &target;
  const Options &options;
  ModuleCode code;
  std::vector<std::string> unknown;
  std::map<llvm::Instruction *, uint32_t> siteOf;
  llvm::Instruction *removed = nullptr;
  std::map<llvm::Function *, std::pair<llvm::AllocaInst *, unsigned>> slots;
  std::map<std::string, std::vector<bool>> byValue;
  /// Where a thread may wait for others.
  std::set<llvm::Function *> waiting;
  bool hasShortShared = false;
};

/// The calls of wgmma, and what reads the result of one.
std::vector<llvm::Instruction *> findProducts(llvm::Module &module);
std::vector<llvm::Use *> findRegisterReads(llvm::Instruction &product);

/// Replaces arithmetic intrinsics by what the host has. Null where the name is not arithmetic.
llvm::Value *lowerMath(llvm::CallInst &call, llvm::StringRef name);

} // namespace weft::sim

#endif
