// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Assembly of sm_90: the texts that MLIR makes of operations without an intrinsic, and those that
// people write. One table of patterns, and wgmma, which has too many operands for it.
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"

#include "compiler/sim/AsmForms.h"

using namespace llvm;

namespace weft::sim {

/// `$3` as an operand of the call, a number as itself.
static std::optional<AsmForm::Operand> parseOperand(StringRef text, unsigned outputs) {
  text = text.trim();
  int64_t value = 0;
  if (!text.consume_front("$"))
    return text.getAsInteger(10, value) ? std::nullopt
                                        : std::optional(AsmForm::Operand(value, true));
  if (text.getAsInteger(10, value) || value < outputs)
    return std::nullopt;
  return AsmForm::Operand(value - outputs);
}

static bool addOperands(AsmForm &form, StringRef list, unsigned outputs) {
  SmallVector<StringRef> words;
  list.split(words, ',');
  for (StringRef word : words) {
    std::optional<AsmForm::Operand> operand = parseOperand(word, outputs);
    if (!operand)
      return false;
    form.operands.push_back(*operand);
  }
  return true;
}

/// Accumulators are operands tied to the results, the first of the call.
static std::optional<AsmForm> parseProduct(StringRef line, unsigned outputs) {
  static const Regex shape("setp\\.ne\\.b32 p, ([$0-9]+), 0; wgmma\\.mma_async\\.sync\\.aligned\\."
                           "(m64n([0-9]+)k16\\.f32\\.[a-z0-9]+\\.[a-z0-9]+) (\\{[^}]*\\}), (.*), "
                           "p, ([-$0-9, ]+);? ?}?$");
  SmallVector<StringRef> found;
  if (!shape.match(line, &found))
    return std::nullopt;
  unsigned columns = 0;
  if (found[3].getAsInteger(10, columns) || outputs != columns / 2)
    return std::nullopt;
  AsmForm form{AsmForm::Kind::Op, "", {}, {}};
  for (unsigned i = 0; i < outputs; ++i)
    form.operands.push_back(i);
  StringRef inputs = found[5];
  bool isRegisters = inputs.consume_front("{");
  if (isRegisters) {
    auto [registers, right] = inputs.split('}');
    right.consume_front(",");
    if (!addOperands(form, registers, outputs) || form.operands.size() != outputs + 4 ||
        !addOperands(form, right, outputs))
      return std::nullopt;
  } else if (!addOperands(form, inputs, outputs)) {
    return std::nullopt;
  }
  if (!addOperands(form, found[1], outputs) || !addOperands(form, found[6], outputs))
    return std::nullopt;
  if (form.operands.size() != outputs + (isRegisters ? 9 : 7))
    return std::nullopt;
  form.name = "wgmma.mma_async." + found[2].str() + (isRegisters ? ".rs" : ".ss");
  return form;
}

std::optional<AsmForm> parseAsyncAsm(StringRef line, unsigned outputs) {
  if (line.contains("wgmma.mma_async"))
    return parseProduct(line, outputs);
  struct Known {
    const char *pattern, *name;
  };
  // What is in parentheses becomes the operands, in this order. A leading @$n guards all.
  static const Known known[] = {
      {"mbarrier\\.init(\\.shared)?(::cta)?\\.b64 \\[([$0-9]+)\\], ([$0-9]+)", "mbarrier.init"},
      {"mbarrier\\.inval(\\.shared)?(::cta)?\\.b64 \\[([$0-9]+)\\]", "mbarrier.inval"},
      {"mbarrier\\.arrive\\.expect_tx(\\.shared)?(::cta)?\\.b64 _, \\[([$0-9]+)\\], ([$0-9]+)",
       "mbarrier.arrive.expect.tx"},
      {"mbarrier\\.expect_tx(\\.shared)?(::cta)?\\.b64 \\[([$0-9]+)\\], ([$0-9]+)",
       "mbarrier.expect.tx"},
      {"mbarrier\\.arrive(\\.shared)?(::cta)?\\.b64 _, \\[([$0-9]+)\\]", "mbarrier.arrive"},
      {"mbarrier\\.arrive(\\.release)?(\\.cluster)?\\.shared::cluster\\.b64 _, \\[([$0-9]+)\\]",
       "mbarrier.arrive"},
      {"mbarrier\\.arrive(\\.shared)?(::cta)?\\.b64 _, \\[([$0-9]+)\\], ([$0-9]+)",
       "mbarrier.arrive.count"},
      // Waits until the phase ends: a loop in one text.
      {"[{] \\.reg \\.pred (P1); (LAB_WAIT): mbarrier\\.try_wait\\.parity[.a-z:0-9]* P1, "
       "\\[([$0-9]+)\\], ([$0-9]+)(, [$0-9]+)?; @P1 bra(\\.uni)? DONE; bra(\\.uni)? LAB_WAIT; "
       "DONE: [}]",
       "mbarrier.try.wait.loop.parity"},
      {"[{] \\.reg \\.pred (p|P1); ()mbarrier\\.(try|test)_wait\\.parity[.a-z:0-9]* [pP1]+, "
       "\\[([$0-9]+)\\], ([$0-9]+); selp\\.[bu]32 \\$0, 1, 0, [pP1]+; [}]",
       "mbarrier.try.wait.parity"},
      {"fence\\.proxy\\.async(\\.shared::cta)?()", "fence.proxy.async"},
      {"fence\\.mbarrier_init\\.release\\.cluster()()", "fence.mbarrier_init.release.cluster"},
      {"wgmma\\.fence\\.sync\\.aligned()()", "wgmma.fence.sync.aligned"},
      {"wgmma\\.commit_group\\.sync\\.aligned()()", "wgmma.commit_group.sync.aligned"},
      {"wgmma\\.wait_group\\.sync\\.aligned()() ([$0-9]+)", "wgmma.wait_group.sync.aligned"},
      {"cp\\.async\\.bulk\\.commit_group()()", "cp.async.bulk.commit.group"},
      {"cp\\.async\\.bulk\\.wait_group()() ([$0-9]+)", "cp.async.bulk.wait.group"},
      {"cp\\.async\\.bulk\\.wait_group\\.read()() ([$0-9]+)", "cp.async.bulk.wait.group.read"},
      {"barrier\\.cluster\\.arrive(\\.release)?(\\.aligned)?", "barrier.cluster.arrive"},
      {"barrier\\.cluster\\.arrive\\.relaxed(\\.aligned)?()", "barrier.cluster.arrive.relaxed"},
      {"barrier\\.cluster\\.wait(\\.acquire)?(\\.aligned)?", "barrier.cluster.wait"},
      {"setmaxnreg\\.inc\\.sync\\.aligned\\.u32()() ([$0-9]+)", "setmaxnreg.inc.sync.aligned.u32"},
      {"setmaxnreg\\.dec\\.sync\\.aligned\\.u32()() ([$0-9]+)", "setmaxnreg.dec.sync.aligned.u32"},
      {"mapa\\.shared::cluster\\.u32()() \\$0, ([$0-9]+), ([$0-9]+)", "mapa.shared.cluster"},
  };
  std::optional<AsmForm::Operand> guard;
  if (line.consume_front("@")) {
    auto [predicate, rest] = line.split(' ');
    guard = parseOperand(predicate, outputs);
    if (!guard)
      return std::nullopt;
    line = rest;
  }
  static const std::vector<Regex> patterns = [] {
    std::vector<Regex> all;
    for (const Known &form : known)
      all.emplace_back("^" + std::string(form.pattern) + "$");
    return all;
  }();
  for (const auto &[form, pattern] : zip(known, patterns)) {
    SmallVector<StringRef> found;
    if (!pattern.match(line, &found))
      continue;
    AsmForm result{AsmForm::Kind::Op, form.name, {}, guard};
    for (size_t i = 3; i < found.size(); ++i)
      if (found[i].starts_with("$") || (!found[i].empty() && isDigit(found[i][0]))) {
        std::optional<AsmForm::Operand> operand = parseOperand(found[i], outputs);
        if (!operand)
          return std::nullopt;
        result.operands.push_back(*operand);
      }
    return result;
  }
  static const Regex tile(
      "^cp\\.async\\.bulk\\.tensor\\.([1-5]d)\\.shared::cluster\\.global(\\.tile)"
      "?\\.mbarrier::complete_tx::bytes \\[([$0-9]+)\\], \\[([$0-9]+), \\{([$0-9,"
      " ]+)\\} ?\\], \\[([$0-9]+)\\]$");
  static const Regex store("^cp\\.async\\.bulk\\.tensor\\.([1-5]d)\\.global\\.shared::cta(\\.tile)?"
                           "\\.bulk_group \\[([$0-9]+), \\{([$0-9, ]+)\\} ?\\], \\[([$0-9]+)\\]$");
  SmallVector<StringRef> found;
  AsmForm result{AsmForm::Kind::Op, "", {}, guard};
  bool isKnown = false;
  if (tile.match(line, &found)) {
    result.name = "cp.async.bulk.tensor.g2s.cta.tile." + found[1].str();
    isKnown = addOperands(result, found[3], outputs) && addOperands(result, found[6], outputs) &&
              addOperands(result, found[4], outputs) && addOperands(result, found[5], outputs);
  } else if (store.match(line, &found)) {
    result.name = "cp.async.bulk.tensor.s2g.tile." + found[1].str();
    isKnown = addOperands(result, found[5], outputs) && addOperands(result, found[3], outputs) &&
              addOperands(result, found[4], outputs);
  }
  return isKnown ? std::optional(result) : std::nullopt;
}

} // namespace weft::sim
