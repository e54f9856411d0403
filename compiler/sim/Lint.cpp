// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mistakes that can be seen without running.
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/InstIterator.h"

#include "compiler/sim/AsmForms.h"
#include "compiler/sim/Rewriter.h"

using namespace llvm;

namespace weft::sim {

void Rewriter::report(const Instruction *instruction, StringRef function, const std::string &text) {
  std::string place = function.str();
  if (instruction)
    if (auto found = siteOf.find(const_cast<Instruction *>(instruction)); found != siteOf.end()) {
      const Site &site = code.sites[found->second];
      place += ": " + site.text + (site.location.empty() ? "" : " (" + site.location + ")");
    }
  code.lint.push_back({Diagnostic::Kind::Protocol, text, {0, 0, 0}, 0, place});
}

static void lintAsm(const CallInst &call, function_ref<void(const std::string &)> report) {
  auto *text = dyn_cast<InlineAsm>(call.getCalledOperand());
  if (!text)
    return;
  std::optional<AsmForm> form = parseAsm(*text);
  if (!form)
    return;
  StringRef name = form->name;
  bool meets = name.starts_with("wgmma.") || name.starts_with("barrier.") ||
               name.starts_with("setmaxnreg.") || name.contains(".wait");
  if (meets && !call.isConvergent())
    report(
        "assembly that threads meet in is not marked convergent: LLVM may move it into a branch");
}

/// What an operation needs: 90 and more for every later GPU, `a` for this one alone.
static void lintTarget(StringRef name, const Target &target,
                       function_ref<void(const std::string &)> report) {
  struct Need {
    const char *prefix;
    unsigned sm;
    bool isSpecific;
  };
  // The first prefix that fits.
  static constexpr Need needs[] = {
      {"wgmma.", 90, true},
      {"setmaxnreg.", 90, true},
      {"cp.async.bulk.", 90, false},
      {"barrier.cluster.", 90, false},
      {"mapa", 90, false},
      {"getctarank", 90, false},
      {"elect.sync", 90, false},
      {"stmatrix.", 90, false},
      {"griddepcontrol.", 90, false},
      {"fence.mbarrier_init.", 90, false},
      {"fence.proxy.", 90, false},
      {"mbarrier.try.wait", 90, false},
      {"mbarrier.expect.tx", 90, false},
      {"mbarrier.complete.tx", 90, false},
      {"mbarrier.arrive.expect.tx", 90, false},
      {"mbarrier.", 80, false},
      {"cp.async.", 80, false},
      {"redux.sync.", 80, false},
      {"mma.", 80, false},
      {"ldmatrix.", 75, false},
  };
  bool isCluster = name.contains(".scope.cluster") || name.contains("space.cluster");
  const Need *need =
      find_if(needs, [&](const Need &each) { return name.starts_with(each.prefix); });
  unsigned sm = need == std::end(needs) ? 0 : need->sm;
  if (isCluster)
    sm = std::max(sm, 90u);
  bool isSpecific = sm && need != std::end(needs) && need->isSpecific;
  if (isSpecific ? target.sm == sm && target.archSpecific : target.sm >= sm)
    return;
  report(name.str() + " needs sm_" + std::to_string(sm) + (isSpecific ? "a" : "") +
         "; the target is sm_" + std::to_string(target.sm) + (target.archSpecific ? "a" : ""));
}

static std::string getOperation(const CallInst &call) {
  if (auto *text = dyn_cast<InlineAsm>(call.getCalledOperand())) {
    std::optional<AsmForm> form = parseAsm(*text);
    return form ? form->name : "";
  }
  const Function *callee = call.getCalledFunction();
  StringRef name = callee ? callee->getName() : "";
  return name.consume_front("llvm.nvvm.") ? name.str() : "";
}

void Rewriter::lint() {
  uint64_t shared = 0;
  for (const GlobalVariable &global : module.globals()) {
    if (global.getAddressSpace() != 3)
      continue;
    uint64_t bytes = module.getDataLayout().getTypeAllocSize(global.getValueType());
    shared += bytes;
    if (bytes == 0 && !global.isDeclaration())
      report(
          nullptr, global.getName(),
          "an array of no bytes in shared memory that is not external: PTX makes one byte of it, "
          "which overlaps others");
  }
  if (shared > target.getSharedLimit())
    report(nullptr, module.getName(),
           "static shared memory of " + std::to_string(shared) + " bytes; the GPU has " +
               std::to_string(target.getSharedLimit()));
  for (Function &function : module) {
    if (function.getCallingConv() == CallingConv::PTX_Kernel && !function.isDeclaration() &&
        !function.hasFnAttribute("nvvm.reqntid"))
      report(nullptr, function.getName(), "the kernel does not say its block size (nvvm.reqntid)");
    for (Instruction &instruction : instructions(function)) {
      if (auto *call = dyn_cast<CallInst>(&instruction)) {
        auto tell = [&](const std::string &text) { report(call, function.getName(), text); };
        lintAsm(*call, tell);
        lintTarget(getOperation(*call), target, tell);
      }
      if (auto *update = dyn_cast<AtomicRMWInst>(&instruction);
          update && isStrongerThan(update->getOrdering(), AtomicOrdering::Monotonic))
        report(update, function.getName(),
               "LLVM 22 drops the ordering of this in PTX: use a fence beside it");
    }
  }
}

} // namespace weft::sim
