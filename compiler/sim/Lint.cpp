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
  std::string line = normaliseAsm(text->getAsmString());
  bool meets = line.find("wgmma.") != std::string::npos || line.starts_with("bar.");
  if (meets && !call.isConvergent())
    report(
        "assembly that threads meet in is not marked convergent: LLVM may move it into a branch");
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
      if (auto *call = dyn_cast<CallInst>(&instruction))
        lintAsm(*call, [&](const std::string &text) { report(call, function.getName(), text); });
      if (auto *update = dyn_cast<AtomicRMWInst>(&instruction);
          update && isStrongerThan(update->getOrdering(), AtomicOrdering::Monotonic))
        report(update, function.getName(),
               "LLVM 22 drops the ordering of this in PTX: use a fence beside it");
    }
  }
}

} // namespace weft::sim
