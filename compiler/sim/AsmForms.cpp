// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/sim/AsmForms.h"

#include <algorithm>

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace weft::sim {

std::string normaliseAsm(StringRef text) {
  std::string result;
  for (char c : text) {
    if (c == '\n' || c == '\t')
      c = ' ';
    if (c != ' ' || (!result.empty() && result.back() != ' '))
      result += c;
  }
  while (!result.empty() && (result.back() == ' ' || result.back() == ';'))
    result.pop_back();
  return result;
}

/// The call's operand for each result: only where every result has a tied one and there are no
/// more.
static std::optional<AsmForm> parseIdentity(const InlineAsm &text) {
  unsigned outputs = 0, operand = 0;
  std::vector<int> tied;
  for (const InlineAsm::ConstraintInfo &constraint : text.ParseConstraints()) {
    if (constraint.Type == InlineAsm::isOutput) {
      ++outputs;
      tied.push_back(-1);
    } else if (constraint.Type == InlineAsm::isInput) {
      unsigned number = 0;
      if (constraint.Codes.size() != 1 || StringRef(constraint.Codes[0]).getAsInteger(10, number) ||
          number >= outputs)
        return std::nullopt;
      tied[number] = static_cast<int>(operand++);
    }
  }
  AsmForm form{outputs ? AsmForm::Kind::Identity : AsmForm::Kind::Nothing, "", {}, {}};
  for (int which : tied) {
    if (which < 0)
      return std::nullopt;
    form.operands.push_back(which);
  }
  return form;
}

std::optional<AsmForm> parseAsm(const InlineAsm &text) {
  using Kind = AsmForm::Kind;
  std::string line = normaliseAsm(text.getAsmString());
  if (line.empty())
    return parseIdentity(text);
  struct Known {
    const char *text;
    AsmForm form;
  };
  static const Known known[] = {
      {"bar.arrive $0, $1", {Kind::Op, "barrier.cta.arrive.aligned.count", {0, 1}, {}}},
      {"bar.sync $0, $1", {Kind::Op, "barrier.cta.sync.aligned.count", {0, 1}, {}}},
      {"bar.sync $0", {Kind::Op, "barrier.cta.sync.aligned.all", {0}, {}}},
      {"fence.acq_rel.gpu", {Kind::Op, "fence", {}, {}}},
      {"fence.acq_rel.cta", {Kind::Op, "fence", {}, {}}},
      {"red.release.gpu.global.add.u32 [$0], $1", {Kind::AtomicAdd, "", {0, 1}, {}}},
  };
  for (const Known &form : known)
    if (line == form.text)
      return form.form;
  if (line.starts_with("prefetch") || line.starts_with("griddepcontrol."))
    return AsmForm();
  unsigned outputs = 0;
  for (const InlineAsm::ConstraintInfo &constraint : text.ParseConstraints())
    outputs += constraint.Type == InlineAsm::isOutput;
  return parseAsyncAsm(line, outputs);
}

} // namespace weft::sim
